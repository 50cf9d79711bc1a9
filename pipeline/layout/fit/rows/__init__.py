"""Rows: which texts are of one row, and where two rows are parted."""
