"""The links of a dataset made and told; every run makes them too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.running.publication import publish_workspace
from pipeline.running.upkeep import list_holdings
from pipeline.storage.load import published_root, read_published
from pipeline.storage.workspace import open_workspace


@dataclass(frozen=True, slots=True)
class Linked:
    """How many links there are, by what they were told, how many forms repeat another, and some links in words."""

    links: int
    matched_by: dict[str, int]
    relations: dict[str, int]
    duplicates: int
    sentences: tuple[str, ...]

    def as_json(self, out: Path) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "out": str(out),
            "links": self.links,
            "matched_by": self.matched_by,
            "relations": self.relations,
            "duplicates": self.duplicates,
        }


def link_dataset(out: Path, shown: int = 0) -> Linked:
    """Publish a dataset with its forms matched, unless it is so already, and return what was matched.

    Raises:
        AccessError: nothing has been run into `out`.
    """
    list_holdings(out)
    with open_workspace(out) as workspace:
        publish_workspace(workspace)
    root = published_root(out)
    rows = read_published(root, "links").to_pylist()
    repeated = read_published(root, "forms").column("duplicate_of")
    unsure = sorted(rows, key=lambda row: (row["certainty"], row["form_id"]))
    return Linked(
        links=len(rows),
        matched_by=dict(sorted(Counter(row["matched_by"] for row in rows).items())),
        relations=dict(sorted(Counter(row["relation"] for row in rows).items())),
        duplicates=len(repeated) - repeated.null_count,
        sentences=tuple(row["explanation"] for row in unsure[:shown]),
    )
