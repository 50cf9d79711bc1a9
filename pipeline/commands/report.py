"""`jixiao report`: the audit report."""

from __future__ import annotations

from dataclasses import asdict

from pipeline.commands.options import PROCESSED, Json, Out, Quiet, print_json, say


def report(out: Out = PROCESSED, as_json: Json = False, quiet: Quiet = False) -> None:
    """Write the audit report into OUT/report: a static site that opens from disk, every value with its place."""
    from pipeline.report.site import write_report

    summary = write_report(out)
    if as_json:
        print_json(asdict(summary))
    if not quiet:
        say(f"{summary.index}: {summary.forms} forms, {summary.pictures} pictures of pages")
