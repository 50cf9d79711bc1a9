"""What documents give together, worked out beside the store: duplicates, links, and findings about sets of forms.

`sets-*.sqlite` keeps the facts of every form (`pipeline.scoring.sets.facts`) by document, so that a run reads only the
results that are new, and goes through them department by department: memory grows with the largest department. What
comes out is kept there as well, by document, until it is published. The file only saves time; without it the facts are
gathered again from the results. Its name says by which rules: where those are others, all is compared anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from pipeline.dataset.documents import decode_rows, encode_rows
from pipeline.dataset.fingerprints import scoring_digest
from pipeline.records import FindingRow, LinkRow
from pipeline.scoring.sets.compare import compare_department
from pipeline.scoring.sets.drafts import SetDraft, indicator_key, publish_draft
from pipeline.scoring.sets.facts import GATHERED, FormFacts, decode_facts, encode_facts, gather_facts
from pipeline.scoring.sets.peers import Peer, find_outliers, is_comparable

_SCHEMA = """
create table if not exists documents (document_id text primary key, digest text, file_name text);
create table if not exists forms (
    document_id text, department text, name text, homeless int, district text, project text, code text, facts text);
create index if not exists forms_of_name on forms (name, district);
create index if not exists forms_of on forms (document_id);
create index if not exists forms_named on forms (project, homeless);
create index if not exists forms_coded on forms (code, homeless);
create table if not exists peers (
    document_id text, year int, level text, name text, unit text, form_id text, row_no int, district text, value real);
create index if not exists peers_of on peers (document_id);
"""

_FORGET = tuple(f"delete from {table} where document_id = ?" for table in ("documents", "forms", "peers"))  # noqa: S608

_RESULTS = """
create temp table results (document_id text, kind text, row text);
create temp table homes (form int primary key, department text);
create temp table duplicates (form_id text primary key, document_id text, original text);
"""

_FIND_HOMES = """
insert into homes
select lost.rowid, min(found.department) from forms as lost join forms as found
    on found.name = lost.name and found.district <> ''
where lost.district = '' and lost.name <> '' group by lost.rowid having count(distinct found.department) = 1;
create temp view settled as
select code, project, homeless, district, coalesce(homes.department, forms.department) as department
from forms left join homes on homes.form = forms.rowid;
insert or ignore into homes
select lost.rowid, min(found.department) from forms as lost join settled as found
    on found.code = lost.code and found.homeless = 0
where lost.homeless and lost.code <> '' group by lost.rowid having count(distinct found.department) = 1;
insert or ignore into homes
select lost.rowid, min(found.department) from forms as lost join settled as found
    on found.project = lost.project and found.homeless = 0 and lost.district in ('', found.district)
where lost.homeless and lost.project <> '' group by lost.rowid having count(distinct found.department) = 1;
"""
"""A form whose division is not known belongs to the only department of its name in the dataset; one that names no
department, as forms of targets often do, to the only one that has such a project."""


class Results(Protocol):
    """Where the rows of a document are had from."""

    def tables(self, document_id: str, wanted: Collection[str]) -> Mapping[str, pa.Table]:
        """Return some of a document's tables."""


