"""The whole site: overview, list of forms, a page for each form, and what was not read.

Everything is written aside and swapped in at once, so that a reader sees the site of one state; pictures are taken over
from the report before. Forms are taken part file by part file, so that memory does not grow with
the dataset.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline import __version__
from pipeline.dataset.columns import heading
from pipeline.errors import access_error
from pipeline.export.layout import workbook_layout
from pipeline.export.overview import Block, overview_blocks
from pipeline.query.chart import draw_chart
from pipeline.query.groups import compare_groups
from pipeline.records import DocumentRow
from pipeline.report.charts import count_scores, draw_bars
from pipeline.report.pictures import Drawn, Wanted, draw_all, drawing_workers
from pipeline.report.printed import PrintedForm, print_form
from pipeline.scoring.catalogue import finding_kinds
from pipeline.storage.arrow import table_to_rows
from pipeline.storage.atomic import TEMPORARY
from pipeline.storage.load import load, published_root
from pipeline.storage.publish import part_path, read_manifest

FOLDER, PICTURES, FORMS = "report", "pictures", "forms"
STATIC = ("report.css", "report.js", "list.js")


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What a report holds."""

    index: Path
    forms: int
    pictures: int
    without_pictures: int


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one part file of every table: documents, and the forms with what belongs to each."""

    documents: Mapping[str, DocumentRow]
    forms: tuple[PrintedForm, ...]


def write_report(out: Path) -> ReportSummary:
    """Write `out/report` from what is published in `out`.

    Raises:
        AccessError: nothing is published there, or the folder cannot be written.
    """
    root = published_root(out)
    folder = out / FOLDER
    aside = out / f"{TEMPORARY}{FOLDER}"
    try:
        for name in (FORMS, PICTURES):
            (aside / name).mkdir(parents=True, exist_ok=True)
        summary = _Writer(out, root, aside, folder).write()
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


@dataclass(frozen=True, slots=True)
class _Writer:
    """One report being written to `aside`, while `folder` still has the site before."""

    out: Path
    root: Path
    aside: Path
    folder: Path

    def write(self) -> ReportSummary:
        """Write all pages."""
        listed: list[list[Any]] = []
        pictures = without = 0
        pages_read: dict[str, set[int]] = defaultdict(set)
        for part in self._parts():
            drawn = self._draw(part)
            pictures += sum(len(one.sizes) for one in drawn.values())
            without += sum(not one.sizes for one in drawn.values())
            for form in part.forms:
                document = part.documents[form.form.document_id]
                self._page(
                    f"{FORMS}/{form.form.form_id}.html",
                    "form.html",
                    form=form,
                    document=document,
                    drawn=drawn.get(document.document_id),
                    deep="../",
                    **_table_head(form),
                )
                listed.append(_list_entry(form))
                pages_read[document.document_id].update(range(form.form.page_first, form.form.page_last + 1))
        self._site(listed, pages_read)
        self._drop_leftovers({entry[0] for entry in listed}, set(pages_read))
        return ReportSummary(self.folder / "index.html", len(listed), pictures, without)

    def _drop_leftovers(self, forms: set[str], documents: set[str]) -> None:
        """Remove what a report that was killed has left of forms and documents that are no more."""
        for page in (self.aside / FORMS).iterdir():
            if page.stem not in forms:
                page.unlink()
        for pictures in (self.aside / PICTURES).iterdir():
            if pictures.name not in documents:
                shutil.rmtree(pictures)

    def _parts(self) -> Iterator[_Part]:
        manifest = read_manifest(self.out) or {"parts": {}}
        for bucket in manifest["parts"]:
            rows = {
                name: table_to_rows(name, pq.read_table(part_path(self.root, name, bucket)))
                for name in ("documents", "forms", "funds", "indicators", "cells", "scores", "findings")
            }
            yield _gather(rows)

    def _draw(self, part: _Part) -> dict[str, Drawn]:
        pages: dict[str, set[int]] = defaultdict(set)
        for form in part.forms:
            pages[form.form.document_id].update(_pages(form))
        wanted = [
            Wanted(key, Path(part.documents[key].source_path), tuple(sorted(numbers)))
            for key, numbers in sorted(pages.items())
            if numbers
        ]
        folder, kept = self.aside / PICTURES, self.folder / PICTURES
        return {one.document_id: one for one in draw_all(wanted, folder, kept, drawing_workers())}

    def _site(self, listed: list[list[Any]], pages_read: Mapping[str, set[int]]) -> None:
        blocks = list(overview_blocks(self.root, self._snapshot()))
        documents = table_to_rows("documents", pq.read_table(self.root / "documents"))
        forms = load("forms", self.out)
        links = _finding_links(listed)
        self._page("index.html", "index.html", blocks=blocks, charts=list(self._charts(forms)), links=links)
        self._page("forms.html", "forms.html", count=len(listed), titles=links)
        unread = [document for document in documents if document.status != "ok"]
        idle = [(document, _idle_pages(document, pages_read)) for document in documents]
        incomplete = forms[~forms["complete"].astype(bool)].to_dict("records")
        self._page(
            "unread.html",
            "unread.html",
            unread=sorted(unread, key=lambda document: (document.status, document.source_path)),
            idle=[(document, pages) for document, pages in idle if pages],
            incomplete=incomplete,
        )
        (self.aside / "forms.js").write_text(f"window.FORMS = {_script_data(listed)};\n", encoding="ascii")
        for name in STATIC:
            content = files("pipeline.report").joinpath("static", name).read_bytes()
            (self.aside / name).write_bytes(content)

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

    def _snapshot(self) -> str:
        return str((read_manifest(self.out) or {}).get("snapshot", ""))

    def _page(self, name: str, template: str, **content: Any) -> None:
        common = {"deep": "", "version": __version__, "snapshot": self._snapshot(), "words": workbook_layout().words}
        (self.aside / name).write_text(_environment().get_template(template).render(common | content), encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = show_cell
    environment.filters["plain"] = plain_text
    return environment


def plain_text(text: str | None) -> str:
    """Return a text without characters that have no picture or turn the direction of writing."""
    return "".join(char if char.isprintable() or char in "\n\t\u3000" else "�" for char in text or "")


def show_cell(value: Any, kind: str) -> str:
    """Return a value of an overview table as it is written."""
    if value is None:
        return "—"
    if kind == "percent":
        return f"{float(value):.2%}"
    if kind in {"money", "integer"} and not isinstance(value, str):
        return f"{value:,.2f}" if kind == "money" else f"{int(value):,}"
    if isinstance(value, float) or kind == "points":
        return f"{float(value):.2f}".rstrip("0").rstrip(".")
    return plain_text(str(value))


def _gather(rows: Mapping[str, Iterable[Any]]) -> _Part:
    by_form: dict[str, dict[str, list[Any]]] = {
        name: _by_form(rows[name]) for name in ("funds", "indicators", "cells", "scores", "findings")
    }
    forms = tuple(
        print_form(form, {name: groups.get(form.form_id, []) for name, groups in by_form.items()})
        for form in rows["forms"]
    )
    return _Part({document.document_id: document for document in rows["documents"]}, forms)


def _by_form(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.form_id].append(row)
    return groups


def _pages(form: PrintedForm) -> set[int]:
    fields = [*form.facts, *form.goals, *form.totals, *form.below]
    fields += [field for _, label, fund in form.funds for field in (label, *fund)]
    fields += [field for line in form.lines for field, _ in line.cells]
    return {field.place.page for field in fields if field.place is not None}


def _table_head(form: PrintedForm) -> dict[str, Any]:
    """Return the headings of the indicator table, and how many columns stand before and after the total's points."""
    before = form.columns.index("weight_raw") if "weight_raw" in form.columns else max(0, len(form.columns) - 2)
    return {
        "heads": [heading("indicators", name) for name in form.columns],
        "total_before": before + 1,
        "total_after": max(0, len(form.columns) - before - 2),
    }


