"""The whole site: overview, list of forms, a page for each form, and what was not read.

Everything is written aside and swapped in at once, so that a reader sees the site of one state; pictures are taken over
from the report before. Forms are taken part file by part file; of each only what the list says and searches is kept,
and the whole of those that are laid beside another.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from markupsafe import Markup

from pipeline.dataset.columns import heading
from pipeline.errors import FORM_NOT_READ, access_error
from pipeline.export.overview import Block, overview_blocks
from pipeline.query.chart import draw_chart
from pipeline.query.groups import compare_groups
from pipeline.records import DocumentRow
from pipeline.report.charts import count_scores, draw_bars
from pipeline.report.entries import (
    Entry,
    entry_rows,
    list_findings,
    list_words,
    make_entry,
    order_entries,
    prefer_pictured,
    script_data,
)
from pipeline.report.overview import list_first, make_overview, profile_title
from pipeline.report.pages import PageWriter
from pipeline.report.pairs import add_links, find_groups, make_pairs
from pipeline.report.parts import Part, read_on, read_parts, snapshot_id
from pipeline.report.pictures import Drawn, Wanted, draw_all, drawing_workers
from pipeline.report.printed import PrintedForm
from pipeline.report.sheet import plan_sheet
from pipeline.report.weights import report_rules
from pipeline.scoring.catalogue import finding_kinds
from pipeline.storage.arrow import table_to_rows
from pipeline.storage.atomic import TEMPORARY
from pipeline.storage.load import load, published_root, read_published

FOLDER, PICTURES, FORMS, SHEETS, PAIRS = "report", "pictures", "forms", "sheets", "pairs"
STATIC = ("report.css", "report.js", "select.js", "list.js", "walk.js", "checklist.js")

GROUPED = ("form_id", "project_name", "project_code", "department", "department_key", "district_code", "year")
"""Columns of `forms` that tell which forms are of one project."""


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What a report holds."""

    index: Path
    forms: int
    pictures: int
    without_pictures: int
    first: tuple[Entry, ...]
    """The forms to be looked at first."""


def write_report(out: Path) -> ReportSummary:
    """Write `out/report` from what is published in `out`.

    Raises:
        AccessError: nothing is published there, or the folder cannot be written.
    """
    root = published_root(out)
    folder = out / FOLDER
    aside = out / f"{TEMPORARY}{FOLDER}"
    try:
        for name in (FORMS, PICTURES, SHEETS):
            (aside / name).mkdir(parents=True, exist_ok=True)
        shutil.rmtree(aside / PAIRS, ignore_errors=True)
        (aside / PAIRS).mkdir()
        summary = _Writer(out, root, aside, folder, PageWriter(aside, snapshot_id(out), read_on(root))).write()
        _swap(aside, folder)
    except OSError as error:
        raise access_error(error, f"{folder}: cannot be written") from error
    return summary


