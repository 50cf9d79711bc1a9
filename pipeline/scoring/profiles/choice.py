"""The choice of a rule set for a form: what its notes print, then its kind, its division by code, then the default.

What the notes print of single rules holds under any profile: the classes of qualitative indicators with their shares.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from itertools import pairwise

from pipeline.records import FormKind
from pipeline.scoring.facts import scoring_facts
from pipeline.scoring.profiles.model import NamedBand, Profile, list_profiles, load_profile

_DASHES = dict.fromkeys(map(ord, "—–―‐‑−~〜∼"), "-")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)%?(?:-|至|到)(\d+(?:\.\d+)?)%")
_INCLUDED = r"(?:\((?:不?含)[^()]{0,12}\))?"
_CLASSES = re.compile(rf"100%-(\d+)%{_INCLUDED}[^-。]{{0,40}}?(\d+)%-(\d+)%{_INCLUDED}[^-。]{{0,40}}?(\d+)%-0%")
HUNDRED = Decimal(100)


def fold_notes(text: str) -> str:
    """Return notes without white space, widths and kinds of dashes; a range of percentages has both signs.

    `100～80％（含80％）` and `100%至80%(含80%)` are both `100%-80%(含80%)`.
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).translate(_DASHES)
    return _RANGE.sub(r"\1%-\2%", folded)


def match_notes(profile: Profile, folded: str) -> tuple[str, ...]:
    """Return the longest list of sentences of the notes that only this profile prints; empty where there is none."""
    found = [
        tuple(hit[0] for hit in hits if hit)
        for words in profile.applies.notes
        if all(hits := [word.search(folded) for word in words])
    ]
    return max(found, key=len, default=())


def read_classes(folded: str) -> tuple[Decimal, Decimal] | None:
    """Return the shares from which folded notes give the first and the second class of qualitative indicators.

    Null where they do not print three classes that follow each other from 100 % to 0 %.
    """
    for match in _CLASSES.finditer(folded):
        first, again, second, last = (Decimal(number) / HUNDRED for number in match.groups())
        if first == again > second == last:
            return first, second
    return None


def choose_profile(
    notes: str | None, division: str | None, requested: str | None = None, form_kind: FormKind = "project"
) -> tuple[Profile, str]:
    """Choose the rule set of a form and say why, in Chinese.

    A requested profile wins; then what the notes print; then the kind of form, the division by its GB/T 2260 code; then
    the default, which no province's bands are in. Where the notes fit several profiles the one with more words in
    common is taken.
    """
    if requested:
        return load_profile(requested), f"按指定采用 {requested}"
    profiles = [load_profile(name) for name in list_profiles()]
    folded = fold_notes(notes or "")
    best = max(profiles, key=lambda profile: len(match_notes(profile, folded)))
    if words := match_notes(best, folded):
        printed = _without_others(best)
        return _with_classes(printed, folded, f"表后填报说明载有“{'、'.join(words)}”，采用 {best.name}")
    profile, reason = _choose_by_form(profiles, division, form_kind)
    return _with_classes(profile, folded, reason)


def _choose_by_form(profiles: list[Profile], division: str | None, form_kind: FormKind) -> tuple[Profile, str]:
    for profile in profiles:
        if form_kind in profile.applies.form_kinds:
            return profile, f"表后无评分规则，按表别采用 {profile.name}"
    for profile in profiles:
        if division and division.startswith(profile.applies.district_codes or ("?",)):
            return profile, f"表后无评分规则，按所属区划（{division}）采用 {profile.name}"
    default = scoring_facts().default_profile
    return load_profile(default), f"表后无评分规则且区划无对应规则，采用默认的 {default}"


def _without_others(profile: Profile) -> Profile:
    """Return a profile whose rules are printed with the form: what else is in use does not count there."""
    quantitative = profile.quantitative
    bare = {
        "positive": quantitative.positive.model_copy(update={"also": ()}),
        "reverse": quantitative.reverse.model_copy(update={"also": ()}),
    }
    return profile.model_copy(update={"quantitative": quantitative.model_copy(update=bare)})


def _with_classes(profile: Profile, folded: str, reason: str) -> tuple[Profile, str]:
    """Return the profile with the classes of qualitative indicators that the notes print, and the reason with them."""
    printed = read_classes(folded)
    bands = profile.qualitative.bands
    if printed is None or len(bands) != 3:
        return profile, reason
    limits = pairwise(share * HUNDRED for share in (Decimal(1), *printed, Decimal(0)))
    shown = "、".join(f"{upper:.0f}%-{lower:.0f}%" for upper, lower in limits)
    told = f"{reason.replace('表后无评分规则', '表后无该地评分规则')}；定性指标分档按表后所印 {shown}"
    if printed == tuple(sorted((band.lower for band in bands), reverse=True)[:2]):
        return profile, told
    names = [band.name for band in sorted(bands, key=lambda band: band.lower, reverse=True)]
    ranges = ((printed[0], None), (printed[1], printed[0]), (Decimal(0), printed[1]))
    classes = tuple(
        NamedBand.model_validate({"name": name, "from": lower, "to": upper})
        for name, (lower, upper) in zip(names, ranges, strict=True)
    )
    return profile.model_copy(
        update={"qualitative": profile.qualitative.model_copy(update={"bands": classes, "source": "表后填报说明"})}
    ), told