def _idle_pages(document: DocumentRow, pages_read: Mapping[str, set[int]]) -> list[int]:
    """Return the pages of a document that no form stands on."""
    return [page for page in range(1, (document.pages or 0) + 1) if page not in pages_read[document.document_id]]


def _list_entry(form: PrintedForm) -> list[Any]:
    """Return what the list of forms shows of a form and filters by."""
    findings = [*form.findings, *(finding for line in form.lines for finding in line.findings)]
    row = form.form
    return [
        row.form_id,
        plain_text(row.district),
        plain_text(row.department),
        row.year,
        plain_text(row.project_name) or "（项目名称为空）",
        None if row.total_score is None else float(row.total_score),
        [f"{finding.code}:{finding.status}" for finding in findings],
        form.doubted,
        bool(row.complete),
        f"{plain_text(row.file_name)} 第 {row.form_no} 表",
    ]


def _finding_links(listed: Iterable[list[Any]]) -> list[tuple[str, str]]:
    """Return code and title of the findings that there are, in the order of the catalogue."""
    codes = {finding.partition(":")[0] for entry in listed for finding in entry[6]}
    return [(code, kind.title) for code, kind in finding_kinds().items() if code in codes]


def _script_data(content: Any) -> str:
    """Return data for a script: ASCII only, and nothing that could end a script element."""
    return json.dumps(content, ensure_ascii=True).replace("<", "\\u003c")
