"""Questions to a published dataset: SQL over all tables, groups compared, two datasets compared row by row.

`database` opens the tables in DuckDB, closed to everything else; `answers` are results as text, CSV or JSON; `groups`
compares districts, departments and classes, and `chart` draws that; `differences` compares two datasets by key.
"""

from __future__ import annotations
