"""Automatic numbers of paragraphs, as Word shows them (ECMA-376 part 1, 17.9): `1.`, `（二）`, `指标3：`.

They stand nowhere in the text: each is counted from the paragraphs before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from pipeline.ingest.office.word.styles import ListPlace, Styles, read_place
from pipeline.ingest.office.word.symbols import show_symbol

LEVELS = 9

LARGEST = 9_999
"""The largest number that is written in Chinese or Roman numerals; Word writes larger ones in digits."""


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    numerals: str = "decimal"
    text: str = ""
    restart: int | None = None
    plain: bool = False
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it: the definition whose counters it shares, its levels, and where it starts anew."""

    definition: str
    levels: tuple[_Level, ...]
    starts: dict[int, int]


@dataclass(slots=True)
class Numbers:
    """The lists of a document and how far each has been counted."""

    styles: Styles = field(default_factory=Styles)
    lists: dict[str, _List] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next_label(self, paragraph: Any) -> str:
        """Return the number that stands before a w:p, counting it; "" where it has none. To be asked in order."""
        properties = paragraph.find(qn("w:pPr"))
        style = _style_of(properties)
        place, owner = self.styles.place(style)
        own = read_place(properties)
        listed = self.lists.get(own.list_id or place.list_id or "0")
        if listed is None:
            return ""
        level = _choose_level(own, place, owner, listed)
        counts = self._count(listed, own.list_id or place.list_id or "0", level)
        return _write(listed.levels, counts, level)

    def _count(self, listed: _List, list_id: str, level: int) -> list[int | None]:
        counts = self._counts.setdefault(listed.definition, [None] * LEVELS)
        before = counts[level]
        start = listed.levels[level].start
        if level in listed.starts and (list_id, level) not in self._begun:
            counts[level] = listed.starts[level]
        else:
            counts[level] = start if before is None else before + 1
        self._begun.add((list_id, level))
        for above in range(level):
            counts[above] = listed.levels[above].start if counts[above] is None else counts[above]
        for below in range(level + 1, LEVELS):
            restart = listed.levels[below].restart
            if restart is None or 0 < level + 1 <= restart:
                counts[below] = None
        return counts


def _style_of(properties: Any) -> str | None:
    node = properties.find(qn("w:pStyle")) if properties is not None else None
    return node.get(qn("w:val")) if node is not None else None


def _choose_level(own: ListPlace, place: ListPlace, owner: str | None, listed: _List) -> int:
    """Return the level of a paragraph: its own, its style's, or the level that is tied to the style (17.9.23)."""
    if own.level is not None:
        return own.level if own.level < LEVELS else 0
    tied = next((i for i, level in enumerate(listed.levels) if owner and level.style == owner), None)
    if tied is not None and own.list_id is None:
        return tied
    return place.level if place.level is not None and place.level < LEVELS else 0


def _write(levels: tuple[_Level, ...], counts: list[int | None], level: int) -> str:
    chosen = levels[level]
    if chosen.numerals == "bullet":
        return "".join(show_symbol(char, "•") for char in chosen.text)

    def write_part(match: re.Match[str]) -> str:
        """Write the count of the level that a %n stands for."""
        part = int(match[1]) - 1
        numerals = "decimal" if chosen.plain else levels[part].numerals
        return write_number(counts[part] or 0, numerals)

    return re.sub(r"%([1-9])", write_part, chosen.text)


def join_label(label: str, text: str) -> str:
    """Set a number before a text: a space parts them only where letters or digits would run together."""
    apart = label[-1:].isascii() and label[-1:].isalnum() and text[:1].isascii() and text[:1].isalnum()
    return f"{label} {text}" if apart else label + text


