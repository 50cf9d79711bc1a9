"""Memory is given back where the C library can, and nothing fails where it cannot."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from pipeline.machine import deferred, memory
from pipeline.machine.processes import resident_bytes


def resident_mib() -> float:
    return resident_bytes(os.getpid()) / 2**20


ON_GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps what is freed in its heaps")

LARGE_ARRAYS = """
import os
import numpy as np
from pipeline.machine.memory import share_heaps
from pipeline.machine.processes import resident_bytes

share_heaps()
before = resident_bytes(os.getpid())
for _ in range(3):
    freed = np.ones(24 * 2**20, np.uint8)
    del freed
print(resident_bytes(os.getpid()) - before)
"""
"""A process of its own: the setting cannot be taken back."""


@ON_GLIBC
def test_large_arrays_go_back_as_soon_as_they_are_freed() -> None:
    grown = subprocess.run([sys.executable, "-c", LARGE_ARRAYS], capture_output=True, text=True, check=True).stdout
    assert int(grown) < 12 * 2**20


SECOND_VOICE = """
import sys
from pipeline.ingest.ocr.tesseract import load_pytesseract

assert load_pytesseract() is sys.modules["pytesseract"]
assert "pandas" not in sys.modules
import pandas
assert load_pytesseract() is sys.modules["pytesseract"]
assert sys.modules["pandas"] is pandas
print(pandas.DataFrame({"a": [1]}).shape)
"""


@pytest.mark.slow
def test_the_second_reader_does_without_tables_and_withholds_them_from_nobody() -> None:
    shown = subprocess.run([sys.executable, "-c", SECOND_VOICE], capture_output=True, text=True, check=True).stdout
    assert shown == "(1, 1)\n"


@pytest.mark.parametrize(("package", "withheld"), [("os", False), ("a_package_not_imported_yet", True)])
def test_only_the_first_import_withholds(monkeypatch: pytest.MonkeyPatch, package: str, withheld: bool) -> None:
    seen: list[bool] = []
    monkeypatch.setattr(deferred, "import_module", lambda _: seen.append("an_optional_one" in sys.modules))
    deferred.import_without(package, "an_optional_one")
    assert seen == [withheld]
    assert "an_optional_one" not in sys.modules


@ON_GLIBC
def test_what_was_freed_is_given_back() -> None:
    blocks = [np.ones(8_000, np.uint8) for _ in range(10_000)]  # 80 MB in pieces that no system call was made for
    last = np.ones(8_000, np.uint8)  # the heap cannot shrink from its end
    blocks.clear()
    before = resident_mib()
    memory.give_back(above=2 * before)
    assert before - resident_mib() < 40
    memory.give_back(above=0)
    assert before - resident_mib() > 40
    assert last.all()


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    memory._libc.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.share_heaps()
    memory.give_back()
    assert memory._libc("malloc_trim") is None
    memory._libc.cache_clear()
