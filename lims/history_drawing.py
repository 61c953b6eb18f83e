"""The series of a point as an SVG: values with U, adjustments, checks, the drift with its band, the next value.

Colours are the variables of the screens with the light colour behind them, so that a page may take the drawing as it
is; `whole` puts heads and both appearances around all series for a file that stands alone.
"""

from datetime import date, timedelta
from typing import Final
from xml.etree import ElementTree

from instruments.drift import Drift
from instruments.series import Checked, Observed, PointSeries
from lims.histories import HistorySheet, point_words, rounded
from lims.quantity_text import Shown
from uncertainty.plot_axis import PlotAxis, plot_axis
from uncertainty.svg import NAMESPACE, Element, element
from uncertainty.units import display_unit
from uncertainty.wording import wording

WIDE: Final = (740, 268)
NARROW: Final = (360, 320)
_LEFT, _FOOT, _TOP, _ROW = 62.0, 34.0, 14.0, 17.0
_COLOURS: Final = {
    "sheet": ("#FFFFFF", "#131F24"), "line-2": ("#E6EBEA", "#213037"), "edge": ("#74878C", "#728890"),
    "ink": ("#10222A", "#E5EDEE"), "ink-2": ("#41565E", "#B3C3C8"), "ink-3": ("#5A6F77", "#93A6AC"),
    "pri": ("#0A5A6C", "#6AC6D8"), "brass-m": ("#B5811A", "#D6A33C"), "brass-s": ("#F6ECD6", "#3A2F18"),
    "bad": ("#B0211A", "#FF958B"), "warn-m": ("#B97700", "#E5AA30"),
}  # fmt: skip
_FACE: Final = "var(--text,'IBM Plex Sans',Inter,system-ui,sans-serif)"
_STEPS: Final = 24
_SIGN: Final = 4.5


def drawing(series: PointSeries, sheet: HistorySheet, language: str, size: tuple[int, int] = WIDE) -> Element:
    """The drawing of one series for a page of the program.

    Args:
        series: with at least one value or check.
        sheet: whose series it is.
        language: `vi` or `en`.
        size: width and height in pixels.
    """
    parts, said = _parts(series, sheet, language, size)
    return element("svg", *parts, viewBox=f"0 0 {size[0]} {size[1]}", class_="c-plot", role="img", aria_label=said)


def whole(sheet: HistorySheet, language: str) -> str:
    """All series of an instrument as a file that needs nothing else, below each other with their heads."""
    width, height = WIDE
    children: list[Element] = []
    top = 44.0
    title = wording("drift.title", language, code=sheet.code, day=f"{sheet.history.day:%d/%m/%Y}")
    children.append(_words(title, 16, 28, "ink", size=18, weight=600))
    for series in sheet.history.series:
        parts, _ = _parts(series, sheet, language, WIDE)
        head = f"{point_words(series, language)} · {display_unit(series.unit, language)}"
        children.append(_words(head, 16, top + 20, "ink-2", size=13, weight=600))
        children.append(element("g", *parts, transform=f"translate(0 {top + 30:.0f})"))
        top += height + 44
    root = element(
        "svg", element("title", title), element("style", _STYLE),
        element("rect", width="100%", height="100%", fill=_colour("sheet")), *children,
        viewBox=f"0 0 {width} {top:.0f}", width=width, height=top, role="img",
    )  # fmt: skip
    root.set("xmlns", NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode")


_STYLE: Final = (
    ":root{" + "".join(f"--{name}:{light};" for name, (light, _) in _COLOURS.items()) + "}"
    "@media (prefers-color-scheme:dark){:root{" + "".join(f"--{name}:{dark};" for name, (_, dark) in _COLOURS.items())
    + "}}"
)  # fmt: skip


def _colour(name: str) -> str:
    return f"var(--{name},{_COLOURS[name][0]})"


def _words(
    said: str, x: float, y: float, colour: str, *, size: int = 12, weight: int = 400, anchor: str = "start"
) -> Element:
    return element(
        "text", said, x=x, y=y, text_anchor=anchor, style=f"font:{weight} {size}px {_FACE};fill:{_colour(colour)}"
    )


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1, dash: str = "") -> Element:
    found = element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=_colour(colour), stroke_width=width)
    if dash:
        found.set("stroke-dasharray", dash)
    return found


