"""Writing that survives a kill and a power cut: a name shows either the old content or all of the new one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

TEMPORARY = ".tmp-"
"""Prefix of names that are not finished; what a killed run leaves of them is removed by the next."""


def write_file(path: Path, data: bytes) -> None:
    """Put `data` under `path`, at once and durably; on an error the old content stays."""
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def point_link(link: Path, target: str) -> None:
    """Make `link` a symbolic link to `target`, at once, whatever it pointed at before."""
    temporary = link.with_name(f"{TEMPORARY}{os.getpid()}-{link.name}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    os.replace(temporary, link)
    sync_folder(link.parent)


def sync_file(path: Path) -> None:
    """Force a file's content to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force a folder's names to the disk."""
    sync_file(folder)
