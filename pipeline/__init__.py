"""jixiao: published 项目支出绩效自评表 as one typed, re-scored dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.storage.load import load

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def __getattr__(name: str) -> Any:
    """Import `load` when it is first asked for; the command line starts without pandas."""
    if name == "load":
        from pipeline.storage.load import load

        return load
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