def _parts(series: PointSeries, sheet: HistorySheet, language: str, size: tuple[int, int]) -> tuple[list[Element], str]:
    """The pieces of a drawing and what it says to those who do not see it."""
    width, height = size
    right = width - 14.0
    ahead = sheet.predictions(series)
    signs = _signs(series, bool(sheet.history.adjusted), bool(ahead))
    rows = _rows(signs, width, language)
    base = height - _FOOT - _ROW * len(rows)
    days = [one.day for one in series.observed] + [one.day for one in series.checks] + [one.day for one in ahead]
    room = timedelta(days=max(30, (max(days) - min(days)).days // 16))
    first, last = min(days) - room, max(days) + room
    x = PlotAxis(first.toordinal(), last.toordinal(), plot_axis(0, 1, 0, 1).step, _LEFT, right)
    y = _vertical(series, sheet, base)
    parts = [*_grid(y, right, language), *_calendar(first, last, x, base, right)]
    marks = [(day, said) for day, said in sheet.history.adjusted if first < day < last]
    parts += _adjustments(marks, x, base, language)
    if series.drift is not None:
        parts += _drift(series, series.drift, x, y, [one.day for one in ahead])
    parts += _limits(series.checks, x, y)
    for check in series.checks:
        parts += _check(check, x, y)
    for one in series.observed:
        parts += _value(one, x, y)
    for found in ahead:
        parts += _bar(x.at(found.day.toordinal()), found.value, found.expanded_uncertainty, y, "brass-m", dash="3 3")
        parts.append(_sign(x.at(found.day.toordinal()), y.at(found.value), "brass-m", hollow=True))
    return [*parts, *_legend(rows, height)], sentence(series, sheet, language)


def sentence(series: PointSeries, sheet: HistorySheet, language: str) -> str:
    """What a drawing shows, in words: how many values, the last one, the drift, the next value."""
    unit = series.unit
    last = series.observed[-1]
    value, expanded = rounded(last.value, last.expanded)
    said = wording(
        "drift.shown", language, point=point_words(series, language), count=len(series.observed),
        day=f"{last.day:%d/%m/%Y}", value=Shown(value, unit, sign=True), expanded=Shown(expanded or "0", unit),
    )  # fmt: skip
    if series.drift is None:
        return f"{said} {wording('drift.unknown', language)}"
    return " ".join([said, rate_words(series, language), *next_words(series, sheet, language)])


def next_words(series: PointSeries, sheet: HistorySheet, language: str) -> list[str]:
    """The values predicted of a point, one sentence each."""
    said = []
    for found in sheet.predictions(series):
        value, expanded = rounded(found.value, found.expanded_uncertainty)
        day = f"{found.day:%d/%m/%Y}"
        told = {"day": day, "value": Shown(value, series.unit, sign=True), "expanded": Shown(expanded, series.unit)}
        said.append(wording("drift.next", language, **told))
    return said


def rate_words(series: PointSeries, language: str) -> str:
    """The drift of a series as a sentence; empty where it is not known."""
    drift = series.drift
    if drift is None:
        return ""
    value, expanded = rounded(drift.rate, drift.coverage_factor * drift.rate_uncertainty)
    key = "drift.rate" if drift.significant else "drift.rate_small"
    said = wording(
        key, language, rate=Shown(value, series.unit, sign=True), expanded=Shown(expanded or "0", series.unit)
    )
    return said if drift.consistent else f"{said} {wording('drift.scatter', language)}"


def _vertical(series: PointSeries, sheet: HistorySheet, base: float) -> PlotAxis:
    seen: list[float] = []
    for one in series.observed:
        seen += [one.value - (one.expanded or 0), one.value + (one.expanded or 0)]
    for check in series.checks:
        seen += [check.value, check.lower, check.upper]
    ahead = sheet.predictions(series)
    drift = series.drift
    spans = [] if drift is None else _spans(series, drift, [one.day for one in ahead])
    ends = [drift.predict(day, stretch) for stretch, *days in spans for day in days] if drift is not None else []
    for found in [*ahead, *ends]:  # a band is widest at one of its ends
        seen += [found.value - found.expanded_uncertainty, found.value + found.expanded_uncertainty]
    room = (max(seen) - min(seen)) * 0.06
    return plot_axis(min(seen) - room, max(seen) + room, base, _TOP, about=5)


def _grid(y: PlotAxis, right: float, language: str) -> list[Element]:
    parts: list[Element] = []
    for value in y.ticks():
        at = y.at(value)
        parts.append(_line(_LEFT, at, right, at, "line-2"))
        said = Shown(y.figure(value), sign=True).text(language)
        parts.append(_words(said, _LEFT - 8, at + 4, "ink-3", anchor="end"))
    return parts


def _calendar(first: date, last: date, x: PlotAxis, base: float, right: float) -> list[Element]:
    """The beginnings of the years below, as many as fit; months where the series is younger than two years."""
    parts = [_line(_LEFT, base, right, base, "edge")]
    whole_years = last.year - first.year
    if whole_years >= 2:
        step = max(1, round(whole_years * 52 / (right - _LEFT)))
        days = [(date(year, 1, 1), str(year)) for year in range(first.year + 1, last.year + 1)][::step]
    else:
        months = [(first.year * 12 + first.month + ahead) for ahead in range(whole_years * 12 + 13)]
        begun = [date(month // 12, month % 12 + 1, 1) for month in months]
        known = [day for day in begun if first <= day <= last]
        step = max(1, round(len(known) * 64 / (right - _LEFT)))
        days = [(day, f"{day:%m/%Y}") for day in known[::step]]
    for day, said in days:
        at = x.at(day.toordinal())
        parts.append(_line(at, base, at, base + 5, "edge"))
        parts.append(_words(said, at, base + 19, "ink-3", anchor="middle"))
    return parts


def _adjustments(marks: list[tuple[date, str]], x: PlotAxis, base: float, language: str) -> list[Element]:
    parts: list[Element] = []
    for day, _ in marks:
        at = x.at(day.toordinal())
        parts.append(_line(at, _TOP, at, base, "ink-2", dash="2 3"))
        parts.append(_words("▲", at, base + 1, "ink-2", size=10, anchor="middle"))
    return parts


def _drift(series: PointSeries, drift: Drift, x: PlotAxis, y: PlotAxis, ahead: list[date]) -> list[Element]:
    """The line of each stretch in its prediction band, the last one as far as it is predicted."""
    parts: list[Element] = []
    for stretch, first, end in _spans(series, drift, ahead):
        span = (end - first).days
        found = [drift.predict(first + timedelta(days=span * step // _STEPS), stretch) for step in range(_STEPS + 1)]
        upper = [(x.at(one.day.toordinal()), y.at(one.value + one.expanded_uncertainty)) for one in found]
        lower = [(x.at(one.day.toordinal()), y.at(one.value - one.expanded_uncertainty)) for one in reversed(found)]
        ring = " ".join(f"{a:.1f},{b:.1f}" for a, b in [*upper, *lower])
        parts.append(element("polygon", points=ring, fill=_colour("brass-m"), fill_opacity="0.16"))
        ends = found[0], found[-1]
        parts.append(_line(upper[0][0], y.at(ends[0].value), upper[-1][0], y.at(ends[1].value), "brass-m", width=2))
    return parts


def _spans(series: PointSeries, drift: Drift, ahead: list[date]) -> list[tuple[int, date, date]]:
    """From which day to which the line of each stretch is drawn; none for a stretch of one day."""
    spans = []
    for stretch in drift.stretches:
        days = [one.day for one in series.observed if one.stretch == stretch]
        later = [one.day for one in series.observed if one.stretch > stretch]
        spans.append((stretch, min(days), min(later) if later else max([*days, *ahead])))
    return [one for one in spans if one[1] < one[2]]


def _limits(checks: tuple[Checked, ...], x: PlotAxis, y: PlotAxis) -> list[Element]:
    """The limits of the checks, each as far as it was used."""
    parts: list[Element] = []
    for place, one in enumerate(checks):
        start = x.at(one.day.toordinal())
        end = x.at(checks[place + 1].day.toordinal()) if place + 1 < len(checks) else min(start + 26, x.end)
        for limit in (one.lower, one.upper):
            parts.append(_line(start, y.at(limit), end, y.at(limit), "bad", dash="5 3"))
    return parts


def _check(one: Checked, x: PlotAxis, y: PlotAxis) -> list[Element]:
    at, height = x.at(one.day.toordinal()), y.at(one.value)
    colour = {"within": "ink-2", "warning": "warn-m", "out": "bad"}[one.outcome]
    arm = 4.0 if one.outcome == "within" else 5.5
    crossed = [(at - arm, height - arm, at + arm, height + arm), (at - arm, height + arm, at + arm, height - arm)]
    return [_line(*ends, colour, width=1.6 if one.outcome == "within" else 2.2) for ends in crossed]


def _value(one: Observed, x: PlotAxis, y: PlotAxis) -> list[Element]:
    shift = {"as_found": -3.0, "as_left": 3.0}.get(one.state, 0.0)
    at = x.at(one.day.toordinal()) + shift
    bar = _bar(at, one.value, one.expanded, y, "pri") if one.expanded else []
    return [*bar, _sign(at, y.at(one.value), "pri", hollow=one.state == "as_found", square=one.state == "as_left")]


def _bar(at: float, value: float, expanded: float, y: PlotAxis, colour: str, *, dash: str = "") -> list[Element]:
    top, bottom = y.at(value + expanded), y.at(value - expanded)
    caps = [_line(at - 5, end, at + 5, end, colour, width=1.5) for end in (top, bottom)]
    return [_line(at, top, at, bottom, colour, width=1.5, dash=dash), *caps]


def _sign(at: float, height: float, colour: str, *, hollow: bool = False, square: bool = False) -> Element:
    fill = _colour("sheet") if hollow else _colour(colour)
    if square:
        return element(
            "rect", x=at - 4, y=height - 4, width=8, height=8, fill=fill, stroke=_colour(colour), stroke_width=1.5
        )
    return element("circle", cx=at, cy=height, r=_SIGN, fill=fill, stroke=_colour(colour), stroke_width=1.5)


def _signs(series: PointSeries, adjusted: bool, ahead: bool) -> list[str]:
    """The signs that stand in a drawing."""
    states = {one.state for one in series.observed}
    signs: list[str] = [key for key in ("unchanged", "as_found", "as_left") if key in states]
    signs += ["drift"] * (series.drift is not None) + ["predicted"] * ahead + ["check"] * bool(series.checks)
    return signs + ["adjusted"] * adjusted


def _rows(signs: list[str], width: float, language: str) -> list[list[tuple[str, str, float]]]:
    """The legend in rows that fit: sign, words, and where it begins."""
    rows: list[list[tuple[str, str, float]]] = [[]]
    x = 16.0
    for key in signs:
        said = wording(f"drift.sign_{key}", language)
        room = 6.3 * len(said) + 32
        if x + room > width and rows[-1]:
            rows.append([])
            x = 16.0
        rows[-1].append((key, said, x))
        x += room
    return rows


def _legend(rows: list[list[tuple[str, str, float]]], height: float) -> list[Element]:
    """What the signs mean, below the drawing."""
    parts: list[Element] = []
    for place, row in enumerate(rows):
        y = height - 6.0 - _ROW * (len(rows) - 1 - place)
        for key, said, x in row:
            parts += [_legend_sign(key, x, y - 4), _words(said, x + 11, y, "ink-2")]
    return parts


def _legend_sign(key: str, x: float, y: float) -> Element:
    if key in ("unchanged", "as_found", "as_left"):
        return _sign(x, y, "pri", hollow=key == "as_found", square=key == "as_left")
    if key == "predicted":
        return _sign(x, y, "brass-m", hollow=True)
    if key == "drift":
        return _line(x - 7, y, x + 7, y, "brass-m", width=2)
    return _words("×" if key == "check" else "▲", x, y + 5, "ink-2", size=15 if key == "check" else 10, anchor="middle")
