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

_OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "numpy"}
_LEAN: dict[str, Any] = {**_OPTIONS, "_nrt": False, "forceinline": True}


def kernel(function: Function) -> Function:
    """Compiles a function at its first call, without the interpreter's lock; a division by zero gives inf or NaN."""
    return cast(Function, numba.njit(**_OPTIONS)(function))


def lean(function: Function) -> Function:
    """A :func:`kernel` for what is done for every sample: it may not make arrays, only fill those that it is given.

    Without arrays of its own numba need not count who holds one, which would cost several times what shading does.
    """
    return cast(Function, numba.njit(**_LEAN)(function))
