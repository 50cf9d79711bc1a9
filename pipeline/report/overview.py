"""The first page: four figures, the ten forms to look at first, findings and places as bars that lead to the list."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from pipeline.report.cards import show_money
from pipeline.report.entries import Entry
from pipeline.report.weights import SEVERITIES, STATUSES
from pipeline.scoring.catalogue import finding_kinds
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.profiles import list_profiles, load_profile

FIRST = 10
"""Forms that are to be looked at first."""

UNKNOWN = "（未能判定）"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four figures: the number, what it counts, and the filter of the list that it leads to."""

    number: str
    label: str
    note: str
    link: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A name with its count; `share` of the longest bar in per cent, `part` of that the 不符. Leads to the list."""

    name: str
    count: int
    violations: int
    share: float
    part: float
    link: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All of the page. `first` are entries of the list, the most at stake first."""

    figures: tuple[Figure, ...]
    first: tuple[Entry, ...]
    findings: tuple[Bar, ...]
    districts: tuple[Bar, ...]
    departments: tuple[Bar, ...]
    profiles: tuple[Bar, ...]


def make_overview(ordered: Sequence[Entry]) -> Overview:
    """Return the overview of the forms in their order; a form that repeats another counts once."""
    own = [entry for entry in ordered if not entry["duplicate"]]
    accused = [entry for entry in own if entry["violations"]]
    return Overview(
        figures=tuple(_figures(ordered, own, accused)),
        first=tuple(list_first(ordered)),
        findings=tuple(_findings(own)),
        districts=tuple(_groups(own, "district")),
        departments=tuple(_groups(own, "department")),
        profiles=tuple(_profiles(own)),
    )


def list_first(ordered: Iterable[Entry]) -> Iterable[Entry]:
    """Yield the forms to be looked at first; of forms that look alike in several files only one."""
    seen: set[tuple[object, ...]] = set()
    for entry in ordered:
        alike = tuple(entry[name] for name in ("project", "department", "year", "executed"))
        if entry["weight"] and not entry["duplicate"] and alike not in seen and len(seen) < FIRST:
            seen.add(alike)
            yield entry


def _figures(ordered: Sequence[Entry], own: Sequence[Entry], accused: Sequence[Entry]) -> Iterable[Figure]:
    repeated = len(ordered) - len(own)
    money = sum((Decimal(str(entry["executed"] or 0)) for entry in accused), Decimal(0))
    doubted = sum(entry["doubted"] for entry in ordered)
    doubtful = "forms.html#sort=-doubted"
    share = f"占 {len(accused) / len(own):.0%}" if own else ""
    yield Figure(f"{len(ordered):,}", "张表", f"其中 {repeated} 张与他表重复" if repeated else "", "forms.html")
    yield Figure(f"{len(accused):,}", "张有不符", share, _link(status="violation"))
    yield Figure(
        show_money(money),
        "不符项目的执行数",
        "重复的表不计",
        _link(status="violation", sort="-executed"),
    )
    yield Figure(f"{doubted:,}", "处待复核", "读数没有把握，须对照原件", doubtful)


def _link(**chosen: str) -> str:
    """Return the address of the list with a filter; what is counted here, each form once, is what it shows."""
    return f"forms.html#{urlencode(chosen | {'copy': 'own'})}"


def _findings(entries: Iterable[Entry]) -> Iterable[Bar]:
    """Yield a bar for each kind of finding: 不符 first, then by how grave it is and how many there are."""
    counted: Counter[str] = Counter()
    accused: Counter[str] = Counter()
    worst: dict[str, tuple[int, int]] = {}
    for entry in entries:
        for text in entry["findings"]:
            code, status, severity = text.split(":")
            counted[code] += 1
            accused[code] += status == "violation"
            rank = (STATUSES.index(status), SEVERITIES.index(severity))
            worst[code] = min(rank, worst.get(code, rank))
    titles = {code: kind.title for code, kind in finding_kinds().items()}
    ordered = sorted(counted, key=lambda code: (-accused[code], worst[code], -counted[code], code))
    yield from _bars([(titles.get(code, code), counted[code], accused[code], _link(finding=code)) for code in ordered])


def _groups(entries: Iterable[Entry], name: str) -> Iterable[Bar]:
    counted, accused = Counter[str](), Counter[str]()
    for entry in entries:
        counted[entry[name]] += 1
        accused[entry[name]] += bool(entry["violations"])
    ordered = sorted(counted, key=lambda key: (-accused[key], -counted[key], key))
    yield from _bars([(key or UNKNOWN, counted[key], accused[key], _link(**{name: key or UNKNOWN})) for key in ordered])


def _profiles(entries: Iterable[Entry]) -> Iterable[Bar]:
    """Yield a bar for each profile, with the districts whose forms were scored by it."""
    places: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        if entry["profile"]:
            places[entry["profile"]][entry["district"] or UNKNOWN] += 1
    ordered = sorted(places.items(), key=lambda item: -item[1].total())
    yield from _bars([(_profile_name(name, n), n.total(), 0, _link(profile=name)) for name, n in ordered])


SHOWN_PLACES = 2
"""Districts that are named beside a profile."""


def _profile_name(name: str, places: Counter[str]) -> str:
    shown = [place for place, _ in places.most_common(SHOWN_PLACES)]
    default = "默认，" if name == scoring_facts().default_profile else ""
    return f"{profile_title(name)}（{default}{'、'.join(shown)}{'等' if len(places) > len(shown) else ''}）"


def profile_title(name: str) -> str:
    """Return what a scoring profile is called in Chinese; a profile that is no more keeps its name."""
    return load_profile(name).title if name in list_profiles() else name


def _bars(rows: Sequence[tuple[str, int, int, str]]) -> Iterable[Bar]:
    most = max((count for _, count, _, _ in rows), default=0) or 1
    for name, count, accused, link in rows:
        yield Bar(name, count, accused, round(100 * count / most, 1), round(100 * accused / most, 1), link)
