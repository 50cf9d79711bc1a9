"""Decisions about the misread sample, and datasets made of it."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.corrections.book import DocumentDecisions, read_decisions
from pipeline.corrections.decision import Address, Decision, new_id
from pipeline.corrections.journal import append_decisions
from tests.corrections.misreading_reader import MISREAD, SAMPLE
from tests.running.support import run_stub

_CACHE = tempfile.TemporaryDirectory(prefix="misread-")

READER = "tests.corrections.misreading_reader:read_document"
DOCUMENT = hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
FORM = f"{DOCUMENT}-001"


def decide(address: Address, action: str = "correct", **facts: Any) -> Decision:
    """A decision about a misread cell; by itself it corrects the cell to what the document says.

    `note` fills in what it replaces.
    """
    one = MISREAD.get(address)
    old = facts.pop("old", one.text if one else "")
    new = facts.pop("new", {"correct": one.said if one else None, "accept": old}.get(action))
    facts = {
        "replaces": ("0000",) if action == "undo" else (),
        "reviewer": "王审计",
        "time": datetime.now(UTC),
        "id": new_id(),
        "file": str(SAMPLE),
    } | facts
    return Decision(
        **address._asdict(), document=facts.pop("document", DOCUMENT), action=action, old=old, new=new, **facts
    )


def note(folder: Path, *decisions: Decision) -> DocumentDecisions:
    """Add decisions to a folder, each replacing what stands."""
    for decision in decisions:
        heads = read_decisions(folder, decision.document).state(decision.address).heads
        append_decisions(folder, [decision.model_copy(update={"replaces": tuple(head.id for head in heads)})])
    return read_decisions(folder, DOCUMENT)


def run_sample(out: Path, corrections: Path | None, source: Path = SAMPLE, **changes: Any) -> Any:
    """Run over the misread sample, which is truly read once per session."""
    os.environ.setdefault("MISREADING_CACHE", _CACHE.name)
    return run_stub(source, out, reader=READER, corrections=corrections, **changes)