class Sets:
    """The facts of a dataset's forms, and what they give together once `compare` has run."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(_SCHEMA + _RESULTS)

    def update(self, results: Results, documents: Iterable[tuple[str, str, str]]) -> None:
        """Gather the facts of documents that are new or changed, forget those that are gone.

        `documents` are the id of each, the digest of its rows, and the name that its file has.
        """
        wanted = {document_id: (digest, name) for document_id, digest, name in documents}
        known = dict(self._database.execute("select document_id, digest from documents"))
        for document_id, digest in known.items():
            if document_id not in wanted or wanted[document_id][0] != digest:
                self._forget(document_id)
        for document_id, (digest, name) in wanted.items():
            if known.get(document_id) != digest:
                self._add(document_id, gather_facts(_plain(results.tables(document_id, GATHERED))))
            self._database.execute("insert or replace into documents values (?, ?, ?)", (document_id, digest, name))
        self._database.commit()

    def _forget(self, document_id: str) -> None:
        for statement in _FORGET:
            self._database.execute(statement, (document_id,))

    def _add(self, document_id: str, forms: Sequence[FormFacts]) -> None:
        self._database.executemany(
            "insert into forms values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    document_id,
                    form.group,
                    form.department,
                    not form.department,
                    form.district,
                    form.project,
                    form.code,
                    facts,
                )
                for form, facts in ((form, encode_facts(form)) for form in forms)
            ],
        )
        self._database.executemany(
            "insert into peers values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(document_id, *peer) for form in forms for peer in _peers(form)],
        )

    def compare(self) -> None:
        """Compare the forms of each department, then indicators of a kind over all of them."""
        self._database.executescript(_FIND_HOMES)
        for _, rows in groupby(self._departments(), key=lambda row: row[0]):
            together = compare_department([decode_facts(facts, name) for _, facts, name in rows])
            self._keep("links", together.links)
            self._keep("findings", together.findings)
            self._database.executemany(
                "insert into duplicates values (?, ?, ?)",
                [(key, _document(key), original) for key, original in together.duplicates.items()],
            )
        self._keep("findings", self._outliers())

    def _departments(self) -> Iterator[tuple[str, str, str]]:
        return self._database.execute(
            "select coalesce(homes.department, forms.department) as home, facts, file_name from forms "
            "join documents using (document_id) left join homes on homes.form = forms.rowid order by home"
        )

    def _keep(self, kind: str, rows: Iterable[FindingRow | LinkRow]) -> None:
        self._database.executemany(
            "insert into results values (?, ?, ?)",
            [(_document(row.form_id), kind, encode_rows(kind, [row])) for row in rows],
        )

    def _outliers(self) -> Iterator[FindingRow]:
        rows = self._database.execute(
            "select year, level, name, unit, form_id, row_no, district, value from peers "
            "where form_id not in (select form_id from duplicates) order by year, level, name, unit, form_id, row_no"
        )
        for key, members in groupby(rows, key=lambda row: row[:4]):
            for outlier in find_outliers(key[2], key[3], [Peer(*row[4:]) for row in members]):
                place = indicator_key(outlier.peer.row_no, "target_raw")
                form = self._form(outlier.peer.form_id)
                yield publish_draft(
                    SetDraft(
                        form,
                        "target_far_from_peers",
                        outlier.message,
                        place,
                        reported=f"{outlier.peer.value:.12g}",
                        expected=f"{outlier.median:.12g}",
                        difference=outlier.score,
                    )
                )

    def _form(self, form_id: str) -> FormFacts:
        rows = self._database.execute("select facts from forms where document_id = ?", (_document(form_id),))
        return next(form for (facts,) in rows if (form := decode_facts(facts)).form_id == form_id)

    def rows(self, document_id: str, kind: str) -> tuple[Any, ...]:
        """Return the rows of `links` or `findings` that the forms of a document have from being compared."""
        found = self._database.execute(
            "select row from results where document_id = ? and kind = ? order by rowid", (document_id, kind)
        )
        return tuple(row for (text,) in found for row in decode_rows(kind, text))

    def duplicates(self, document_id: str) -> dict[str, str]:
        """Return the forms of a document that repeat another, with the form that counts instead."""
        return dict(
            self._database.execute("select form_id, original from duplicates where document_id = ?", (document_id,))
        )

    def digest(self, document_ids: Iterable[str]) -> str:
        """Return a digest of all that the forms of some documents have from being compared."""
        total = hashlib.sha256()
        for document_id in document_ids:
            found = self._database.execute(
                "select kind, row from results where document_id = ? order by rowid", (document_id,)
            ).fetchall()
            total.update(json.dumps([document_id, found, self.duplicates(document_id)]).encode())
        return total.hexdigest()

    def index(self) -> None:
        """Make the rows of one document quick to find, once all are there."""
        self._database.execute("create index results_of on results (document_id, kind)")
        self._database.execute("create index duplicates_of on duplicates (document_id)")


def place_findings(findings: Sequence[FindingRow], cells: pa.Table) -> list[FindingRow]:
    """Return findings with the page and the box of the field that each is about, from the cells of their document."""
    if not findings:
        return []
    wanted = {(one.form_id, one.table, one.row_no, one.field) for one in findings if one.table is not None}
    keys = zip(*(cells.column(name).to_pylist() for name in ("form_id", "table", "row_no", "field")), strict=True)
    found = {key: number for number, key in enumerate(keys) if key in wanted}
    rows = cells.select(_PLACE).take(pa.array(found.values(), pa.int64())).to_pylist()
    places = dict(zip(found, rows, strict=True))
    return [_place(finding, places) for finding in findings]


_PLACE = ["page", "x0", "y0", "x1", "y1"]


def _place(finding: FindingRow, places: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> FindingRow:
    """Return a finding where its field stands; about no field where the form does not print it."""
    printed = tuple(key for key in finding.evidence if (finding.form_id, *_read_key(key)) in places)
    finding = replace(finding, evidence=printed)
    if finding.table is None:
        return finding
    place = places.get((finding.form_id, finding.table, finding.row_no, finding.field))
    return replace(finding, table=None, row_no=None) if place is None else replace(finding, **place)


@cache
def sets_digest() -> str:
    """Return a digest of what the findings of sets depend on beside the rows: the rules, and what is kept here."""
    return hashlib.sha256(scoring_digest().encode() + Path(__file__).read_bytes()).hexdigest()


def _read_key(shown: str) -> tuple[str, int | None, str]:
    """Return the field of `cells` that a key of `evidence` names."""
    table, row_no, field = shown.split(":")
    return table, int(row_no) if row_no else None, field


@contextmanager
def open_sets(store: Path) -> Iterator[Sets]:
    """Open the facts kept in a store's folder; a file that is no database, or of other rules, is begun anew."""
    store.mkdir(parents=True, exist_ok=True)
    path = store / f"sets-{sets_digest()[:12]}.sqlite"
    for old in store.glob("sets-*.sqlite*"):
        if not old.name.startswith(path.name):
            old.unlink(missing_ok=True)
    try:
        with closing(_connect(path)) as database:
            yield Sets(database)
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
        raise


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    try:
        database.execute("select count(*) from sqlite_master")
    except sqlite3.DatabaseError:
        database.close()
        path.unlink()
        database = sqlite3.connect(path)
    database.execute("pragma synchronous = off")
    return database


def _document(form_id: str) -> str:
    return form_id.rpartition("-")[0]


def _plain(tables: Mapping[str, pa.Table]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that facts are gathered from: of the cells those in doubt and those that a picture gave."""
    import pyarrow.compute as pc

    cells = tables["cells"]
    telling = pc.or_(cells.column("needs_review"), pc.equal(cells.column("source"), "ocr"))
    needed = {**tables, "cells": cells.filter(telling)}
    return {name: needed[name].select(list(columns)).to_pylist() for name, columns in GATHERED.items()}


def _peers(form: FormFacts) -> Iterator[tuple[Any, ...]]:
    """Yield the targets of a form that can be held against those of others."""
    if form.kind not in {"project", "target"}:
        return
    for row in form.indicators:
        if is_comparable(row):
            level = f"{form.kind}|{row.level}"
            yield form.year, level, row.name, row.target_unit, form.form_id, row.row_no, form.district, row.target
