"""Page → tables: the ruled areas, their cells, and tables that go on over page breaks."""
