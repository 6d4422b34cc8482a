"""The processes of a run: who they are, and signals to them."""

from __future__ import annotations

import random  # noqa: TID251  (chance of this script alone: it decides no label)
import signal
import time

import psutil


def relatives(pid: int) -> list[psutil.Process]:
    """Processes that a run has started."""
    try:
        found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return found


def command_words(process: psutil.Process) -> list[str]:
    """Its command line; nothing when it is gone."""
    try:
        words: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return words


def hit(victim: psutil.Process, how: signal.Signals, kind: str, chance: random.Random) -> bool:
    """Sends the signal; a stopped driver is continued or killed some seconds later."""
    try:
        victim.send_signal(how)
        if kind == "driver" and how == signal.SIGSTOP:
            time.sleep(chance.uniform(1.0, 15.0))
            victim.send_signal(chance.choice([signal.SIGCONT, signal.SIGKILL]))
    except psutil.NoSuchProcess:
        return False
    return True
