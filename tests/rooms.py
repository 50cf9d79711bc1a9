"""The rooms of `pipeline/` in the order in which data passes, and what a tree's imports say against it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import takewhile
from pathlib import Path

PACKAGE = "pipeline"

ROOMS = {
    "pipeline": (
        "errors models records vocabulary text settings dataset geometry machine speech",
        "ingest",
        "labels",
        "layout",
        "forms",
        "units",
        "scoring",
        "doubt",
        "normalise assess",
        "storage",
        "corrections",
        "fetch",
        "running",
        "query",
        "export",
        "report",
        "desk",
        "interpret",
        "read",
        "run",
        "commands",
        "cli",
        "reference __init__ __main__",
    ),
    "pipeline/ingest": (
        "pending covered separated containers ocr sheets notes repeated",
        "sniff image",
        "scan",
        "pdf office",
        "ofd",
        "readers",
        "drawing",
        "second_look",
        "__init__",
    ),
    "pipeline/ingest/scan": (
        "ink",
        "rulings",
        "seal grey_seal straighten bend ground fills screen",
        "straight_page",
        "sheetlines kept",
        "runs orientation sheet_layout",
        "page",
    ),
}
"""For each folder that has an order: what lies in it, from the ground up.

A line may import from the lines above it in the list; those of one line may import each other, but not in a circle.
"""

Module = tuple[str, ...]


@dataclass(frozen=True)
class Arrow:
    """One import, seen in the folder in which the ways to both modules part.

    `user` and `used` are the names of a module or a folder in `folder`; `where` is the file that imports.
    """

    folder: str
    user: str
    used: str
    where: str


def read_modules(root: Path) -> dict[Module, Path]:
    """All modules below `root / "pipeline"` by the parts of their names; a package itself is `(…, "__init__")`."""
    return {path.relative_to(root).with_suffix("").parts: path for path in sorted((root / PACKAGE).rglob("*.py"))}


def read_arrows(root: Path) -> list[Arrow]:
    """Every import of one module of the tree by another, those inside functions and for types included."""
    modules = read_modules(root)
    return [
        draw_arrow(module, target, path.relative_to(root).as_posix())
        for module, path in modules.items()
        for target in imported_modules(ast.parse(path.read_text(encoding="utf-8")), modules)
        if target != module
    ]


def draw_arrow(user: Module, used: Module, where: str) -> Arrow:
    """The arrow between two modules, in the deepest folder that holds both."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(user, used, strict=False)))
    return Arrow("/".join(user[:shared]), user[shared], used[shared], where)


def imported_modules(tree: ast.Module, modules: dict[Module, Path]) -> Iterator[Module]:
    """The modules that a source names in its imports; the package's version, a constant, counts as none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            base = tuple(node.module.split("."))
            names = [(*base, alias.name) for alias in node.names if (*base, alias.name) != (PACKAGE, "__version__")]
        else:
            continue
        yield from (module for name in names for module in find_module(name, modules))


def find_module(name: Module, modules: dict[Module, Path]) -> list[Module]:
    """The module that holds `name`: itself, the package of that name, or the one that the name was taken from."""
    candidates = (name, (*name, "__init__"), name[:-1], (*name[:-1], "__init__"))
    return [candidate for candidate in candidates if candidate in modules][:1]


def rising_arrows(arrows: Iterable[Arrow]) -> list[str]:
    """The imports that run up, or that come from or go to something without a place in the list."""
    return [
        f"{arrow.where}: {arrow.user} imports {arrow.used}"
        for arrow in arrows
        if arrow.folder in ROOMS and runs_up(arrow)
    ]


def runs_up(arrow: Arrow) -> bool:
    """Whether the list has the imported room above the importing one, or lacks one of them."""
    floors = {room: floor for floor, line in enumerate(ROOMS[arrow.folder]) for room in line.split()}
    return not {arrow.user, arrow.used} <= set(floors) or floors[arrow.used] > floors[arrow.user]


def circles(arrows: Iterable[Arrow]) -> list[str]:
    """For each folder whose modules and folders import each other in a circle, that circle."""
    graphs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for arrow in arrows:
        graphs[arrow.folder][arrow.user].add(arrow.used)
    return [
        f"{folder}: {' imports '.join(circle)}" for folder, graph in graphs.items() if (circle := find_circle(graph))
    ]


def find_circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of a graph, each importing the next, first and last the same; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []
