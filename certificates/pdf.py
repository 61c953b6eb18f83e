"""Content -> PDF: the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from certificates.amendment_sections import amendment_sections
from certificates.changes_section import changed_places
from certificates.content import CertificateContent, content_hash
from certificates.edition import Edition, edition_of
from certificates.flow import FIRST_PAGE_BOTTOM, HEAD_GAP, Flow, Page, Section
from certificates.fonts import DRAWING, face_name, refuse_unprintable, register_fonts
from certificates.identification import identification_text
from certificates.item_sections import customer_and_item, performance
from certificates.letterhead import draw_head, scale_rule
from certificates.naming import FieldName
from certificates.panel import draw_panel
from certificates.replacement import TOP as STRIP_TOP
from certificates.replacement import draw_strip, strip_height
from certificates.result_sections import result_sections
from certificates.sections import draw_section_head
from certificates.sheet import LEFT, Sheet
from certificates.signatures import draw_notes, draw_signatures
from certificates.texts import texts_of
from certificates.typesetting import SECOND_INK, Span, shortened, spans_width, style, width
from certificates.watermark import draw_band, draw_watermark
from uncertainty.errors import Invalid

PAGE = (595.27559, 841.88976)
FIRST_SECTIONS_TOP = 97.4
CLOSE_GAP = 3.4
MOST_CHARACTERS = 4_000  # of one text
MOST_PAGES = 200
DRAFT_TIME = "2000-01-01T00:00:00+00:00"  # a draft has no date of its own, and is the same on every run


def render(content: CertificateContent, *, fonts: Path | None = None) -> bytes:
    """The certificate as PDF.

    Args:
        content: complete or not; without issue fields it is drawn as a draft, with placeholders for exactly those.
        fonts: the cache folder of the derived faces; the user's own when not given.

    Returns:
        The bytes of the file, the same on every run for the same content.

    Raises:
        Invalid: a text has a character that cannot be printed, or no room where it must stand; the field is named.
    """
    register_fonts(fonts)
    _check_texts(content)
    edition = edition_of(content)
    pages = _lay_out(content, edition)
    if len(pages) > MOST_PAGES:
        raise Invalid("certificate.too_many_pages", pages=len(pages), most=MOST_PAGES)
    with DRAWING:
        return _draw(content, edition, pages)


def _draw(content: CertificateContent, edition: Edition, pages: list[Page]) -> bytes:
    """The pages as a file; one thread at a time."""
    stream = io.BytesIO()
    canvas = canvas_on(stream, edition)
    _describe(canvas, content, edition)
    sheet = Sheet(canvas)
    for number, page in enumerate(pages, start=1):
        sheet.turn(page.turned)
        _draw_page(sheet, content, edition, number, len(pages))
        for top, draw in page.drawings:
            draw(sheet, top)
        sheet.next_page()
    canvas.save()
    return stream.getvalue()


def canvas_on(stream: io.BytesIO, edition: Edition) -> Canvas:
    """An empty document of A4 pages that comes out the same on every run."""
    settings: dict[str, Any] = {  # without a first font of ours the file would name one that is not embedded
        "pagesize": PAGE,
        "invariant": 1,
        "pageCompression": 1,
        "initialFontName": face_name("Regular"),
        "pdfVersion": (1, 7),
        "lang": "vi-VN" if edition.bilingual else "en",
    }
    return Canvas(stream, **settings)


def _check_texts(content: CertificateContent) -> None:
    """Refuse what cannot be printed as it was typed, before anything is drawn."""
    if content.languages not in ("vi-en", "en"):
        raise Invalid("certificate.language_unknown", languages=content.languages)
    for field, text in texts_of(content):
        if len(text) > MOST_CHARACTERS:
            raise Invalid("certificate.text_too_long", field=FieldName(field), length=len(text), most=MOST_CHARACTERS)
        refuse_unprintable(text, field)


def _lay_out(content: CertificateContent, edition: Edition) -> list[Page]:
    """The pages with what stands on them; nothing is drawn yet, so that the number of pages is known."""

    def head(sheet: Sheet, top: float, section: Section, hairline: bool, continued: bool) -> None:
        accent = content.body.accent
        draw_section_head(sheet, top, section, edition, accent, hairline=hairline, continued=continued)

    top, changed = FIRST_SECTIONS_TOP, changed_places(content)
    if content.replaces:
        top = STRIP_TOP + strip_height(content, edition) + 2.4
    if content.amends:
        flow = Flow(head, top, FIRST_PAGE_BOTTOM, gap=CLOSE_GAP, changed=changed)
        for section in amendment_sections(content, edition):
            flow.add(section)
        return flow.pages
    for close in (False, True, False):  # closer rows where page one then holds both sections
        flow = Flow(head, top, FIRST_PAGE_BOTTOM, gap=CLOSE_GAP if close else HEAD_GAP, changed=changed)
        flow.add(customer_and_item(content, edition, close=close))
        flow.add(performance(content, edition, close=close))
        if len(flow.pages) == 1:
            flow.new_page()
            break
    for section in result_sections(content, edition):
        flow.add(section)
    return flow.pages


def _draw_page(sheet: Sheet, content: CertificateContent, edition: Edition, number: int, pages: int) -> None:
    """What stands on every page, and the fixed parts of page one."""
    state = "draft" if content.issue is None else "demonstration" if content.demonstration else ""
    if state:
        words = edition.say(f"watermark_{state}")
        draw_watermark(sheet, tuple(word for word in (edition.first(words), edition.second(words)) if word))
    if number == 1:
        draw_head(sheet, content, edition)
        draw_panel(sheet, content, edition)
        if content.replaces:
            draw_strip(sheet, content, edition)
        draw_signatures(sheet, content, edition)
        draw_notes(sheet, content, edition)
    else:
        _continuation_head(sheet, content, edition)
    _footer(sheet, content, edition, number, pages)
    if state:
        draw_band(sheet, f"band_{state}", edition)


def _number(content: CertificateContent, edition: Edition) -> str:
    """The number, or its placeholder."""
    return content.issue.number if content.issue else edition.first(edition.say("draft_number"))


def _continuation_head(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """Title, item and number above the scale on every page after the first."""
    title = edition.say("title")
    x = sheet.text(LEFT, 15, edition.first(title), style("SemiBold", 9.6, content.body.accent))
    if edition.second(title):
        x = sheet.text(x + 2, 15, edition.second(title), style("Italic", 8, SECOND_INK))
    label = edition.say("number")
    number = [Span(f"{edition.first(label)} ", style("Regular", 8, SECOND_INK))]
    number.append(Span(_number(content, edition), style("SemiBold", 9.6)))
    right = sheet.right - spans_width(number)
    sheet.text(right, 15, number)
    of = style("Regular", 8.4)
    identity = content.item.serial_number or content.item.customer_asset_code or ""
    room = right - x - 8
    item = shortened(edition.first(content.item.name), of, max(room - width(f", {identity}", of), 0)) + f", {identity}"
    item = shortened(item, of, room)
    half = width(item, of) / 2
    sheet.text(min(max(sheet.right - 75, x + 4 + half), right - 4 - half), 15, item, of, "centre")
    scale_rule(sheet, 18.0, content.body.accent, ends=False)


def _footer(sheet: Sheet, content: CertificateContent, edition: Edition, number: int, pages: int) -> None:
    """Number, centre, page x of y."""
    y = sheet.height - 16.0
    sheet.rule(LEFT, sheet.right, y - 3.6, 0.6)
    label, page = edition.say("number"), edition.say("page")
    of = style("Italic", 6.6, SECOND_INK)
    x = sheet.text(LEFT, y, f"{edition.first(label)} ", style("Regular", 7, SECOND_INK))
    if edition.second(label):
        x = sheet.text(x, y, f"{edition.second(label)}  ", of)
    x = sheet.text(x, y, _number(content, edition), style("SemiBold", 8))
    spans = [Span(f"{edition.first(page)} ", style("Regular", 7)), Span(f"{number}/{pages}", style("SemiBold", 8))]
    if edition.bilingual:
        english = edition.say("page_of", number=number, pages=pages).en
        spans.append(Span(f"  {english}", of))
    sheet.text(sheet.right, y, spans, align="right")
    names = (edition.first(content.body.name), edition.second(content.body.name))
    grey = style("Regular", 7, SECOND_INK)
    room = sheet.right - spans_width(spans) - x - 8
    name = shortened(" · ".join(each for each in names if each), grey, room)
    half = width(name, grey) / 2
    sheet.text(min(max((LEFT + sheet.right) / 2, x + 4 + half), x + 4 + room - half), y, name, grey, "centre")


class _PlainStream(PDFStream):
    """A stream that stands in the file as it is: found by byte search."""

    def format(self, document: Any) -> Any:
        """The object as bytes, with no filter."""
        self.filters = []
        return super().format(document)


def _describe(canvas: Any, content: CertificateContent, edition: Edition) -> None:
    """Title, author and dates of the document; its identification in two plain places."""
    canvas.setTitle(f"{edition.first(edition.say('title'))} {_number(content, edition)}")
    canvas.setAuthor(edition.first(content.body.name))
    canvas.setCreator("Chuẩn")
    canvas.setProducer("Chuẩn")
    digest = content_hash(content, without_issue_fields=False).encode()
    canvas._doc.signature = hashlib.md5(
        digest, usedforsecurity=False
    )  # /ID of the file: from the content, not the clock
    canvas._doc._timeStamp = _Stamp(content.issue.approved_at if content.issue else DRAFT_TIME)
    if content.issue is None:
        canvas.setSubject(edition.say("draft_subject").en)
        return
    text = identification_text(content.issue)
    canvas.setSubject(text)
    stream = _PlainStream(
        dictionary=PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}), content=_metadata(text)
    )
    canvas._doc.Catalog.Metadata = canvas._doc.Reference(stream)


def _metadata(identification: str) -> bytes:
    """The identification as an XMP packet."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:identifier>{identification}</dc:identifier>"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


class _Stamp:
    """The time of approval in the form that the drawing library asks for: the file's dates are the content's."""

    def __init__(self, approved_at: str) -> None:
        try:
            when = dt.datetime.fromisoformat(approved_at)
        except ValueError:
            raise Invalid("certificate.content_field_wrong", field=FieldName("issue.approved_at")) from None
        offset = when.utcoffset() or dt.timedelta(0)
        seconds = int(offset.total_seconds())
        self.t = when.timestamp()
        self.lt = when.timetuple()
        self.YMDhms = tuple(self.lt)[:6]
        self.dhh, self.dmm = int(seconds / 3600), abs(seconds) // 60 % 60
        self.tzname = "UTC"
