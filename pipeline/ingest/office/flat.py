"""Office Open XML as one XML file (Flat OPC, "Word XML document") → the package that it writes out flat.

Each part stands in it as XML or in base 64; Word 2007 and later save and read it (ECMA-376 does not describe it).
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from typing import Any

from lxml import etree

from pipeline.errors import CorruptDocument, TooLarge
from pipeline.ingest.containers.packages import parse_xml

MOST_PARTS = 10_000
"""Parts of a package; a long report has some hundreds."""


def pack_flat(data: bytes) -> bytes:
    """Return a flat package as a zip file; nothing is compressed, so it is hardly larger.

    Raises:
        CorruptDocument: the XML is damaged, or a part is not in base 64.
        TooLarge: it has too many parts.
        UnsupportedDocument: it declares a document type.
    """
    parts = list(parse_xml(data).iterchildren("{*}part"))
    if len(parts) > MOST_PARTS:
        raise TooLarge(f"the file has {len(parts)} parts, more than {MOST_PARTS}; save it as .docx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, part in {_attribute(part, "name").lstrip("/"): part for part in parts}.items():
            if name:
                package.writestr(zipfile.ZipInfo(name), _read_part(part))
    return out.getvalue()


def _attribute(node: Any, name: str) -> str:
    return next((str(value) for key, value in node.attrib.items() if key.endswith("}" + name)), "")


def _read_part(part: Any) -> bytes:
    binary = part.find("{*}binaryData")
    if binary is not None:
        try:
            return base64.b64decode("".join((binary.text or "").split()))
        except binascii.Error as error:
            raise CorruptDocument("a part of the file is damaged; open and save it in Word as .docx") from error
    held = part.find("{*}xmlData")
    root = next((child for child in held if isinstance(child.tag, str)), None) if held is not None else None
    return bytes(etree.tostring(root)) if root is not None else b""
