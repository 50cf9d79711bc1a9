"""Pages and cells of a document as pictures, drawn in a process of its own: a broken file cannot take the desk down.

What is drawn and what is not, `pipeline.ingest.drawing` says. Boxes are in points of the page as shown,
origin at the top left.
"""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import resource
from collections import OrderedDict
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.models import Box

PAGE_SCALE = 2.0
"""Pixels per point of a whole page."""

CROP_WIDTH, CROP_SCALE = 1100.0, 6.0
"""Pixels that the picture of a cell is wide, and its pixels per point at most."""

MARGIN = (18.0, 9.0)
"""Points that are shown around a cell, across and along the page."""

MOST_PIXELS = 24_000_000
"""Pixels of a drawn page."""

PATIENCE = 60.0
"""Seconds that one picture may take."""

MEMORY = 3 << 30
"""Bytes of private memory that the drawing process may reserve."""

KEPT = 48
"""Pictures that are kept."""


class NoPicture(Exception):
    """There is no picture to show; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn page or cell: its bytes, and the size of the page in points."""

    data: bytes
    media_type: str
    width: float
    height: float


class Studio:
    """Draws pictures one after the other, and keeps the last ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Picture] = OrderedDict()
        self._lock = Lock()
        self._drawer: ProcessPoolExecutor | None = None

    def draw(self, path: Path, document_id: str, page: int, box: Box | None = None) -> Picture:
        """Return the picture of a page, or of the cell at `box` with what stands around it.

        Raises:
            NoPicture: the file has changed, has no such page, cannot be drawn, or takes too long.
        """
        key = (document_id, page, box)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._draw(path, document_id, page, box)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _draw(self, path: Path, document_id: str, page: int, box: Box | None) -> Picture:
        if self._drawer is None:
            context = multiprocessing.get_context("spawn")
            self._drawer = ProcessPoolExecutor(1, mp_context=context, initializer=_limit_memory)
        try:
            return self._drawer.submit(draw_picture, path, document_id, page, box).result(PATIENCE)
        except (BrokenExecutor, TooSlow) as error:
            self.close()
            raise NoPicture("绘制本页时出错或超时，请直接查看原件") from error

    def close(self) -> None:
        """End the drawing process, whatever it is at."""
        drawer, self._drawer = self._drawer, None
        if drawer is not None:
            for process in list((drawer._processes or {}).values()):
                process.kill()
            drawer.shutdown(wait=False, cancel_futures=True)


def _limit_memory() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, hard))


def draw_picture(path: Path, document_id: str, page: int, box: Box | None) -> Picture:
    """Draw a page or a cell of the document, which the file must still hold."""
    from pipeline.errors import DocumentError
    from pipeline.ingest.containers.archive import read_source
    from pipeline.ingest.drawing import NoSuchPage, NotDrawable
    from pipeline.settings import ReadSettings

    try:
        data = read_source(path, ReadSettings())
    except OSError as error:
        raise NoPicture(f"原件打不开：{error.strerror}") from error
    except DocumentError as error:
        raise NoPicture("原件不能从压缩包或 PDF 中取出，请重新运行") from error
    if hashlib.sha256(data).hexdigest() != document_id:
        raise NoPicture("原件在读取之后已经改变，请重新运行")
    try:
        return _draw(data, page, box)
    except NoSuchPage as error:
        raise NoPicture(f"原件没有第 {page} 页") from error
    except NotDrawable as error:
        raise NoPicture("这一页没有固定的版面（Word、表格或网页中的文字），请打开原件核对") from error
    except Exception as error:  # pdfium and Pillow raise many kinds on odd files; each means "cannot be drawn"
        raise NoPicture("本页无法绘制，请直接查看原件") from error


def _draw(data: bytes, number: int, box: Box | None) -> Picture:
    from pipeline.ingest.drawing import open_drawer
    from pipeline.settings import ReadSettings

    with open_drawer(data, ReadSettings()) as drawer:
        width, height = drawer.size(number)
        window = _window(box, width, height)
        drawn = drawer.draw(number, _scale(window, box), window)
    return _encode(drawn, box, window, (width, height))


def _window(box: Box | None, width: float, height: float) -> Box:
    """Return what of the page is shown, in points."""
    if box is None:
        return Box(0.0, 0.0, width, height)
    across, along = MARGIN
    return Box(
        max(0.0, box.x0 - across),
        max(0.0, box.y0 - along),
        max(box.x0 + 1.0, min(width, box.x1 + across)),
        max(box.y0 + 1.0, min(height, box.y1 + along)),
    )


def _scale(window: Box, box: Box | None) -> float:
    wanted = PAGE_SCALE if box is None else min(CROP_SCALE, CROP_WIDTH / window.width)
    return float(min(wanted, (MOST_PIXELS / max(1.0, window.width * window.height)) ** 0.5))


def _encode(drawn: Any, box: Box | None, window: Box, size: tuple[float, float]) -> Picture:
    """Return the drawing as a picture file; a cell has its edge drawn around it."""
    from PIL import ImageDraw

    out = io.BytesIO()
    if box is None:
        drawn.save(out, "JPEG", quality=82)
        return Picture(out.getvalue(), "image/jpeg", *size)
    scale = drawn.width / window.width
    corners = [(box.x0 - window.x0) * scale - 2, (box.y0 - window.y0) * scale - 2]
    corners += [(box.x1 - window.x0) * scale + 2, (box.y1 - window.y0) * scale + 2]
    ImageDraw.Draw(drawn).rectangle(corners, outline=(200, 30, 30), width=2)
    drawn.save(out, "PNG")
    return Picture(out.getvalue(), "image/png", *size)
