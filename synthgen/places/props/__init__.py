"""Props: equipment and furniture, each a small builder over simple solids."""

from synthgen.places.props.build import build_prop, default_colour, default_size, prop_kinds

__all__ = ["build_prop", "default_colour", "default_size", "prop_kinds"]
