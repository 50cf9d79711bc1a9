"""Form fields, annotations and layers: what is printed over a page is read, what is switched off is not."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from pipeline.ingest.pdf.annotations import UNCLEAR
from pipeline.ingest.pdf.laid_in import set_values
from pipeline.ingest.pdf.layers import hide_layers
from pipeline.models import Box, Frame, Glyph, Page
from tests.ingest.pdf.support import draw_pdf, read, text_of

RECT = [100, 640, 220, 660]


def with_page(change, draw=lambda canvas: canvas.drawString(72, 700, "正文")):
    """Return a drawn PDF after a change to it through pikepdf: (document, page) → None."""
    with pikepdf.open(io.BytesIO(draw_pdf(draw))) as document:
        change(document, document.pages[0].obj)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def appearance(document, text):
    """Return the appearance of an annotation: a text in Helvetica."""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    stream = document.make_stream(f"BT /F 10 Tf 2 5 Td ({text}) Tj ET".encode())
    stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, 120, 20])
    stream.Resources = Dictionary(Font=Dictionary(F=font))
    return Dictionary(N=stream)


def annotate(subtype, flags, text="8888"):
    def change(document, page):
        note = Dictionary(Type=Name.Annot, Subtype=subtype, Rect=Array(RECT), F=flags, AP=appearance(document, text))
        page.Annots = document.make_indirect(Array([document.make_indirect(note)]))

    return change


@pytest.mark.parametrize("subtype", [Name.FreeText, Name.Stamp, Name.Square])
@pytest.mark.parametrize("flags", [0, 4, 4 | 32])
def test_annotations_that_a_person_sees_or_prints_are_content(subtype, flags):
    (page,) = read(with_page(annotate(subtype, flags)))

    assert text_of(page) == "正文8888"
    first = next(g for g in page.glyphs if g.text == "8")
    assert 100 <= first.box.x0 <= 110
    assert 842 - 660 <= first.box.center[1] <= 842 - 640


@pytest.mark.parametrize(
    ("subtype", "flags"), [(Name.FreeText, 2), (Name.FreeText, 32), (Name.Popup, 4), (Name.Text, 4)]
)
def test_hidden_annotations_and_notes_are_not_content(subtype, flags):
    assert text_of(read(with_page(annotate(subtype, flags)))[0]) == "正文"


def test_an_annotation_with_a_ground_hides_what_it_lies_over():
    """A value that was changed by a note on top: the new one is what a person sees."""

    def change(document, page):
        annotate(Name.FreeText, 4)(document, page)
        stream = page.Annots[0].AP.N
        stream.write(b"1 1 1 rg 0 0 120 20 re f 0 0 0 rg " + stream.read_bytes())

    (page,) = read(with_page(change, lambda canvas: canvas.drawString(104, 646, "115600")))

    assert text_of(page) == "8888"
    assert [issue.code for issue in page.issues] == ["invisible_text"]


def fill_in(value, *, drawn=None, renew=False, flags=0):
    def change(document, page):
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("f"), V=String(value), Ff=flags, F=4
        )
        field.Rect, field.DA = Array(RECT), String("/Helv 0 Tf 0 g")
        if drawn is not None:
            field.AP = appearance(document, drawn)
        field = document.make_indirect(field)
        page.Annots = Array([field])
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        document.Root.AcroForm = Dictionary(Fields=Array([field]), DR=Dictionary(Font=Dictionary(Helv=font)))
        if renew:
            document.Root.AcroForm.NeedAppearances = True

    return change


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (fill_in("95.5", drawn="95.5"), "95.5"),
        (fill_in("不足三成"), "不足三成"),
        (fill_in("新值", drawn="old", renew=True), "新值"),
        (fill_in("stored", drawn="12"), "12"),
        (fill_in("secret", flags=1 << 13), "******"),
        (fill_in("一行\n又一行"), "一行又一行"),
    ],
    ids=["appearance", "value alone", "renewed", "appearance over value", "password", "lines"],
)
def test_a_form_field_shows_its_appearance_or_else_its_value(change, shown):
    (page,) = read(with_page(change))

    assert text_of(page) == "正文" + shown
    assert all(842 - 660 <= g.box.center[1] <= 842 - 640 for g in page.glyphs[2:])
    assert all(g.box.x0 >= 100 and g.box.x1 <= 220 for g in page.glyphs[2:])


def choose(options, *, chosen):
    """A field with a list of choices, without an appearance."""

    def change(document, page):
        fill_in(chosen)(document, page)
        field = page.Annots[0]
        field.FT, field.Ff, field.Opt = Name.Ch, 1 << 17, options

    return change


@pytest.mark.parametrize(
    "options", [Array([String("98"), String("100")]), Array([Array([String("100"), String("100分")])])]
)
def test_a_choice_shows_the_words_of_its_option_whole(options):
    """pdfium's own appearance would cut them off at the arrow of the list."""
    (page,) = read(with_page(choose(options, chosen="100")))

    assert text_of(page) in {"正文100", "正文100分"}
    assert ("分" in text_of(page)) == (len(options) == 1)


def without_form(document, page):
    fill_in("95.5")(document, page)
    del document.Root.AcroForm


def drawn_empty(document, page):
    fill_in("95.5", drawn="")(document, page)
    page.Annots[0].AP.N.write(b"/Tx BMC EMC")


@pytest.mark.filterwarnings("ignore:This document has 1 form widget")
@pytest.mark.parametrize("change", [without_form, drawn_empty])
def test_a_value_that_not_every_viewer_shows_is_read_and_doubted(change):
    (page,) = read(with_page(change))

    assert text_of(page) == "正文95.5"
    assert [g.doubt for g in page.glyphs] == ["", "", *4 * [UNCLEAR]]


