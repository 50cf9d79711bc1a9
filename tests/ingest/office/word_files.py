"""Word files written by hand: only what a test is about, as Word, WPS and others write it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from PIL import Image

from pipeline.ingest.readers import begin_pages
from pipeline.models import Page
from pipeline.settings import ReadSettings

SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "v": "urn:schemas-microsoft-com:vml",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    }.items()
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def word_file(
    body: str, parts: Mapping[str, str | bytes] | None = None, external: Mapping[str, str] | None = None
) -> bytes:
    """Return a .docx of that body. A part `media/x.png` is referred to as `x.png`, `styles.xml` by its kind."""
    held = dict(parts or {})
    lines = [
        f'<Relationship Id="{name.rpartition("/")[2]}" Type="{OFFICE}/{_kind(name)}" Target="{name}"/>' for name in held
    ]
    lines += [
        f'<Relationship Id="{name}" Type="{OFFICE}/image" Target="{target}" TargetMode="External"/>'
        for name, target in (external or {}).items()
    ]
    main = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    relations = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(
            "[Content_Types].xml", f'<Types><Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
        )
        package.writestr("_rels/.rels", f"<Relationships {relations}>{main}</Relationships>")
        package.writestr("word/document.xml", f"<w:document {SPACES}><w:body>{body}</w:body></w:document>")
        package.writestr("word/_rels/document.xml.rels", f"<Relationships {relations}>{''.join(lines)}</Relationships>")
        for name, content in held.items():
            package.writestr(f"word/{name}", content)
    return out.getvalue()


def _kind(name: str) -> str:
    return "image" if name.startswith("media/") else name.partition(".")[0].rstrip("0123456789")


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def p(*runs: str, properties: str = "") -> str:
    """Return a paragraph of runs; a run that is no XML is plain text."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(r if r.startswith('<') else run(r) for r in runs)}</w:p>"


def tc(*content: str, properties: str = "") -> str:
    inner = "".join(part if part.startswith("<") else p(part) for part in content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(c if c.startswith('<') else tc(c) for c in cells)}</w:tr>"


def tbl(*rows: str, style: str = "TableGrid") -> str:
    named = f'<w:tblStyle w:val="{style}"/>' if style else ""
    return f"<w:tbl><w:tblPr>{named}</w:tblPr>{''.join(rows)}</w:tbl>"


def picture_bytes(width: int = 800, height: int = 1000, kind: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "white" if mode != "P" else 0).save(out, kind)
    return out.getvalue()


def drawing(reference: str, cx: int = 5_000_000, cy: int = 6_000_000, extra: str = "", link: bool = False) -> str:
    """Return a run with a picture in line; `cx` and `cy` in English metric units."""
    attribute = "r:link" if link else "r:embed"
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="1" name="p"/><a:graphic>'
        f'<a:graphicData><pic:pic><pic:blipFill><a:blip {attribute}="{reference}"/>{extra}</pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:ext cx="{cx}" cy="{cy}"/></a:xfrm></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def shape(content: str) -> str:
    """Return a run with a text box, for new programs in DrawingML and for old ones in VML, as Word writes it."""
    box = f"<w:txbxContent>{content}</w:txbxContent>"
    new = (
        f"<w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData>"
    )
    new += "</a:graphic></wp:anchor></w:drawing>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice>'
        f"<mc:Fallback>{old_shape(box)}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def old_shape(box: str, style: str = "width:300pt;height:200pt") -> str:
    return f'<w:pict><v:shape style="{style}"><v:textbox>{box}</v:textbox></v:shape></w:pict>'


def read(data: bytes, **settings: int) -> list[Page]:
    """Read a document; of its pictures only how large they are comes out, as the page's reader."""

    def see(image: object, number: int, width: float, height: float) -> Page:
        rows, columns = image.shape[:2]  # type: ignore[attr-defined]
        return Page(number, width, height, (), (), "ocr", f"{columns}x{rows}")

    return list(begin_pages(data, ReadSettings(**settings), see))  # type: ignore[arg-type]
