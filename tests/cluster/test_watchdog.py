"""The watchdog ends its process, and blames what took too long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, threading, time
from pathlib import Path
from synthgen.cluster.watchdog import Watchdog

folder, dog = Path(sys.argv[1]), Watchdog(2.0)

def slow():
    with dog.over(folder / "slow"):
        time.sleep(60)

thread = threading.Thread(target=slow, daemon=True)
for i in range(3):
    with dog.over(folder / f"quick-{i}"):
        time.sleep(0.1)
thread.start()
while True:
    with dog.over(folder / "quick"):
        time.sleep(0.1)
"""


def test_what_hangs_beside_quick_work_is_found(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], timeout=120)
    assert done.returncode == 1
    assert "in slow" in (tmp_path / "slow").read_text()
    assert all(not path.read_text() for path in tmp_path.glob("quick*"))
