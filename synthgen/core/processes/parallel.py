"""Another name of ``maps.mapped``, until its last callers have gone."""

from synthgen.core.processes.maps import mapped as over

__all__ = ["over"]
