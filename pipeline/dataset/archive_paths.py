"""Where a document lies: in a file of its own, or in an archive.

A member is addressed by the path of the archive, `!/`, and its name inside: `data/raw/2024.zip!/通州区/自评表.pdf`, and
so on into archives inside archives. That name is an address and nothing else: `pipeline.ingest.containers.archive`
finds what it means, and whoever only plans a run need not load what opens archives.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

MARK = "!/"
"""What stands between an archive and a name inside it, as in Java's addresses of the kind."""


def outer_paths(text: str) -> Iterator[str]:
    """Yield the paths of the archives that a path leads through, from the outermost; what is there is not asked."""
    at = text.find(MARK)
    while at >= 0:
        yield text[:at]
        at = text.find(MARK, at + 1)


def split_source(path: Path) -> tuple[Path, tuple[str, ...]]:
    """Return the file that holds a document, and the names that lead into it; none where it is a file of its own."""
    text = str(path)
    if MARK not in text or os.path.lexists(path):
        return path, ()
    file = next(filter(os.path.isfile, outer_paths(text)), None)
    return (path, ()) if file is None else (Path(file), tuple(text[len(file) + len(MARK) :].split(MARK)))
