"""Anny's own cache: a folder that cannot be written is named, with the way to choose another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthgen.characters import anny_model
from synthgen.core.errors import InputError


def test_a_cache_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import anny
    from anny import paths

    def full(**_: object) -> None:
        raise RuntimeError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(anny, "Anny", full)
    monkeypatch.setattr(paths, "get_anny_cache_path", lambda: tmp_path / "file" / "anny")
    (tmp_path / "file").write_text("a file stands where the folder should be, so that there is no lock either")
    anny_model.anny_model.cache_clear()
    try:
        with pytest.raises(InputError, match="the cache folder of the body shapes cannot be made") as error:
            anny_model.anny_model()
    finally:
        anny_model.anny_model.cache_clear()
    assert "No space left" in str(error.value)
    assert "ANNY_CACHE_DIR=FOLDER" in str(error.value)
    assert str(tmp_path / "file" / "anny") in str(error.value)
