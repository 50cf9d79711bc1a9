"""The report on paper: lists of findings as PDF files, printed by the Chromium that is installed.

The browser is started with a profile of its own, without network, and shows files of the report only.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import AccessError, MissingDependency
from pipeline.report.entries import Entry

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
"""Programs that can print, in the order in which they are looked for."""

PATIENCE = 120.0
"""Seconds that one document may take."""

FOLDER, WHOLE = "pdf", "疑点清单.pdf"

QUIET = (
    *("--headless=new", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-background-networking"),
    *(
        "--disable-component-update",
        "--disable-quic",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--no-pdf-header-footer",
    ),
    *("--virtual-time-budget=20000", "--allow-file-access-from-files"),
)


def find_browser() -> str:
    """Return the program that prints.

    Raises:
        MissingDependency: none is installed.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise MissingDependency("no Chromium is installed, which prints PDF files; run: apt-get install chromium")
    return found


def print_report(report: Path, first: Sequence[Entry]) -> list[Path]:
    """Print the list of all forms with 不符, and one for each of the forms to be looked at first; return the files.

    Raises:
        MissingDependency: no browser is installed.
        AccessError: the browser prints nothing.
    """
    browser, folder = find_browser(), report / FOLDER
    folder.mkdir(exist_ok=True)
    wanted = list(_pages(report, first))
    for old in set(folder.glob("*.pdf")) - {target for _, target in wanted}:
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="jixiao-print-") as profile:
        for address, target in wanted:
            _print(browser, Path(profile), address, target)
    return [target for _, target in wanted]


def _pages(report: Path, first: Sequence[Entry]) -> Iterator[tuple[str, Path]]:
    """Yield the address of each page to be printed, and its file; a form that repeats another is printed once."""
    yield f"{(report / 'checklist.html').resolve().as_uri()}#status=violation&copy=own", report / FOLDER / WHOLE
    for place, entry in enumerate(first, 1):
        name = "".join(char for char in entry["project"] if char.isalnum())[:40] or "表"
        page = report / "sheets" / f"{entry['id']}.html"
        yield page.resolve().as_uri(), report / FOLDER / f"{place:02d}-{name}.pdf"


def _print(browser: str, profile: Path, address: str, target: Path) -> None:
    command = [browser, *QUIET, *_sandbox(), f"--user-data-dir={profile}", f"--print-to-pdf={target}", address]
    target.unlink(missing_ok=True)
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - a browser and our pages
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AccessError(f"{browser} does not print: {error}; print the page in a browser") from error
    if not target.is_file():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise AccessError(f"{browser} printed nothing ({said[-1] if said else done.returncode}); print in a browser")


def _sandbox() -> tuple[str, ...]:
    """Return what root needs: Chromium refuses its sandbox to it. The pages are our own and run our scripts only."""
    import os

    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
