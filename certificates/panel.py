"""The answer panel above the fold: the item at the left, what was found at the right."""

from __future__ import annotations

from certificates.amendment import draw_amendment_panel
from certificates.content import AnswerPanel, CertificateContent
from certificates.edition import NOT_MEASURED, Edition
from certificates.fonts import FIXED_BLANK, THIN_GAP
from certificates.kinds import document_kinds
from certificates.sheet import LEFT, RIGHT, Sheet
from certificates.signs import draw_verdict_sign
from certificates.typesetting import (
    HAIRLINE,
    SECOND_INK,
    Span,
    fitted,
    plain,
    shortened,
    spans_width,
    style,
    width,
    wrap_text,
)
from certificates.verdict_panel import DIVIDER as VERDICT_DIVIDER
from certificates.verdict_panel import draw_verdict_panel

TOP, BOTTOM = 70.0, 93.4
DIVIDER = 83.0
ANSWER = 88.0
SMALLEST_ANSWER = 0.45


def draw_panel(sheet: Sheet, content: CertificateContent, edition: Edition) -> None:
    """The panel between its two rules, with the accent bar at its left."""
    sheet.rule(LEFT, RIGHT, TOP, 0.7)
    sheet.rule(LEFT, RIGHT, BOTTOM, 0.7)
    sheet.box(LEFT, TOP, 1.4, BOTTOM - TOP, fill=content.body.accent)
    if content.amends:
        sheet.line(DIVIDER, TOP + 3, DIVIDER, BOTTOM - 3, 0.5, HAIRLINE)
        _item(sheet, content, edition, DIVIDER)
        draw_amendment_panel(sheet, content, edition, ANSWER)
        return
    if document_kinds()[content.kind].panel == "verdict":
        _item(sheet, content, edition, VERDICT_DIVIDER)
        draw_verdict_panel(sheet, content, edition)
        return
    sheet.line(DIVIDER, TOP + 3, DIVIDER, BOTTOM - 3, 0.5, HAIRLINE)
    _item(sheet, content, edition, DIVIDER)
    if content.conformity and not content.answer.outcomes:
        _verdict(sheet, content, edition, 29.0, DIVIDER - 3 - 29.0)
    if content.answer.points is not None:
        _points(sheet, content.answer, edition)
    else:
        _result(sheet, content.answer, edition)


def _item(sheet: Sheet, content: CertificateContent, edition: Edition, divider: float) -> None:
    """Name and serial number; the full texts stand in section 1."""
    x, most = 29.0, divider - 3 - 29.0
    first = edition.first(content.item.name)
    for size, most_lines in ((10.5, 1), (8.8, 2), (7.6, 2), (6.8, 2)):
        name = style("SemiBold", size)
        lines = wrap_text(first, name, most)
        if len(lines) <= most_lines:
            break
    y = 75.0 if len(lines) == 1 else 74.2
    for place, line in enumerate(lines[:2]):
        last = place == 1 and len(lines) > 2
        text = " ".join("".join(span.text for span in each.spans) for each in lines[1:]) if last else ""
        sheet.text(x, y, plain(shortened(text, name, most), name) if last else line.spans)
        y += 3.6 if len(lines) > 1 else 4.4
    second = style("Italic", 8 if len(lines) == 1 else 7.2, SECOND_INK)
    if edition.second(content.item.name):
        sheet.text(x, y, shortened(edition.second(content.item.name), second, most), second)
    _identification(sheet, content, edition, x, most, 84.2 if len(lines) == 1 else 85.8)


def _identification(
    sheet: Sheet, content: CertificateContent, edition: Edition, x: float, most: float, y: float
) -> None:
    """The serial number, or the customer's own code where the item has none."""
    key, value = "serial", content.item.serial_number
    if not value:
        key, value = "asset_code", content.item.customer_asset_code or ""
    label = edition.say(f"label_{key}")
    spans = [Span(f"{edition.first(label)} ", style("Regular", 8, SECOND_INK))]
    if edition.second(label):
        spans.append(Span(f"{edition.second(label)} ", style("Italic", 7.2, SECOND_INK)))
    x2 = sheet.text(x, y, spans)
    room = x + most - x2 - 0.5
    of = style("SemiBold", 8.8)
    of = of.sized(max(6.2, min(8.8, of.size * room / max(width(value, of), 0.1))))
    sheet.text(x2 + 0.5, y, shortened(value, of, room), of)


