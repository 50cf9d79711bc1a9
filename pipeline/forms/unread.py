"""The closing check: pages that show a form to a person and gave no whole one.

A page with a form's title or several of its labels, on which no form was read, is an error that is recorded, never a
quiet `no_form`; so is a page on which more forms begin than were read. Tables of other kinds (monitoring, review) are
told by their titles and left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.errors import FORM_NOT_READ
from pipeline.labels.titles import is_other_title, is_title
from pipeline.layout.fit.document import FittedPage
from pipeline.layout.fit.page import Evidence
from pipeline.models import Form, Page, PageIssue

FEWEST_LABELS = 4
"""Different labels that make a page one on which a form stands."""

TELLING = frozenset({"single", "fund_columns", "goals", "indicators", "sections"})
"""Sections of the vocabulary whose labels stand in forms."""

COMMON = frozenset({"number", "unit_raw", "remark", "remarks", "reason", "phone"})
"""Fields whose labels stand in any table: an invoice has 序号, 单位 and 备注 too."""


def find_unread(pages: Sequence[FittedPage], forms: Sequence[Form]) -> list[PageIssue]:
    """Return an issue for each page that shows a form, or another form, which was not read."""
    begun = Counter(form.page_first for form in forms)
    covered = {number for form in forms for number in range(form.page_first, form.page_last + 1)}
    issues: list[PageIssue] = []
    other = False
    for fitted in pages:
        page, evidence = fitted.page, fitted.evidence
        other = _shows_other(evidence) or (other and page.number not in covered and not _titled(evidence))
        if page.number in covered:
            missing = _names(evidence) - begun[page.number]
            if missing > 0:
                issues.append(_issue(page, f"{missing} more forms begin on it than were read"))
        elif not other and _shows_form(evidence, announced=begun[page.number + 1] > 0):
            issues.append(_issue(page, "it shows a form that was not read"))
    return issues


def _issue(page: Page, what: str) -> PageIssue:
    return PageIssue(FORM_NOT_READ, f"page {page.number}: {what}; look at the page", page.number)


def _names(evidence: Evidence) -> int:
    return sum(stack.field("single") == "project_name" for stack in evidence.stacks)


def _titled(evidence: Evidence) -> bool:
    return any(is_title(run.text) for run in evidence.runs)


def _shows_other(evidence: Evidence) -> bool:
    return any(is_other_title(run.text) for run in evidence.runs)


def _shows_form(evidence: Evidence, announced: bool) -> bool:
    """Tell whether a page shows a form; a title alone may announce the form of the next page."""
    return _count_labels(evidence) >= FEWEST_LABELS or (_titled(evidence) and not announced)


def _count_labels(evidence: Evidence) -> int:
    fields: Iterable[tuple[str, str]] = (field for stack in evidence.stacks for field in stack.fields)
    return len({field for section, field in fields if section in TELLING} - COMMON)
