"""The test suite's own typesetter: forms with known facts, drawn in every format that is read, and degraded scans.

    facts      records, phrases, generate, plant      what a form says, at random, with single discrepancies
    sheet      layout, sheet, frame, liberties, templates    a form as cells, ruled or not
    drawing    fonts, flow, pdf, ofd                  cells on pages
               word, cells                            cells without pages: Word, Excel, web pages
    scanning   optics, wear, container, hidden, scan        what becomes of the pages

The same seeds give the same files on machines with the same fonts.
"""

from __future__ import annotations

from .cells import draw_html, draw_xls, draw_xlsx
from .fonts import missing_packages
from .generate import random_document, random_form
from .layout import Layout, random_layout
from .ofd import OfdStyle, draw_ofd
from .pdf import draw_pdf
from .phrases import BAND_NOTES, SCHEME_NOTES
from .plant import PLANTS
from .records import ExpectedFinding, FormFacts, FundFacts, IndicatorFacts, Truth, write_findings, write_truth
from .scan import CONDITIONS, WORN, degrade
from .word import draw_docx

__all__ = [
    "BAND_NOTES", "CONDITIONS", "PLANTS", "SCHEME_NOTES", "WORN", "ExpectedFinding", "FormFacts", "FundFacts",
    "IndicatorFacts", "Layout", "OfdStyle", "Truth", "degrade", "draw_docx", "draw_html", "draw_ofd", "draw_pdf",
    "draw_xls", "draw_xlsx", "missing_packages", "random_document", "random_form", "random_layout", "write_findings",
    "write_truth",
]  # fmt: skip
