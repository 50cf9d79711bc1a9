"""Which district a form belongs to: by GB/T 2260 names in its 主管部门, else in the document's other forms, else by the
publisher that the file was fetched from, else by the file name.

`schemas/districts.csv` lists code and name; the first two digits are the province, the first four the city. A name
that several places bear (there are two 朝阳区) counts only where something else decides between them; nothing is
guessed.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


def resolve_districts(forms: Sequence[Form], file_name: str, origin: str | None = None) -> list[Form]:
    """Return the forms with their district filled in, or with an issue where none can be told.

    `origin` is the code of the district whose publisher the file was fetched from.
    """
    own = [find_districts(_department(form)) for form in forms]
    settled = {next(iter(codes)) for codes in own if len(codes) == 1}
    told = (settled, {origin} if origin else set(), _from_file_name(file_name))
    return [_with_district(form, _decide(codes, told), codes) for form, codes in zip(forms, own, strict=True)]


def _department(form: Form) -> str:
    reading = form.readings.get("department")
    return reading.text if reading else ""


def _from_file_name(file_name: str) -> frozenset[str]:
    coded = frozenset(code for code in _CODE.findall(file_name) if code in district_names())
    return coded or find_districts(file_name)


def _decide(own: frozenset[str], told: Iterable[AbstractSet[str]]) -> str | None:
    """Return the one code that 主管部门 gives; where it gives none or several, what else tells decides, in order."""
    if len(own) == 1:
        return next(iter(own))
    for narrower in told:
        candidates = own & narrower if own else narrower
        if len(candidates) == 1:
            return next(iter(candidates))
    return None


def _with_district(form: Form, code: str | None, named: frozenset[str]) -> Form:
    """Fill the district in; where several places of one name are meant, the name alone."""
    if code is None:
        names = {district_names()[each] for each in named}
        issue = PageIssue("district_unresolved", "no district can be told from the form, the document or the file name")
        return replace(form, district=names.pop() if len(names) == 1 else None, issues=(*form.issues, issue))
    return replace(form, district_code=code, district=district_names()[code])
