"""The same project in two forms: its targets and its self-evaluation of one year, and either in the year after.

Within a department, projects are matched by their code, else by their folded name, else by a name that is nearly the
same and does not differ in what tells projects apart (一期, 二期), borne out by indicators in common or equal money. A
name that fits two projects equally well matches neither.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.records import LinkBasis, LinkRelation, LinkRow
from pipeline.scoring.sets.facts import FormFacts
from pipeline.scoring.sets.names import core_name, likeness, tells_apart
from pipeline.scoring.sets.rules import set_rules

CODE_YEAR = slice(6, 8)
"""Where a project code of the national system has the year in which the project was set up, after the division."""

EXACT_NAME = 0.98
"""How sure a match by the same folded name is; one by code is 1."""

_BASIS: dict[LinkBasis, str] = {"project_code": "项目代码相同", "name": "项目名称相同", "similar_name": "项目名称相近"}
_RELATION: dict[LinkRelation, str] = {"target": "的绩效目标表", "previous_year": "的上一年度"}


@dataclass(frozen=True, slots=True)
class Match:
    """Two forms of one project, how that was told, and how surely (0 to 1)."""

    left: FormFacts
    right: FormFacts
    by: LinkBasis
    certainty: float


def link_forms(forms: Iterable[FormFacts]) -> list[LinkRow]:
    """Return the links between the forms of one department."""
    return link_rows(match_projects(forms))


def link_rows(matches: Iterable[tuple[LinkRelation, Match]]) -> list[LinkRow]:
    """Return matches as rows of `links`."""
    return [_row(match, relation) for relation, match in matches]


def match_projects(forms: Iterable[FormFacts]) -> Iterator[tuple[LinkRelation, Match]]:
    """Yield the matched forms: evaluation and targets of a year, and forms of one kind in a year and the one before."""
    placed: defaultdict[tuple[int, str], list[FormFacts]] = defaultdict(list)
    for form in forms:
        if form.year is not None and form.kind in {"project", "target", "transfer"}:
            placed[form.year, "target" if form.kind == "target" else "project"].append(form)
    for year, kind in sorted(placed):
        if kind == "project":
            for match in match_forms(placed[year, kind], placed.get((year, "target"), []), same_year=True):
                yield "target", match
        for match in match_forms(placed[year, kind], placed.get((year - 1, kind), []), same_year=False):
            yield "previous_year", match


def match_forms(left: Sequence[FormFacts], right: Sequence[FormFacts], *, same_year: bool) -> list[Match]:
    """Match forms one to one, the surest way first."""
    found: list[Match] = []
    rest = list(left), list(right)
    for way in (_by_code, _by_name, _by_likeness):
        matched = way(*rest, same_year)
        found += matched
        used = {form.form_id for match in matched for form in (match.left, match.right)}
        rest = tuple([form for form in side if form.form_id not in used] for side in rest)  # type: ignore[assignment]
    return sorted(found, key=lambda match: match.left.form_id)


def _unique(forms: Iterable[FormFacts], key: Callable[[FormFacts], str]) -> dict[str, FormFacts]:
    """Return the forms by a key that no other form of the same side has."""
    listed = [(key(form), form) for form in forms]
    counts = Counter(name for name, _ in listed)
    return {name: form for name, form in listed if name and counts[name] == 1}


def _by_code(left: list[FormFacts], right: list[FormFacts], _same_year: bool) -> list[Match]:
    """Match by code; where one code covers several forms, by code and name together."""
    keys: tuple[Callable[[FormFacts], str], ...] = (
        lambda form: form.code,
        lambda form: f"{form.code}|{form.project}" if form.code else "",
    )
    found: list[Match] = []
    for key in keys:
        first, second = _unique(left, key), _unique(right, key)
        used = {form.form_id for match in found for form in (match.left, match.right)}
        pairs = ((form, second[name]) for name, form in first.items() if name in second)
        found += [
            Match(one, other, "project_code", 1.0) for one, other in pairs if not {one.form_id, other.form_id} & used
        ]
    return found


def codes_contradict(one: FormFacts, other: FormFacts, *, same_year: bool) -> bool:
    """Tell whether two codes are two projects'; a code that was given anew in another year contradicts nothing."""
    if not one.code or not other.code or one.code == other.code:
        return False
    return same_year or one.code[CODE_YEAR] == other.code[CODE_YEAR]


