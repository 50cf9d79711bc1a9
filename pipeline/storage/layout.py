"""How large the part files of the published tables are; `jixiao compact` chooses it, and every run keeps to it.

Few large parts are read sooner, many small ones are written sooner: a run writes each part anew that has a new
document. Either way the rows are the same. The same documents under the same layout give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.storage.atomic import write_file

DOCUMENTS_PER_PART = 1_000
"""Documents beyond which the part files of a table are split by one more hexadecimal digit of the id, at first."""

ROWS_PER_PART = 2_000_000
"""Rows of the longest table that a part has room for after `jixiao compact`; a part is held in memory to be written."""


def read_layout(path: Path) -> int:
    """Return how many documents a part has room for; what nobody has chosen, or what is damaged, is the default."""
    try:
        return max(1, int(json.loads(path.read_bytes())["documents_per_part"]))
    except (OSError, ValueError, KeyError, TypeError):
        return DOCUMENTS_PER_PART


def write_layout(path: Path, documents_per_part: int) -> None:
    """Put the layout down for the next publication."""
    write_file(path, json.dumps({"documents_per_part": documents_per_part}).encode())


def choose_room(manifest: Mapping[str, Any], rows_per_part: int) -> int:
    """Return how many documents give a part `rows_per_part` rows of its longest table, going by what is published."""
    longest = max(manifest["rows"].values(), default=0)
    documents = max(1, manifest["rows"]["documents"])
    room: int = rows_per_part * documents // max(1, longest)
    return max(1, room)


def count_parts(manifest: Mapping[str, Any]) -> int:
    """Return the number of Parquet files of a snapshot."""
    return sum(len(part["tables"]) for part in manifest["parts"].values())
