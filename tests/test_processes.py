"""One thread for linear algebra inside, in this process and in new ones; everything as before afterwards."""

import math
import os
import signal

import numpy as np
import psutil
import pytest
from threadpoolctl import threadpool_info

from synthgen.processes import one_thread_each, over_processes


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


def one_more(x, y=1):
    return x + y


def blas_threads(_):
    np.ones((2, 2)) @ np.ones((2, 2))
    return threads()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_map_keeps_the_order_and_passes_errors_on(workers):
    with over_processes(workers, ["json"]) as over:
        assert over(one_more, range(5)) == [1, 2, 3, 4, 5]
        assert over(one_more, [1, 2], [10, 20]) == [11, 22]
        with pytest.raises(ValueError, match="math domain"):
            over(math.sqrt, [1.0, -1.0])


def test_processes_take_one_thread_each_and_end():
    with one_thread_each(), over_processes(2, ["numpy"]) as over:
        assert all(set(found) == {1} for found in over(blas_threads, range(4)))
        begun = over(os_process, range(4))
    assert os.getpid() not in begun
    assert not any(psutil.pid_exists(pid) for pid in begun)


def interrupt_handler(_):
    return signal.getsignal(signal.SIGINT)


def test_a_ctrl_c_ends_processes_without_a_traceback_of_theirs():
    before = signal.getsignal(signal.SIGINT)
    with over_processes(2) as over:
        assert set(over(interrupt_handler, range(4))) == {signal.SIG_DFL}
    assert signal.getsignal(signal.SIGINT) is before


def os_process(_):
    return os.getpid()
