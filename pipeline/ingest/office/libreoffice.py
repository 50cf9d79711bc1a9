"""Files that have no reader of their own (.doc, .wps, .rtf, .odt, .ods, .xlsb), converted by LibreOffice.

Only on request (`--allow-libreoffice`): its filters are large and old and have had holes. Each call has a profile of
its own that forbids macros, active content and links, a named import filter, no network, a time limit and a process
group that is killed at the end; the file lies in a private folder under a name of ours.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import CorruptDocument, EncryptedDocument, NeedsLibreOffice, TimedOut
from pipeline.ingest import sniff
from pipeline.ingest.office.confine import NOT_CONFINED
from pipeline.ingest.pending import ReadImage, ReadPage
from pipeline.settings import ReadSettings

CONVERSION_LIMIT = 120
"""Seconds that one conversion may take, on the clock and of computing."""

_PROGRAMS = ("soffice", "libreoffice")

INSTALL = "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"


@dataclass(frozen=True, slots=True)
class _Filter:
    """How LibreOffice is to read a kind of file: suffix and import filter; `calc` for spreadsheets."""

    suffix: str
    name: str
    calc: bool = False


FILTERS: dict[str, _Filter] = {
    sniff.DOC: _Filter("doc", "MS Word 97"),
    sniff.RTF: _Filter("rtf", "Rich Text Format"),
    sniff.WORD_XML: _Filter("xml", "MS Word 2003 XML"),
    sniff.ODT: _Filter("odt", "writer8"),
    sniff.WORKS: _Filter("wps", "MS_Works"),
    sniff.ODS: _Filter("ods", "calc8", calc=True),
    sniff.XLSB: _Filter("xlsb", "Calc MS Excel 2007 Binary", calc=True),
}
"""The import filter of each kind; LibreOffice is never left to guess what a file is."""

_SETTINGS = (
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Java/VirtualMachine", "Enable", "false"),
    ("Writer/Content/Update", "Link", "2"),
    ("Writer/Content/Update", "Field", "false"),
    ("Calc/Content/Update", "Link", "2"),
    ("Calc/Formula/Load", "OOXMLRecalcMode", "1"),
    ("Calc/Formula/Load", "ODFRecalcMode", "1"),
)
"""Path below org.openoffice.Office, property and value: nothing active runs, no link is followed, values stay as they
were stored."""


def read_converted(data: bytes, kind: str, settings: ReadSettings, read_image: ReadImage) -> Iterable[ReadPage]:
    """Return the pages of a file after LibreOffice has converted it to .docx or .xlsx.

    Raises:
        NeedsLibreOffice: it may not be used, is not installed, or cannot be kept from the network.
        EncryptedDocument: a password is needed.
        CorruptDocument: LibreOffice cannot read it.
        TimedOut: it took too long.
    """
    chosen = FILTERS[kind]
    if kind == sniff.DOC and _is_locked(data):
        raise EncryptedDocument("the Word file needs a password; remove it or ask the publisher for an open copy")
    if not settings.allow_libreoffice:
        raise NeedsLibreOffice(
            f"a .{chosen.suffix} file; save it as {_better(chosen)}, or run with --allow-libreoffice"
        )
    converted = convert(data, chosen)
    if chosen.calc:
        from pipeline.ingest.office.sheets.xlsx import read_xlsx

        return read_xlsx(converted, settings, read_image)
    from pipeline.ingest.office.docx import read_docx

    return read_docx(converted, settings, read_image)


def _better(chosen: _Filter) -> str:
    return ".xlsx" if chosen.calc else ".docx"


def _is_locked(data: bytes) -> bool:
    """Tell whether a Word file is encrypted: bit 8 of the flags at byte 10 of its main stream (MS-DOC 2.5.1)."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as opened, opened.openstream("WordDocument") as stream:
            return bool(stream.read(12)[11] & 0x1)
    except Exception:  # noqa: BLE001 - olefile raises many kinds on damaged files; LibreOffice will say what it is
        return False


def find_program() -> str | None:
    """Return the path of LibreOffice, or None where it is not installed."""
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


def convert(data: bytes, chosen: _Filter) -> bytes:
    """Return a file as .docx or .xlsx."""
    program = find_program()
    if program is None:
        raise NeedsLibreOffice(f"LibreOffice is not installed; {INSTALL}, or save the file as {_better(chosen)}")
    with tempfile.TemporaryDirectory(prefix="office-") as name:
        folder = Path(name)
        source = folder / f"document.{chosen.suffix}"
        source.write_bytes(data)
        _write_profile(folder / "profile" / "user")
        _run(_command(program, folder, source, chosen), folder, chosen)
        result = folder / "out" / f"document{_better(chosen)}"
        if not result.is_file():
            raise CorruptDocument(f"LibreOffice cannot read the file; open it and save it as {_better(chosen)}")
        return result.read_bytes()


def _command(program: str, folder: Path, source: Path, chosen: _Filter) -> list[str]:
    target = "xlsx:Calc MS Excel 2007 XML" if chosen.calc else "docx:MS Word 2007 XML"
    return [
        *(sys.executable, "-m", "pipeline.ingest.office.confine", str(CONVERSION_LIMIT), program),
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        f"--infilter={chosen.name}",
        *("--convert-to", target, "--outdir", str(folder / "out"), str(source)),
    ]


def _run(command: list[str], folder: Path, chosen: _Filter) -> None:
    """Run LibreOffice and end whatever it leaves behind."""
    from pipeline.machine.processes import kill_group

    process = subprocess.Popen(  # noqa: S603 - our own command, without a shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder),
        start_new_session=True,
    )
    try:
        status = process.wait(CONVERSION_LIMIT)
    except subprocess.TimeoutExpired as error:
        raise TimedOut(
            f"LibreOffice did not convert it within {CONVERSION_LIMIT} s; save it as {_better(chosen)}"
        ) from error
    finally:
        kill_group(process.pid)
        process.wait()
    if status == NOT_CONFINED:
        advice = f"save the file as {_better(chosen)}"
        raise NeedsLibreOffice(f"this system cannot keep LibreOffice from the network (seccomp); {advice}")


def _environment(folder: Path) -> dict[str, str]:
    """Return what LibreOffice may know of its surroundings: where Python finds this package, and its own folder."""
    package = str(Path(__file__).parents[3])
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "VIRTUAL_ENV") if name in os.environ}
    own = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return kept | own | {"PYTHONPATH": package, "SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1"}


def _write_profile(folder: Path) -> None:
    folder.mkdir(parents=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    spaces = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    content = f'<?xml version="1.0" encoding="UTF-8"?><oor:items {spaces}>{items}</oor:items>'
    (folder / "registrymodifications.xcu").write_text(content, encoding="utf-8")
