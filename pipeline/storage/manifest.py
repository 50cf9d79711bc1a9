"""What a published snapshot says of itself: its manifest, and where its part files are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CURRENT, MANIFEST = ".current", "manifest.json"


def read_manifest(out: Path) -> dict[str, Any] | None:
    """Return the manifest of what is published in `out`, or None where nothing is."""
    try:
        return load_manifest(out / CURRENT)
    except (OSError, ValueError):
        return None


def load_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a snapshot's folder.

    Raises:
        OSError, ValueError: there is none that can be read.
    """
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    return manifest


def part_path(folder: Path, table: str, bucket: str) -> Path:
    """Return the file of a snapshot that holds a bucket's rows of a table."""
    return folder / table / f"part-{bucket}.parquet"
