"""Style sheets inside a web page, as far as they decide what is seen: what is invisible, and where lines are drawn.

Understood are selectors of elements, classes and ids, alone, below each other and in lists; a rule with anything else
in its selector is left out. Sheets elsewhere are not fetched.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_RULES = 4_000
"""Rules that are kept; Excel writes some hundreds."""

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_COMPOUND = re.compile(r"(?P<tag>[a-z][\w-]*|\*)?(?P<rest>(?:[.#][\w-]+)*)", re.IGNORECASE)
_LINE = re.compile(r"\b(solid|dotted|dashed|double|inset|outset|groove|ridge)\b")
_NO_SIZE = re.compile(r"0+(?:\.0*)?(?:px|pt|em|rem|ex|%)?")
_FAR = re.compile(r"-\d{3,}(?:\.\d*)?(?:px|pt|em|rem)?")
_WHITE = frozenset({"#fff", "#ffffff", "white", "rgb(255,255,255)", "rgb(255, 255, 255)", "transparent"})
_NO_GROUND = _WHITE | {"", "none", "initial", "inherit", "unset"}
_NOTHING = re.compile(r"0+(?:\.0*)?%?|\.0+")

Weight = tuple[bool, int, int]
"""Whether a declaration is important, how specific its selector is, and where it stands."""


@dataclass(frozen=True, slots=True)
class _Compound:
    tag: str
    ids: frozenset[str]
    classes: frozenset[str]

    def fits(self, node: Any) -> bool:
        """Tell whether an element has the tag, the classes and the id."""
        return (
            self.tag in {"*", node.tag}
            and self.classes <= set((node.get("class") or "").split())
            and self.ids <= {node.get("id")}
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    """The compounds of a selector from the element upwards, each but the first with whether it is the very parent."""

    path: tuple[tuple[_Compound, bool], ...]
    says: dict[str, tuple[str, bool]]
    specific: int
    order: int

    def fits(self, node: Any) -> bool:
        """Tell whether an element is what the selector ends in, with all that the selector wants above it."""
        if not self.path[0][0].fits(node):
            return False
        for compound, direct in self.path[1:]:
            above = node.getparent()
            while above is not None and not compound.fits(above):
                above = None if direct else above.getparent()
            if above is None:
                return False
            node = above
        return True


@dataclass(slots=True)
class Styles:
    """The rules of a page about what is seen, and about lines, found by what their last compound asks for."""

    seen: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))

    def hides(self, node: Any) -> bool:
        """Tell whether an element is set invisible with all that is in it."""
        says = _declared(node, self.seen)
        return (
            says.get("display") == "none"
            or says.get("visibility") in {"hidden", "collapse"}
            or says.get("mso-hide") == "all"
            or bool(_NOTHING.fullmatch(says.get("opacity", "1")))
            or self._has_no_size(node, says)
            or _lies_outside(says)
            or self._is_white(node, says)
        )

    def _has_no_size(self, node: Any, says: dict[str, str]) -> bool:
        """Tell whether an element is written in no size, and nothing in it in another one."""
        if not _NO_SIZE.fullmatch(says.get("font-size", "1")):
            return False
        inside = (_declared(one, self.seen) for one in node.iterdescendants() if isinstance(one.tag, str))
        return all(_NO_SIZE.fullmatch(said.get("font-size", "0")) for said in inside)

    def display(self, node: Any) -> str:
        """Return how an element is laid out where a style says so."""
        return _declared(node, self.seen).get("display", "")

    def unmarks(self, entry: Any, whole: Any) -> bool:
        """Tell whether an entry of a list, or the whole list, is set without a mark or number before it."""
        for node in (entry, whole):
            says = _declared(node, self.seen)
            kind = says.get("list-style-type") or says.get("list-style")
            if kind is not None:
                return "none" in kind.split()
        return False

    def _is_white(self, node: Any, says: dict[str, str]) -> bool:
        """Tell whether an element is written white on white, with all that is in it."""
        color = says.get("color") or (node.get("color", "").lower() if node.tag == "font" else "")
        if color not in _WHITE:
            return False
        around = (node, *node.iterancestors())
        return not any(self._has_ground(one) for one in around) and not any(
            self._has_ground(one) or self._is_coloured(one) for one in node.iterdescendants()
        )

    def _has_ground(self, node: Any) -> bool:
        """Tell whether an element has a ground of its own that may not be white."""
        if not isinstance(node.tag, str):
            return False
        stated = [node.get("bgcolor", "").lower(), node.get("background", "").lower()]
        stated += [value for name, value in _declared(node, self.seen).items() if name.startswith("background")]
        return any(value not in _NO_GROUND for value in stated)

    def _is_coloured(self, node: Any) -> bool:
        return isinstance(node.tag, str) and ("color" in _declared(node, self.seen) or node.get("color") is not None)

    def rules_lines(self, node: Any) -> bool:
        """Tell whether lines are drawn at the sides of an element."""
        says = _declared(node, self.lines)
        return any(name.startswith("border") and _LINE.search(value) for name, value in says.items())


def _lies_outside(says: dict[str, str]) -> bool:
    """Tell whether an element is set far to the left of the page or above it, where nobody scrolls."""
    placed = says.get("position") in {"absolute", "fixed"}
    names = ("text-indent", "left", "top", "margin-left") if placed else ("text-indent",)
    return any(_FAR.fullmatch(says.get(name, "")) for name in names)


def _declared(node: Any, rules: dict[str, list[_Rule]]) -> dict[str, str]:
    """Return what an element's own style and the rules that fit it say, the weightiest for each name."""
    own = _declarations(node.get("style") or "")
    found = [((important, 1 << 30, 0), name, value) for name, (value, important) in own.items()]
    for rule in _candidates(node, rules) if rules else ():
        found += [((hard, rule.specific, rule.order), name, value) for name, (value, hard) in rule.says.items()]
    best: dict[str, tuple[Weight, str]] = {}
    for weight, name, value in found:
        if name not in best or weight > best[name][0]:
            best[name] = (weight, value)
    return {name: value for name, (_, value) in best.items()}