def _swap(aside: Path, folder: Path) -> None:
    """Put the new site in the place of the old."""
    old = folder.with_name(f"{TEMPORARY}old-{FOLDER}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        os.replace(folder, old)
    os.replace(aside, folder)
    shutil.rmtree(old, ignore_errors=True)


@dataclass(slots=True)
class _Gathered:
    """What the pages that are about all forms need of each."""

    entries: list[Entry] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    findings: dict[str, list[list[Any]]] = field(default_factory=dict)
    grouped: dict[str, PrintedForm] = field(default_factory=dict)
    pages_read: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    pictures: int = 0
    without: int = 0

    def add(self, form: PrintedForm, is_grouped: bool) -> None:
        """Take what is needed of one form; the whole of it only where it is laid beside another."""
        form_id = form.form.form_id
        self.entries.append(make_entry(form))
        self.words[form_id] = list_words(form)
        self.findings[form_id] = list_findings(form)
        self.pages_read[form.form.document_id].update(range(form.form.page_first, form.form.page_last + 1))
        if is_grouped:
            self.grouped[form_id] = form


@dataclass(frozen=True, slots=True)
class _Writer:
    """One report being written to `aside`, while `folder` still has the site before."""

    out: Path
    root: Path
    aside: Path
    folder: Path
    pages: PageWriter

    def write(self) -> ReportSummary:
        """Write all pages."""
        gathered = _Gathered()
        groups = self._groups()
        beside = _neighbours(groups)
        for part in read_parts(self.out, self.root):
            drawn = self._draw(part)
            gathered.pictures += sum(len(one.sizes) for one in drawn.values())
            gathered.without += sum(not one.sizes for one in drawn.values())
            for form in part.forms:
                document = part.documents[form.form.document_id]
                self._form(form, document, drawn.get(document.document_id), beside.get(form.form.form_id, ()))
                gathered.add(form, form.form.form_id in beside)
        for pair in make_pairs(groups, gathered.grouped):
            self.pages.write(f"{PAIRS}/{pair.name}", "pair.html", pair=pair, deep="../")
        ordered = order_entries(prefer_pictured(gathered.entries))
        self._site(gathered, ordered)
        self._drop_leftovers({entry["id"] for entry in ordered}, set(gathered.pages_read))
        return ReportSummary(
            self.folder / "index.html", len(ordered), gathered.pictures, gathered.without, tuple(list_first(ordered))
        )

    def _groups(self) -> list[tuple[str, ...]]:
        rows = table_to_rows("forms", read_published(self.root, "forms"))
        names = (*GROUPED, "form_kind", "file_name", "form_no")
        groups = find_groups({name: getattr(row, name) for name in names} for row in rows)
        return add_links(groups, _linked(self.root))

    def _form(
        self, form: PrintedForm, document: DocumentRow, drawn: Drawn | None, beside: tuple[tuple[str, str], ...]
    ) -> None:
        content = {"form": form, "document": document, "drawn": drawn, "deep": "../"}
        self.pages.write(
            f"{FORMS}/{form.form.form_id}.html", "form.html", **content, beside=beside, **_table_head(form)
        )
        plan = plan_sheet(form.findings, drawn is not None and bool(drawn.sizes))
        self.pages.write(f"{SHEETS}/{form.form.form_id}.html", "sheet.html", sheet=plan, **content)

    def _drop_leftovers(self, forms: set[str], documents: set[str]) -> None:
        """Remove what a report that was killed has left of forms and documents that are no more."""
        for folder in (FORMS, SHEETS):
            for page in (self.aside / folder).iterdir():
                if page.stem not in forms:
                    page.unlink()
        for pictures in (self.aside / PICTURES).iterdir():
            if pictures.name not in documents:
                shutil.rmtree(pictures)

    def _draw(self, part: Part) -> dict[str, Drawn]:
        pages: dict[str, set[int]] = defaultdict(set)
        for form in part.forms:
            pages[form.form.document_id].update(one.place.page for one in form.fields if one.place is not None)
        wanted = [
            Wanted(key, Path(part.documents[key].source_path), tuple(sorted(numbers)))
            for key, numbers in sorted(pages.items())
            if numbers
        ]
        folder, kept = self.aside / PICTURES, self.folder / PICTURES
        return {one.document_id: one for one in draw_all(wanted, folder, kept, drawing_workers())}

    def _site(self, gathered: _Gathered, ordered: list[Entry]) -> None:
        overview, rules = make_overview(ordered), report_rules()
        self.pages.write("index.html", "index.html", overview=overview, rules=rules)
        self.pages.write("forms.html", "forms.html", count=len(ordered))
        self.pages.write("checklist.html", "checklist.html")
        forms = load("forms", self.out)
        counted = forms[forms["duplicate_of"].isna()]
        blocks = list(overview_blocks(self.root, self.pages.snapshot))
        self.pages.write("figures.html", "figures.html", blocks=blocks, charts=list(self._charts(counted)))
        self._unread(gathered.pages_read, forms[~forms["complete"].astype(bool)].to_dict("records"))
        titles = {code: kind.title for code, kind in finding_kinds().items()}
        profiles = {name: profile_title(name) for name in sorted({entry["profile"] for entry in ordered})}
        data = {
            **entry_rows(ordered),
            "titles": titles,
            "profiles": profiles,
            "words": self.pages.words(),
            "snapshot": self.pages.snapshot,
        }
        self._script("forms.js", "JIXIAO", data)
        self._script("words.js", "WORDS", [gathered.words[entry["id"]] for entry in ordered])
        self._script("findings.js", "FINDINGS", [gathered.findings[entry["id"]] for entry in ordered])
        (self.aside / "print.css").write_text(self.pages.print_style(), encoding="utf-8")
        for name in STATIC:
            content = files("pipeline.report").joinpath("static", name).read_bytes()
            (self.aside / name).write_bytes(content)

    def _script(self, file: str, name: str, content: Any) -> None:
        (self.aside / file).write_text(script_data(name, content), encoding="ascii")

    def _unread(self, pages_read: Mapping[str, set[int]], incomplete: list[Any]) -> None:
        documents = table_to_rows("documents", pq.read_table(self.root / "documents"))
        unread = [document for document in documents if document.status != "ok"]
        idle = [(document, _idle_pages(document, pages_read)) for document in documents]
        self.pages.write(
            "unread.html",
            "unread.html",
            unread=sorted(unread, key=_urgency),
            idle=[(document, pages) for document, pages in idle if pages],
            incomplete=incomplete,
        )

    def _charts(self, forms: Any) -> Iterator[tuple[str, Markup, Block]]:
        """Yield title, picture and the table behind it."""
        scores = [float(score) for score in forms["total_score"].dropna()]
        if scores:
            counts = count_scores(scores)
            table = Block("", (("总分", "text"), ("自评表（张）", "integer")), tuple(counts))
            yield "总分的分布", Markup(draw_bars(counts, "各总分区间的自评表张数")), table  # noqa: S704 - our own SVG
        if len(forms):
            answer = compare_groups(self.out, "district")
            heads = tuple((column, "text") for column in answer.columns)
            # The chart's writer escapes the names of districts.
            yield "各区对照", Markup(draw_chart(answer, "各区对照")), Block("", heads, answer.rows)  # noqa: S704


def _linked(root: Path) -> list[tuple[str, str]]:
    """Return the forms that the dataset links, targets or the earlier year first; an older version links none."""
    if not (root / "links").is_dir():
        return []
    return [(row.other_form_id, row.form_id) for row in table_to_rows("links", read_published(root, "links"))]


def _neighbours(groups: Iterable[tuple[str, ...]]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return for each form the pages on which it is laid beside another: form before and form after it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for group in groups:
        for pair in pairwise(group):
            for form_id in pair:
                found[form_id].append(pair)
    return {form_id: tuple(pairs) for form_id, pairs in found.items()}


def _table_head(form: PrintedForm) -> dict[str, Any]:
    """Return the headings of the indicator table, and how many columns stand before and after the total's points."""
    before = form.columns.index("weight_raw") if "weight_raw" in form.columns else max(0, len(form.columns) - 2)
    return {
        "heads": [heading("indicators", name) for name in form.columns],
        "total_before": before + 1,
        "total_after": max(0, len(form.columns) - before - 2),
    }


def _urgency(document: DocumentRow) -> tuple[bool, str, str]:
    """Return the place of a document in the list of what was not read: forms that a person sees there come first."""
    return document.error_code != FORM_NOT_READ, document.status, document.source_path


def _idle_pages(document: DocumentRow, pages_read: Mapping[str, set[int]]) -> list[int]:
    """Return the pages of a document that no form stands on."""
    return [page for page in range(1, (document.pages or 0) + 1) if page not in pages_read[document.document_id]]
