"""Optional content that is switched off (ISO 32000-1, 8.11) is drawn without ink, in a copy of the file.

pdfium does not draw such layers, but gives their text. What counts is the default configuration, as on a screen. Text
of a hidden layer is set to the rendering mode without ink, so that it is counted as unseen; lines, fills and pictures
of it are left out. Files without optional content are not opened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pipeline.ingest.pdf.annotations import mentions

OPTIONAL_CONTENT = re.compile(rb"/OCProperties")

PAINTING = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"})
"""Operators that paint a path; the path itself may still clip."""


SHOWING = frozenset({"Tj", "TJ", "'", '"'})

DEEPEST = 8
"""Forms within forms that are looked into."""


def hide_layers(data: bytes) -> bytes:
    """Return the file with what its hidden layers hold drawn without ink; the same bytes where none is hidden."""
    if not mentions(data, OPTIONAL_CONTENT):
        return data
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            hidden = _Hidden(pdf)
            if not sum(hidden.strip(page) for page in pdf.pages):
                return data
            out = io.BytesIO()
            pdf.save(out)
            return out.getvalue()
    except Exception:  # noqa: BLE001 - qpdf's bindings raise many kinds on broken files; the file is read as it is
        return data


class _Hidden:
    """The layers of one open document that are off, and what is done to their content."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self.groups = set(_hidden_groups(pdf))
        self._seen: set[tuple[int, int]] = set()

    def strip(self, page: Any) -> bool:
        """Hide the hidden content of a page; tell whether there was any."""
        import pikepdf

        annotations = [a for a in page.obj.get("/Annots", ()) if not self.covers(a.get("/OC"))]
        changed = len(annotations) < len(page.obj.get("/Annots", ()))
        if changed:
            page.obj.Annots = pikepdf.Array(annotations)
        content = self._rewrite(page, page.resources, False, 0)
        if content is not None:
            page.obj.Contents = self._pdf.make_stream(content)
        return changed or content is not None

    def covers(self, owner: Any) -> bool:
        """Tell whether a group, or a membership of several (8.11.2.2), is hidden."""
        if owner is None:
            return False
        if owner.get("/Type") != "/OCMD":
            return owner.objgen in self.groups
        if "/VE" in owner:
            return not self._holds(owner.VE)
        members = owner.get("/OCGs", ())
        members = [members] if _is_group(members) else members
        shown = [member.objgen not in self.groups for member in members if member is not None]
        if not shown:
            return False
        policy = str(owner.get("/P", "/AnyOn"))
        visible = {"/AllOn": all(shown), "/AnyOff": not all(shown), "/AllOff": not any(shown)}
        return not visible.get(policy, any(shown))

    def _holds(self, expression: Any) -> bool:
        """Return whether a visibility expression is true."""
        if _is_group(expression):
            return expression.objgen not in self.groups
        operator, *operands = list(expression)
        values = [self._holds(operand) for operand in operands]
        if str(operator) == "/Not":
            return not any(values)
        return all(values) if str(operator) == "/And" else any(values)

    def _rewrite(self, holder: Any, resources: Any, hidden: bool, depth: int) -> bytes | None:
        """Return a page's or form's content with what is hidden drawn without ink; None where nothing is."""
        import pikepdf

        marks = {str(k) for k, v in resources.get("/Properties", {}).items() if self.covers(v)}
        objects = {str(k): v for k, v in resources.get("/XObject", {}).items()}
        covered = {name for name, item in objects.items() if hidden or self.covers(item.get("/OC"))}
        for name, item in objects.items():
            self._enter(item, resources, name in covered, depth)
        pictures = {name for name in covered if objects[name].get("/Subtype") != "/Form"}
        if not hidden and not marks and not covered:
            return None
        instructions = list(_without_ink(pikepdf.parse_content_stream(holder), marks, pictures, hidden))
        return bytes(pikepdf.unparse_content_stream(instructions))

    def _enter(self, form: Any, resources: Any, hidden: bool, depth: int) -> None:
        if form.get("/Subtype") != "/Form" or depth >= DEEPEST or form.objgen in self._seen:
            return
        self._seen.add(form.objgen)
        content = self._rewrite(form, form.get("/Resources", resources), hidden, depth + 1)
        if content is not None:
            form.write(content)
        if "/OC" in form:
            del form["/OC"]


def _is_group(item: Any) -> bool:
    import pikepdf

    return isinstance(item, pikepdf.Dictionary)


def _hidden_groups(pdf: Any) -> Iterator[tuple[int, int]]:
    """Yield the layers that are off in the default configuration, with what their usage says of the screen (8.11.4)."""
    properties = pdf.Root.get("/OCProperties")
    if properties is None:
        return
    default = properties.get("/D", {})
    on, off = ({group.objgen for group in default.get(key, ())} for key in ("/ON", "/OFF"))
    automatic = {
        group.objgen
        for usage in default.get("/AS", ())
        if usage.get("/Event") == "/View"
        for group in usage.get("/OCGs", ())
    }
    for group in properties.get("/OCGs", ()):
        hidden = group.objgen in off or (default.get("/BaseState") == "/OFF" and group.objgen not in on)
        if group.objgen in automatic:
            hidden = group.get("/Usage", {}).get("/View", {}).get("/ViewState", "/ON") == "/OFF"
        if hidden:
            yield group.objgen


def _without_ink(
    instructions: Any, hidden_marks: set[str], hidden_pictures: set[str], hidden: bool
) -> Iterator[tuple[Any, Any]]:
    """Yield a content stream's instructions, those in hidden marked content without ink and without objects."""
    import pikepdf

    marks: list[bool] = []
    modes, kept = [0], []
    for operands, operator in instructions:
        name = str(operator)
        if name in {"BDC", "BMC"}:
            marks.append(name == "BDC" and str(operands[0]) == "/OC" and str(operands[1]) in hidden_marks)
        elif name == "EMC" and marks:
            marks.pop()
        elif name == "Tr":
            modes[-1] = int(operands[0])
        elif name == "q":
            kept.append(modes[-1])
        elif name == "Q" and kept:
            modes[-1] = kept.pop()
        unseen = hidden or any(marks)
        if unseen and name in SHOWING:
            yield [3], pikepdf.Operator("Tr")
            yield operands, operator
            yield [modes[-1]], pikepdf.Operator("Tr")
        elif unseen and name in PAINTING:
            yield [], pikepdf.Operator("n")
        elif not (unseen and name in {"sh", "INLINE IMAGE"}) and not _draws_hidden(
            name, operands, any(marks), hidden_pictures
        ):
            yield operands, operator


def _draws_hidden(name: str, operands: Any, marked: bool, hidden_pictures: set[str]) -> bool:
    return name == "Do" and (marked or str(operands[0]) in hidden_pictures)