def _verdict(sheet: Sheet, content: CertificateContent, edition: Edition, x: float, most: float) -> None:
    """The verdict as sign and words."""
    stated = content.conformity
    assert stated is not None
    verdict = edition.say(f"verdict_{stated.verdict}")
    first, second = edition.first(verdict), edition.second(verdict)
    if stated.short:
        first, second = f"{first} {edition.first(stated.short)}", second and f"{second} {edition.second(stated.short)}"
    second = second[:1].lower() + second[1:]
    x2 = draw_verdict_sign(sheet, x, 90.6, stated.verdict, 2.3) + 1.4
    bold = style("Bold" if stated.verdict == "fail" else "SemiBold", 9)
    x3 = sheet.text(x2, 90.6, fitted(first, bold, x + most - x2, least=6.2, field="conformity.specification"))
    italic = style("Italic", 7.4, SECOND_INK)
    if second and x3 + 2 + width(second, italic) <= x + most:
        sheet.text(x3 + 2, 90.6, second, italic)


def _result(sheet: Sheet, answer: AnswerPanel, edition: Edition) -> None:
    """One result: (y ± U) unit, k and p."""
    _answer_label(sheet, answer, edition)
    if answer.value is None and answer.lower is None:  # a draft before there is a result
        sheet.text(ANSWER, 84.6, NOT_MEASURED, style("SemiBold", 23))
        return
    for scale in (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, SMALLEST_ANSWER):
        spans = _result_spans(answer, edition, scale)
        if spans_width(spans) <= RIGHT - ANSWER:
            break
    if spans_width(spans) > RIGHT - ANSWER:
        spans = fitted(
            "".join(span.text for span in spans), style("SemiBold", 10), RIGHT - ANSWER, least=5, field="answer"
        )
    sheet.text(ANSWER, 84.6, spans)
    if answer.coverage_factor and answer.coverage_probability:
        sheet.text(ANSWER, 90.6, _coverage(answer, edition))


def _result_spans(answer: AnswerPanel, edition: Edition, scale: float) -> tuple[Span, ...]:
    """The big number in its three weights."""
    big, light = style("SemiBold", 23 * scale), style("Light", 23 * scale)
    unit = edition.unit(answer.unit)
    if answer.lower is not None and answer.upper is not None:
        grouped = any(len(each.partition(".")[2]) > 4 for each in (answer.lower, answer.upper))
        ends = [edition.number(each, group_decimals=grouped) for each in (answer.lower, answer.upper)]
        separator = f";{THIN_GAP}"
        spans = [Span("[", light), Span(ends[0], big), Span(separator, light), Span(ends[1], big), Span("]", light)]
    else:
        pair = (answer.value or "", answer.expanded_uncertainty or "")
        grouped = any(len(each.partition(".")[2]) > 4 for each in pair)
        value, uncertainty = (edition.number(each, group_decimals=grouped) for each in pair)
        sign = f"{FIXED_BLANK}±{FIXED_BLANK}"
        spans = [Span("(", light), Span(value, big), Span(sign, light), Span(uncertainty, big), Span(")", light)]
    if unit:
        spans.append(Span(f"{FIXED_BLANK}{unit}", style("Regular", 16.6 * scale)))
    return tuple(spans)


