"""The site builds without a warning, holds every page, and loads nothing from elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.pages import ROOT

LOADED = re.compile(r"<(?:script|img|iframe|source)[^>]*\ssrc=[\"']?([^\"'\s>]+)|<link[^>]*\shref=[\"']?([^\"'\s>]+)")


def build(folder: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(folder / "mkdocs.yml")]
    # Not --quiet: it silences the warnings before --strict can count them.
    variables = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run([*command, "-d", str(out)], capture_output=True, text=True, env=variables)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    done = build(ROOT, tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 0 and "WARNING" not in said, said
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("")
        html = tmp_path / (name.parent if name.name == "index" else name) / "index.html"
        loaded = [a or b for a, b in LOADED.findall(html.read_text(encoding="utf-8"))]
        assert loaded and not [url for url in loaded if re.match(r"(https?:)?//", url)], page
    styles = "".join(p.read_text(encoding="utf-8") for p in tmp_path.rglob("*.css"))
    assert "url(http" not in styles and "@import" not in styles


def test_links_that_lead_nowhere_and_a_page_that_the_menu_forgets_stop_it(copy: Path) -> None:
    planted = ("[there](none.md)", "[there](labels.md#nowhere)", "![picture](images/none.png)")
    page = copy / "docs" / "index.md"
    page.write_text("\n".join([page.read_text(encoding="utf-8"), *planted]), encoding="utf-8")
    (copy / "docs" / "forgotten.md").write_text("# Forgotten\n", encoding="utf-8")
    done = build(copy, copy / "site")
    assert done.returncode == 1
    warnings = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith(("WARNING", "  - "))]
    for name in ("none.md", "#nowhere", "none.png", "forgotten.md"):
        assert any(name in line for line in warnings), name
