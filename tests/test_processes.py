"""One thread for linear algebra inside, in this process and in new ones; everything as before afterwards."""

import os

import numpy as np
from threadpoolctl import threadpool_info

from synthgen.processes import one_thread_each


def threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_one_thread_inside_only(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    np.ones((2, 2)) @ np.ones((2, 2))
    environment, before = dict(os.environ), threads()
    with one_thread_each():
        assert {os.environ[n] for n in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")} == {"1"}
        assert set(threads()) == {1}
    assert dict(os.environ) == environment and threads() == before
