"""The fonts that forms are drawn in: TrueType outlines from Debian packages (see `tests/apt.txt`), by style.

No Debian package has a simplified Chinese 仿宋 with TrueType outlines; 宋体, 楷体 and 黑体 come in two or three cuts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path("/usr/share/fonts/truetype")


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: style as a form names it, path under the system's fonts, face within a collection.

    `family` is the name that other programs know it by.
    """

    name: str
    style: str
    path: str
    index: int = 0
    package: str = ""
    family: str = ""

    @property
    def file(self) -> Path:
        return ROOT / self.path

    @property
    def installed(self) -> bool:
        return self.file.is_file()


FACES = (
    Face("uming", "宋体", "arphic/uming.ttc", 0, "fonts-arphic-uming", "AR PL UMing CN"),
    Face("sungti", "宋体", "arphic-gbsn00lp/gbsn00lp.ttf", 0, "fonts-arphic-gbsn00lp", "AR PL SungtiL GB"),
    Face("ukai", "楷体", "arphic/ukai.ttc", 0, "fonts-arphic-ukai", "AR PL UKai CN"),
    Face("kaiti", "楷体", "arphic-gkai00mp/gkai00mp.ttf", 0, "fonts-arphic-gkai00mp", "AR PL KaitiM GB"),
    Face("zenhei", "黑体", "wqy/wqy-zenhei.ttc", 0, "fonts-wqy-zenhei", "WenQuanYi Zen Hei"),
    Face("microhei", "黑体", "wqy/wqy-microhei.ttc", 0, "fonts-wqy-microhei", "WenQuanYi Micro Hei"),
)

PACKAGES = tuple(sorted({face.package for face in FACES}))


def installed_faces() -> tuple[Face, ...]:
    """Return the faces whose files are there."""
    return tuple(face for face in FACES if face.installed)


def face(name: str) -> Face:
    """Return a face by its name; KeyError for an unknown one."""
    return {f.name: f for f in FACES}[name]


def missing_packages() -> tuple[str, ...]:
    """Return the Debian packages that a test machine still needs."""
    return tuple(sorted({f.package for f in FACES if not f.installed}))


@cache
def register(name: str) -> str:
    """Register a face with reportlab once per process and return the name to draw with."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    chosen = face(name)
    pdfmetrics.registerFont(TTFont(name, str(chosen.file), subfontIndex=chosen.index))
    return name


def text_width(text: str, font: str, size: float) -> float:
    """Return the width of a line in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, register(font), size))
