"""Packages that import what they offer when it is first asked for, and packages without what they could do without.

A package's face may be wide, and whoever wants one name of it need not load the modules of all the others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


def defer_names(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__` (PEP 562); `homes` tells the module of the package that each name is in."""

    def find(name: str) -> Any:
        """Import the module that a name is in, or say that the package has none such."""
        if name in homes:
            return getattr(import_module(f"{package}.{homes[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return find


def import_without(package: str, optional: str) -> ModuleType:
    """Import a package that takes another one where that is installed, and can do without, without the other.

    If the other has been imported already, by whoever wants it, nothing is saved and the package gets it. While the
    package is imported for the first time, no thread can import the other.
    """
    if package in sys.modules or optional in sys.modules:
        return import_module(package)
    sys.modules[optional] = None  # type: ignore[assignment]  # documented: importing it fails as if it were missing
    try:
        return import_module(package)
    finally:
        del sys.modules[optional]
