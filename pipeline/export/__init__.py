"""The dataset for people who work in a spreadsheet: one workbook, or text files, with headings in the form's own terms.

`layout` reads from `schemas/workbook.yml` which columns a sheet shows; `sheets` turns the published tables into rows of
these columns; `overview` sums them up; `workbook` and `text_files` write them. No cell can start a formula.
"""

from __future__ import annotations

from pipeline.export.text_files import export_csv
from pipeline.export.workbook import export_workbook

__all__ = ["export_csv", "export_workbook"]
