"""Numbers of a spreadsheet → the text that its cells show, by their number formats (ECMA-376 part 1, 18.8.30, 18.8.31).

A cell that holds 0.9821 and is formatted `0.00%` shows 98.21%, and that is what the form says. Understood are
sections by sign, digits with grouping, scaling and literals among them, percentages, dates and times, and texts.
Conditions, fractions, exponents, elapsed times and native digits are not: such a number is shown plainly, with a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

GENERAL = "General"

BUILT_IN: dict[int, str] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"',
    30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 45: "mm:ss",
    48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Formats that are known by number (18.8.30), as a Chinese installation shows those that depend on the place."""

DOUBT = "number_format"
"""The doubt of a number whose format is not understood."""

EXACT = Context(prec=15, rounding=ROUND_HALF_UP)
"""Spreadsheets keep and show 15 digits of a binary number."""

GENERAL_DIGITS = 10
"""Digits that the general format shows of a number that is not whole: 11 places, the point included."""

_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | [\\!](?P<escaped>.) | _(?P<gap>.) | \*(?P<filler>.)
  | \[\$(?P<currency>[^\]-]*)(?:-[0-9A-Fa-f,]*)?\] | \[(?P<bracket>[^\]]*)\]
  | (?P<general>General|G/通用格式) | (?P<ampm>AM/PM|A/P|上午/下午) | (?P<exponent>[Ee][+-])
  | (?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?|a{3,4}) | (?P<digit>[0\#?]) | (?P<mark>[.,%/@]) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COLOURS = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+|[黑蓝青绿红白黄]色?|洋红|颜色 ?\d+", re.I
)
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows; `doubt` is empty or says that its format was not understood."""

    text: str
    doubt: str = ""


Token = tuple[str, str]
"""The kind of a token and its text."""


class _NotUnderstoodError(Exception):
    """A format has something that is not understood."""


def show_number(number: str, code: str, epoch_1904: bool = False) -> Shown:
    """Return what a cell with a number and a format code shows. `number` is as stored, `0.98209999999999997`."""
    try:
        value = EXACT.create_decimal(number)
    except InvalidOperation:
        return Shown(number, DOUBT)
    if not value.is_finite():
        return Shown(number, DOUBT)
    try:
        return Shown(_show(value, code, epoch_1904))
    except (_NotUnderstoodError, OverflowError, InvalidOperation):
        return Shown(show_general(value), DOUBT)


def show_text(text: str, code: str) -> str:
    """Return what a cell with a text and a format code shows; only the section for texts changes or hides it."""
    sections = _split_sections(code)
    last = sections[-1]
    if len(sections) != 4 and (len(sections) != 1 or ("mark", "@") not in last):
        return text
    return "".join(text if token == ("mark", "@") else _literal(token) for token in last)


def show_general(value: Decimal) -> str:
    """Return a number in the general format of a wide cell; whole numbers keep every digit."""
    if value == value.to_integral_value():
        return f"{value.to_integral_value():f}".replace("-0", "0") if value == 0 else f"{value.to_integral_value():f}"
    whole = len(f"{abs(value).to_integral_value(rounding='ROUND_DOWN'):f}")
    places = max(0, GENERAL_DIGITS - whole)
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded.normalize():f}" if rounded else f"{value:f}"


def _split_sections(code: str) -> list[list[Token]]:
    """Cut a format code at its semicolons into sections of tokens; colours say nothing."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or "other"
        text = match[kind]
        if kind == "other" and text == ";":
            sections.append([])
        elif not (kind == "bracket" and _COLOURS.fullmatch(text)):
            sections[-1].append((kind, text))
    return sections


def _show(value: Decimal, code: str, epoch_1904: bool) -> str:
    sections = _split_sections(code)
    tokens, signed = _choose_section(value, sections)
    kinds = {kind for kind, _ in tokens}
    if "bracket" in kinds or "exponent" in kinds:
        raise _NotUnderstoodError
    if kinds & {"date", "ampm"}:
        return _show_date(value, tokens, epoch_1904)
    if "general" in kinds or ("mark", "@") in tokens:
        plain = show_general(value if signed else abs(value))
        return "".join(plain if kind == "general" or (kind, text) == ("mark", "@") else _literal((kind, text))
                       for kind, text in tokens)  # fmt: skip
    if "digit" not in kinds:
        return "".join(map(_literal, tokens))
    return _show_digits(value, tokens, signed)


def _choose_section(value: Decimal, sections: list[list[Token]]) -> tuple[list[Token], bool]:
    """Return the section for a number, and whether a minus sign is still to be set before it."""
    if len(sections) >= 3 and value == 0:
        return sections[2], False
    if len(sections) >= 2 and value < 0:
        return sections[1], False
    return sections[0], True


def _literal(token: Token) -> str:
    """Return the text that a token stands for where it is no placeholder."""
    kind, text = token
    match kind:
        case "quoted" | "escaped" | "currency" | "other":
            return text
        case "gap" | "filler":
            return ""
        case "mark" if text in "%,./":
            return text
        case _:
            raise _NotUnderstoodError


def _show_digits(value: Decimal, tokens: list[Token], signed: bool) -> str:
    if ("mark", "/") in tokens:
        raise _NotUnderstoodError
    digits = [i for i, (kind, _) in enumerate(tokens) if kind == "digit"]
    points = [i for i, token in enumerate(tokens) if token == ("mark", ".")]
    point = points[0] if points else digits[-1] + 1
    if len(points) > 1:
        raise _NotUnderstoodError
    last_whole = max((i for i in digits if i < point), default=point)
    grouped = any(tokens[i] == ("mark", ",") and i < last_whole for i in range(digits[0], len(tokens)))
    scaling = sum(token == ("mark", ",") for i, token in enumerate(tokens) if i > last_whole)
    percents = sum(token == ("mark", "%") for token in tokens)
    scaled = abs(value).scaleb(2 * percents - 3 * scaling)
    places = sum(i > point for i in digits)
    rounded = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:f}".partition(".")
    text = _fill_whole(tokens[:point], whole, grouped) + _fill_fraction(tokens[point:], fraction)
    return f"-{text}" if signed and value < 0 else text


