"""pdfium's raw functions with plain integer handles, so that one call for each character stays cheap.

pypdfium2's own wrappers convert every argument; called through these prototypes, with addresses as whole numbers and
driven by `map`, a call costs a quarter of a microsecond (1,255 characters: 0.3 ms for each property). Nothing here
checks an index or a handle: the callers take both from pdfium itself. pdfium is not thread-safe.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from typing import Any

import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

_PTR, _INT, _UINT = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint


def address_of(handle: Any) -> int:
    """Return the address behind a pypdfium2 object or raw handle."""
    return ctypes.cast(getattr(handle, "raw", handle), _PTR).value or 0


def _bind(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(getattr(pdfium_c, name), _PTR).value
    return ctypes.CFUNCTYPE(result, *arguments)(address or 0)


load_text = _bind("FPDFText_LoadPage", _PTR, _PTR)
close_text = _bind("FPDFText_ClosePage", None, _PTR)
count_chars = _bind("FPDFText_CountChars", _INT, _PTR)
char_code = _bind("FPDFText_GetUnicode", _UINT, _PTR, _INT)
char_generated = _bind("FPDFText_IsGenerated", _INT, _PTR, _INT)
char_unmapped = _bind("FPDFText_HasUnicodeMapError", _INT, _PTR, _INT)
char_object = _bind("FPDFText_GetTextObject", _PTR, _PTR, _INT)
char_loose_box = _bind("FPDFText_GetLooseCharBox", _INT, _PTR, _INT, _PTR)
char_origin = _bind("FPDFText_GetCharOrigin", _INT, _PTR, _INT, _PTR, _PTR)
char_matrix = _bind("FPDFText_GetMatrix", _INT, _PTR, _INT, _PTR)
char_size = _bind("FPDFText_GetFontSize", ctypes.c_double, _PTR, _INT)

count_objects = _bind("FPDFPage_CountObjects", _INT, _PTR)
get_object = _bind("FPDFPage_GetObject", _PTR, _PTR, _INT)
count_form_objects = _bind("FPDFFormObj_CountObjects", _INT, _PTR)
get_form_object = _bind("FPDFFormObj_GetObject", _PTR, _PTR, ctypes.c_ulong)
object_type = _bind("FPDFPageObj_GetType", _INT, _PTR)
object_matrix = _bind("FPDFPageObj_GetMatrix", _INT, _PTR, _PTR)
object_bounds = _bind("FPDFPageObj_GetBounds", _INT, _PTR, _PTR, _PTR, _PTR, _PTR)
object_transparent = _bind("FPDFPageObj_HasTransparency", _INT, _PTR)
object_fill = _bind("FPDFPageObj_GetFillColor", _INT, _PTR, _PTR, _PTR, _PTR, _PTR)
object_stroke = _bind("FPDFPageObj_GetStrokeColor", _INT, _PTR, _PTR, _PTR, _PTR, _PTR)
object_stroke_width = _bind("FPDFPageObj_GetStrokeWidth", _INT, _PTR, _PTR)
count_marks = _bind("FPDFPageObj_CountMarks", _INT, _PTR)
get_mark = _bind("FPDFPageObj_GetMark", _PTR, _PTR, ctypes.c_ulong)
remove_mark_value = _bind("FPDFPageObjMark_RemoveParam", _INT, _PTR, _PTR, ctypes.c_char_p)
object_clip = _bind("FPDFPageObj_GetClipPath", _PTR, _PTR)
count_clips = _bind("FPDFClipPath_CountPaths", _INT, _PTR)
count_clip_segments = _bind("FPDFClipPath_CountPathSegments", _INT, _PTR, _INT)
clip_segment = _bind("FPDFClipPath_GetPathSegment", _PTR, _PTR, _INT, _INT)
text_font = _bind("FPDFTextObj_GetFont", _PTR, _PTR)
text_mode = _bind("FPDFTextObj_GetTextRenderMode", _INT, _PTR)
path_mode = _bind("FPDFPath_GetDrawMode", _INT, _PTR, _PTR, _PTR)
count_segments = _bind("FPDFPath_CountSegments", _INT, _PTR)
get_segment = _bind("FPDFPath_GetPathSegment", _PTR, _PTR, _INT)
segment_point = _bind("FPDFPathSegment_GetPoint", _INT, _PTR, _PTR, _PTR)
segment_type = _bind("FPDFPathSegment_GetType", _INT, _PTR)
segment_close = _bind("FPDFPathSegment_GetClose", _INT, _PTR)


def columns_of(rows: NDArray[Any]) -> list[range]:
    """Return for each column of an n x m array the addresses of its n values, for pdfium to write into."""
    start, width, step = rows.ctypes.data, rows.itemsize, rows.itemsize * rows.shape[1]
    return [range(start + width * k, start + width * k + rows.nbytes, step) for k in range(rows.shape[1])]


def call_each(function: Callable[..., Any], *arguments: Iterable[Any]) -> list[Any]:
    """Return what a function gives for the arguments taken in step."""
    return list(map(function, *arguments))
