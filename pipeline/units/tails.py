"""What stands around a number: comparators before it; after it unit, 余, 以上, and words that follow.

Both ends come from small sets of wordings, so their readings are kept: a number costs one match and two look-ups.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.records import Comparator
from pipeline.units.measures import Measure, read_measure, unit_pattern, unknown_measure
from pipeline.units.words import alternatives, comparators_after, comparators_before, value_words

_UPPER = frozenset({"<", "<="})
_LOWER = frozenset({">", ">="})
_REMARK = re.compile(r"[（(【\[][^（(【\[]*\Z")
_UNIT_IN_BRACKETS = re.compile(r"\A[（(]([^（()）]{1,8})[)）]")
_NOUN = re.compile(
    r"[^0-9，,；;。、：:（(半余多零一二三四五六七八九十百千万亿≥≤<>=%/-][^0-9，,；;。、：:（(≥≤<>=]{0,7}\Z"
)
_CALENDAR_SUFFIX = re.compile(r"[年月日号](?:底|末|份|初|前|之前|以前|上旬|中旬|下旬|止|起|间)")
_UNKNOWN_UNIT = re.compile(
    r"(?![前起底末止])(?:[A-Za-zμµ]{1,6}[0-9²³]?|[一-鿿]{1,3})(?:/(?:[A-Za-z]{1,4}[0-9²³]?|[一-鿿]{1,4}))?\Z"
)


@dataclass(frozen=True, slots=True)
class Tail:
    """What follows a number: its unit, and what the words after it say. `noun` is what is left (12份`报告`)."""

    measure: Measure | None = None
    comparator: Comparator | None = None
    more: bool = False
    about: bool = False
    noun: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a number. `conflict` is set where two comparators contradict each other."""

    comparator: Comparator | None = None
    about: bool = False
    conflict: bool = False
    flags: tuple[str, ...] = ()


@cache
def head_pattern() -> str:
    """Return an expression for any run of comparators and words such as 约 before a number."""
    words = value_words().comparators
    return rf"(?:{alternatives((*comparators_before(), *words.about))})*"


@cache
def _head_words() -> re.Pattern[str]:
    return re.compile(alternatives((*comparators_before(), *value_words().comparators.about)))


@lru_cache(maxsize=1024)
def read_head(text: str) -> Head:
    """Read the comparators before a number; the first counts, and a second must not contradict it."""
    found = [comparators_before().get(word) for word in _head_words().findall(text)]
    comparators = [comparator for comparator in found if comparator]
    about = len(comparators) < len(found)
    if not comparators:
        return Head(about=about, flags=("approximate",) if about else ())
    conflict = any(contradict(comparators[0], other) for other in comparators[1:])
    flags = ("comparator_repeated",) if len(comparators) > 1 else ()
    return Head(comparators[0], about, conflict, flags)


@cache
def _longest_head_word() -> int:
    return max(map(len, (*comparators_before(), *value_words().comparators.about)))


def read_head_before(text: str, at: int) -> tuple[int, Head]:
    """Return where the run of comparators that ends at `at` begins, and what it says."""
    start = at
    while (step := _head_word_length(text, start)) > 0:
        start -= step
    return start, read_head(text[start:at])


def _head_word_length(text: str, at: int) -> int:
    about, before = value_words().comparators.about, comparators_before()
    for length in range(min(_longest_head_word(), at), 0, -1):
        if (word := text[at - length : at]) in before or word in about:
            return length
    return 0


def contradict(one: Comparator, other: Comparator) -> bool:
    """Tell whether two comparators point in different directions."""
    return _direction(one) != _direction(other)


def _direction(comparator: Comparator) -> int:
    return (comparator in _LOWER) - (comparator in _UPPER)


@cache
def tail_pattern() -> str:
    """Return an expression for unit and suffix after a number, with named groups more, unit, more2 and after."""
    words = value_words().comparators
    more, after = (
        rf"(?:{alternatives(words.more)}|\+(?![0-9]))",
        alternatives((*comparators_after(), *words.about_after)),
    )
    scales = "[十百千万亿]{1,2}"
    return (
        rf"(?P<scale>{scales}(?=(?:{more})))?(?P<more>{more})?(?P<unit>{unit_pattern()})?(?P<more2>{more})?"
        rf"(?P<after>{after})?"
    )


@cache
def _tail() -> re.Pattern[str]:
    return re.compile(tail_pattern())


def read_tail(text: str) -> Tail | None:
    """Read what follows a number to the end of the text; None where it is more than a value.

    A remark in brackets is left out: 100%（已通过验收）.
    """
    if text.startswith(("（", "(")):
        text = _UNIT_IN_BRACKETS.sub(_open_brackets, text)
    tail = _read_tail(text) if len(text) <= 16 else None
    if tail is not None or not text.endswith((")", "）", "]", "】")):
        return tail
    head = _REMARK.sub("", text)
    return _read_tail(head) if len(head) <= 16 else None


def _open_brackets(match: re.Match[str]) -> str:
    """Take a known unit out of its brackets: 20（场） is 20场; a remark stays one."""
    return match[1] if read_measure(match[1]) else match[0]


@lru_cache(maxsize=8192)
def _read_tail(text: str) -> Tail | None:
    text = text.rstrip("。;；,，.")
    match = _tail().match(text)
    if match is None or _CALENDAR_SUFFIX.match(text):
        return None
    rest = text[match.end() :]
    if not rest:
        return tail_of(match)
    if match["unit"] and (not match["after"] or match["after"] in comparators_after()) and _NOUN.match(rest):
        return tail_of(match, noun=rest)
    if match["unit"] or match["after"]:
        return None
    return _with_unknown_unit(rest, more=bool(match["more"]))


def _with_unknown_unit(text: str, *, more: bool) -> Tail | None:
    """Keep a unit that the vocabulary does not know, with the suffix after it."""
    for word in sorted(comparators_after(), key=len, reverse=True):
        if text.endswith(word) and _UNKNOWN_UNIT.match(text.removesuffix(word)):
            return Tail(unknown_measure(text.removesuffix(word)), comparators_after()[word], more=more)
    if not _UNKNOWN_UNIT.match(text):
        return None
    return Tail(read_measure(text) or unknown_measure(text), more=more)


def tail_of(match: re.Match[str], *, noun: str = "") -> Tail:
    """Return the tail that a match of `tail_pattern` found."""
    printed = (match["scale"] or "") + (match["unit"] or "")
    measure = read_measure(printed) if printed else None
    after = match["after"]
    comparator = comparators_after().get(after) if after else None
    about = bool(after) and comparator is None
    flags = ("approximate",) * about + ("trailing_text",) * bool(noun)
    return Tail(measure, comparator, bool(match["more"] or match["more2"]), about, noun, flags)
