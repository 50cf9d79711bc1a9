"""All decisions of a folder, and what stands for each cell: the last word, or a conflict that is shown as one.

Decisions are linked by what they replace, not by their place in the file. Two reviewers who worked on copies of the
folder may therefore put their files together line by line; where they decided one cell differently and neither knew
of the other, both decisions stand and none is applied until a third one replaces both.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigurationError, access_error

if TYPE_CHECKING:
    from pipeline.corrections.decision import Address, Decision

SUFFIX = ".jsonl"

MISFIT = "correction_misfit"
"""Error code of a document, and review reason of a cell, with a decision that cannot be applied."""


@dataclass(frozen=True)
class CellState:
    """What stands for a cell. `heads` are the decisions that nothing replaces: a new one must replace them.

    `standing` has those in force, after what was taken back; more than one outcome among them is a conflict.
    """

    heads: tuple[Decision, ...]
    standing: tuple[Decision, ...]

    @property
    def conflict(self) -> bool:
        """Whether reviewers contradict each other."""
        return len({decision.outcome for decision in self.standing}) > 1

    @property
    def decision(self) -> Decision | None:
        """The decision in force; None where there is none, or a conflict."""
        return None if self.conflict or not self.standing else max(self.standing, key=lambda one: (one.time, one.id))


UNDECIDED = CellState((), ())


@dataclass(frozen=True)
class DocumentDecisions:
    """The decisions about one document, in the order of its file."""

    document_id: str
    lines: tuple[Decision, ...] = ()

    @cached_property
    def states(self) -> Mapping[Address, CellState]:
        """What stands for each cell that was ever decided."""
        by_cell: dict[Address, list[Decision]] = defaultdict(list)
        for decision in self.lines:
            by_cell[decision.address].append(decision)
        return {address: find_standing(decisions) for address, decisions in by_cell.items()}

    def state(self, address: Address) -> CellState:
        """Return what stands for one cell."""
        return self.states.get(address, UNDECIDED)

    @property
    def in_force(self) -> Mapping[Address, CellState]:
        """The cells for which some decision stands."""
        return {address: state for address, state in self.states.items() if state.standing}

    def files(self) -> list[str]:
        """Return the file that each cell with a standing decision was decided on, as its path was given."""
        return [state.standing[0].file for state in self.in_force.values()]

    def digest(self) -> str:
        """Return a digest of what is in force; it tells whether a document must be corrected anew."""
        said = [one.line() for state in self.in_force.values() for one in state.standing]
        return hashlib.sha256("".join(sorted(said)).encode()).hexdigest()


@dataclass(frozen=True)
class Book:
    """The decisions of a folder by document."""

    documents: Mapping[str, DocumentDecisions] = field(default_factory=dict)

    def of(self, document_id: str) -> DocumentDecisions:
        """Return the decisions about one document."""
        return self.documents.get(document_id) or DocumentDecisions(document_id)


def find_standing(decisions: Sequence[Decision]) -> CellState:
    """Return what stands after the decisions about one cell, whose links have been checked by `parse_decisions`."""
    by_id = {decision.id: decision for decision in decisions}
    replaced = {name for decision in decisions for name in decision.replaces}
    heads = tuple(decision for decision in decisions if decision.id not in replaced)
    standing = {one.id: one for head in heads for one in _outcomes(head, by_id)}
    return CellState(heads, tuple(standing.values()))


def _outcomes(decision: Decision, by_id: Mapping[str, Decision]) -> Iterator[Decision]:
    """Yield what a decision comes to: itself, or what stood before the decisions that it takes back."""
    if decision.action != "undo":
        yield decision
        return
    for taken_back in decision.replaces:
        for name in by_id[taken_back].replaces:
            yield from _outcomes(by_id[name], by_id)


def decisions_path(folder: Path, document_id: str) -> Path:
    """Return the file with the decisions about a document."""
    return folder / f"{document_id}{SUFFIX}"


def read_book(folder: Path) -> Book:
    """Read all decisions of a folder; one that does not exist has none.

    Raises:
        ConfigurationError: a line is none, with the file and the line's number.
        AccessError: the folder or a file cannot be read.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.name.endswith(SUFFIX))
    except FileNotFoundError:
        return Book()
    except OSError as error:
        raise access_error(error, f"{folder} cannot be read") from error
    found = (read_decisions(folder, name.removesuffix(SUFFIX)) for name in names)
    return Book({one.document_id: one for one in found})


def read_decisions(folder: Path, document_id: str) -> DocumentDecisions:
    """Read the decisions about one document; there may be none."""
    path = decisions_path(folder, document_id)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return DocumentDecisions(document_id)
    except OSError as error:
        raise access_error(error, f"{path} cannot be read") from error
    return DocumentDecisions(document_id, parse_decisions(data, path, document_id))


def parse_decisions(data: bytes, path: Path, document_id: str) -> tuple[Decision, ...]:
    """Return the decisions of a file's bytes; blank lines are skipped.

    Raises:
        ConfigurationError: a line is no decision, belongs to another document, or replaces what it cannot.
    """
    found: dict[str, Decision] = {}
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            decision = _parse_line(line, f"{path}, line {number}")
            _check_links(decision, found, f"{path}, line {number}", document_id)
            found[decision.id] = decision
    return tuple(found.values())


def _parse_line(line: bytes, place: str) -> Decision:
    from pydantic import ValidationError

    from pipeline.corrections.decision import Decision

    try:
        return Decision.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"{place}: no decision ({where + ': ' if where else ''}{first['msg']}); mend or delete the line"
        ) from error


def _check_links(decision: Decision, before: Mapping[str, Decision], place: str, document_id: str) -> None:
    if decision.document != document_id:
        raise ConfigurationError(f"{place}: the decision is about another document than the file's name says; move it")
    if decision.id in before:
        raise ConfigurationError(f"{place}: the id {decision.id} is there twice; delete one of the lines")
    for name in decision.replaces:
        if name not in before or before[name].address != decision.address:
            raise ConfigurationError(
                f"{place}: replaces {name}, which no earlier line about this cell has; put the lines in order"
            )