def _candidates(node: Any, rules: dict[str, list[_Rule]]) -> Iterator[_Rule]:
    keys = [node.tag, "*", f"#{node.get('id')}", *(f".{name}" for name in set((node.get("class") or "").split()))]
    return (rule for key in keys if key in rules for rule in rules[key] if rule.fits(node))


def read_styles(root: Any) -> Styles:
    """Return the rules of a page's style elements."""
    styles, count = Styles(), 0
    text = "\n".join("".join(node.itertext()) for node in root.iter("style") if _is_for_screen(node.get("media") or ""))
    for selectors, body in _blocks(_COMMENT.sub(" ", text)):
        says = _declarations(body)
        parts = (
            (styles.seen, {name: said for name, said in says.items() if name in _SEEN}),
            (styles.lines, {name: said for name, said in says.items() if name.startswith("border")}),
        )
        for rules, kept in parts:
            for path in filter(None, map(_parse_selector, selectors.split(","))) if kept else ():
                count += 1
                if count <= MOST_RULES:
                    rules[_key(path[0][0])].append(_Rule(path, kept, _weigh(path), count))
    return styles


_SEEN = frozenset(
    {"display", "visibility", "mso-hide", "opacity", "font-size", "color", "background", "background-color",
     "background-image", "position", "left", "top", "margin-left", "text-indent", "list-style",
     "list-style-type"}
)  # fmt: skip


def _weigh(path: tuple[tuple[_Compound, bool], ...]) -> int:
    """Return how specific a selector is (CSS Selectors 4, 17)."""
    return sum(10_000 * len(part.ids) + 100 * len(part.classes) + (part.tag != "*") for part, _ in path)


def _is_for_screen(media: str) -> bool:
    words = media.lower()
    return not words.strip() or "screen" in words or "all" in words or "print" not in words


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations; what is asked of the medium is looked into, other rules with @ are passed."""
    at = 0
    while (opening := text.find("{", at)) >= 0:
        head = text[at:opening].rsplit(";", 1)[-1].strip()
        closing = _closing(text, opening)
        if head.startswith("@media") and _is_for_screen(head.removeprefix("@media")):
            at = opening + 1
            continue
        if not head.startswith("@"):
            yield head.lstrip("} \t\r\n"), text[opening + 1 : closing]
        at = closing + 1


def _closing(text: str, opening: int) -> int:
    depth = 0
    for match in re.finditer(r"[{}]", text[opening:]):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return opening + match.start()
    return len(text)


def _declarations(body: str) -> dict[str, tuple[str, bool]]:
    """Return the declarations of a rule: value and whether it is important, by name in lower case."""
    says: dict[str, tuple[str, bool]] = {}
    for part in body.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            bare, mark, _ = value.lower().partition("!important")
            says[name.strip().lower()] = (bare.strip(), bool(mark))
    return says


def _parse_selector(selector: str) -> tuple[tuple[_Compound, bool], ...]:
    """Return the compounds of a selector from the element upwards; nothing where one is not understood."""
    path: list[tuple[_Compound, bool]] = []
    direct = False
    for word in reversed(selector.replace(">", " > ").split()):
        if word == ">":
            direct = True
            continue
        match = _COMPOUND.fullmatch(word)
        if match is None:
            return ()
        marks = re.findall(r"[.#][\w-]+", match["rest"])
        classes = frozenset(mark[1:] for mark in marks if mark[0] == ".")
        ids = frozenset(mark[1:] for mark in marks if mark[0] == "#")
        path.append((_Compound((match["tag"] or "*").lower(), ids, classes), direct))
        direct = False
    return tuple(path)


def _key(compound: _Compound) -> str:
    if compound.ids:
        return f"#{next(iter(compound.ids))}"
    return f".{min(compound.classes)}" if compound.classes else compound.tag
