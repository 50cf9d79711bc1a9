"""The heads of a table's columns, assigned to fields all together.

A head is a path: the texts above a column from top to bottom (`年度指标值 › 单位`), most often of one text. Each path
has an affinity to each field, by its wording, by a word it contains, by what it stands below, or as a misreading; the
assignment with the greatest sum of affinities gives every field at most one column and every column at most one
field. So 上年完成值 cannot take the place of 实际完成值, 年初指标值 is the target where no 调整指标值 stands beside it,
and of three misread level heads the last is told by what is left over.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from pipeline.labels.assignment import assign
from pipeline.labels.contrasts import is_contrary
from pipeline.labels.words import (
    REMEMBERED,
    find_columns,
    find_label,
    find_labels,
    fold_label,
    head_words,
    is_label,
    section_fields,
    section_labels,
)

Path = str | Sequence[str]
"""What stands above a column: one text, or several from top to bottom."""

EXACT, BELOW, CONTAINED, MISREAD, AS_SECTION = 1.0, 0.95, 0.6, 0.5, 0.2
"""How far a path speaks for a field: by its wording, by what it stands below, by a word in it, times the similarity as
a misreading of a wording, and by a wording that is also the name of the section and usually stands for that."""

REQUIRED = 0.3
"""What a field that a form cannot do without counts for beside the affinity of its head."""

SIMILAR = 0.7
"""Similarity (difflib's ratio) from which an unsure text may be a misread wording."""

REPEATED = 1e-6
"""What being further to the right takes from an affinity: of two equal heads the first is the column's."""

IN_ORDER = 1e-9
"""What equal heads of fields in their usual order add, times rank and place: of three 级指标 the first is 一级指标."""


@dataclass(frozen=True, slots=True)
class HeadMatch:
    """What a row of heads turned out to be.

    `fields` has the field of each place in the row that has one, `exact` the places told by their own wording,
    `unknown` the written places that nothing explains (names of sections are explained), `strength` the sum of
    affinities: of two readings of a row as heads the stronger is the better one.
    """

    fields: Mapping[int, str]
    exact: frozenset[int]
    unknown: tuple[int, ...]
    strength: float

    @property
    def explained(self) -> float:
        """Return the share of the written heads that the vocabulary explains, from 0 to 1."""
        written = len(self.fields) + len(self.unknown)
        return len(self.fields) / written if written else 0.0


def match_heads(section: str, paths: Sequence[Path], *, unsure: Sequence[bool] = ()) -> HeadMatch:
    """Assign the heads of a row, or of stacked rows, to the fields of `fund_columns`, `goals` or `indicators`.

    `unsure` marks the places whose text a recogniser did not read surely; only there a misread wording is recognised.
    """
    heads = _without_years([_as_path(path) for path in paths])
    doubted = (*unsure, *[False] * (len(heads) - len(unsure)))
    return _assigned(section, tuple(heads), doubted)


@lru_cache(maxsize=REMEMBERED)
def _assigned(section: str, heads: tuple[tuple[str, ...], ...], doubted: tuple[bool, ...]) -> HeadMatch:
    """Assign heads to fields; the forms of one template have the same heads, and each is asked several times."""
    fields = section_fields(section)
    affinities = [
        [affinity(section, head, f, unsure=u) for f in fields] for head, u in zip(heads, doubted, strict=True)
    ]
    weighed = [
        [_weigh(section, value, (rank, field), at) for value, (rank, field) in zip(row, enumerate(fields), strict=True)]
        for at, row in enumerate(affinities)
    ]
    taken = assign(weighed)
    unknown = tuple(at for at, head in enumerate(heads) if at not in taken and is_unexplained(head))
    return HeadMatch(
        fields={at: fields[field] for at, field in taken.items()},
        exact=frozenset(at for at, field in taken.items() if affinities[at][field] in {EXACT, BELOW, AS_SECTION}),
        unknown=unknown,
        strength=sum(affinities[at][field] for at, field in taken.items()),
    )


def told_by_place(section: str, match: HeadMatch, unread: Mapping[int, str]) -> dict[int, str]:
    """Return the place and the field of a head that could not be read, where all heads around leave only one field.

    Of the columns that a section cannot do without, which stand in one order, one is missing, and where it is missing
    nothing but this head is unknown, or it alone is like the field's wordings. Several that follow each other are told
    by their order where as many heads stand there of which nothing was read. `unread` are the heads that were read as
    nothing known, by their place.
    """
    order = head_words(section).required
    places = {field: at for at, field in match.fields.items()}
    missing = [rank for rank, field in enumerate(order) if field not in places]
    if not missing:
        return _told_points(section, match, unread) or _told_by_likeness(section, match, unread)
    if len(order) < 2 or missing != list(range(missing[0], missing[-1] + 1)):
        return {}
    if len(missing) > 1:
        return _told_in_order(match, unread, [order[rank] for rank in missing], order)
    rank = missing[0]
    before = places[order[rank - 1]] if rank else None
    after = places[order[rank + 1]] if rank + 1 < len(order) else None
    within = {at: text for at, text in unread.items() if _stands_between(at, before, after, match.fields, unread)}
    likeness = {at: _likeness(section, text, order[rank]) for at, text in within.items()}
    best, *others = sorted(likeness, key=lambda at: -likeness[at]) or [-1]
    if best < 0 or (others and likeness[best] < max(ALIKE, likeness[others[0]] + CLEARLY)):
        return {}
    return {best: order[rank]}


def _told_points(section: str, match: HeadMatch, unread: Mapping[int, str]) -> dict[int, str]:
    """Return the fields of heads of which no character was read, behind what was reached: 分值, 得分, in this order.

    All that stands beside them is known.
    """
    places = {field: at for at, field in match.fields.items()}
    missing = [field for field in ("weight_raw", "score_raw") if field not in places]
    before = places.get("actual_raw" if "weight_raw" in missing else "weight_raw")
    if section != "indicators" or not missing or before is None:
        return {}
    told = dict(enumerate(missing, before + 1))
    blank = all(at in unread and not any(map(str.isalnum, unread[at])) for at in told)
    beyond = before + len(told) + 1
    return told if blank and (places.get("score_raw", beyond) == beyond and beyond in match.fields) else {}


def _told_in_order(
    match: HeadMatch, unread: Mapping[int, str], missing: Sequence[str], order: Sequence[str]
) -> dict[int, str]:
    """Return the fields of blank heads that are as many as the missing fields, and all that stands where these are."""
    places = {field: at for at, field in match.fields.items()}
    before = [places[field] for field in order[: order.index(missing[0])]]
    after = [places[field] for field in order[order.index(missing[-1]) + 1 :]]
    blank = [at for at in unread if not unread[at] and at > max(before, default=-1) and at < min(after, default=at + 1)]
    following = bool(blank) and bool(before) and blank == list(range(max(before) + 1, max(before) + 1 + len(missing)))
    return dict(zip(blank, missing, strict=True)) if following else {}


ALIKE, CLEARLY = 0.4, 0.2
"""Similarity from which one of several unread heads may be a field's, and by how much it is more like it than any other
of them."""


def _told_by_likeness(section: str, match: HeadMatch, unread: Mapping[int, str]) -> dict[int, str]:
    """Return the field of the only unread head of a row that has all it cannot do without: the one it is like.

    Of the fields that are left it must be half like one, and clearly more than any other.
    """
    if len(unread) != 1 or set(match.unknown) - set(unread):
        return {}
    ((at, text),) = unread.items()
    left = [field for field in section_fields(section) if field not in match.fields.values()]
    best, *others = sorted(((_likeness(section, text, field), field) for field in left), reverse=True) or [(0.0, "")]
    clearly = max(HALF, others[0][0] + CLEARLY if others else 0.0)
    return {at: best[1]} if best[0] >= clearly else {}


HALF = 0.5
"""Similarity from which an unread head may be that of a field which a form can do without."""

POINTS = frozenset({"weight_raw", "score_raw"})
"""Fields whose columns end those of what was aimed at and what was reached."""


def _stands_between(
    at: int, before: int | None, after: int | None, told: Mapping[int, str], unread: Container[int]
) -> bool:
    """Tell whether all places from one head to another are known.

    None is a head that no order names; then a told one stands there, next to the place, and none of points before it.
    """
    first, last = at - 1 if before is None else before, at + 1 if after is None else after
    if not first < at < last or first not in told or last not in told:
        return False
    between = [place for place in range(first + 1, last) if place != at]
    free = before is not None and after is not None
    return all(place in unread or (place in told and (free or told[place] not in POINTS)) for place in between)


def _as_path(path: Path) -> tuple[str, ...]:
    texts = (path,) if isinstance(path, str) else tuple(path)
    return tuple(dict.fromkeys(text for text in texts if fold_label(text)))


_YEAR = re.compile(r"^\s*(20\d{2})\s*年度?\s*")


def _without_years(paths: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the paths without the years that they begin with: the latest is this year, any other one last year.

    Of 2022年完成值 and 2023年完成值 the first is 上年完成值, the second 完成值; so are heads below a year alone.
    """
    years = [[match[1] for text in path if (match := _YEAR.match(text))] for path in paths]
    latest = max((year for found in years for year in found), default="")
    return [_of_year(path, found[0] == latest) if found else path for path, found in zip(paths, years, strict=True)]


def names_a_year_only(text: str) -> bool:
    """Tell whether a text is a year and nothing else."""
    return bool(_YEAR.match(text)) and not fold_label(_YEAR.sub("", text))


def _of_year(path: tuple[str, ...], is_latest: bool) -> tuple[str, ...]:
    bare = tuple(text for one in path if fold_label(text := _YEAR.sub("", one)))
    return bare if is_latest else (f"上年{bare[-1] if bare else ''}",)


def _weigh(section: str, value: float, ranked: tuple[int, str], at: int) -> float:
    if value <= 0:
        return 0.0
    rank, field = ranked
    side, required = at if section == "goals" else -at, head_words(section).required
    needed = value > AS_SECTION and field in required
    return value + (REQUIRED if needed else 0.0) + REPEATED * side + IN_ORDER * rank * at


def is_unexplained(path: Sequence[str]) -> bool:
    """Tell whether a head says something that is no label of any section."""
    return bool(path) and not any(is_label(text) for text in path[-1:])


def is_lower_word(section: str, text: str) -> bool:
    """Tell whether a text stands for a field in the lower rows of a head: by its own wording, or below some word."""
    folded = fold_label(text)
    return bool(find_labels(section, text)) or any(folded in rule.fields for rule in head_words(section).below)


@cache
def affinity(section: str, path: tuple[str, ...], field: str, *, unsure: bool = False) -> float:
    """Return how far a path speaks for a field, from 0 to 1."""
    if not path:
        return 0.0
    leaf, joined = path[-1], "".join(path)
    if field in _below(section, path):
        return BELOW
    for text in (leaf, joined):
        if field in find_labels(section, text):
            return AS_SECTION if find_label("sections", text) else EXACT
    if any(find_labels(section, text) for text in (leaf, joined)):
        return 0.0
    contained = find_columns(section, leaf)
    if field in contained:
        return CONTAINED - REPEATED * contained.index(field)
    return MISREAD * _similarity(section, leaf, field) if unsure or fold_label(leaf) in _unnumbered(section) else 0.0


@cache
def _unnumbered(section: str) -> frozenset[str]:
    """Return what is left of the heads that begin with a numeral where thin strokes are not printed: 级指标."""
    labels = section_labels(section)
    return frozenset(label[1:] for label in labels if _NUMBERED_LEVEL.match(label)) - labels


_NUMBERED_LEVEL = re.compile("[一二三]级")


def _below(section: str, path: Sequence[str]) -> set[str]:
    """Return the fields that a lower word stands for below the word above it."""
    if len(path) < 2:
        return set()
    leaf = fold_label(path[-1])
    for above in reversed(path[:-1]):
        rules = [
            rule
            for rule in head_words(section).below
            if fold_label(above) in rule.heads or rule.of in find_labels(section, above)
        ]
        if found := {rule.fields[leaf] for rule in rules if leaf in rule.fields}:
            return found
    return set()


def _similarity(section: str, text: str, field: str) -> float:
    """Return how like a misread text is to the field's wordings; 0 where it is too far, or where it says otherwise."""
    best = _likeness(section, text, field)
    return best if best >= SIMILAR else 0.0


@cache
def _likeness(section: str, text: str, field: str) -> float:
    """Return how like a text is to the field's wordings, 0 to those that say otherwise."""
    folded = fold_label(text)
    wordings = [word for word in section_labels(section) if field in find_labels(section, word)]
    likeness = [
        SequenceMatcher(None, word, folded).ratio() for word in wordings if not is_contrary(folded, fold_label(word))
    ]
    return max(likeness, default=0.0)
