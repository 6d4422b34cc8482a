"""The registry of checks: a new file is a new check, and every check says what it promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from synthgen.dataset.checks import rules
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import WARNING, broken, remedies
from synthgen.dataset.checks.registry import all_checks, checks_text
from synthgen.dataset.checks.validate import validate

SMALL_BOXES = """
from synthgen.dataset.checks.check import Check

CHECK = Check(
    name="{name}",
    promise="Everybody is at least a thousand pixels tall.",
    codes=("small",),
    severity="warning",
    remedy="go nearer",
    person=lambda dataset, person: iter((CHECK.issue("small", person.where, "too small"),)),
    needs=({needs}),
)
"""


@pytest.fixture
def more_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose files are checks, too, until the test ends."""
    folder = tmp_path / "rules"
    folder.mkdir()
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(folder)])
    all_checks.cache_clear()
    yield folder
    all_checks.cache_clear()


def test_a_file_more_is_a_check_more(more_rules: Path, dataset: Path) -> None:
    before = len(all_checks())
    all_checks.cache_clear()
    (more_rules / "a_new_check.py").write_text(SMALL_BOXES.format(name="tall", needs=""))
    assert len(all_checks()) == before + 1
    issues = validate(dataset)
    assert {(i.severity, i.code, i.remedy) for i in issues} == {(WARNING, "small", "go nearer")}
    assert len(issues) == 12, "two people in each of six images"
    assert not broken(issues) and remedies(issues) == []
    assert "warning  tall         Everybody is at least a thousand pixels tall." in checks_text()


@pytest.mark.parametrize(
    ("name", "needs", "message"),
    [("files", "", "more than one check has the name files"), ("tall", '"no such check",', "no such check")],
)
def test_a_check_that_does_not_fit_is_refused(more_rules: Path, name: str, needs: str, message: str) -> None:
    (more_rules / f"unfit_{name}.py").write_text(SMALL_BOXES.format(name=name, needs=needs))
    with pytest.raises(ValueError, match=message):
        all_checks()


def test_a_check_finds_no_other_codes_than_it_names() -> None:
    check = Check(name="a", promise="It is so.", codes=("b",))
    assert check.issue("b", "here", "it is not").code == "b"
    with pytest.raises(ValueError, match="does not name the code 'c'"):
        check.issue("c", "here", "it is not")


def test_every_check_has_a_promise_a_remedy_and_something_to_do() -> None:
    for check in all_checks():
        assert re.fullmatch(r"[A-Za-z].{10,}\.", check.promise), check.name
        assert check.codes and check.remedy
        assert any((check.files, check.manifest, check.image, check.person, check.shard, check.result)), check.name
        assert f"{check.severity:<7}  {check.name}" in checks_text()


def test_every_code_is_found_somewhere_and_named(dataset: Path) -> None:
    """In the sources of a check stand the codes that it names, and no others."""
    for path in Path(rules.__path__[0]).glob("*.py"):
        source = path.read_text()
        for variable in re.findall(r"^([A-Z]+) = Check\(", source, re.M):
            (check,) = (c for c in all_checks() if re.search(rf'{variable} = Check\(\s*name="{c.name}"', source))
            used = set(re.findall(rf'{variable}\.issue\(\s*"([a-z0-9-]+)"', source))
            by_validate = {"records-unreadable", "record-unreadable"} & set(check.codes)
            assert used | by_validate == set(check.codes), check.name
