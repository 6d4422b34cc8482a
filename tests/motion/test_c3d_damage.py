"""C3D files that are damaged, cut short, very long or old, and a library that crashes or hangs on them."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.parsing import native
from synthgen.motion.readers import c3d

from .c3d_files import PIG, squat, written
from .recordings import write_c3d


def test_a_hundred_thousand_frames(tmp_path: Path) -> None:
    names, points = squat()
    keep = [
        names.index(n)
        for n in (
            "LASI",
            "RASI",
            "LPSI",
            "RPSI",
            "LKNE",
            "RKNE",
            "LHEE",
            "RHEE",
            "LTOE",
            "RTOE",
            "C7",
            "LSHO",
            "RSHO",
            "LFHD",
        )
    ]
    names, points = [names[k] for k in keep], np.resize(points[:, keep], (100_000, len(keep), 3))
    points[:, :, 0] += np.linspace(0, 0.2, 100_000)[:, None]
    clip = c3d.READER.clip(write_c3d(tmp_path / "long.c3d", names, points))
    assert clip.frames == 100_000
    for t in (0, 65_533, 65_534, 65_535, 99_999):
        np.testing.assert_allclose(clip.points["C7"][t], points[t, names.index("C7")], atol=1e-5)


def test_doubled_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"several markers of one name[\s\S]*LASI"):
        c3d.READER.clip(written(tmp_path, lambda n, p: (["LASI" if x == "LPSI" else x for x in n], p)))
    with pytest.raises(InputError, match="two markers of the file mean the same place"):
        c3d.READER.clip(written(tmp_path, lambda n, p: (["A:LASI" if x == "SACR" else x for x in n], p)))


def test_nothing_measured_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no measured point"):
        c3d.READER.clip(written(tmp_path, lambda n, p: (n, np.full_like(p, np.nan))))


@pytest.mark.parametrize("rate", [0.0, -30.0, float("nan"), float("inf")])
def test_senseless_rates_are_refused(tmp_path: Path, rate: float) -> None:
    path = written(tmp_path, fps=777.0)
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<f", 777.0), struct.pack("<f", rate)))
    with pytest.raises(InputError):
        c3d.READER.clip(path)


def test_a_scale_that_is_no_number_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    content[12:16] = struct.pack("<f", float("nan"))
    path.write_bytes(content)
    with pytest.raises(InputError, match="header makes no sense"):
        c3d.READER.clip(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x02\x50" + bytes(600), bytes(5000)])
def test_other_files_are_no_c3d(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "take.c3d").write_bytes(content)
    with pytest.raises(InputError, match="not a C3D file"):
        c3d.READER.clip(tmp_path / "take.c3d")
    with pytest.raises(InputError, match="no such motion file"):
        c3d.READER.clip(tmp_path / "gone.c3d")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, Clip]:
    path = written(tmp_path_factory.mktemp("sound"))
    return path.read_bytes(), c3d.READER.clip(path)


def outcome(folder: Path, content: bytes) -> Clip | None:
    """The clip of damaged bytes, or None where they are refused; anything else fails the test."""
    (folder / "take.c3d").write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "START_SECONDS", 10.0)
        try:
            return c3d.READER.clip(folder / "take.c3d")
        except InputError:
            return None


@pytest.mark.parametrize("kept", [513, 600, 1024, 2000, 0.5, 0.9])
def test_files_cut_short_are_refused(tmp_path: Path, sound, kept: float) -> None:
    content, _ = sound
    assert outcome(tmp_path, content[: int(kept * len(content)) if kept < 1 else int(kept)]) is None


def test_a_frame_less_than_the_header_says_is_refused_and_padding_is_not_missed(tmp_path: Path, sound) -> None:
    content, clip = sound
    per_frame = 16 * len(PIG.places)
    end = content[16] * 512 - 512 + clip.frames * per_frame
    assert outcome(tmp_path, content[:end]) is not None
    assert outcome(tmp_path, content[: end - 1]) is None


@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bytes_gone_wrong_never_crash_and_never_change_the_size_in_silence(tmp_path: Path, sound, data) -> None:
    content, _ = sound
    spoilt = bytearray(content)
    where = st.integers(0, 1600) | st.integers(0, len(content) - 1)
    for at, value in data.draw(st.lists(st.tuples(where, st.integers(0, 255)), min_size=1, max_size=4)):
        spoilt[at] = value
    got = outcome(tmp_path, bytes(spoilt[: data.draw(st.just(len(spoilt)) | st.integers(0, len(spoilt)))]))
    assert got is None or (np.isfinite(got.fps) and got.frames >= 1 and len(got.points) >= 3)


def test_a_reader_that_hangs_or_crashes_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    monkeypatch.setattr(native, "_PROGRAM", "import os; os.abort()")
    with pytest.raises(InputError, match=r"take\.c3d[\s\S]*its reader crashed[\s\S]*export it again"):
        c3d.READER.clip(path)
    monkeypatch.setattr(native, "_PROGRAM", "import time; time.sleep(60)")
    monkeypatch.setattr(native, "START_SECONDS", 0.5)
    with pytest.raises(InputError, match="did not finish"):
        c3d.READER.clip(path)
    monkeypatch.setattr(native, "_PROGRAM", "import ezc4d")
    monkeypatch.setattr(native, "START_SECONDS", 60.0)
    with pytest.raises(InputError, match="not installed"):
        c3d.READER.clip(path)


def test_old_files_of_integers_and_files_with_analog_channels(tmp_path: Path, sound) -> None:
    content, clip = sound
    count, data, scale = len(PIG.places), content[16] * 512 - 512, 0.1
    values = np.frombuffer(content[data : data + 16 * count * clip.frames], "<f4").reshape(-1, 4)
    whole = np.round(values / (scale, scale, scale, 1)).astype("<i2")
    head = bytearray(
        content[:data].replace(
            b"SCALE" + content[content.index(b"SCALE") + 5 :][:4] + struct.pack("<f", -1),
            b"SCALE" + content[content.index(b"SCALE") + 5 :][:4] + struct.pack("<f", scale),
        )
    )
    head[12:16] = struct.pack("<f", scale)
    got = outcome(tmp_path, bytes(head) + whole.tobytes() + bytes(-whole.nbytes % 512))
    assert got is not None
    np.testing.assert_allclose(got.points["C7"], clip.points["C7"], atol=1e-4)
    assert outcome(tmp_path, bytes(head) + whole.tobytes()[:-8]) is None

    path = written(tmp_path, analog=("Fx", "Fy"))
    np.testing.assert_allclose(c3d.READER.clip(path).points["C7"], clip.points["C7"], atol=1e-6)
    cut = path.read_bytes()[: data + clip.frames * (16 * count + 80) - 1]
    assert outcome(tmp_path, cut) is None


def test_ezc3d_stays_out_of_this_process(tmp_path: Path) -> None:
    """Imported beside OpenSim it breaks OpenSim's lists of numbers."""
    c3d.READER.clip(written(tmp_path))
    assert "ezc3d" not in sys.modules
    from synthgen.core.opensim_api import opensim_module

    osim = opensim_module()
    osim.TimeSeriesTable(osim.StdVectorDouble([0.0, 1.0]), osim.Matrix(2, 1, 0.5), osim.StdVectorString(["a"]))
