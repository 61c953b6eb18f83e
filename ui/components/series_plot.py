"""Results beside each other: the differences of a job's series, or the errors at its points with their limits."""

import math
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from ui.components.axis import Axis, axis
from ui.components.markup import join, tag
from ui.numbers import number, quantity, rounded
from uncertainty.wording import wording

_WIDE: Final = (720, 214)
_NARROW: Final = (360, 214)
_LETTER: Final = 6.6  # width of a figure at 12 pixels


@dataclass(frozen=True)
class SeriesPoint:
    """One series or point: label below, canonical value and half-length of its bar; None while it is missing.

    `note` says why it is missing; limits are those at this point, canonical, or empty.
    """

    label: str
    value: str | None
    bar: str = ""
    note: str = ""
    lower: str = ""
    upper: str = ""


@dataclass(frozen=True)
class SeriesPlot:
    """The plot: its points in one unit, and where there is one the mean with its standard uncertainty.

    `signed` says that the values are errors or differences, which carry their sign.
    """

    title: str
    unit: str
    points: tuple[SeriesPoint, ...]
    mean: str = ""
    mean_uncertainty: str = ""
    signed: bool = True


def series_plot(plot: SeriesPlot, language: str) -> Markup:
    """The plot for the desk and, redrawn, for a phone: scaled down it could not be read."""
    wide, narrow = _drawing(plot, language, _WIDE), _drawing(plot, language, _NARROW)
    return join(tag("div", wide, class_="c-wide"), tag("div", narrow, class_="c-narrow"))


def _drawing(plot: SeriesPlot, language: str, size: tuple[int, int]) -> Markup:
    width, height = size
    y = _vertical(plot, height - 30)
    figures = [number(rounded(value, y.decimals), language) for value in y.ticks()]
    left = max(46.0, _LETTER * max(map(len, figures)) + 14)
    right = width - (max(100.0, _LETTER * (len(_mean_words(plot, language)) + 1)) if plot.mean else 16)
    column = (right - left) / max(len(plot.points), 1)
    parts = [*_grid(y, figures, left, right), *_mean(plot, y, left, right, language)]
    every = max(1, math.ceil(len(plot.points) * 46 / (right - left)))
    crowded = column < _LETTER * max((len(one.value or "") for one in plot.points), default=0) + 30
    for index, point in enumerate(plot.points):
        x = left + column * (index + 0.5)
        parts += _point(point, x, column, y, plot, language, crowded=crowded)
        if index % every == 0:
            parts.append(tag("text", point.label, x=x, y=height - 8, text_anchor="middle"))
    label = wording("screens.plot_alternative", language, title=plot.title, shares=_sentence(plot, language))
    return tag("svg", *parts, viewBox=f"0 0 {width} {height}", class_="c-plot", role="img", aria_label=label)


def _mean_words(plot: SeriesPlot, language: str) -> str:
    return (
        wording("screens.plot_mean", language, mean=number(plot.mean, language, sign=plot.signed)) if plot.mean else ""
    )


def _sentence(plot: SeriesPlot, language: str) -> str:
    said = []
    for point in plot.points:
        value = (
            point.note or "–" if point.value is None else quantity(point.value, plot.unit, language, sign=plot.signed)
        )
        said.append(f"{point.label} {value}")
    return "; ".join(said)


def _vertical(plot: SeriesPlot, bottom: float) -> Axis:
    seen = [0.0] if not any(point.value for point in plot.points) else []
    for point in plot.points:
        seen += [float(limit) for limit in (point.lower, point.upper) if limit]
        if point.value is not None:
            seen += [float(point.value) - float(point.bar or 0), float(point.value) + float(point.bar or 0)]
    if plot.mean:
        seen += [float(plot.mean) + sign * float(plot.mean_uncertainty or 0) for sign in (-1, 1)]
    room = 0.08 * (max(seen) - min(seen))
    return axis(min(seen) - room, max(seen) + room, bottom, 14)


def _grid(y: Axis, figures: list[str], left: float, right: float) -> list[Markup]:
    parts: list[Markup] = []
    for value, figure in zip(y.ticks(), figures, strict=True):
        at = y.at(value)
        parts.append(tag("line", x1=left, x2=right, y1=at, y2=at, stroke="var(--line-2)", stroke_width=1))
        parts.append(tag("text", figure, x=left - 8, y=at + 4, text_anchor="end"))
    return parts


def _mean(plot: SeriesPlot, y: Axis, left: float, right: float, language: str) -> list[Markup]:
    if not plot.mean:
        return []
    mean, u = float(plot.mean), float(plot.mean_uncertainty or 0)
    top, bottom = y.at(mean + u), y.at(mean - u)
    figure = number(plot.mean_uncertainty, language) if u else ""
    parts = [tag("rect", x=left, y=top, width=right - left, height=bottom - top, fill="var(--bar-2)", opacity="0.42")]
    parts.append(tag("line", x1=left, x2=right, y1=y.at(mean), y2=y.at(mean), stroke="var(--brass-m)", stroke_width=2))
    parts.append(tag("text", _mean_words(plot, language), x=right + 8, y=y.at(mean) + 4, class_="c-plot__brass"))
    if u and bottom - top > 30:
        parts.append(tag("text", f"+u {figure}", x=right + 8, y=top + 4))
        parts.append(tag("text", f"−u {figure}", x=right + 8, y=bottom + 4))
    return parts


def _point(
    point: SeriesPoint, x: float, column: float, y: Axis, plot: SeriesPlot, language: str, *, crowded: bool
) -> list[Markup]:
    parts = _limits(point, x, column, y)
    if point.value is None:
        return parts + _missing(point, x, min(column * 0.6, 112), y)
    value, bar = float(point.value), float(point.bar or 0)
    at, top, bottom = y.at(value), y.at(value + bar), y.at(value - bar)
    cap = min(6.0, column / 5)
    if bar:
        parts.append(tag("line", x1=x, x2=x, y1=top, y2=bottom, stroke="var(--pri)", stroke_width=2))
        parts += [
            tag("line", x1=x - cap, x2=x + cap, y1=end, y2=end, stroke="var(--pri)", stroke_width=2)
            for end in (top, bottom)
        ]
    parts.append(tag("circle", cx=x, cy=at, r=4.5, fill="var(--pri)"))
    if not crowded:
        figure = number(point.value, language, sign=plot.signed)
        parts.append(tag("text", figure, x=x + 10, y=at - 5, class_="c-plot__strong"))
    return parts


def _limits(point: SeriesPoint, x: float, column: float, y: Axis) -> list[Markup]:
    ends = (x - column / 2, x + column / 2)
    return [
        tag("line", x1=ends[0], x2=ends[1], y1=y.at(float(limit)), y2=y.at(float(limit)), stroke="var(--bad)",
            stroke_width=1.5, stroke_dasharray="5 3")
        for limit in (point.lower, point.upper) if limit
    ]  # fmt: skip


def _missing(point: SeriesPoint, x: float, width: float, y: Axis) -> list[Markup]:
    frame = tag("rect", x=x - width / 2, y=14, width=width, height=y.start - 14, fill="none", stroke="var(--line)",
                stroke_width=1.5, stroke_dasharray="4 3")  # fmt: skip
    note = tag("text", point.note, x=x, y=y.start / 2, text_anchor="middle") if point.note and width > 70 else None
    return [frame] + ([note] if note else [])
