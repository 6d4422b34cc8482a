"""How much of the machine a computation takes: threads, and worker processes that other users cannot reach.

``pool.py`` is the one pool: its processes are spoken to over pipes that nobody else holds, so there is no port, no
socket file and nothing in ``/dev/shm``. ``maps.py`` is a ``map`` on it.
"""
