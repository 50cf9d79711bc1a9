"""Known failures: a list of documents that are known not to be read whole, so that only new ones change the status.

One line each: a document id, a file name or a path, then the reason, after a tab, after ` #`, or after the first space;
a name with spaces in it needs the tab or the `#`. Empty lines and lines that begin with `#` say nothing. An id holds
for these bytes alone, a name or path for whatever bytes the file has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.storage.index import KnownPath

_LINE = re.compile(r"(?P<target>[^\t]+?)(?:\s*\t\s*|\s+#\s*)(?P<reason>.*)|(?P<word>\S+)\s+(?P<rest>.*)")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One line of the list: the `target` (document id, file name or path) and why its failure is known."""

    target: str
    reason: str

    def covers(self, path: KnownPath) -> bool:
        """Tell whether the line speaks of an input file."""
        names = {path.document_id, path.given, path.given.rsplit("/", 1)[-1], str(path.path)}
        return self.target in names or Path(self.target).absolute() == path.path


def read_accepted(path: Path) -> tuple[Acceptance, ...]:
    """Return the lines of a list of known failures.

    Raises:
        ConfigurationError: the list cannot be read, a line has no reason, or two lines have the same target.
    """
    try:
        lines = path.read_text("utf-8").removeprefix(_BYTE_ORDER_MARK).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read ({error}); give a text file in UTF-8") from error
    found: dict[str, Acceptance] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        item = _parse_line(line)
        if item is None:
            raise ConfigurationError(
                f"{path}, line {number}: no reason; write a document id, file name or path, then why"
            )
        if item.target in found:
            raise ConfigurationError(
                f"{path}, line {number}: {item.target} stands in an earlier line; keep one of them"
            )
        found[item.target] = item
    return tuple(found.values())


def _parse_line(line: str) -> Acceptance | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    target, reason = match["target"] or match["word"], match["reason"] or match["rest"] or ""
    reason = reason.strip().removeprefix("#").strip()
    return Acceptance(target, reason) if reason else None
