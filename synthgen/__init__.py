"""synthgen: training pictures of people whose spines are annotated vertebra by vertebra."""

from synthgen.core.version import __version__

__all__ = ["__version__"]
