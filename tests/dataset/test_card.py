"""The card says what is true of the dataset; the report needs nothing but itself."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np

from synthgen.dataset.checks.validate import validate
from synthgen.dataset.report.card import write_card
from synthgen.dataset.report.postures import clinical_histograms, posture_rows, posture_wording
from synthgen.dataset.report.preview import contact_sheet
from synthgen.dataset.report.statistics import Statistics, count
from synthgen.dataset.report.wording import ClipNote


class Balance(HTMLParser):
    """Notes tags that are never closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_card_counts_and_names_what_is_there(dataset: Path) -> None:
    contact_sheet(dataset, tile=160)
    note = ClipNote("bend", "built-in exercise bend", "MIT", 3.25)
    text = write_card(dataset, [note]).read_text()
    assert "6 rendered images (160×120)" in text
    assert "12 annotations of 2 characters in 2 motion clips" in text
    assert "No vertebra was measured" in text
    assert "25 joints with 75 degrees of freedom" in text
    assert re.search(r"\| bend \| 6 \| \d+ \| 3\.2 \| built-in exercise bend \| MIT \|", text)
    assert "Unfinished" not in text
    assert validate(dataset) == [], "the card and the previews are no strangers to validate"


def test_the_card_names_clips_whose_fits_warn(dataset: Path) -> None:
    quiet, loud = ClipNote("bend", "s", "MIT", 3.0), ClipNote("bend", "s", "MIT", 3.0, ("LELB is off", *"abcdef"))
    unused = ClipNote("no clip of this", "s", "MIT", 3.0, ("never shown",))
    assert "with warnings" not in write_card(dataset, [quiet, unused]).read_text()
    text = write_card(dataset, [loud, unused]).read_text()
    assert "accepted with warnings" in text and "never shown" not in text
    assert "\n- bend: LELB is off; a; b; c; d; and 2 more\n" in text


def test_an_unfinished_dataset_says_so(dataset: Path) -> None:
    (dataset / "shards" / "000001.json").unlink()
    (dataset / "failed").mkdir()
    (dataset / "failed" / "000005.json").write_text("{}")
    text = write_card(dataset).read_text()
    assert "Unfinished: 2 images are missing" in text
    assert "Shots set aside: 5" in text


def test_the_same_dataset_gives_the_same_card(dataset: Path) -> None:
    contact_sheet(dataset, tile=160)
    first = write_card(dataset).read_bytes(), (dataset / "report.html").read_bytes()
    assert (write_card(dataset).read_bytes(), (dataset / "report.html").read_bytes()) == first


def test_the_report_is_whole_and_self_contained(dataset: Path) -> None:
    contact_sheet(dataset, tile=160)
    write_card(dataset, title="<b>&")
    text = (dataset / "report.html").read_text()
    parser = Balance()
    parser.feed(text)
    assert parser.open == []
    assert "&lt;b&gt;&amp;" in text
    assert not re.search(r'(src|href)="(?!data:)', text)
    assert "http" not in text


def test_residuals_are_counted_per_vertebra(dataset: Path) -> None:
    """The stick people's residuals run from 1 mm at L5 to 3 mm at C1."""
    half = count(dataset).residual_mm(0.5)
    np.testing.assert_allclose(half, np.linspace(1, 3, 24), atol=0.26)
    assert count(dataset).flags.sum() == 37 * 12


def test_the_card_tells_who_carries_a_simulated_posture(dataset: Path) -> None:
    """Of six shots the second person has a hyperkyphosis in two and a scoliosis in two."""
    text = write_card(dataset).read_text()
    assert "4 of 12 annotated people carry a posture or deformity. **All of them are simulated**" in text
    assert re.search(r"\| hyperkyphosis \| 1 \| 2 \| thoracic kyphosis 50 to 75° \| Koelé.*2020", text)
    assert re.search(r"\| scoliosis \| 1 \| 2 \| Cobb angle 15 to 55°", text)
    assert re.search(r"\| Thoracic kyphosis T4–T12 \| [−\d]+° \|.*\| 12 \| 20 to 60° \|", text)
    page = (dataset / "report.html").read_text()
    assert "with a simulated posture" in page
    assert "Sagittal balance (SVA)" in page


def test_a_set_without_postures_says_so() -> None:
    assert posture_wording(Statistics(annotations=3)).startswith("Nobody here has a simulated posture")
    assert posture_rows(Statistics(annotations=3)) == []
    assert clinical_histograms(Statistics()) == []


def test_distributions_hold_everybody() -> None:
    """Two groups over the same round bins; who is far off falls into the last bar."""
    statistics = Statistics()
    statistics.clinical["cobb"][0].extend([0.4, 3.0, 3.5] * 100)
    statistics.clinical["cobb"][1].extend([21.0, 33.0, 900.0])
    ((title, rows),) = clinical_histograms(statistics)
    assert title == "Cobb angle"
    assert sum(a for _, a, _ in rows) == 300
    assert sum(b for *_, b in rows) == 3
    assert rows[0][0].startswith("0 to")
    assert rows[-1][0].startswith("above")


def test_clinical_values_are_counted_of_annotations_only(dataset: Path) -> None:
    statistics = count(dataset)
    assert statistics.postures == {"hyperkyphosis": 2, "scoliosis": 2}
    without, with_one = statistics.clinical["thoracic_kyphosis"]
    assert (len(without), len(with_one)) == (8, 4)