def test_a_text_on_the_page_says_what_its_marked_up_text_says():
    def change(document, page):
        annotate(Name.FreeText, 4)(document, page)
        del page.Annots[0].AP
        page.Annots[0].RC = String("<?xml version='1.0'?><body><p><span>95 &lt; 100</span></p></body>")

    (page,) = read(with_page(change))

    assert text_of(page) == "正文95<100"


def layered(properties, content=b"/OC /L BDC BT /F1 12 Tf 72 650 Td (999) Tj ET 10 10 m 400 10 l S EMC"):
    """Put content into a layer whose settings `properties` makes: (document, group) → OCProperties, marked object."""

    def change(document, page):
        group = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("draft")))
        document.Root.OCProperties, marked = properties(document, group)
        page.Resources.Properties = Dictionary(L=marked)
        page.Contents = document.make_stream(page.Contents.read_bytes() + b"\n" + content)

    return change


def settings(group, **default):
    return Dictionary(OCGs=Array([group]), D=Dictionary(**default))


def off(document, group):
    return settings(group, OFF=Array([group])), group


def base_off(document, group):
    return settings(group, BaseState=Name.OFF), group


def member_of_off(document, group):
    membership = Dictionary(Type=Name.OCMD, OCGs=Array([group]), P=Name.AllOn)
    return settings(group, OFF=Array([group])), document.make_indirect(membership)


def off_by_usage(document, group):
    group.Usage = Dictionary(View=Dictionary(ViewState=Name.OFF))
    usage = Dictionary(Event=Name.View, Category=Array([Name.View]), OCGs=Array([group]))
    return settings(group, AS=Array([usage])), group


def member_of_none_on(document, group):
    membership = Dictionary(Type=Name.OCMD, OCGs=Array([group]), P=Name.AllOff)
    return settings(group), document.make_indirect(membership)


def member_of_not_on(document, group):
    membership = Dictionary(Type=Name.OCMD, VE=Array([Name.Not, group]))
    return settings(group), document.make_indirect(membership)


@pytest.mark.parametrize(
    "properties", [off, base_off, member_of_off, off_by_usage, member_of_none_on, member_of_not_on]
)
def test_a_layer_that_is_switched_off_is_not_read_and_counted(properties):
    (page,) = read(with_page(layered(properties)))

    assert text_of(page) == "正文"
    assert page.rulings == ()
    (issue,) = page.issues
    assert issue.code == "invisible_text"
    assert "3 characters" in issue.message


def on(document, group):
    return settings(group), group


def on_again(document, group):
    return settings(group, BaseState=Name.OFF, ON=Array([group])), group


def member_of_not_off(document, group):
    expression = Array([Name.Not, group])
    membership = Dictionary(Type=Name.OCMD, VE=expression)
    return settings(group, OFF=Array([group])), document.make_indirect(membership)


@pytest.mark.parametrize("properties", [on, on_again, member_of_not_off])
def test_a_layer_that_is_switched_on_is_read(properties):
    (page,) = read(with_page(layered(properties)))

    assert text_of(page) == "正文999"
    assert len(page.rulings) == 1


def test_a_hidden_form_object_is_not_read_and_counted():
    def change(document, page):
        group = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("draft")))
        document.Root.OCProperties = settings(group, OFF=Array([group]))
        form = appearance(document, "777").N
        form.OC, form.Matrix = group, Array([1, 0, 0, 1, 100, 600])
        page.Resources.XObject = Dictionary(X=form)
        page.Contents = document.make_stream(page.Contents.read_bytes() + b"\n/X Do")

    (page,) = read(with_page(change))

    assert text_of(page) == "正文"
    assert [issue.code for issue in page.issues] == ["invisible_text"]


def test_a_file_without_hidden_layers_is_not_written_anew():
    data = with_page(layered(on))

    assert hide_layers(data) is data


@pytest.mark.parametrize("text", ["396.5万元", "一行\n又一行"])
def test_a_text_that_is_written_on_the_page_without_an_appearance_is_seen(text):
    """Viewers lay it out themselves; libraries that write PDF leave it to them."""

    def change(document, page):
        note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array(RECT), F=4)
        note.Contents, note.DA = String(text), String("/Helv 8 Tf 0 g")
        page.Annots = document.make_indirect(Array([document.make_indirect(note)]))

    (page,) = read(with_page(change))

    assert text_of(page) == "正文" + "".join(text.split())
    assert all(842 - 660 <= g.box.center[1] <= 842 - 640 for g in page.glyphs[2:])
    assert page.glyphs[2].box.height == pytest.approx(8, abs=1)


@pytest.mark.parametrize(("rendered", "codes"), [(True, ["page_unread"]), (False, [])])
def test_a_form_that_a_program_in_the_file_draws_is_said(rendered, codes):
    """Its stored page only asks to wait, or for another program."""

    def change(document, page):
        template = document.make_stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
        document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=template)
        document.Root.NeedsRendering = rendered

    (page,) = read(with_page(change))

    assert text_of(page) == "正文"
    assert [issue.code for issue in page.issues] == codes


def test_the_values_of_fields_on_a_scan_are_lines_of_it():
    """They are in no picture of ours, so that no recogniser would see them."""
    typed = set_values(
        Page(1, 200, 100, (), (), "ocr", "double", Frame((2, 0, 0, 0, 2, 0, 0, 0, 1))),
        tuple(Glyph(text, Box(20 + 6 * k, 10, 26 + 6 * k, 20)) for k, text in enumerate("95.5")),
    )

    (line,) = typed.glyphs
    assert (line.text, line.box) == ("95.5", Box(10, 5, 22, 10))
    assert typed.typed == (line,)
