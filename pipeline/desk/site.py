"""The audit report behind the desk's address, so that each leads to the other; its files are shown, nothing else."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

FOLDER = "report"

KINDS = {".html", ".css", ".js", ".jpg", ".pdf"}
"""Files that a report consists of."""


def send_report(out: Path, request: Request) -> Response:
    """Return a file of the report in `out`; 404 where there is none, or none has been written."""
    folder = (out / FOLDER).resolve()
    path = (folder / (request.path_params["path"] or "index.html")).resolve()
    if not path.is_relative_to(folder) or path.suffix not in KINDS or not path.is_file():
        missing = "还没有审阅报告：请先运行 jixiao report。" if not folder.is_dir() else "报告中没有这一页。"
        return PlainTextResponse(missing, 404)
    return FileResponse(path)
