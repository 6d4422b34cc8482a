"""All kinds of things that are kept between runs."""

from __future__ import annotations

from typing import Any

from synthgen.biomech.cache import FITS
from synthgen.characters.body import BODIES
from synthgen.characters.pattern_body import BODY_PAINTINGS
from synthgen.characters.shapes.store import SHAPES
from synthgen.characters.sites.kept import SITES
from synthgen.characters.wardrobe import CHARACTERS
from synthgen.core.cache import Kind
from synthgen.pipeline.clips import CLIPS
from synthgen.places.skyline import PANORAMAS

KINDS: tuple[Kind[Any], ...] = (FITS, BODIES, CHARACTERS, CLIPS, SITES, SHAPES, BODY_PAINTINGS, PANORAMAS)
