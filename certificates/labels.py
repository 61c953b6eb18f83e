"""Labels drawn from a form and values: one to a page for a label printer, or many to a sheet."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from certificates.fonts import DRAWING, face_name, refuse_unprintable, register_fonts
from certificates.label_forms import LabelForm, Part, SheetForm
from certificates.qr import QUIET_MODULES, qr_path
from certificates.sheet import PAGE_HEIGHT, Sheet
from certificates.typesetting import MM, Line, Span, Style, shortened, style, width, wrap_text
from uncertainty.errors import Invalid

MOST_LABELS = 2_000
LEADING = 1.15
SMALLER = 0.25  # step in points by which a text is made smaller

Values = Mapping[str, str]


def render_labels(
    labels: Sequence[Values],
    form: LabelForm,
    sheet: SheetForm | None = None,
    *,
    start: int = 1,
    fonts: Path | None = None,
) -> bytes:
    """Labels as PDF.

    Args:
        labels: the values of each, by the names that the form's parts use.
        form: what they look like.
        sheet: the sheet that they are printed on; without one each has a page of its own size.
        start: the first free place of the first sheet, from 1, row by row.
        fonts: the cache folder of the derived faces; the user's own when not given.

    Returns:
        The bytes of the file, the same on every run for the same labels.

    Raises:
        Invalid: there is no label or too many, the form is larger than the sheet's labels, the place is not on the
            sheet, a value is missing, cannot be printed or has no room, or an address is too long for its QR code.
    """
    if not 1 <= len(labels) <= MOST_LABELS:
        raise Invalid("labels.count", count=len(labels), most=MOST_LABELS)
    places = 1 if sheet is None else sheet.places
    if not 1 <= start <= places:
        raise Invalid("labels.start", start=start, most=places)
    if sheet is not None and (form.width > sheet.label_width + 0.05 or form.height > sheet.label_height + 0.05):
        raise Invalid(
            "labels.larger_than_sheet", form=form.id, sheet=sheet.id, width=f"{sheet.label_width:g}",
            height=f"{sheet.label_height:g}",
        )  # fmt: skip
    register_fonts(fonts)
    for values in labels:
        _check(form, values)
    with DRAWING:
        return _draw(labels, form, sheet, start - 1)


def _draw(labels: Sequence[Values], form: LabelForm, on: SheetForm | None, start: int) -> bytes:
    stream = io.BytesIO()
    wide, high = (form.width, form.height) if on is None else (on.width, on.height)
    settings: dict[str, Any] = {
        "pagesize": (wide * MM, high * MM), "invariant": 1, "pageCompression": 1, "pdfVersion": (1, 7),
        "initialFontName": face_name("Regular"), "lang": "vi-VN",
    }  # fmt: skip
    canvas = Canvas(stream, **settings)
    canvas.setTitle(form.name["vi"])
    sheet = Sheet(canvas)
    origin = PAGE_HEIGHT - high  # the sheet counts from the top of A4
    for number, values in enumerate(labels, start=start):
        if on is None:
            draw_label(sheet, form, values, 0.0, origin)
            sheet.next_page()
            continue
        place = number % on.places
        if place == 0 and number > start:
            sheet.next_page()
        x, y = on.corner(place)
        draw_label(sheet, form, values, x + (on.label_width - form.width) / 2, origin + y + _middle(form, on))
    if on is not None:
        sheet.next_page()
    canvas.save()
    return stream.getvalue()


def _middle(form: LabelForm, on: SheetForm) -> float:
    return (on.label_height - form.height) / 2


def draw_label(sheet: Sheet, form: LabelForm, values: Values, x: float, y: float) -> None:
    """One label at a place of the page.

    Args:
        sheet: the page.
        form: what the label looks like.
        values: what stands on it.
        x: its left edge, mm.
        y: its upper edge, mm from the top.

    Raises:
        Invalid: a text or an address has no room.
    """
    for part in form.parts:
        if _wanted(part, values):
            _DRAW[part.draw](sheet, part, _said(part, values), x, y)


def _wanted(part: Part, values: Values) -> bool:
    if part.when and bool(values.get(part.when.removeprefix("!"))) == part.when.startswith("!"):
        return False
    return not part.field or bool(values.get(part.field))


def _said(part: Part, values: Values) -> str:
    return f"{part.before}{values[part.field]}" if part.field else part.text


def _check(form: LabelForm, values: Values) -> None:
    """Refuse a label that lacks a value it needs, or has one that cannot be printed."""
    for name in form.required:
        if not values.get(name):
            raise Invalid("labels.value_missing", form=form.name["vi"], form_en=form.name["en"], value=name)
    for part in form.parts:
        if part.draw == "text" and _wanted(part, values):
            refuse_unprintable(_said(part, values), f"labels.{part.field}")


def _box(sheet: Sheet, part: Part, said: str, x: float, y: float) -> None:
    stroke = part.colour if part.weight and not part.fill else None
    sheet.box(x + part.x, y + part.y, part.width, part.height, part.fill or None, stroke, part.weight)


def _rule(sheet: Sheet, part: Part, said: str, x: float, y: float) -> None:
    sheet.line(
        x + part.x, y + part.y, x + part.x + part.width, y + part.y + part.height, part.weight, part.colour
    )  # fmt: skip


def _hatch(sheet: Sheet, part: Part, said: str, x: float, y: float) -> None:
    """Lines at 45 degrees inside a rectangle, cut off at its edges."""
    left, top, wide, high = x + part.x, y + part.y, part.width, part.height
    offset = part.pitch
    while offset < wide + high:
        sheet.line(
            left + max(0.0, offset - high), top + min(offset, high), left + min(offset, wide),
            top + max(0.0, offset - wide), part.weight, part.colour,
        )  # fmt: skip
        offset += part.pitch


def _qr(sheet: Sheet, part: Part, said: str, x: float, y: float) -> None:
    path, modules = qr_path(said, x + part.x, y + part.y, part.width, level=part.level)
    if part.width / modules < part.least_module:
        raise Invalid("labels.address_too_long", address=said, size=f"{part.width:g}", quiet=QUIET_MODULES)
    sheet.filled_path(path, part.colour)


def _text(sheet: Sheet, part: Part, said: str, x: float, y: float) -> None:
    of, lines = _set(part, said)
    left = x + part.x + {"left": 0.0, "centre": part.width / 2, "right": part.width}[part.align]
    sheet.lines(left, y + part.y, lines, part.leading or of.size * LEADING, part.align)


def _set(part: Part, said: str) -> tuple[Style, tuple[Line, ...]]:
    """The lines of a text, in the largest size at which it has room."""
    size = part.size
    least = part.least or part.size
    while True:
        of = style(part.style, size, part.colour)
        lines = wrap_text(said, of, part.width) if part.lines > 1 else _one(said, of)
        if len(lines) <= part.lines and all(one.width <= part.width + 0.01 for one in lines):
            return of, lines
        if size - SMALLER < least - 1e-9:
            break
        size -= SMALLER
    if part.overflow != "shorten":
        raise Invalid("labels.no_room", text=said, value=part.field or part.text)
    kept = lines[: part.lines]
    rest = " ".join("".join(span.text for span in one.spans) for one in lines[part.lines - 1 :])
    return of, (*kept[:-1], *_one(shortened(rest, of, part.width), of))


def _one(said: str, of: Style) -> tuple[Line, ...]:
    return (Line((Span(said, of),), width(said, of)),)


_DRAW = {"box": _box, "rule": _rule, "hatch": _hatch, "qr": _qr, "text": _text}
