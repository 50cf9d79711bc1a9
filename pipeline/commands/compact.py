"""`jixiao compact`: fewer and larger Parquet files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.commands.options import PROCESSED, Json, Out, print_json, say
from pipeline.storage.layout import ROWS_PER_PART

RowsPerPart = Annotated[
    int, typer.Option("--rows-per-part", min=1, help="Rows of the longest table that one file is to hold.")
]


def compact(out: Out = PROCESSED, rows_per_part: RowsPerPart = ROWS_PER_PART, as_json: Json = False) -> None:
    """Write the tables into few, large Parquet files, and keep to that; no row changes, no document is read."""
    from pipeline.running.upkeep import compact as compact_dataset

    done = compact_dataset(out, rows_per_part)
    if as_json:
        print_json({"out": str(out), **asdict(done)})
    say(f"{out}: {done.files_before} Parquet files before, {done.files_after} now")
