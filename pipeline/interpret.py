"""Pages → forms → rows: the stages after ingest in their order, nothing else.

regions → cells (joined over pages) → forms → districts → witness → typed rows → scores and findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.assess import reading_findings, score_records
from pipeline.dataset.documents import DocumentRecords
from pipeline.doubt.examine import examine_forms
from pipeline.doubt.second_reader import CellRereader
from pipeline.errors import FORM_NOT_READ
from pipeline.forms.districts import resolve_districts
from pipeline.forms.form import pair_forms, read_forms
from pipeline.forms.understanding import Understanding, understand
from pipeline.forms.unread import find_unread
from pipeline.ingest.second_look import read_words
from pipeline.layout.assemble import assemble_document
from pipeline.layout.fit.document import fit_pages
from pipeline.layout.regions import UNREAD_INK, find_regions, find_stray_ink
from pipeline.layout.ruleless import infer_columns
from pipeline.models import Form, Page, PageIssue
from pipeline.normalise import normalise_form
from pipeline.records import DocumentRow, DocumentStatus
from pipeline.settings import ReadSettings

PARTIAL = frozenset(
    {
        "text_in_no_cell",
        "irregular_cells",
        FORM_NOT_READ,
        UNREAD_INK,
        "form_incomplete",
        "form_head_missing",
        "page_unread",
        "hidden_unread",
        "attachment_unread",
        "picture_unread",
    }
)
"""Issues that mean that something of the document was not read, or not surely."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the pages of a document turned out to hold; `problems` say what of it was not read, or not surely."""

    forms: Sequence[Form]
    other_tables: int
    problems: Sequence[PageIssue]

    @property
    def status(self) -> DocumentStatus:
        """What the document's row says of it."""
        if self.forms:
            return "partial" if self.problems else "ok"
        return "failed" if any(problem.code == FORM_NOT_READ for problem in self.problems) else "no_form"

    def records(self, row: DocumentRow, settings: ReadSettings) -> DocumentRecords:
        """Return all rows of the document; `row` is its own."""
        rows = [normalise_form(form, row.document_id, row.file_name) for form in self.forms]
        records = DocumentRecords(
            document=row,
            forms=tuple(r.form for r in rows),
            funds=tuple(fund for r in rows for fund in r.funds),
            indicators=tuple(line for r in rows for line in r.indicators),
            findings=tuple(
                finding
                for form, r in zip(self.forms, rows, strict=True)
                for finding in reading_findings(form, r.form.form_id)
            ),
            cells=tuple(cell for r in rows for cell in r.cells),
        )
        return score_records(records, settings.profile, {r.form.form_id: r.values for r in rows})


def interpret_pages(pages: Sequence[Page], data: bytes, path: str, settings: ReadSettings) -> Interpretation:
    """Find the forms on the pages of a document. `data` are its bytes, for a second look at what is in doubt.

    Raises:
        DocumentError: what the stages raise.
    """
    fitted = list(fit_pages(pages, lambda page: read_words(data, page, settings)))
    pages = [infer_columns(found.page, data) for found in fitted]
    layouts = [find_regions(page) for page in pages]
    forms, others = read_forms(assemble_document(layouts), len(layouts))
    forms = resolve_districts(forms, path, settings.district_code)
    forms = examine_forms(forms, CellRereader(data, [layout.page for layout in layouts], settings))
    issues = [
        *find_unread(fitted, forms),
        *find_stray_ink(layouts),
        *(issue for page in pages for issue in page.issues),
    ]
    return Interpretation(forms, len(others), _problems(forms, issues))


def understand_pages(pages: Sequence[Page], data: bytes, path: str, settings: ReadSettings) -> list[Understanding]:
    """Return how far the labels of each form on the pages of a document were understood.

    Raises:
        DocumentError: what the stages raise.
    """
    fitted = fit_pages(pages, lambda page: read_words(data, page, settings))
    pairs, _ = pair_forms(assemble_document(find_regions(infer_columns(found.page, data)) for found in fitted))
    forms = resolve_districts([form for form, _ in pairs], path, settings.district_code)
    return [understand(form, table) for form, (_, table) in zip(forms, pairs, strict=True)]


def _problems(forms: Sequence[Form], issues: Sequence[PageIssue]) -> list[PageIssue]:
    """Return what makes a document `partial`: unread text, forms without an end."""
    found = [*issues, *(issue for form in forms for issue in form.issues)]
    found += [
        PageIssue("form_incomplete", f"form {form.form_no} has no total row; its end is missing", form.page_last)
        for form in forms
        if not form.complete
    ]
    return [issue for issue in found if issue.code in PARTIAL]
