"""How much of the machine a computation takes: threads, and worker processes that other users cannot reach.

``ProcessPool`` is the one pool: its processes are spoken to over pipes that nobody else holds, so there is no port, no
socket file and nothing in ``/dev/shm``. ``over_processes`` is a ``map`` on it.
"""

from synthgen.core.processes.maps import over_processes
from synthgen.core.processes.pool import ProcessPool, Worker, WorkerLost
from synthgen.core.processes.threads import one_thread_each

__all__ = ["ProcessPool", "Worker", "WorkerLost", "one_thread_each", "over_processes"]
