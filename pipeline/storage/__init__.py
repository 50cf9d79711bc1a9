"""Rows → files: what every document gave, and the published tables that are made from it.

One result file per document is the system of record (`store`), found again by the file's path and stat (`index`).
Publication turns the results into a snapshot of Parquet tables (`arrow`, `publish`) after the data assertions held
(`assertions`), with the code tables and a description beside them (`code_tables`, `datapackage`), and swaps one link
(`atomic`, `workspace`). Nothing here reads a document.
"""
