"""Memory that pictures took, given back to the system.

glibc keeps what was freed, in several heaps for every core; pictures of many sizes, handled by several threads, leave
holes in all of them: a process that had read 120 different scanned pages held 2.8 GiB, of which it used a quarter.
Elsewhere than on glibc nothing is done.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache

from pipeline.machine.processes import resident_bytes

HEAPS = 2
"""Heaps that threads share at most."""

KEPT = 640.0
"""MiB that a process may hold before what is free is given back; it uses some 450 with two cores recognising."""

CROWDED = 800.0
"""MiB above which it is given back in the middle of a page, too: before the detector, which takes most at once."""

PICTURE = 4 * 2**20
"""Bytes from which an array is asked of the system by itself, and goes back to it as soon as it is freed: those of what
is larger than a grey page of 200 dpi. Left alone, glibc comes to keep arrays of up to 32 MiB in its heaps."""

MMAP_THRESHOLD, ARENA_MAX = -3, -8
"""Numbers of the settings in glibc's malloc.h (M_MMAP_THRESHOLD, M_ARENA_MAX)."""


def share_heaps() -> None:
    """Let the threads that are started from now on share `HEAPS` heaps, and keep large pictures out of them."""
    mallopt = _libc("mallopt")
    if mallopt:
        mallopt(ARENA_MAX, HEAPS)
        mallopt(MMAP_THRESHOLD, PICTURE)


def give_back(above: float = KEPT) -> None:
    """Give what is free to the system where the process holds more than `above` MiB.

    What is given back must be asked for again: after every page it made reading a fifth slower.
    """
    trim = _libc("malloc_trim")
    if trim and resident_bytes(os.getpid()) > above * 2**20:
        trim(0)


@cache
def _libc(name: str) -> Callable[..., int] | None:
    """Return a function of the C library, None where it has none of that name."""
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):  # no C library is loaded under this name
        return None
