"""Pages of `docs/` and the blocks in them that are generated.

A block stands between `<!-- generated: NAME -->` and `<!-- end -->`, each on a line of its own. The text around it is
written by hand and never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.records import PUBLISHED_TABLES
from pipeline.reference.commands import command_line, describe_command, list_commands
from pipeline.reference.tables import describe_table
from pipeline.reference.vocabularies import (
    describe_profile,
    list_dimensions,
    list_flags,
    list_profile_names,
    list_reasons,
)
from pipeline.scoring.catalogue import describe_findings
from pipeline.scoring.profiles import list_profiles

BLOCKS: dict[str, Callable[[], str]] = {
    "commands": list_commands,
    "flags": list_flags,
    "dimensions": list_dimensions,
    "profiles": list_profile_names,
    "reasons": list_reasons,
    **{f"command {name}": partial(describe_command, name) for name in command_line()},
    **{f"table {name}": partial(describe_table, name) for name in PUBLISHED_TABLES},
    **{f"profile {name}": partial(describe_profile, name) for name in list_profiles()},
}
"""What writes each block, by its name."""

_BLOCK = re.compile(r"^<!-- generated: (?P<name>.+?) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def find_blocks(text: str) -> list[str]:
    """Return the names of the blocks of a page, in their order."""
    return [match["name"] for match in _BLOCK.finditer(text)]


def fill_blocks(text: str) -> str:
    """Return a page with all its blocks written anew.

    Raises:
        ConfigurationError: the page has a block that nothing writes.
    """
    return _BLOCK.sub(lambda match: _write_block(match["name"]), text)


def _write_block(name: str) -> str:
    if name not in BLOCKS:
        raise ConfigurationError(f"nothing writes the block {name!r}; there are {', '.join(BLOCKS)}")
    return f"<!-- generated: {name} -->\n\n{BLOCKS[name]()}\n\n<!-- end -->"


def render_pages(folder: Path) -> dict[str, str]:
    """Return what the pages of a folder should hold, by file name; the page of findings is generated whole."""
    pages = {page.name: fill_blocks(page.read_text(encoding="utf-8")) for page in sorted(folder.glob("*.md"))}
    return pages | {"findings.md": describe_findings()}
