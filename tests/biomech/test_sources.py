"""Every number of the body's files names where it comes from, and the page that lists them is current."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from synthgen.core.bodydata import FILES, Number, _numbers, discrepancies, numbers, source_table
from synthgen.core.resources import resource

ROOT = Path(__file__).resolve().parents[2]
TABLE = source_table()


@pytest.mark.parametrize("name", FILES)
def test_every_number_names_a_source_of_the_table(name):
    found = list(numbers(name))
    assert len(found) > 10
    assert not [".".join(n.path) for n in found if not n.sources], "numbers without a source"
    assert not {key for n in found for key in n.sources} - set(TABLE), "sources that are not in the table"


def test_the_nearest_source_counts():
    """By hand: a field's own source, one for everything below, a list of two, and none."""
    data = {
        "source": {"a": "x", "c": "z"},
        "a": 1,
        "b": 2.5,
        "c": {"d": [3, True, "4"], "e": {"source": ["p", "q"], "f": -5}},
    }
    assert list(_numbers(data, (), ())) == [
        Number(("a",), 1.0, ("x",)),
        Number(("b",), 2.5, ()),
        Number(("c", "d", "0"), 3.0, ("z",)),
        Number(("c", "e", "f"), -5.0, ("p", "q")),
    ]


def test_every_source_says_whether_it_was_checked_and_how():
    for key, row in TABLE.items():
        if "choice" in row:
            assert set(row) == {"choice", "why"}, key
        else:
            assert set(row) == {"citation", "where", "checked", "how"}, key
            assert isinstance(row["checked"], bool), key
        assert all(str(v).strip() for v in row.values()), key


def test_no_source_is_there_for_nothing():
    """Each is named by a file, by a discrepancy, or by another source as what speaks for it."""
    folder = resource("opensim_models")
    words = [(folder / f"{name}.yaml").read_text(encoding="utf-8") for name in FILES]
    words += [str(row.get("how", row.get("why"))) for row in TABLE.values()]
    words += [key for row in discrepancies() for key in row["sources"]]
    text = " ".join(words)
    assert not [key for key in TABLE if not re.search(rf"\b{key}\b", text)]


def test_discrepancies_rest_on_sources_that_were_read():
    for row in discrepancies():
        assert set(row) == {"what", "here", "published", "sources", "because"}
        assert any(TABLE[key]["checked"] for key in row["sources"]), row["what"]


def test_the_page_of_the_numbers_is_current():
    script = ROOT / "scripts" / "document_body.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
