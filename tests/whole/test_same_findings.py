"""Forms that say the same have the same findings, whether they were typeset as PDF, Word or web page."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from pipeline.assess import READING_FINDINGS
from pipeline.read import read_document
from pipeline.settings import ReadSettings
from tests.conftest import Draw
from tests.typeset import PLANTS, FormFacts, Layout, draw_docx, draw_pdf, random_form, random_layout
from tests.typeset.cells import draw_html

pytestmark = [pytest.mark.usefixtures("fonts"), pytest.mark.slow]

Told = tuple[int, str, str | None, int | None, str | None, str]


def findings_of(path: Path) -> dict[Told, str]:
    """Return the status of what was found by form, code, field and sentence; what only the reader met is left out."""
    records = read_document(path, ReadSettings())
    numbers = {form.form_id: form.form_no for form in records.forms}
    return {
        (numbers[f.form_id], f.code, f.table, f.row_no, f.field, f.message.replace(path.name, "form")): f.status
        for f in records.findings
        if f.code not in READING_FINDINGS
    }


def faulty_form(seed: int) -> FormFacts:
    """Draw a form, two in three with something wrong in it."""
    rng = Random(seed)
    form = random_form(seed, has_nature=False, has_deviation=True)
    plant = rng.choice([None, *PLANTS.values()]) if rng.random() > 1 / 3 else None
    return plant(form) if plant else form


@pytest.mark.parametrize("batch", range(10))
def test_a_hundred_drawn_forms_have_the_same_findings_in_every_format(batch: int, tmp_path: Path) -> None:
    forms = [faulty_form(7000 + 10 * batch + n) for n in range(10)]
    layout = random_layout(7000 + batch)
    draw_pdf(forms, layout, tmp_path / "form.pdf")
    draw_docx(forms, Layout(), tmp_path / "form.docx")
    draw_html(forms, Layout(), tmp_path / "form.html")
    printed, word, web = (findings_of(tmp_path / name) for name in ("form.pdf", "form.docx", "form.html"))
    assert printed, "some of the forms have faults"
    assert word == web
    assert printed.keys() == word.keys()
    differing = {told: status for told, status in printed.items() if status != word[told]}
    assert set(differing.values()) <= {"extraction_suspect"}, "but for what a page break has cut"


def test_a_clean_scan_says_what_the_text_says_and_accuses_nobody_else(typeset_pdf: Draw, typeset_scan: Draw) -> None:
    """Sentences may differ by a character that asks for review; what is asked of which field does not."""
    forms = tuple(faulty_form(8000 + n) for n in range(6))
    pdf, truth = typeset_pdf("same", forms, Layout())
    path, _ = typeset_scan(pdf, truth, "grey_200", 3)
    printed, scanned = ({told[:-1]: status for told, status in findings_of(one).items()} for one in (pdf, path))
    shared = printed.keys() & scanned.keys()
    assert len(shared) >= 0.9 * max(len(printed), len(scanned)), printed.keys() ^ scanned.keys()
    accused = {told for told, status in scanned.items() if status == "violation"}
    assert accused <= {told for told, status in printed.items() if status == "violation"}
