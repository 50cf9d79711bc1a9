"""What is installed and what works: every feature with what it needs, and what to do where something is missing.

A reader of pictures is not believed for being installed: it is given a picture with known digits to read.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import MissingDependency, PipelineError, extra_advice

State = Literal["works", "installed", "missing", "fails"]

PROBE = "2024"
"""What the picture says that a reader is tried with."""


@dataclass(frozen=True, slots=True)
class FeatureCheck:
    """One feature: its state, the versions it stands on, and what to do where it does not work.

    Without a `required` feature no document can be read.
    """

    feature: str
    state: State
    versions: str
    advice: str
    required: bool

    @property
    def usable(self) -> bool:
        """Tell whether the feature can be used."""
        return self.state in {"works", "installed"}


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature and the distributions, importable modules and programs that it needs, with how to get them."""

    name: str
    distributions: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    advice: str = "run `make setup` in the clone, or install the wheel again"
    required: bool = False
    probe: Callable[[], str] | None = None
    """Reads the picture and returns what it read."""


def _read_with(engine: Literal["rapidocr", "tesseract"]) -> str:
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    from pipeline.ingest.ocr import load_recognizer

    picture = Image.new("L", (190, 64), 255)
    ImageDraw.Draw(picture).text((14, 2), PROBE, font=ImageFont.load_default(48), fill=0)
    (reading,) = load_recognizer(engine).read([np.asarray(picture)])
    return reading.text.strip()


def _find_rounded_model() -> str:
    from pipeline.ingest.ocr.rapid import RECOGNIZER, knows_ranges, model_path

    if not knows_ranges(model_path(RECOGNIZER)):
        raise MissingDependency("no ranges are known for this model of rapidocr: lines are read as exactly, but slower")
    return PROBE


FEATURES = (
    Feature("text PDFs", ("pdfplumber", "pikepdf", "pypdfium2", "camelot-py"), required=True),
    Feature("Word files", ("python-docx",), required=True),
    Feature("tables", ("pyarrow", "pandas"), required=True),
    Feature(
        "scans and pictures",
        ("rapidocr", "opencv-python-headless"),
        required=True,
        probe=lambda: _read_with("rapidocr"),
    ),
    Feature("quick reading of lines in 8-bit numbers", ("rapidocr", "openvino"), probe=_find_rounded_model),
    Feature(
        "second reader of doubted numbers, --ocr tesseract",
        ("pytesseract",),
        programs=("tesseract",),
        advice="apt-get install tesseract-ocr tesseract-ocr-chi-sim; without it more fields ask for review",
        probe=lambda: _read_with("tesseract"),
    ),
    Feature("jixiao sql, compare, diff", ("duckdb",)),
    Feature("jixiao export", ("xlsxwriter", "duckdb")),
    Feature("jixiao report", ("jinja2", "pypdfium2")),
    Feature("jixiao fetch", ("httpx2", "lxml", "protego")),
    Feature("jixiao review", ("starlette", "uvicorn"), advice=extra_advice("review", "starlette uvicorn")),
    Feature("a cluster, --executor dask", ("distributed",), advice=extra_advice("dask", "distributed")),
)


def examine(features: Sequence[Feature] = FEATURES) -> Iterator[FeatureCheck]:
    """Yield the state of every feature; a reader is tried, which takes seconds."""
    for feature in features:
        missing = [*_missing(feature)]
        if missing:
            yield _finding(feature, "missing", f"{', '.join(missing)} not found: {feature.advice}")
        elif feature.probe is None:
            yield _finding(feature, "installed", "")
        else:
            yield _try(feature, feature.probe)


def _try(feature: Feature, probe: Callable[[], str]) -> FeatureCheck:
    try:
        read = probe()
    except MissingDependency as error:
        return _finding(feature, "missing", error.message)
    except PipelineError as error:
        return _finding(feature, "fails", error.message)
    except Exception as error:  # noqa: BLE001 - whatever a foreign engine raises is what the user wants to know
        return _finding(feature, "fails", f"{type(error).__name__}: {error}; {feature.advice}")
    if read != PROBE:
        return _finding(feature, "fails", f"read {read!r} where {PROBE} stands; {feature.advice}")
    return _finding(feature, "works", "")


def _missing(feature: Feature) -> Iterator[str]:
    for name in feature.distributions:
        if _version(name) is None:
            yield name
    yield from (name for name in feature.modules if importlib.util.find_spec(name) is None)
    yield from (name for name in feature.programs if shutil.which(name) is None)


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _finding(feature: Feature, state: State, advice: str) -> FeatureCheck:
    versions = ", ".join(f"{name} {_version(name) or '–'}" for name in feature.distributions)
    return FeatureCheck(feature.name, state, versions, advice, feature.required)
