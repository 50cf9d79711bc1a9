"""What was read of the drawn documents, counted, and the report of it.

A field is silent when it is wrong and not marked for review. Silent errors, risk and AURC are per 10,000 fields.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.curves import area_under, risk_at, risk_coverage
from benchmarks.drawn import PLAIN_RULING, PLAIN_SCAN, TEXT, WORD, Recipe
from tests.typeset.compare import Judgement

COVERAGES = (0.9, 0.95, 0.99, 1.0)
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One document as it was read: its judged fields, seconds of reading, and the error where reading failed."""

    recipe: Recipe
    forms: int
    pages: int
    seconds: float
    fields: tuple[Judgement, ...]
    error: str = ""


@dataclass(slots=True)
class Tally:
    """The outcomes of some documents."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def fields(self) -> list[Judgement]:
        """All judged fields."""
        return [j for o in self.outcomes for j in o.fields]

    @property
    def accuracy(self) -> float:
        """Share of right fields."""
        return share(j.right for j in self.fields)

    @property
    def row_accuracy(self) -> float:
        """Share of indicator rows with every field right."""
        rows: dict[tuple[str, int, str], bool] = defaultdict(lambda: True)
        for j in self.fields:
            if j.row.startswith("row"):
                rows[j.file, j.form_no, j.row] &= j.right
        return share(rows.values())

    @property
    def silent_per_10k(self) -> float:
        """Wrong fields that nobody is asked to look at, per 10,000."""
        return 1e4 * share(j.silent for j in self.fields)

    @property
    def review_load(self) -> float:
        """Share of fields marked for review."""
        return share(j.flagged for j in self.fields)


def share(marks: Iterable[bool]) -> float:
    """Return the share of true marks; 0 where there are none."""
    known = list(marks)
    return sum(known) / len(known) if known else 0.0


def group(outcomes: Iterable[Outcome], key: Callable[[Recipe], str]) -> dict[str, Tally]:
    """Return the outcomes by a name that is taken from their recipes, in the order of the names."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for outcome in outcomes:
        tallies[key(outcome.recipe)].outcomes.append(outcome)
    return dict(sorted(tallies.items()))


def kind(recipe: Recipe) -> str:
    """Name what a document tests: text, Word, or a scan whose ruling, condition or both are not plain."""
    if recipe.condition in {TEXT, WORD}:
        return recipe.condition
    ruled = "plain ruling" if recipe.ruling == PLAIN_RULING else "any ruling"
    return f"scan, {'plain' if recipe.condition == PLAIN_SCAN else 'spoiled'}, {ruled}"


def table_row(name: str, tally: Tally) -> str:
    """Return some documents as a row of a table."""
    points = risk_coverage([(j.confidence, j.right) for j in tally.fields])
    risks = " | ".join(f"{1e4 * risk_at(points, c):.1f}" for c in COVERAGES)
    pages = sum(o.pages for o in tally.outcomes)
    seconds = sum(o.seconds for o in tally.outcomes) / max(1, pages)
    forms, failed = sum(o.forms for o in tally.outcomes), sum(bool(o.error) for o in tally.outcomes)
    return (
        f"| {name} | {forms} | {failed} | {len(tally.fields)} | {tally.accuracy:.4f} | {tally.row_accuracy:.4f} "
        f"| {tally.silent_per_10k:.1f} | {tally.review_load:.4f} | {risks} | {1e4 * area_under(points):.2f} "
        f"| {seconds:.2f} |"
    )


def table(first: str, tallies: Mapping[str, Tally]) -> list[str]:
    """Return a table with a row for each name."""
    risks = " | ".join(f"risk at {c:.0%}" for c in COVERAGES)
    heads = f"{first} | forms | failed | fields | field accuracy | row accuracy | silent | review load | {risks}"
    rows = [table_row(name, tally) for name, tally in tallies.items()]
    return [f"| {heads} | AURC | s/page |", "| --- " * (10 + len(COVERAGES)) + "|", *rows, ""]


def calibration(fields: Sequence[Judgement]) -> list[str]:
    """Return the rows of the table that compares stated confidence with the share of right fields."""
    rows = []
    for low, high in zip(BINS, [*BINS[1:], 1.01], strict=True):
        inside = [j.right for j in fields if low <= j.confidence < high]
        if inside:
            rows.append(f"| {low:.2f} to {min(high, 1.0):.2f} | {len(inside)} | {share(inside):.4f} |")
    return rows


def report(outcomes: Sequence[Outcome], command: str, half: str) -> str:
    """Return the whole report as Markdown."""
    texts = [o for o in outcomes if o.recipe.condition in {TEXT, WORD}]
    scans = [o for o in outcomes if o.recipe.condition not in {TEXT, WORD}]
    lines = [
        "# Accuracy on drawn forms", "", f"`{command}`", "",
        f"Random forms of the half `{half}`, read end to end: {len(texts)} text and Word files and {len(scans)} scans,",
        "each in a layout of its own. Silent errors (wrong and not marked for review), risk and AURC are per 10,000",
        "fields; risk at a coverage is the share of wrong fields among the surest ones, AURC its mean over all",
        "coverages. A document that cannot be read has every field wrong.", "",
        *table("documents", group(outcomes, kind) | {"all": Tally(list(outcomes))}),
        "![risk against coverage](accuracy.svg)", "",
        "## Kinds of ruling", "", "Text:", "", *table("ruling", group(texts, lambda r: r.ruling)),
        "Scans, in whatever condition:", "", *table("ruling", group(scans, lambda r: r.ruling)),
        "## Typesetters", "", *table("typesetter", group(outcomes, lambda r: r.typesetter)),
        "## Typists' habits", "", *table("habit", group(outcomes, lambda r: r.habit)),
        "## Conditions of scans", "", *table("condition", group(scans, lambda r: r.condition)),
        "## What confidence is worth (scans)", "", "| confidence | fields | right |", "| --- | --- | --- |",
        *calibration([j for o in scans for j in o.fields]), "",
    ]  # fmt: skip
    return "\n".join(lines)


def list_errors(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield every wrong field and every failure as a tab-separated line."""
    yield "document\tform\trow\tcolumn\tsilent\tconfidence\twant\tgot"
    for outcome in outcomes:
        if outcome.error:
            yield f"{outcome.recipe.stem}\t\t\t\t\t\t\t{outcome.error.strip().splitlines()[-1]}"
        for j in outcome.fields:
            if not j.right:
                where = f"{outcome.recipe.stem}\t{j.form_no}\t{j.row}\t{j.column}\t{j.silent}"
                yield f"{where}\t{j.confidence:.4f}\t{j.want}\t{j.got}"
