"""Recognisers: pictures of single text lines → text with a confidence for every character.

Engines are loaded lazily and once per process; a run that meets no picture loads none.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from pipeline.ingest.ocr.reading import CharReading, LineReading, Recognizer

Engine = Literal["auto", "rapidocr", "tesseract"]

__all__ = ["CharReading", "Engine", "LineReading", "Recognizer", "load_recognizer"]


@cache
def load_recognizer(engine: Engine = "auto", threads: int = 0) -> Recognizer:
    """Return the recogniser of that name, the same object on every call of a process.

    `auto` is rapidocr. `threads` limits the threads of the model; 0 leaves the choice to the engine.

    Raises:
        MissingDependency: the engine, or a language file of it, is not installed.
    """
    if engine == "tesseract":
        from pipeline.ingest.ocr.tesseract import load_tesseract

        return load_tesseract()
    from pipeline.ingest.ocr.rapid import load_rapid

    return load_rapid(threads)
