"""`jixiao report`: the audit report."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.options import PROCESSED, Json, Out, Quiet, print_json, say

Pdf = Annotated[
    bool, typer.Option("--pdf", help="Print the lists of findings into OUT/report/pdf as well; needs Chromium.")
]


def report(out: Out = PROCESSED, pdf: Pdf = False, as_json: Json = False, quiet: Quiet = False) -> None:
    """Write the audit report into OUT/report: a static site that opens from disk, every value with its place."""
    from pipeline.report.paper import find_browser, print_report
    from pipeline.report.site import write_report

    if pdf:
        find_browser()
    summary = write_report(out)
    printed = print_report(summary.index.parent, summary.first) if pdf else []
    if as_json:
        facts = {name: getattr(summary, name) for name in ("index", "forms", "pictures", "without_pictures")}
        print_json(facts | {"printed": printed})
    if not quiet:
        say(f"{summary.index}: {summary.forms} forms, {summary.pictures} pictures of pages")
        for path in printed:
            say(str(path))
