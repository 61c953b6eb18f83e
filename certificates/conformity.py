"""A statement of conformity: verdict, the bar of limits and acceptance zone, the rule in words."""

from __future__ import annotations

from decimal import Decimal

from certificates.content import Bilingual, Conformity
from certificates.edition import Edition
from certificates.flow import Block
from certificates.fonts import FIXED_BLANK, THIN_GAP
from certificates.sections import INDENT, prose
from certificates.sheet import RIGHT, Sheet
from certificates.signs import draw_verdict_sign
from certificates.typesetting import HAIRLINE, INK, MM, SECOND_INK, Span, Style, style, width, wrap_text

BAR_LEFT, BAR_RIGHT = 56.0, 162.0
ZONE = "#D5DAE3"
LEAST_RISK = "0.01"
"""Per cent; a smaller risk is said to be below it."""

Ticks = list[tuple[Decimal, float, Style, str]]


def conformity_blocks(stated: Conformity, edition: Edition) -> list[Block]:
    """What is stated, how close the result lies to the limits, by which rule."""
    blocks = [_statement(stated, edition)]
    if (
        stated.value is not None
        and stated.expanded_uncertainty is not None
        and (stated.limit_lower or stated.limit_upper)
    ):
        blocks.append(Block(17.0, lambda sheet, top: _bar(sheet, top, stated, edition)))
    return blocks + prose(rule_text(stated, edition), edition, ours=True, field="conformity")


def _statement(stated: Conformity, edition: Edition) -> Block:
    """Verdict sign, verdict and specification."""
    verdict = edition.say(f"verdict_{stated.verdict}")
    bold = style("Bold" if stated.verdict == "fail" else "SemiBold", 9.4)
    first = wrap_text(f"{edition.first(verdict)} {edition.first(stated.specification)}", bold, RIGHT - INDENT - 4)
    italic = style("Italic", 7.8, SECOND_INK)
    english = f"{verdict.en[:1].lower()}{verdict.en[1:]} {stated.specification.en}" if edition.bilingual else ""
    beside = len(first) == 1 and INDENT + 4 + first[0].width + 2 + width(english, italic) <= RIGHT
    second = wrap_text(english, italic, RIGHT - INDENT - 4) if english and not beside else ()
    height = 1.8 + len(first) * 4.2 + len(second) * 3.6

    def draw(sheet: Sheet, top: float) -> None:
        y = top + 3.4
        x = draw_verdict_sign(sheet, INDENT, y, stated.verdict, 2.4) + 1.8
        if beside and english:
            x2 = sheet.text(x, y, first[0].spans)
            sheet.text(x2 + 2, y, english, italic)
            return
        y = sheet.lines(x, y, first, 4.2 * MM)
        sheet.lines(x, y - 0.4, second, 3.6 * MM)

    return Block(height, draw, field="conformity.specification")


def rule_text(stated: Conformity, edition: Edition) -> Bilingual:
    """The decision rule in words, with its guard band."""
    english = edition.in_english()
    band = {}
    for name, of in (("vi", edition), ("en", english)):
        text = of.number(stated.guard_band) if stated.guard_band else "0"
        unit = of.unit(stated.unit)
        band[name] = f"{text}{THIN_GAP}{unit}" if unit else text
    key = "rule_guarded_each" if stated.rule == "guarded" and not stated.guard_band else f"rule_{stated.rule}"
    vi = edition.say_marked(key, guard_band=band["vi"]).vi
    en = edition.say_marked(key, guard_band=band["en"]).en
    if stated.risk is not None:
        small = Decimal(stated.risk) == 0
        said = "risk_small" if small else "risk"
        vi = f"{vi} {edition.say_marked(said, risk=edition.number(LEAST_RISK if small else stated.risk)).vi}"
        en = f"{en} {edition.say_marked(said, risk=english.number(LEAST_RISK if small else stated.risk)).en}"
    if stated.value is None:
        covers = edition.say("documents.conformity_covers")
        vi, en = f"{vi} {covers.vi}", f"{en} {covers.en}"
    if stated.source:
        source = (
            edition.say_marked("rule_source", source=stated.source.vi).vi,
            edition.say_marked("rule_source", source=stated.source.en).en,
        )
        vi, en = f"{vi} {source[0]}", f"{en} {source[1]}"
    return Bilingual(vi, en)


