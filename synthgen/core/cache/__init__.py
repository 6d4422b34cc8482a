"""What is kept between runs: one folder for every verb, one key for every kind of thing, one way to take and to keep.

A room declares a :class:`Kind` of thing and asks it for the :class:`Entry` of its inputs. An entry's key covers those
and the code, data files and libraries that the thing's makers lead to; it stands in the file's name and in the file.
All of the cache may be deleted at any time. ``docs/cache.md`` says more.
"""

from synthgen.core.cache.entries import Entry, Kind
from synthgen.core.cache.folder import CACHE_VARIABLE, Cache, default_cache

__all__ = ["CACHE_VARIABLE", "Cache", "Entry", "Kind", "default_cache"]