def _coverage(answer: AnswerPanel, edition: Edition) -> tuple[Span, ...]:
    """ "expanded uncertainty, k = 2, coverage probability ≈ 95 %"; for an interval, what it is."""
    factor, probability = answer.coverage_factor or "", answer.coverage_probability or ""
    grey, italic = style("Regular", 7.8, SECOND_INK), style("Italic", 7.2, SECOND_INK)
    what = "panel_uncertainty" if answer.lower is None else "panel_interval"
    words = edition.say(what), edition.say("panel_probability")
    near = "" if edition.exact_probability(probability) else f"≈{THIN_GAP}"
    spans = [
        Span(f"{edition.first(words[0])}, ", grey),
        Span("k", style("SemiBoldItalic", 7.8)),
        Span(f"{THIN_GAP}={THIN_GAP}{edition.number(factor)}", style("SemiBold", 7.8)),
        Span(f", {edition.first(words[1])}{THIN_GAP}{near}{edition.percent(probability)}", grey),
    ]
    if edition.second(words[0]):
        spans.append(Span(f"  {edition.second(words[0])}", italic))
    return tuple(spans)


def _answer_label(sheet: Sheet, answer: AnswerPanel, edition: Edition) -> None:
    """What was found."""
    most = RIGHT - ANSWER
    of = style("SemiBold", 8.8)
    x = sheet.text(ANSWER, 75.2, fitted(edition.first(answer.label), of, most, least=5.5, field="answer.label"))
    second, italic = edition.second(answer.label), style("Italic", 8, SECOND_INK)
    if second and x + 2 + width(second, italic) <= RIGHT:
        sheet.text(x + 2, 75.2, second, italic)


def _points(sheet: Sheet, answer: AnswerPanel, edition: Edition) -> None:
    """The number of points and up to two lines of what matters of them."""
    _answer_label(sheet, answer, edition)
    count = edition.number(str(answer.points))
    words = edition.say("points" if answer.points != 1 else "point")
    y = 82.6 if answer.outcomes else 83.6 if answer.lines else 85.4
    x = sheet.text(ANSWER, y, f"{count} {edition.first(words)}", style("SemiBold", 19))
    if edition.second(words):
        sheet.text(x + 2, y, f"{count} {edition.second(words)}", style("Italic", 8, SECOND_INK))
    if answer.outcomes:
        _outcomes(sheet, answer, edition)
        return
    shown = answer.lines[:2]
    room = (RIGHT - ANSWER) / max(len(shown), 1)
    for place, line in enumerate(shown):
        unit = edition.unit(line.unit)
        value = edition.number(line.value, signed=line.signed) + (f"{THIN_GAP}{unit}" if unit else "")
        spans = [Span(f"{edition.first(line.label)} ", style("Regular", 8, SECOND_INK))]
        if edition.second(line.label):
            spans.append(Span(f"{edition.second(line.label)} ", style("Italic", 7.2, SECOND_INK)))
        spans.append(Span(f" {value}", style("SemiBold", 9)))
        if spans_width(spans) > room - 2:
            spans = [spans[0], spans[-1]]
        sheet.text(ANSWER + place * room, 90.4, spans)


def _outcomes(sheet: Sheet, answer: AnswerPanel, edition: Edition) -> None:
    """How many points conform: one line, or one before and one after an adjustment."""
    several = len(answer.outcomes) > 1
    for place, counted in enumerate(answer.outcomes):
        y = (87.2 + place * 4.0) if several else 90.0
        label = edition.say(f"documents.count_phase_{counted.phase}" if counted.phase else "documents.count_all")
        x = sheet.text(ANSWER, y, edition.first(label), style("Regular", 8, SECOND_INK))
        if edition.second(label):
            x = sheet.text(x + 1.6, y, edition.second(label), style("Italic", 7.2, SECOND_INK))
        x += 2.6
        for verdict, count in (
            ("pass", counted.passed),
            ("fail", counted.failed),
            ("cannot_be_stated", counted.undecided),
        ):
            if not count and (verdict != "pass" or counted.failed):
                continue
            words = edition.say(f"documents.counted_{verdict}", count=edition.number(str(count)))
            x = draw_verdict_sign(sheet, x, y, verdict, 2.1) + 1.0
            bold = style("Bold" if verdict == "fail" else "SemiBold", 8.8)
            x = sheet.text(x, y, edition.first(words), bold)
            if edition.second(words):
                x = sheet.text(x + 1.2, y, edition.second(words), style("Italic", 7.2, SECOND_INK))
            x += 3.0
