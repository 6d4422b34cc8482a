"""How kernels are compiled: to the same bits on every machine.

No ``fastmath``: sums keep their order and nothing is contracted, so a picture does not depend on which instructions
a processor has. Kernels call no transcendental function either (C libraries round them differently): those are read
from tables that are rounded well above the last bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compiles a function at its first call, without the interpreter's lock; a division by zero gives inf or NaN."""
    return cast(Function, numba.njit(nogil=True, fastmath=False, error_model="numpy")(function))
