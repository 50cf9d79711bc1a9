"""Source files → a JPEG picture of each page that a value stands on, drawn in processes of their own.

A broken file costs its own pictures and nothing else; pictures that are there already are not drawn again. Word files
have no pages to show.
"""

from __future__ import annotations

import hashlib
import io
import json
import multiprocessing
import os
import resource
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import DocumentError
from pipeline.ingest.containers.archive import read_source
from pipeline.ingest.drawing import NotDrawable, open_drawer
from pipeline.machine.processes import usable_cores
from pipeline.settings import ReadSettings
from pipeline.storage.atomic import write_file

SCALE = 1.5
"""Pixels per point of a page's picture."""

QUALITY = 62
"""JPEG quality; characters of 9 points stay legible."""

MOST_PIXELS = 12_000_000
"""Pixels of one picture; larger pages are drawn smaller."""

PATIENCE = 120.0
"""Seconds that the pictures of one document may take."""

MEMORY = 2 << 30
"""Bytes of private memory that a drawing process may reserve."""

SIZES = "pages.json"
"""The file beside the pictures that gives the size of each page in points."""

Sizes = Mapping[int, tuple[float, float]]
"""Width and height in points, by page number from 1."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The pages of one document that pictures are wanted of."""

    document_id: str
    path: Path
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of a document's pictures: the sizes of its pages, or in Chinese why there are none."""

    document_id: str
    sizes: Sizes
    problem: str = ""


def draw_all(wanted: Iterable[Wanted], folder: Path, kept: Path, workers: int) -> Iterator[Drawn]:
    """Fill `folder/<document_id>/<page>.jpg`, from `kept` where that has them; yield what became of each document."""
    missing = []
    for one in wanted:
        if set(one.pages) <= set(_known_sizes(kept / one.document_id)):
            _take_over(kept / one.document_id, folder / one.document_id)
        sizes = _known_sizes(folder / one.document_id)
        if set(one.pages) <= set(sizes):
            yield Drawn(one.document_id, sizes)
        else:
            missing.append(one)
    while missing:
        missing = yield from _draw_until_broken(missing, folder, workers)


def _take_over(source: Path, target: Path) -> None:
    """Give a folder's files a second name under `target`, which costs no space."""
    target.mkdir(exist_ok=True)
    for file in source.iterdir():
        with suppress(FileExistsError):
            os.link(file, target / file.name)


def _draw_until_broken(wanted: list[Wanted], folder: Path, workers: int) -> Generator[Drawn, None, list[Wanted]]:
    """Draw documents until one breaks its process; return those that are left, that one apart."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(wanted)), mp_context=context, initializer=_limit_memory)
    waiting: list[tuple[Wanted, Future[Drawn]]] = [(one, pool.submit(draw_document, one, folder)) for one in wanted]
    try:
        for index, (one, future) in enumerate(waiting):
            try:
                yield future.result(PATIENCE)
            except (BrokenProcessPool, TooSlow):
                yield Drawn(one.document_id, {}, "绘制原件页面时出错或超时")
                return [later for later, _ in waiting[index + 1 :]]
        return []
    finally:
        for process in list((pool._processes or {}).values()):
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, hard))


def _known_sizes(folder: Path) -> dict[int, tuple[float, float]]:
    try:
        listed = json.loads((folder / SIZES).read_bytes())
    except (OSError, ValueError):
        return {}
    return {int(page): (size[0], size[1]) for page, size in listed.items() if (folder / f"{page}.jpg").is_file()}


def draw_document(wanted: Wanted, folder: Path) -> Drawn:
    """Draw the pages of one document, if its file still holds it."""
    try:
        data = read_source(wanted.path, ReadSettings())
    except (OSError, DocumentError):
        return Drawn(wanted.document_id, {}, "原件已不在原处，没有页面图")
    if hashlib.sha256(data).hexdigest() != wanted.document_id:
        return Drawn(wanted.document_id, {}, "原件在读取之后已经改变，没有页面图")
    target = folder / wanted.document_id
    target.mkdir(parents=True, exist_ok=True)
    sizes: dict[int, tuple[float, float]] = {}
    try:
        for number, picture, size in _draw_pages(data, wanted.pages):
            write_file(target / f"{number}.jpg", _encode(picture))
            sizes[number] = size
    except NotDrawable:
        return Drawn(wanted.document_id, sizes, "这类文件没有固定的版面，没有页面图")
    except Exception:  # noqa: BLE001 - pdfium and Pillow raise many kinds on odd files; each means "cannot be drawn"
        return Drawn(wanted.document_id, sizes, "有的页面无法绘制，请直接查看原件")
    write_file(target / SIZES, json.dumps(sizes).encode())
    return Drawn(wanted.document_id, sizes)


Page = tuple[int, Any, tuple[float, float]]


def _draw_pages(data: bytes, pages: Iterable[int]) -> Iterator[Page]:
    with open_drawer(data, ReadSettings()) as drawer:
        for number in pages:
            width, height = drawer.size(number)
            scale = min(_scale(width, height), drawer.finest(number))
            yield number, drawer.draw(number, scale), (width, height)


def _scale(width: float, height: float) -> float:
    return float(min(SCALE, (MOST_PIXELS / max(1.0, width * height)) ** 0.5))


def _encode(picture: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def drawing_workers() -> int:
    """Return how many processes may draw at once: one per core."""
    return usable_cores()