def _by_name(left: list[FormFacts], right: list[FormFacts], same_year: bool) -> list[Match]:
    """Match by the folded name, then by the folded name and the unit, where that is unmistakable."""
    keys: tuple[Callable[[FormFacts], str], ...] = (
        lambda form: form.project,
        lambda form: f"{form.project}|{form.unit}" if form.project else "",
    )
    found: list[Match] = []
    for key in keys:
        used = {form.form_id for match in found for form in (match.left, match.right)}
        first = _unique((form for form in left if form.form_id not in used), key)
        second = _unique((form for form in right if form.form_id not in used), key)
        found += [
            Match(form, second[name], "name", EXACT_NAME)
            for name, form in first.items()
            if name in second and not codes_contradict(form, second[name], same_year=same_year)
        ]
    return found


def _by_likeness(left: list[FormFacts], right: list[FormFacts], same_year: bool) -> list[Match]:
    """Match by nearly the same name: each the other's best, and better than the next by a margin."""
    likely = [
        (certainty, one, other)
        for one in left
        for other in right
        if (certainty := weigh_match(one, other, same_year=same_year)) is not None
    ]
    best: defaultdict[str, list[float]] = defaultdict(list)
    for certainty, one, other in likely:
        best[one.form_id].append(certainty)
        best[other.form_id].append(certainty)
    margin = set_rules().matching.margin
    return [
        Match(one, other, "similar_name", round(certainty, 4))
        for certainty, one, other in likely
        if all(_stands_out(certainty, best[form.form_id], margin) for form in (one, other))
    ]


def _stands_out(certainty: float, others: list[float], margin: float) -> bool:
    ranked = sorted(others, reverse=True)
    return certainty == ranked[0] and (len(ranked) == 1 or ranked[0] - ranked[1] >= margin)


def weigh_match(one: FormFacts, other: FormFacts, *, same_year: bool) -> float | None:
    """Return how surely two forms with nearly the same name are one project's; None where they are not."""
    rules = set_rules().matching
    if not one.project or not other.project or codes_contradict(one, other, same_year=same_year):
        return None
    names = core_name(one.project), core_name(other.project)
    alike = max(likeness(*names), likeness(one.project, other.project))
    if alike < rules.supported or tells_apart(*names):
        return None
    support = _support(one, other, same_year=same_year)
    if alike < rules.alone and support < rules.overlap:
        return None
    return 0.6 * alike + 0.4 * max(support, 0.5 if alike >= rules.alone else 0.0)


def _support(one: FormFacts, other: FormFacts, *, same_year: bool) -> float:
    """Return what bears a likeness out: the share of indicator names in common, or 1 for equal money in one year."""
    first, second = ({row.name for row in form.indicators if row.name} for form in (one, other))
    shared = len(first & second) / max(1, min(len(first), len(second)))
    budgets = ({form.initial, form.annual} - {None, 0.0} for form in (one, other))
    return 1.0 if same_year and set.intersection(*budgets) else shared


def _row(match: Match, relation: LinkRelation) -> LinkRow:
    one, other = match.left, match.right
    sentence = (
        f"“{other.project_printed}”（{other.label}）是“{one.project_printed}”{_RELATION[relation]}：{_BASIS[match.by]}"
    )
    return LinkRow(
        form_id=one.form_id,
        other_form_id=other.form_id,
        relation=relation,
        matched_by=match.by,
        certainty=match.certainty,
        explanation=sentence,
    )
