"""One file per promise; every :class:`~synthgen.dataset.checks.check.Check` in it is run by ``validate``."""
