"""Draw forms as an OFD file (GB/T 33190): a zip of XML with text objects and paths, in millimetres.

What real files vary is varied here too: rulings as strokes or filled boxes, distances between characters one by one or
as repeats, objects that are scaled by their CTM, a part of the page on a template, several documents in one file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfmetrics import stringWidth

from .flow import Edge, Pages, TextLine, flow_document, merge_edges
from .fonts import register
from .layout import Layout
from .records import FormFacts, Truth
from .sheet import lay_out

MM = 25.4 / 72
NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


@dataclass(frozen=True, slots=True)
class OfdStyle:
    """How the file is written. `scale` is the CTM of text objects; `template` puts the rulings on a template page."""

    boxes: bool = False
    repeats: bool = True
    scale: float = 1.0
    template: bool = False
    composite: bool = False
    documents: int = 1


def number(value: float) -> str:
    """Write a length."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def offsets(steps: Sequence[float], repeats: bool) -> str:
    """Write the distances between characters."""
    if repeats and len(set(steps)) == 1 and len(steps) > 1:
        return f"g {len(steps)} {number(steps[0])}"
    return " ".join(map(number, steps))


def text_object(line: TextLine, style: OfdStyle) -> str:
    """Write a line of text; `y` of the line is its base line."""
    face = register(line.font)
    size, high = line.size * MM, number(line.size * MM * 1.3)
    widths = [stringWidth(char, face, line.size) * MM / style.scale for char in line.text]
    wide = number(sum(widths) * style.scale)
    left, top = line.x * MM, line.y * MM - size
    delta = offsets(widths[:-1], style.repeats)
    ctm = f' CTM="{number(style.scale)} 0 0 {number(style.scale)} 0 0"' if style.scale != 1 else ""
    return (
        f'<ofd:TextObject ID="1" Boundary="{number(left)} {number(top)} {wide} {high}"'
        f' Font="1" Size="{number(size / style.scale)}"{ctm}><ofd:TextCode X="0" Y="{number(size / style.scale)}"'
        f"{f' DeltaX={chr(34)}{delta}{chr(34)}' if delta else ''}>{escape(line.text)}</ofd:TextCode></ofd:TextObject>"
    )


def path_object(edge: Edge, style: OfdStyle, width: float) -> str:
    """Write a ruling as a stroke, or as a thin box."""
    x0, y0, x1, y1 = (n * MM for n in (edge.x0, edge.y0, edge.x1, edge.y1))
    half = width * MM / 2
    box = f"{number(x0 - half)} {number(y0 - half)} {number(x1 - x0 + 2 * half)} {number(y1 - y0 + 2 * half)}"
    w, h = number(x1 - x0 + 2 * half), number(y1 - y0 + 2 * half)
    if style.boxes:
        return (
            f'<ofd:PathObject ID="2" Boundary="{box}" Stroke="false" Fill="true">'
            f"<ofd:AbbreviatedData>M 0 0 L {w} 0 L {w} {h} L 0 {h} C</ofd:AbbreviatedData></ofd:PathObject>"
        )
    return (
        f'<ofd:PathObject ID="2" Boundary="{box}" LineWidth="{number(2 * half)}"><ofd:AbbreviatedData>'
        f"M {number(half)} {number(half)} L {number(half + x1 - x0)} {number(half + y1 - y0)}"
        "</ofd:AbbreviatedData></ofd:PathObject>"
    )


def page_xml(objects: Iterable[str], area: str = "", template: str = "") -> str:
    """Write a page or a template."""
    content = f'<ofd:Content><ofd:Layer ID="3">{"".join(objects)}</ofd:Layer></ofd:Content>'
    return f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page {NAMESPACE}>{area}{template}{content}</ofd:Page>'


def page_parts(pages: Pages, at: int, style: OfdStyle) -> tuple[list[str], list[str]]:
    """Return the objects of a page (from 0): its rulings and its text."""
    layout = pages.layout
    edges = merge_edges([edge for edge in pages.edges if edge.page == at])
    rulings = [path_object(edge, style, layout.ruling_width) for edge in edges]
    return rulings, [text_object(line, style) for line in pages.lines if line.page == at and line.text]