def _fill_whole(tokens: list[Token], whole: str, grouped: bool) -> str:
    """Set digits into placeholders from right to left; what is left over goes before the first of them."""
    left = list(whole.lstrip("0"))
    first = next((i for i, (kind, _) in enumerate(tokens) if kind == "digit"), None)
    if first is None and left:
        tokens, first = [*tokens, ("digit", "#")], len(tokens)
    shown, count = "", 0
    for i in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[i]
        if kind != "digit":
            shown = ("" if (kind, text) == ("mark", ",") else _literal((kind, text))) + shown
            continue
        run = len(left) if i == first else min(1, len(left))
        for digit in [left.pop() for _ in range(run)] or _padding(text):
            shown = digit + ("," if grouped and count and count % 3 == 0 else "") + shown
            count += 1
    return shown


def _padding(placeholder: str) -> list[str]:
    return {"0": ["0"], "?": [" "]}.get(placeholder, [])


def _fill_fraction(tokens: list[Token], fraction: str) -> str:
    """Set the digits after the point; those of `#` are left out where only zeros would follow."""
    digits, significant, shown = list(fraction), len(fraction.rstrip("0")), ""
    at = 0
    for kind, text in tokens:
        if kind != "digit":
            shown += "" if (kind, text) == ("mark", ",") else _literal((kind, text))
            continue
        if text == "0" or at < significant:
            shown += digits[at] if at < len(digits) else "0"
        elif text == "?":
            shown += " "
        at += 1
    return shown


def _show_date(value: Decimal, tokens: list[Token], epoch_1904: bool) -> str:
    if any(kind in {"digit", "general"} for kind, _ in tokens):
        raise _NotUnderstoodError
    moment = serial_date(value, epoch_1904)
    half = any(kind == "ampm" for kind, _ in tokens)
    shown = ""
    for i, (kind, text) in enumerate(tokens):
        if kind == "date":
            shown += _date_part(moment, text.lower(), _is_minutes(tokens, i), half)
        elif kind == "ampm":
            names = ("上午", "下午") if text == "上午/下午" else text.split("/")
            shown += names[moment.hour >= 12]
        else:
            shown += _literal((kind, text))
    return shown


def serial_date(value: Decimal, epoch_1904: bool = False) -> datetime:
    """Return the moment of a serial number of days, to the second.

    Day 60 of the 1900 system is a 29 February that never was; from there on days count from 1899-12-30.
    """
    if value < 0 or (not epoch_1904 and int(value) == 60):
        raise _NotUnderstoodError
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30 if value > 60 else 31)
    return epoch + timedelta(seconds=int((value * 86_400).to_integral_value(ROUND_HALF_UP)))


def _is_minutes(tokens: list[Token], at: int) -> bool:
    """Tell whether an `m` means minutes: an hour stands before it, or a second after it (18.8.31)."""
    parts = [(i, text[0].lower()) for i, (kind, text) in enumerate(tokens) if kind == "date"]
    place = next(n for n, (i, _) in enumerate(parts) if i == at)
    before, after = parts[place - 1][1] if place else "", parts[place + 1][1] if place + 1 < len(parts) else ""
    return before == "h" or after == "s"


def _date_part(moment: datetime, text: str, minutes: bool, half: bool) -> str:
    if text[0] == "y":
        return f"{moment.year:04d}" if len(text) > 2 else f"{moment.year % 100:02d}"
    if text[0] == "a":
        return ("星期" if len(text) == 4 else "") + _WEEKDAYS[moment.weekday()]
    if len(text) > 2:
        raise _NotUnderstoodError
    hour = (moment.hour % 12 or 12) if half else moment.hour
    month = moment.minute if minutes else moment.month
    number = {"m": month, "d": moment.day, "h": hour, "s": moment.second}[text[0]]
    return f"{number:0{len(text)}d}"
