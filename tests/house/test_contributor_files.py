"""The files for contributors agree with the code and with each other: versions, commands, tools."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

import synthgen

ROOT = Path(synthgen.__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def requirement(name: str) -> str:
    return re.split(r"[<>=;\[ ]", name)[0].lower()


def test_the_citation_is_of_this_version_and_licence():
    citation = read("CITATION.cff")
    assert citation["cff-version"] == "1.2.0" and citation["type"] == "software"
    assert citation["version"] == synthgen.__version__
    assert citation["license"] == PROJECT["license"] == "MIT"
    assert [a["name"] for a in citation["authors"]] == [a["name"] for a in PROJECT["authors"]]
    assert {"message", "title", "abstract"} <= set(citation)


def test_the_version_stands_in_one_place():
    assert "version" in PROJECT["dynamic"] and "version" not in PROJECT
    source = ROOT / tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{synthgen.__version__}"' in source.read_text()


def test_the_changelog_has_a_place_for_what_comes_next():
    text = (ROOT / "CHANGELOG.md").read_text()
    assert text.index("## [Unreleased]") < text.index("### Added") < text.index("### Changed")


def test_the_workflow_runs_what_is_there_on_every_python():
    workflow = read(".github/workflows/test.yml")
    jobs = workflow["jobs"]
    pythons = jobs["quick"]["strategy"]["matrix"]["python"]
    told = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", c)]
    assert pythons == told and PROJECT["requires-python"] == f">={pythons[0]}"
    steps = [s["run"] for job in jobs.values() for s in job["steps"] if "run" in s]
    for line in (ROOT / ".ci" / "run").read_text().splitlines()[3:]:
        setting = re.match(r"export (\w+)=(\w+)", line)
        there = workflow["env"].get(setting[1]) == setting[2] if setting else line in steps
        assert there, f"the workflow leaves out {line}"
    for step in steps:
        if step.startswith("scripts/"):
            assert (ROOT / step.split()[0]).exists()
    assert "mkdocs build --strict" in steps
    (site,) = PROJECT["optional-dependencies"]["docs"]
    assert any(f'"{site}"' in s for s in steps), "the docs job installs something else than the extra docs"


def test_hooks_run_the_tools_of_the_tests_and_download_nothing():
    tools = {requirement(d) for d in PROJECT["optional-dependencies"]["dev"]}
    script = (ROOT / "scripts" / "test").read_text()
    for repository in read(".pre-commit-config.yaml")["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            assert hook["language"] == "system"
            command = hook["entry"].split()[0]
            assert {"lint-imports": "import-linter"}.get(command, command) in tools
            assert re.search(rf"^{command}\b", script, re.MULTILINE), f"scripts/test does not run {command}"
