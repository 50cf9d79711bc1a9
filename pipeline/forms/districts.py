"""Which district a form belongs to: by its project's code, else by GB/T 2260 names in its 主管部门, its title or its
实施单位, else by the document's other forms, the publisher that the file was fetched from, or the file's path and name.

`schemas/districts.csv` lists code and name; the first two digits are the province, the first four the city. A name
that several places bear (there are two 朝阳区) counts only where something else decides between them; nothing is
guessed.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache

from pipeline.models import Form, PageIssue
from pipeline.vocabulary import schema_path

_CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


@cache
def district_names() -> Mapping[str, str]:
    """Return code → name."""
    with schema_path("districts.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


@cache
def _codes_by_name() -> Mapping[str, tuple[str, ...]]:
    codes: dict[str, list[str]] = defaultdict(list)
    for code, name in district_names().items():
        codes[name].append(code)
    return {name: tuple(found) for name, found in codes.items()}


@cache
def _longest_name() -> int:
    return max(map(len, _codes_by_name()))


def _ancestors(code: str) -> set[str]:
    return {f"{code[:2]}0000", f"{code[:4]}00"} - {code}


@cache
def find_districts(text: str) -> frozenset[str]:
    """Return the codes of the most specific places that a text names.

    Several codes mean that the text alone does not decide (`朝阳区数据局`).
    """
    named = {code for name in _names_in(text) for code in _codes_by_name()[name]}
    lowest = {code for code in named if not any(code in _ancestors(other) for other in named)}
    supported = {code for code in lowest if _ancestors(code) & named}
    return frozenset(supported or lowest)


def _names_in(text: str) -> set[str]:
    """Return the place names in a text, the longest at each position."""
    found, start = set(), 0
    while start < len(text):
        end = next(
            (e for e in range(min(len(text), start + _longest_name()), start + 1, -1) if _is_name(text, start, e)), 0
        )
        if end:
            found.add(text[start:end])
        start = end or start + 1
    return found


_BOUNDARY = re.compile(r"[^一-鿿]|[省市区县州盟]")


def _is_name(text: str, start: int, end: int) -> bool:
    """Tell whether a place name stands there; one of two characters only where a word begins.

    There is a 云县, but none in 密云县.
    """
    if text[start:end] not in _codes_by_name():
        return False
    return end - start > 2 or start == 0 or bool(_BOUNDARY.match(text[start - 1]))


def leading_places(text: str) -> int:
    """Return how many characters at the beginning of a text are names of places, one inside the other."""
    at = 0
    while True:
        longest = min(len(text), at + _longest_name())
        end = next((e for e in range(longest, at + 1, -1) if text[at:e] in _codes_by_name()), 0)
        if not end or end == len(text):
            return at
        at = end


def resolve_districts(forms: Sequence[Form], path: str, origin: str | None = None) -> list[Form]:
    """Return the forms with their district filled in, or with an issue where none can be told.

    `path` is the file's path, of which the name and the folders nearest to it count. `origin` is the code of the
    district whose publisher the file was fetched from.
    """
    own = [list(_own_places(form)) for form in forms]
    alone = [_decide(places, ()) for places in own]
    settled = frozenset(code for code in alone if code)
    told = [settled, frozenset({origin}) if origin else frozenset(), *_from_path(path)]
    return [_with_district(form, _decide(places, told), places) for form, places in zip(forms, own, strict=True)]


NAMING = ("department", "title", "implementing_unit")
"""Fields that name a place, the likeliest first."""

FOLDERS = 3
"""Folders above a file whose names count."""


def _own_places(form: Form) -> Iterator[frozenset[str]]:
    """Yield the places that each part of a form names, the code of its project first."""
    code = form.readings.get("project_code")
    if code and code.text[:6] in district_names():
        yield frozenset({code.text[:6]})
    for name in NAMING:
        reading = form.readings.get(name)
        if reading and (codes := find_districts(reading.text)):
            yield codes


def _from_path(path: str) -> Iterator[frozenset[str]]:
    """Yield the places that the name of the file and the folders nearest to it give, the nearest first."""
    for part in reversed(path.replace("\\", "/").split("/")[-FOLDERS - 1 :]):
        coded = frozenset(code for code in _CODE.findall(part) if code in district_names())
        if found := coded or find_districts(part):
            yield found


def _decide(own: Sequence[frozenset[str]], told: Sequence[AbstractSet[str]]) -> str | None:
    """Return the one code that the form gives; where it gives none or several, what else tells decides, in order.

    A name that several places bear is settled by any other name that is one of these places or lies around it.
    """
    for places in own:
        for others in ((), *own, *told):
            narrowed = {code for code in places if not others or ({code} | _ancestors(code)) & set(others)}
            if len(narrowed) == 1:
                return next(iter(narrowed))
    if own:
        return None
    return next((next(iter(places)) for places in told if len(places) == 1), None)


def _with_district(form: Form, code: str | None, own: Sequence[frozenset[str]]) -> Form:
    """Fill the district in; where several places of one name are meant, the name alone."""
    if code is None:
        names = {district_names()[each] for each in (own[0] if own else ())}
        issue = PageIssue("district_unresolved", "no district can be told from the form, the document or the file name")
        return replace(form, district=names.pop() if len(names) == 1 else None, issues=(*form.issues, issue))
    return replace(form, district_code=code, district=district_names()[code])
