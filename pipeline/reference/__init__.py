"""The parts of the documentation that follow from the code and from `schemas/`: columns, commands, flags, profiles.

A page under `docs/` is written by hand around marked blocks; what stands between the marks is generated.
`python -m pipeline.reference` writes the blocks again, and a test fails where one of them is not current.
"""

from __future__ import annotations

from pipeline.reference.pages import BLOCKS, fill_blocks, find_blocks, render_pages

__all__ = ["BLOCKS", "fill_blocks", "find_blocks", "render_pages"]
