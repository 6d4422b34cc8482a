from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthgen.core import json_records
from synthgen.core.errors import InputError
from synthgen.core.json_records import JsonRecords

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('a"\\{}[],:é\n', max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('k"\\{', max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(
    data=st.dictionaries(st.sampled_from(["info", "a", "b"]), VALUES),
    records=st.lists(st.dictionaries(st.sampled_from(["x", "y"]), VALUES), max_size=8),
    chunk=st.integers(1, 60),
    indent=st.sampled_from([None, 1]),
)
def test_every_file_reads_as_the_json_module_reads_it(
    data: dict[str, Any], records: list[Any], chunk: int, indent: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = data | {"images": records, "after": 5}
    path = tmp_path_factory.mktemp("json") / "file.json"
    path.write_text(json.dumps(whole, indent=indent, ensure_ascii=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_records, "CHUNK", chunk)
        read = JsonRecords(path, "file")
        assert read.members == tuple(whole)
        assert all(read.value(name) == whole[name] for name in whole)
        assert [r for batch in read.batches("images") for r in batch] == records


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"images": [{"a": 1}',
        '{"images": [{"a": 1}]',
        '{"images": [{"a": 1} {"b": 2}]}',
        '{"images": [{"a": 1},, {"b": 2}]}',
        '{"images": [{"a": NaN}]}',
        '{"images": [1, 2]}',
        '{"images": {"a": 1}}',
        '{"images": 5}',
        '{"other": []}',
        '{"images": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
@pytest.mark.parametrize("chunk", [16, 8 << 20])
def test_what_is_no_such_file_is_refused(
    text: str, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "CHUNK", chunk)
    path = tmp_path / "file.json"
    path.write_text(text)
    with pytest.raises(InputError, match="file") as refused:
        list(JsonRecords(path, "COCO file").batches("images"))
    assert refused.value.remedy
