"""The history of an instrument as the components want it: the drawing of a point, and the table behind it."""

from markupsafe import Markup

from instruments.series import PointSeries
from lims import histories, history_drawing
from lims.histories import HistorySheet
from ui.components.chip import chip
from ui.components.data_table import Column, Group, data_table
from ui.components.markup import Child, code, join, tag
from ui.components.panel import panel_markup
from ui.numbers import day, number
from uncertainty.svg import Element
from uncertainty.units import display_unit
from uncertainty.wording import wording

MOST_LINKS = 40


def markup_of(drawn: Element) -> Markup:
    """A drawing as markup: each of its elements built anew, its texts escaped."""
    attributes = {key.replace("-", "_"): value for key, value in drawn.attrib.items()}
    return tag(drawn.tag, drawn.text, *(markup_of(one) for one in drawn), **attributes)


def point_named(sheet: HistorySheet, asked: str) -> PointSeries | None:
    """The series that a page shows: the one asked for by its number, else the first."""
    series = sheet.history.series
    if not series:
        return None
    place = int(asked) if asked.isascii() and asked.isdigit() and int(asked) < len(series) else 0
    return series[place]


def history_panel(sheet: HistorySheet, shown: PointSeries, language: str) -> Markup:
    """The drawing of one point, links to the others, and the figures behind it."""
    unit = display_unit(shown.unit, language)
    point = histories.point_words(shown, language)
    key = "drift.deviation" if shown.nominal and shown.kind == "value" else "drift.values"
    title = wording(key, language, point=point, quantity=shown.quantity, unit=unit)
    wide, narrow = (
        markup_of(history_drawing.drawing(shown, sheet, language, size))
        for size in (history_drawing.WIDE, history_drawing.NARROW)
    )
    drawn = join(tag("div", wide, class_="c-wide"), tag("div", narrow, class_="c-narrow"))
    said = tag("p", *_said(shown, sheet, language), class_="c-second")
    table = tag(
        "details",
        tag("summary", wording("drift.table", language), class_="c-link"),
        series_table(shown, sheet, language),
    )
    return panel_markup(
        title, _links(sheet, shown, language), drawn, said, table, hint=wording("drift.history", language)
    )


def _said(shown: PointSeries, sheet: HistorySheet, language: str) -> list[str]:
    rate = history_drawing.rate_words(shown, language) or wording("drift.unknown", language)
    return [rate, " ", *(f"{one} " for one in history_drawing.next_words(shown, sheet, language))]


def _links(sheet: HistorySheet, shown: PointSeries, language: str) -> Markup | None:
    """The other points, by number; nothing where there is only one."""
    series = sheet.history.series
    if len(series) < 2:
        return None
    links: list[Child] = []
    for place, one in enumerate(series[:MOST_LINKS]):
        here = "true" if one is shown else None
        words = histories.point_words(one, language)
        links.append(tag("a", words, href=f"?point={place}", aria_current=here, class_="c-link"))
    return tag("p", *links, class_="c-second c-points", aria_label=wording("drift.points", language))


def series_table(shown: PointSeries, sheet: HistorySheet, language: str) -> Markup:
    """Values, checks and predictions in the order of time."""
    columns = (
        Column(wording("drift.column_day", language), place="first"),
        Column(wording("drift.column_state", language), place="line"),
        Column(wording("drift.column_value", language), right=True, place="due"),
        Column("U", right=True),
        Column(wording("drift.column_certificate", language), place="line"),
    )
    rows: list[tuple[str, tuple[Child, ...]]] = []
    for one in shown.observed:
        value, half = histories.rounded(one.value, one.expanded)
        rows.append((f"{one.day}0", _cells(day(one.day), one.state, value, half, code(one.certificate), language)))
    for check in shown.checks:
        value = histories.check_value(check, shown)
        rows.append((f"{check.day}1", _cells(day(check.day), f"check_{check.outcome}", value, "", "", language)))
    rows.sort(key=lambda row: row[0])
    for ahead in sheet.predictions(shown):
        value, half = histories.rounded(ahead.value, ahead.expanded_uncertainty)
        rows.append(("", _cells(day(ahead.day), "predicted", value, half, "", language)))
    return data_table(columns, (Group(tuple(cells for _, cells in rows)),), wording("drift.table", language))


def _cells(when: str, state: str, value: str, half: str, certificate: Child, language: str) -> tuple[Child, ...]:
    said: Child = wording(f"drift.state_{state}", language)
    if state == "check_out":
        said = chip(str(said), "bad", "ban")
    return when, said, number(value, language, sign=True), f"± {number(half, language)}" if half else "", certificate


def held_chip(sheet: HistorySheet, language: str) -> Markup | None:
    """The chip of a standard that a check holds."""
    return chip(wording("drift.held", language), "bad", "ban") if sheet.history.held is not None else None
