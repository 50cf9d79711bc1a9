"""What the last text lines said, by their pictures: a page that is read again shows most of its lines unchanged.

Heads, dashes and points also repeat from page to page. A reading depends on nothing but its picture and the characters
it may have, so that a remembered one is the one that would be read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from threading import Lock

from pipeline.ingest.ocr.reading import GrayImage, LineReading

MOST = 4096
"""Lines that are remembered, some twenty-five pages; one takes two to four kilobytes."""


def known_by(crop: GrayImage, alphabet: str | None) -> bytes:
    """Return what a picture of a line and the characters that it may have are known by."""
    digest = blake2b(repr((crop.shape, alphabet)).encode(), digest_size=16)
    digest.update(crop.tobytes())
    return digest.digest()


class Memory:
    """The readings of the last lines, the latest last; may be asked from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._readings: OrderedDict[bytes, LineReading] = OrderedDict()
        self._most = most
        self._lock = Lock()

    def recall(self, keys: Iterable[bytes]) -> dict[bytes, LineReading]:
        """Return the readings that are remembered, which are so for longer now."""
        with self._lock:
            found = {key: self._readings[key] for key in keys if key in self._readings}
            for key in found:
                self._readings.move_to_end(key)
            return found

    def keep(self, readings: Mapping[bytes, LineReading]) -> None:
        """Remember readings; the oldest are forgotten where they are too many."""
        with self._lock:
            self._readings.update(readings)
            while len(self._readings) > self._most:
                self._readings.popitem(last=False)
