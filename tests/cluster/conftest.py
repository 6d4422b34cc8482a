from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test here cuts the power: waiting for the disk proves nothing. (Worker processes do wait.)"""
    monkeypatch.setattr(os, "fsync", lambda _: None)