def read_numbers(root: Any, styles: Styles) -> Numbers:
    """Return the lists of a w:numbering element."""
    definitions = {node.get(qn("w:abstractNumId"), ""): node for node in root.iterfind(qn("w:abstractNum"))}
    styled = {
        link.get(qn("w:val")): key
        for key, node in definitions.items()
        if (link := node.find(qn("w:styleLink"))) is not None
    }
    lists = {}
    for node in root.iterfind(qn("w:num")):
        key = _text(node, "w:abstractNumId", "")
        linked = _text(definitions[key], "w:numStyleLink", "") if key in definitions else ""
        key = styled.get(linked, key)
        if key in definitions:
            lists[node.get(qn("w:numId"), "")] = _read_list(node, key, definitions[key])
    lists.pop("0", None)
    return Numbers(styles, lists)


def _read_list(node: Any, key: str, definition: Any) -> _List:
    levels = dict(_read_level(level) for level in definition.iterfind(qn("w:lvl")))
    starts = {}
    for override in node.iterfind(qn("w:lvlOverride")):
        at = _whole(override.get(qn("w:ilvl"), "0"))
        redefined = override.find(qn("w:lvl"))
        if redefined is not None:
            levels[at] = _read_level(redefined)[1]
            starts[at] = levels[at].start
        if override.find(qn("w:startOverride")) is not None:
            starts[at] = _whole(_text(override, "w:startOverride", "1"))
    return _List(key, tuple(levels.get(i, _Level()) for i in range(LEVELS)), starts)


def _read_level(node: Any) -> tuple[int, _Level]:
    restart = node.find(qn("w:lvlRestart"))
    level = _Level(
        start=_whole(_text(node, "w:start", "0")),
        numerals=_text(node, "w:numFmt", "decimal"),
        text=_text(node, "w:lvlText", ""),
        restart=_whole(_text(node, "w:lvlRestart", "0")) if restart is not None else None,
        plain=node.find(qn("w:isLgl")) is not None,
        style=_text(node, "w:pStyle", "") or None,
    )
    return _whole(node.get(qn("w:ilvl"), "0")), level


def _text(node: Any, name: str, default: str) -> str:
    child = node.find(qn(name))
    return default if child is None else str(child.get(qn("w:val"), default))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
          (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


def write_number(number: int, numerals: str) -> str:
    """Return a number as a list writes it (17.18.59); numerals that are not known here are written as digits."""
    write = _NUMERALS.get(numerals)
    return write(number) if write and 0 < number <= LARGEST else "" if numerals == "none" else str(number)


def _write_chinese(number: int, digits: str, units: str) -> str:
    """Write a number up to 9999 in Chinese: 21 is 二十一, 105 一百零五."""
    parts, gap = [], False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            parts.append(("零" if gap else "") + digits[digit] + (units[power - 1] if power else ""))
        gap = bool(parts) and not digit
    written = "".join(parts)
    return written[1:] if 10 <= number < 20 and digits is _DIGITS else written


def _write_digits(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _write_roman(number: int) -> str:
    written = ""
    for value, sign in _ROMAN:
        written += sign * (number // value)
        number %= value
    return written


def _write_letters(number: int) -> str:
    """Write a, b … z, aa, bb … as Word does."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _circle(number: int) -> str:
    if number <= 20:
        return chr(0x2460 + number - 1)
    return chr(0x3251 + number - 21) if number <= 35 else str(number)


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


def _counted(digits: str = _DIGITS, units: str = "十百千") -> Callable[[int], str]:
    return lambda number: _write_chinese(number, digits, units)


_NUMERALS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand"),
                    _counted()),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional"), _counted(_LEGAL, "拾佰仟")),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _write_digits),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circle),
    "decimalEnclosedParen": lambda number: chr(0x2474 + number - 1) if number <= 20 else f"({number})",
    "decimalEnclosedFullstop": lambda number: chr(0x2488 + number - 1) if number <= 20 else f"{number}.",
    "decimalZero": lambda number: f"{number:02d}",
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"),
                    lambda number: "".join(chr(0xFF10 + int(digit)) for digit in str(number))),
    "lowerRoman": _write_roman,
    "upperRoman": lambda number: _write_roman(number).upper(),
    "lowerLetter": _write_letters,
    "upperLetter": lambda number: _write_letters(number).upper(),
    "ideographTraditional": _one_of(_STEMS),
    "ideographZodiac": _one_of(_BRANCHES),
}  # fmt: skip