def _bar(sheet: Sheet, top: float, stated: Conformity, edition: Edition) -> None:
    """The result with its U between the limits, acceptance zone tinted, guard bands white."""
    value, spread = Decimal(stated.value or "0"), Decimal(stated.expanded_uncertainty or "0")
    lower = Decimal(stated.limit_lower) if stated.limit_lower else None
    upper = Decimal(stated.limit_upper) if stated.limit_upper else None
    band = Decimal(stated.guard_band) if stated.guard_band else Decimal(0)
    marks = [each for each in (lower, upper, value - spread, value + spread) if each is not None]
    least, most = min(marks), max(marks)
    reach = (most - least) or Decimal(1)
    scale = Decimal(BAR_RIGHT - BAR_LEFT) / reach

    def at(number: Decimal) -> float:
        return BAR_LEFT + float((number - least) * scale)

    y, high = top + 7.2, 3.0
    left, right = at(lower) if lower is not None else BAR_LEFT, at(upper) if upper is not None else BAR_RIGHT
    zone_left = at(lower + band) if lower is not None else BAR_LEFT
    zone_right = at(upper - band) if upper is not None else BAR_RIGHT
    sheet.box(left, y, right - left, high, fill="#FFFFFF")
    if zone_right > zone_left:
        sheet.box(zone_left, y, zone_right - zone_left, high, fill=ZONE, stroke=INK, weight=0.5)
        _zone_label(sheet, zone_left, zone_right, y, at(value), edition)
    sheet.box(left, y, right - left, high, stroke=INK, weight=0.6)
    shown = edition.number(str(stated.value), signed=True)
    spread_shown = edition.number(str(stated.expanded_uncertainty))
    words = f"{shown}{FIXED_BLANK}±{FIXED_BLANK}{spread_shown}"
    of = style("SemiBold", 7.4)
    x = min(max(at(value), BAR_LEFT + width(words, of) / 2), BAR_RIGHT - width(words, of) / 2)
    sheet.text(x, y - 1.5, words, of, "centre")
    sheet.text(INDENT, y + 2.4, edition.unit(stated.unit), style("Regular", 8, SECOND_INK))
    bold, regular = style("SemiBold", 7.2), style("Regular", 7.2)
    ticks = [
        (number, x, bold, align) for number, x, align in ((lower, left, "right"), (upper, right, "left")) if number
    ]
    if band:
        ticks += [(lower + band, zone_left, regular, "left")] if lower is not None else []
        ticks += [(upper - band, zone_right, regular, "right")] if upper is not None else []
    if left < at(Decimal(0)) < right:
        ticks.append((Decimal(0), at(Decimal(0)), regular, "centre"))
        sheet.line(at(Decimal(0)), y - 0.8, at(Decimal(0)), y + high + 0.8, 0.4, HAIRLINE)
    _result(sheet, y + high / 2, at(value - spread), at(value), at(value + spread))
    _limits(sheet, y + high + 3.3, ticks, edition)


def _zone_label(sheet: Sheet, left: float, right: float, y: float, result: float, edition: Edition) -> None:
    """The name of the acceptance zone, on the side where the result is not."""
    words = edition.say("acceptance_zone")
    spans = [Span(edition.first(words), style("Regular", 7, SECOND_INK))]
    if edition.second(words):
        spans.append(Span(f" {edition.second(words)}", style("Italic", 6.6, SECOND_INK)))
    if result < (left + right) / 2:
        sheet.text(right, y - 1.5, spans, align="right")
    else:
        sheet.text(left, y - 1.5, spans)


def _result(sheet: Sheet, y: float, left: float, middle: float, right: float) -> None:
    """Dot and bar with caps."""
    sheet.rule(left, right, y, 1.0)
    sheet.line(left, y - 1, left, y + 1, 1.0)
    sheet.line(right, y - 1, right, y + 1, 1.0)
    sheet.circle(middle, y, 0.95, fill=INK)


def _limits(sheet: Sheet, y: float, ticks: Ticks, edition: Edition) -> None:
    """The limits, the limits of acceptance and zero below the bar; a label without room is left to the words."""
    taken: list[tuple[float, float]] = []
    for number, x, of, align in ticks:
        words = edition.number(f"{number:f}", signed=True)
        wide = width(words, of)
        left = x - {"left": 0.0, "centre": wide / 2, "right": wide}[align]
        if any(left < end + 1 and begin - 1 < left + wide for begin, end in taken):
            continue
        taken.append((left, left + wide))
        sheet.text(left, y, words, of)