def document_parts(pages: Pages, folder: str, style: OfdStyle) -> dict[str, str]:
    """Return the parts of one document by name."""
    width, height = (number(n * MM) for n in pages.layout.page_size)
    parts: dict[str, str] = {}
    listed, templates, units = [], [], []
    for at in range(pages.page + 1):
        rulings, texts = page_parts(pages, at, style)
        template = ""
        if style.template:
            templates.append(f'<ofd:TemplatePage ID="{at + 100}" BaseLoc="Tpls/Tpl_{at}/Content.xml"/>')
            parts[f"{folder}/Tpls/Tpl_{at}/Content.xml"] = page_xml(rulings)
            template, rulings = f'<ofd:Template TemplateID="{at + 100}" ZOrder="Background"/>', []
        if style.composite:
            units.append(
                f'<ofd:CompositeGraphicUnit ID="{at + 500}" Width="{width}" Height="{height}"><ofd:Content>'
                f"{''.join(texts)}</ofd:Content></ofd:CompositeGraphicUnit>"
            )
            texts = [f'<ofd:CompositeObject ID="4" ResourceID="{at + 500}" Boundary="0 0 {width} {height}"/>']
        parts[f"{folder}/Pages/Page_{at}/Content.xml"] = page_xml([*rulings, *texts], "", template)
        listed.append(f'<ofd:Page ID="{at + 10}" BaseLoc="Pages/Page_{at}/Content.xml"/>')
    graphics = f"<ofd:CompositeGraphicUnits>{''.join(units)}</ofd:CompositeGraphicUnits>"
    parts[f"{folder}/Res.xml"] = f'<ofd:Res {NAMESPACE} BaseLoc="Res">{graphics}</ofd:Res>'
    parts[f"{folder}/Document.xml"] = document_xml(f"0 0 {width} {height}", "".join(templates), "".join(listed))
    return parts


def document_xml(box: str, templates: str, pages: str) -> str:
    """Write the root of a document."""
    area = f"<ofd:PageArea><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea>"
    common = f"<ofd:CommonData>{area}<ofd:DocumentRes>Res.xml</ofd:DocumentRes>{templates}</ofd:CommonData>"
    return f"<ofd:Document {NAMESPACE}>{common}<ofd:Pages>{pages}</ofd:Pages></ofd:Document>"


def pack(parts: dict[str, str | bytes], documents: int = 1) -> bytes:
    """Return the file of some parts."""
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocRoot>Doc_{n}/Document.xml</ofd:DocRoot></ofd:DocBody>" for n in range(documents)
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        root = f'<ofd:OFD {NAMESPACE} DocType="OFD" Version="1.0">{bodies}</ofd:OFD>'
        for name, content in ({"OFD.xml": root} | parts).items():
            package.writestr(name, content)
    return out.getvalue()


def draw_ofd(forms: Sequence[FormFacts], layout: Layout, path: Path, style: OfdStyle | None = None) -> Truth:
    """Draw the forms one after the other, in as many documents as the style says, and return what the file says."""
    style = style or OfdStyle()
    parts: dict[str, str | bytes] = {}
    count = 0
    for number_, group in enumerate(forms[n :: style.documents] for n in range(style.documents)):
        pages = flow_document([lay_out(form, layout) for form in group], layout)
        parts |= document_parts(pages, f"Doc_{number_}", style)
        count += pages.page + 1
    path.write_bytes(pack(parts, style.documents))
    ordered = tuple(form for n in range(style.documents) for form in forms[n :: style.documents])
    return Truth(path.name, "text", ordered, count)


def scanned_ofd(picture: bytes, width: float, height: float, hidden: str = "") -> bytes:
    """Return an OFD file of one page, sizes in points, that is a picture, with text under it that leaves no ink."""
    w, h = number(width * MM), number(height * MM)
    image = f'<ofd:ImageObject ID="5" ResourceID="9" Boundary="0 0 {w} {h}" CTM="{w} 0 0 {h} 0 0"/>'
    text = (
        f'<ofd:TextObject ID="6" Boundary="0 0 {w} {h}" Size="4" Fill="false" Font="1">'
        f'<ofd:TextCode X="10" Y="10">{escape(hidden)}</ofd:TextCode></ofd:TextObject>'
    )
    return pack(
        {
            "Doc_0/Document.xml": document_xml(f"0 0 {w} {h}", "", '<ofd:Page ID="1" BaseLoc="Pages/Content.xml"/>'),
            "Doc_0/Res.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="9" Type="Image">'
            "<ofd:MediaFile>scan.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
            "Doc_0/Res/scan.png": picture,
            "Doc_0/Pages/Content.xml": page_xml([image, text] if hidden else [image]),
        }
    )
