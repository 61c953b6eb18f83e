"""The history of one instrument: its calibrations over the years with U, limits, trend and events."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from ui.components.axis import Axis, axis
from ui.components.markup import join, tag
from ui.numbers import day, number, quantity, rounded, with_uncertainty
from uncertainty.wording import wording

_WIDE: Final = (740, 232)
_NARROW: Final = (360, 232)
_YEAR: Final = 365.25


@dataclass(frozen=True)
class HistoryPoint:
    """One calibration: its day, canonical value and U; the one in force is drawn stronger."""

    day: date
    value: str
    expanded: str
    in_force: bool = False


@dataclass(frozen=True)
class HistoryPlot:
    """The plot: points in one unit, limits (canonical or empty), events (day, words)."""

    title: str
    unit: str
    points: tuple[HistoryPoint, ...]
    lower: str = ""
    upper: str = ""
    limits: str = ""
    events: tuple[tuple[date, str], ...] = ()


def history_plot(plot: HistoryPlot, language: str) -> Markup:
    """The plot for the desk and, redrawn, for a phone; nothing where there is no calibration yet."""
    if not plot.points:
        return Markup("")
    wide, narrow = _drawing(plot, language, _WIDE), _drawing(plot, language, _NARROW)
    return join(tag("div", wide, class_="c-wide"), tag("div", narrow, class_="c-narrow"))


def _year(when: date) -> float:
    return when.year + (when.timetuple().tm_yday - 1) / _YEAR


def _drawing(plot: HistoryPlot, language: str, size: tuple[int, int]) -> Markup:
    width, height = size
    right = width - (96 if plot.upper and width > 400 else 16)
    y, x = _vertical(plot, height - 34), _horizontal(plot, right, 8 if width > 400 else 4)
    parts = [*_field(plot, y, right), *_figures(y, right, language), *_years(x, height, right)]
    parts += _limit_lines(plot, y, right, language, inside=width < 400)
    for when, words in plot.events:
        at = x.at(_year(when))
        parts.append(tag("line", x1=at, x2=at, y1=10, y2=y.start, stroke="var(--edge)", stroke_dasharray="2 3"))
        parts.append(tag("text", words, x=at + 5, y=(y.at(float(plot.upper)) if plot.upper else 10) + 18))
    parts += [piece for point in plot.points for piece in _point(point, x, y)]
    last = plot.points[-1]
    label = wording(
        "screens.history_alternative", language, title=plot.title, count=len(plot.points), day=day(last.day),
        result=with_uncertainty(last.value, last.expanded, plot.unit, language, sign=True),
    )  # fmt: skip
    return tag("svg", *parts, viewBox=f"0 0 {width} {height}", class_="c-plot", role="img", aria_label=label)


def _vertical(plot: HistoryPlot, bottom: float) -> Axis:
    seen = [float(limit) for limit in (plot.lower, plot.upper) if limit]
    for point in plot.points:
        value, expanded = float(point.value), float(point.expanded)
        seen += [value - expanded, value + expanded]
    room = (max(seen) - min(seen)) * 0.05
    return axis(min(seen) - room, max(seen) + room, bottom, 14)


def _horizontal(plot: HistoryPlot, right: float, about: int) -> Axis:
    years = [_year(point.day) for point in plot.points] + [_year(when) for when, _ in plot.events]
    first, last = min(years) - 0.4, max(years) + 0.6
    step = max(1, round((last - first) / about))
    return Axis(first, last, step, 58, right)


def _field(plot: HistoryPlot, y: Axis, right: float) -> list[Markup]:
    """The permitted field as a quiet green ground."""
    if not (plot.lower and plot.upper):
        return []
    top, bottom = y.at(float(plot.upper)), y.at(float(plot.lower))
    return [tag("rect", x=58, y=top, width=right - 58, height=bottom - top, fill="var(--ok-s)", opacity="0.6")]


def _figures(y: Axis, right: float, language: str) -> list[Markup]:
    parts: list[Markup] = []
    for value in y.ticks():
        at = y.at(value)
        parts.append(tag("line", x1=58, x2=right, y1=at, y2=at, stroke="var(--line-2)"))
        parts.append(
            tag("text", number(rounded(value, y.decimals), language, sign=True), x=50, y=at + 4, text_anchor="end")
        )
    return parts


def _years(x: Axis, height: float, right: float) -> list[Markup]:
    """The years below: whole ones, so many as fit."""
    base = height - 30
    parts = [tag("line", x1=58, x2=right, y1=base, y2=base, stroke="var(--edge)")]
    for year in range(int(x.first) + 1, int(x.last) + 1):
        at = x.at(year)
        parts.append(tag("line", x1=at, x2=at, y1=base, y2=base + 5, stroke="var(--edge)"))
        if (year - int(x.first) - 1) % int(x.step) == 0:
            parts.append(tag("text", str(year), x=at, y=height - 8, text_anchor="middle"))
    return parts


def _limit_lines(plot: HistoryPlot, y: Axis, right: float, language: str, *, inside: bool) -> list[Markup]:
    parts: list[Markup] = []
    for limit, below in ((plot.upper, False), (plot.lower, True)):
        if limit:
            at = y.at(float(limit))
            parts.append(
                tag(
                    "line", x1=58, x2=right, y1=at, y2=at, stroke="var(--bad)", stroke_width=1.5, stroke_dasharray="5 3"
                )
            )
            words = f"{plot.limits} {quantity(limit, '', language, sign=True)}".strip()
            place = (
                {"x": right, "y": at + (14 if below else -5), "text_anchor": "end"}
                if inside
                else {"x": right + 6, "y": at + 4}
            )
            parts.append(tag("text", words, class_="c-plot__bad", **place))
    return parts


def _point(point: HistoryPoint, x: Axis, y: Axis) -> list[Markup]:
    at, value, expanded = x.at(_year(point.day)), float(point.value), float(point.expanded)
    top, bottom = y.at(value + expanded), y.at(value - expanded)
    look = {
        "stroke": "var(--pri)",
        "stroke_width": 2 if point.in_force else 1.5,
        "opacity": "1" if point.in_force else "0.72",
    }
    caps = [tag("line", x1=at - 5, x2=at + 5, y1=end, y2=end, **look) for end in (top, bottom)]
    dot = tag("circle", cx=at, cy=y.at(value), r=4.5 if point.in_force else 3.5, fill="var(--pri)")
    return [tag("line", x1=at, x2=at, y1=top, y2=bottom, **look), *caps, dot]
