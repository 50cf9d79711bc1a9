"""The codes of `findings` with their meaning, from `schemas/findings.yml`, and the page that documents them."""

from __future__ import annotations

from functools import lru_cache

from pipeline.records import FindingStatus, Severity
from pipeline.vocabulary import StrictData, load_yaml


class FindingKind(StrictData):
    """One code: its Chinese title, how sure and how grave it is, and when it holds, in English and in Chinese."""

    code: str
    title: str
    group: str
    status: FindingStatus
    severity: Severity
    description: str
    meaning: str


class FindingCatalogue(StrictData):
    """All codes, in the order of the documentation, with the headings of their groups."""

    groups: dict[str, str]
    findings: tuple[FindingKind, ...]


@lru_cache(maxsize=1)
def finding_catalogue() -> FindingCatalogue:
    """Read `schemas/findings.yml` once per process."""
    return load_yaml("findings.yml", FindingCatalogue)


@lru_cache(maxsize=1)
def finding_kinds() -> dict[str, FindingKind]:
    """Return the codes by name."""
    return {kind.code: kind for kind in finding_catalogue().findings}


_PREFACE = """# Findings

A finding is one row of the table `findings`: something on a form that the rules, or the form's own arithmetic, do
not bear out. It names the form and the indicator row, the column it rests on, what the form says, what was expected
and the difference, and says all of it in one Chinese sentence.

`status` tells how sure it is:

- `violation`: arithmetic or a printed rule is broken;
- `potential`: a rule that needs a person's judgement, or something worth a look;
- `unverifiable`: the form gives too little to check;
- `extraction_suspect`: the reading itself is in doubt. A field the finding rests on was not read for certain, the
  form's end is missing, or, on a scanned form, one misread, lost or added character would make everything agree.
  Look at the page first.

A field is certain that stands in the text of the document, or in a picture without doubt. It is not where it is marked
`needs_review`, where it is blank on a picture (what is not seen may not have been found), nor anywhere in a table of
which a head, a line or a cell was not understood. One such field among those that a finding rests on (`evidence`), and
the finding suspects the reading instead of accusing.

What holds a target and an actual against each other accuses only where both were plain to read. Where a reading had to
assume something, as the direction of a target without a sign, a number taken out of a sentence, a unit that is not
known or a range without one, the finding is `potential`. Findings about points follow from the verdicts of `scores`:
what is `consistent` there is not found here.

Every finding names its field as `cells` does (`table`, `row_no`, `field`), with page and box, and the fields it rests
on; only what is about a whole form or a set of forms has none.

Rules belong to a named scoring profile; its name is in every row. This page is generated from `schemas/findings.yml`.
"""


def describe_findings() -> str:
    """Return the text of `docs/findings.md`."""
    catalogue = finding_catalogue()
    sections = [_PREFACE]
    for group, heading in catalogue.groups.items():
        rows = [
            f"| `{kind.code}` | {kind.title} | {kind.status} | {kind.severity} | {kind.description}<br>{kind.meaning} |"
            for kind in catalogue.findings
            if kind.group == group
        ]
        header = "| code | 名称 | status | severity | holds when 何时成立 |\n| --- | --- | --- | --- | --- |"
        sections.append("\n".join([f"## {heading}", "", header, *rows, ""]))
    return "\n".join(sections)
