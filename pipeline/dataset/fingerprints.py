"""What a stored result depends on beside the bytes of its document, as digests: one of the reading, one of the scoring.

Every room of the package and every file of `schemas/` is in one of three lists: what is read depends on it, what is
scored depends on it, or neither. A change of the first kind reads documents again; one of the second only scores what
is stored again; one of the third does neither. `tests/dataset/test_fingerprints.py` refuses a room or a file that is in
no list. Comments count: a file is known by its bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from pipeline.settings import ReadSettings
from pipeline.vocabulary import schema_path

READING_ROOMS = frozenset(
    {
        "dataset",
        "doubt",
        "errors",
        "forms",
        "geometry",
        "ingest",
        "interpret",
        "labels",
        "layout",
        "machine",
        "models",
        "normalise",
        "read",
        "records",
        "settings",
        "text",
        "units",
        "vocabulary",
    }
)
"""Folders and modules of the package that a document's rows come from, scores and findings apart."""

READING_DATA = frozenset(
    {
        "departments.yml",
        "districts.csv",
        "form.yml",
        "radicals.yml",
        "recogniser_ranges.yml",
        "review.yml",
        "templates",
        "text_tables.yml",
        "traditional.yml",
        "units.yml",
        "values.yml",
    }
)
"""Files and folders of `schemas/` that those read."""

SCORING_ROOMS = frozenset({"assess", "scoring"})
"""Where grades, scores and findings come from, given the other rows."""

SCORING_DATA = frozenset({"directions.yml", "findings.yml", "profiles", "scoring.yml", "sets.yml"})
"""What those read beside the data of reading."""

OTHER_ROOMS = frozenset(
    {
        "__init__",
        "__main__",
        "cli",
        "commands",
        "corrections",
        "desk",
        "export",
        "fetch",
        "query",
        "reference",
        "report",
        "run",
        "running",
        "speech",
        "storage",
    }
)
"""What makes nothing of what is read or scored: it asks for it, keeps it, or shows it. `speech` only words the findings
in which a reader says what it could not settle; they keep the words in which they were first told."""

OTHER_DATA = frozenset({"desk.yml", "help.yml", "messages.yml", "report.yml", "tables", "workbook.yml"})

NOT_READ_WITH = frozenset({"allow_libreoffice", "profile"})
"""Settings of a reader that do not change what is read: who allows LibreOffice has only those documents read again that
waited for it, and a profile scores."""

SUFFIXES = frozenset({".py", ".yml", ".csv"})


def reading_fingerprint(settings: ReadSettings) -> str:
    """Return a digest of everything but the bytes that a document's rows depend on: settings, code, vocabularies.

    A result with another fingerprint is read again. Limits of time and memory are not part of it.
    """
    facts = {name: value for name, value in asdict(settings).items() if name not in NOT_READ_WITH}
    return _digest({"settings": facts, "code": reading_digest()})


def scoring_fingerprint(profile: str | None, *, held: bool = False) -> str:
    """Return what scores and findings depend on beside the other rows: a digest of rules and words, the profile.

    A result with another fingerprint is scored again, from what is stored. `held` marks a profile that was given to a
    whole dataset (`jixiao score --profile`): runs that ask for none keep it.
    """
    return f"{scoring_digest()[:24]}:{profile or ''}{HELD if held and profile else ''}"


HELD = ":held"


def held_profile(scored: str) -> str | None:
    """Return the profile that a result, by its fingerprint of scoring, keeps in runs that ask for none."""
    return scored.removesuffix(HELD).partition(":")[2] if scored.endswith(HELD) else None


def program_fingerprint(settings: ReadSettings) -> str:
    """Return a digest of both; two programs that have the same give the same rows."""
    return _digest([reading_fingerprint(settings), scoring_fingerprint(settings.profile)])


@lru_cache(maxsize=1)
def reading_digest() -> str:
    """Return the digest of the code and data that reading depends on, as they were when first asked for."""
    return digest_files(Path(__file__).parents[1], READING_ROOMS, schema_path(""), READING_DATA)


@lru_cache(maxsize=1)
def scoring_digest() -> str:
    """Return the digest of the code and data that scoring depends on beside those of reading, likewise."""
    return digest_files(Path(__file__).parents[1], SCORING_ROOMS, schema_path(""), SCORING_DATA)


def digest_files(package: Path, rooms: Iterable[str], schemas: Path, data: Iterable[str]) -> str:
    """Return a digest of the names and bytes of the files of some rooms of a package, and of some data files."""
    digest = hashlib.sha256()
    names = [(package, f"{room}.py" if (package / f"{room}.py").is_file() else room) for room in rooms]
    names += [(schemas, name) for name in data]
    for folder, name in sorted(names):
        for path in sorted(_files(folder / name)):
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    found = path.rglob("*") if path.is_dir() else (path,)
    return (file for file in found if file.suffix in SUFFIXES)


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]
