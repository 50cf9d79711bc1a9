"""Characters of symbol fonts (Wingdings, Symbol) → the characters that a person sees.

Word stores them by their place in the font, from U+F020 on; the signs of lists and of ticked boxes are such.
"""

from __future__ import annotations

_WINGDINGS = {
    0x51: "✈", 0x52: "☑", 0x54: "☒", 0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x72: "□", 0x74: "◆",
    0x75: "◆", 0x76: "❖", 0x77: "◆", 0x80: "⓪", **{0x81 + i: chr(0x2460 + i) for i in range(10)},
    0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA3: "□", 0xA4: "◉", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xB2: "✧", 0xD8: "➢",
    0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "√", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_SYMBOL = {0xA3: "≤", 0xA5: "∞", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈",
           0xD6: "√", 0xD7: "⋅"}  # fmt: skip

UNKNOWN = "\ufffd"
"""What stands for a sign of a symbol font that is not known here: a person sees something there."""


def show_symbol(char: str, unknown: str = UNKNOWN, font: str = "") -> str:
    """Return what a person sees of a character of a symbol font; any other character is itself."""
    code = ord(char)
    if not 0xF020 <= code <= 0xF0FF:
        return char
    place = code - 0xF000
    if font.lower().startswith("symbol"):
        return _SYMBOL.get(place) or _ascii(place) or unknown
    if font.lower().startswith("wingdings 2"):
        return {0x50: "√", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□"}.get(place, unknown)
    return _WINGDINGS.get(place) or (_SYMBOL.get(place) if not font else None) or unknown


def _ascii(place: int) -> str:
    char = chr(place)
    return char if char.isdecimal() or char in "%()+./<=>" else ""
