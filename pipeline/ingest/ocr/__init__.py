"""Recognisers: pictures of single text lines → text with a confidence for every character.

Engines are loaded lazily and once per process; a run that meets no picture loads none.
"""

from __future__ import annotations

from functools import cache

from pipeline.ingest.ocr.reading import CharReading, LineReading, Recognizer
from pipeline.settings import OcrChoice, recognizer_streams

__all__ = ["CharReading", "LineReading", "Recognizer", "load_recognizer"]


@cache
def load_recognizer(engine: OcrChoice = "auto") -> Recognizer:
    """Return the recogniser of that name, the same object on every call of a process.

    `auto` is rapidocr; it keeps as many cores busy as `recognizer_streams` says, and reads the same with any number.

    Raises:
        MissingDependency: the engine, or a language file of it, is not installed.
    """
    if engine == "tesseract":
        from pipeline.ingest.ocr.tesseract import load_tesseract

        return load_tesseract()
    from pipeline.ingest.ocr.rapid import load_rapid

    return load_rapid(recognizer_streams())
