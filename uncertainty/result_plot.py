"""Pictures of a result: its distribution with the coverage intervals, and its contributions as bars."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from uncertainty.evaluation import OutputResult
from uncertainty.measurement_model import MeasurementModel
from uncertainty.plot_axis import PlotAxis, plot_axis
from uncertainty.report_text import budget_rows
from uncertainty.rounding import canonical, display, exact, report
from uncertainty.svg import Element, drawing, element
from uncertainty.units import display_unit
from uncertainty.wording import wording

Array = NDArray[np.float64]
WIDTH, LEFT, RIGHT = 760.0, 214.0, 736.0
_TOP, _BASE, _ROW, _BAR_ROW = 84.0, 262.0, 38.0, 26.0
MOST_BARS = 12
_LABEL = 24  # letters that fit to the left of the bars
_FACE = "'IBM Plex Sans', Inter, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif"
_INK, _QUIET, _LINE, _EDGE = "#10222A", "#5A6D74", "#E6EBEA", "#74878C"
_FIRST, _TRIALS, _AREA, _BAR, _NEGATIVE = "#0A5A6C", "#80590C", "#F0DDB0", "#2B7A8D", "#B5CFD5"


@dataclass(frozen=True)
class _Interval:
    """One coverage interval as drawn: its name, its ends, its colour."""

    name: str
    low: float
    high: float
    colour: str


def result_plot(
    results: Sequence[OutputResult],
    language: str,
    model: MeasurementModel | None = None,
    trials: Sequence[Array | None] = (),
) -> str:
    """The pictures of one or several results beneath each other, as one SVG.

    Of each: the density of the first order (normal or t), the histogram of the Monte Carlo trials where there are
    any, the coverage intervals of first order and of Monte Carlo (symmetric and shortest), and the share of each
    contribution in the variance.

    Args:
        results: of `evaluate`, at least one.
        language: `vi` (decimal comma) or `en` (decimal point).
        model: the model, whose labels and title stand in the picture.
        trials: of each result, in its unit; none or None where there are none.

    Returns:
        An SVG that stands alone, UTF-8 text.

    Source: JCGM 101, 5.10, figure 4, 7.7, 9.2; EA-4/02 M:2022, section 7.
    """
    parts: list[Element] = [element("rect", x=0, y=0, width=WIDTH, height="100%", fill="#FFFFFF")]
    said, height = [], 0.0
    for place, result in enumerate(results):
        values = trials[place] if place < len(trials) else None
        drawn, used = _panel(result, language, model, values)
        parts.append(element("g", *drawn, transform=f"translate(0 {height:g})"))
        said.append(_description(result, language, model))
        height += used
    title = model.title if model and model.title else ", ".join(result.name for result in results)
    page = element("g", *parts, font_family=_FACE, font_size=13, fill=_INK)
    return drawing(WIDTH, height, title, " ".join(said), page)


def _panel(
    result: OutputResult, language: str, model: MeasurementModel | None, trials: Array | None
) -> tuple[list[Element], float]:
    """What is drawn of one result, and its height."""
    label = _output_label(result, language, model)
    decimal = _decimal(language)
    shown = result.reported if decimal == "," else result.reported.replace(",", ".")
    parts = [
        element("text", _cut(label, 90), x=24, y=32, font_size=16, font_weight=600),
        element("text", _cut(shown, 100), x=24, y=56, font_size=14, fill=_INK),
    ]
    bottom = _TOP - 20
    intervals = _intervals(result, language)
    if any(one.high > one.low for one in intervals):
        parts += _distribution(result, intervals, trials, language)
        bottom = _BASE + 52 + _ROW * len(intervals)
    bars, used = _bars(result, language, model, bottom)
    return parts + bars, bottom + used + 20


def _output_label(result: OutputResult, language: str, model: MeasurementModel | None) -> str:
    for output in model.outputs if model else ():
        if output.name == result.name:
            return output.label.get(language) or output.symbol or output.name
    return result.name


def _decimal(language: str) -> str:
    return "," if language == "vi" else "."


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _intervals(result: OutputResult, language: str) -> list[_Interval]:
    """The coverage intervals of the result: of its own basis, and of Monte Carlo."""
    found, expanded = [], result.expanded_uncertainty
    if result.coverage_basis != "distribution":
        ends = result.estimate - expanded, result.estimate + expanded
        found.append(_Interval(wording("uncertainty.plot_first_order", language), *ends, _FIRST))
    if result.monte_carlo is not None:
        symmetric, shortest = result.monte_carlo.coverage_interval, result.monte_carlo.shortest_interval
        found.append(_Interval(wording("uncertainty.plot_symmetric", language), *symmetric, _TRIALS))
        found.append(_Interval(wording("uncertainty.plot_shortest", language), *shortest, _TRIALS))
    return found


def _distribution(
    result: OutputResult, intervals: Sequence[_Interval], trials: Array | None, language: str
) -> list[Element]:
    """The density, the histogram, the axis and the intervals beneath it."""
    x = _horizontal(result, intervals, trials)
    has_curve = result.coverage_basis != "distribution" and result.standard_uncertainty > 0
    curve, height = _curve(result, x) if has_curve else ([], 0.0)
    bars = _histogram(x, trials) if trials is not None and len(trials) else []
    top = max([height, *(one for _, one in bars)], default=1.0) or 1.0
    parts = _ticks(x, result, language)
    scale = (_BASE - _TOP) / top
    if bars:
        step = (RIGHT - LEFT) / len(bars)
        points = []
        for place, (_, one) in enumerate(bars):
            at, y = LEFT + place * step, _BASE - one * scale
            points += [f"{at:.2f},{y:.2f}", f"{at + step:.2f},{y:.2f}"]
        ends = f"{LEFT:.2f},{_BASE:.2f} {' '.join(points)} {RIGHT:.2f},{_BASE:.2f}"
        parts.append(element("polygon", points=ends, fill=_AREA))
    if curve:
        points = [f"{x.at(value):.2f},{_BASE - density * scale:.2f}" for value, density in curve]
        line = " ".join(points)
        parts.append(element("polyline", points=line, fill="none", stroke=_FIRST, stroke_width=2))
    at = x.at(result.estimate)
    parts.append(element("line", x1=LEFT, x2=RIGHT, y1=_BASE, y2=_BASE, stroke=_EDGE, stroke_width=1))
    parts.append(
        element("line", x1=at, x2=at, y1=_TOP - 4, y2=_BASE, stroke=_INK, stroke_width=1, stroke_dasharray="3 3")
    )
    parts += _key(result, bool(bars), bool(curve), language)
    for place, interval in enumerate(intervals):
        parts += _bracket(interval, x, _BASE + 52 + place * _ROW, result, language)
    return parts


def _horizontal(result: OutputResult, intervals: Sequence[_Interval], trials: Array | None) -> PlotAxis:
    """The axis of values: wide enough for the intervals, and for all but a thousandth of the trials."""
    ends = [end for interval in intervals for end in (interval.low, interval.high)]
    ends += [result.estimate - result.expanded_uncertainty, result.estimate + result.expanded_uncertainty]
    low, high = min(ends), max(ends)
    room = 0.35 * (high - low)
    if trials is not None and len(trials):
        inner = np.quantile(trials, [0.0005, 0.9995])
        low, high = min(low, float(max(inner[0], low - room))), max(high, float(min(inner[1], high + room)))
        room = 0.06 * (high - low)
    for about in (7, 5, 4, 3):
        x = plot_axis(low - room, high + room, LEFT, RIGHT, about=about)
        widest = max((len(display(x.figure(value))) for value in x.ticks()), default=0)
        if len(x.ticks()) * (7 * widest + 22) <= RIGHT - LEFT:
            break
    return x


def _curve(result: OutputResult, x: PlotAxis) -> tuple[list[tuple[float, float]], float]:
    """The density of the first order about the estimate, normal or t; its highest value."""
    u, dof = result.standard_uncertainty, result.effective_dof
    values = np.linspace(x.first, x.last, 241)
    reduced = (values - result.estimate) / u
    if math.isinf(dof):
        density, top = np.exp(-0.5 * reduced**2) / math.sqrt(2 * math.pi), 1 / math.sqrt(2 * math.pi)
    else:
        top = math.exp(special.gammaln((dof + 1) / 2) - special.gammaln(dof / 2)) / math.sqrt(dof * math.pi)
        density = top * (1 + reduced**2 / dof) ** (-(dof + 1) / 2)
    return list(zip(values.tolist(), (density / u).tolist(), strict=True)), top / u


def _histogram(x: PlotAxis, trials: Array) -> list[tuple[float, float]]:
    """Densities over equal bins of the axis."""
    count = min(90, max(20, round(len(trials) ** 0.4)))
    found, edges = np.histogram(trials, bins=count, range=(x.first, x.last))
    heights = found / (len(trials) * (edges[1] - edges[0]))
    return list(zip(edges[:-1].tolist(), heights.tolist(), strict=True))


def _ticks(x: PlotAxis, result: OutputResult, language: str) -> list[Element]:
    parts = []
    for value in x.ticks():
        at, figure = x.at(value), display(x.figure(value), decimal=_decimal(language))
        parts.append(element("line", x1=at, x2=at, y1=_TOP - 4, y2=_BASE + 4, stroke=_LINE, stroke_width=1))
        parts.append(element("text", figure, x=at, y=_BASE + 19, text_anchor="middle", font_size=12, fill=_QUIET))
    unit = display_unit(result.unit)
    if unit:
        parts.append(element("text", unit, x=LEFT - 44, y=_BASE + 19, text_anchor="end", font_size=12, fill=_QUIET))
    return parts


def _key(result: OutputResult, trials: bool, curve: bool, language: str) -> list[Element]:
    """What curve and area are, to the left of them."""
    parts, y = [], _TOP + 16
    parts.append(element("text", wording("uncertainty.plot_distribution", language), x=24, y=y - 8, font_weight=600))
    if curve:
        name = "plot_normal" if math.isinf(result.effective_dof) else "plot_t"
        dof = "" if math.isinf(result.effective_dof) else f"{math.floor(result.effective_dof + 1e-9)}"
        first = wording("uncertainty.plot_first_order", language)
        text = f"{first}: {wording(f'uncertainty.{name}', language, dof=dof)}"
        parts.append(element("line", x1=24, x2=40, y1=y + 12, y2=y + 12, stroke=_FIRST, stroke_width=2))
        parts += _two_lines(text, 48, y + 16)
        y += 24 if len(text) <= _LABEL else 40
    if trials:
        parts.append(element("rect", x=24, y=y + 4, width=16, height=16, fill=_AREA))
        parts.append(element("text", "Monte Carlo", x=48, y=y + 16, font_size=12, fill=_QUIET))
    return parts


def _two_lines(text: str, x: float, y: float, *, size: int = 12, fill: str = _QUIET) -> list[Element]:
    """A text on one line, or broken at a space where it is too long; what does not fit on two is in its title."""
    if len(text) <= _LABEL:
        return [element("text", text, x=x, y=y, font_size=size, fill=fill)]
    place = text.rfind(" ", 0, _LABEL)
    place = place if place > 0 else _LABEL
    lines = (text[:place], _cut(text[place:].strip(), _LABEL))
    found = [element("text", one, x=x, y=y + 16 * row, font_size=size, fill=fill) for row, one in enumerate(lines)]
    if lines[1].endswith("…"):
        found[0].append(element("title", text))
    return found


def _figures(interval: _Interval, result: OutputResult, language: str) -> tuple[str, str]:
    """The ends of an interval, rounded as the result is; as the interval's own width asks where U is zero."""
    width = result.expanded_uncertainty or (interval.high - interval.low) / 2
    low, high = (report(end, width, 2).value for end in (interval.low, interval.high))
    return display(low, decimal=_decimal(language)), display(high, decimal=_decimal(language))


def _bracket(interval: _Interval, x: PlotAxis, y: float, result: OutputResult, language: str) -> list[Element]:
    """One interval: its name at the left, its ends in figures, and the line between them."""
    low, high = _figures(interval, result, language)
    start, end = x.at(interval.low), x.at(interval.high)
    figures = wording("uncertainty.plot_interval", language, low=low, high=high)
    middle = min(max((start + end) / 2, LEFT + 3.4 * len(figures)), RIGHT - 3.4 * len(figures))
    colour = interval.colour
    parts = [element("text", interval.name, x=24, y=y + 4, fill=colour)]
    parts.append(element("text", figures, x=middle, y=y - 8, text_anchor="middle", font_size=12, fill=colour))
    parts.append(element("line", x1=start, x2=end, y1=y, y2=y, stroke=colour, stroke_width=2))
    for at in (start, end):
        parts.append(element("line", x1=at, x2=at, y1=y - 5, y2=y + 5, stroke=colour, stroke_width=2))
    return parts


def _shares(result: OutputResult, language: str, model: MeasurementModel | None) -> list[tuple[str, float]]:
    """Name and share of each contribution, in the order of the budget; the smallest of very many taken together."""
    names = [cells[0] for cells in budget_rows(result, language, model)]
    rows = [(name, row.share) for name, row in zip(names, result.budget, strict=True) if row.share]
    kept = set(sorted(range(len(rows)), key=lambda place: -abs(rows[place][1]))[:MOST_BARS])
    found = [rows[place] for place in sorted(kept)]
    rest = [share for place, (_, share) in enumerate(rows) if place not in kept]
    if rest:
        found.append((wording("uncertainty.plot_others", language, count=len(rest)), math.fsum(rest)))
    return found


def _percent(share: float, language: str) -> str:
    rounded = exact(100 * share).quantize(Decimal("0.1"))
    return display(canonical(rounded), decimal=_decimal(language)) + " %"


def _bars(
    result: OutputResult, language: str, model: MeasurementModel | None, top: float
) -> tuple[list[Element], float]:
    """The bars of the contributions, and the height that they take."""
    rows = _shares(result, language, model)
    if not rows:
        return [], 0.0
    parts = [element("text", wording("uncertainty.plot_shares", language), x=24, y=top + 20, font_weight=600)]
    least, most = min(0.0, *(share for _, share in rows)), max(0.0, *(share for _, share in rows))
    right = RIGHT - 62
    left = LEFT if least == 0 else LEFT + 62
    scale = (right - left) / ((most - least) or 1.0)
    zero = left - least * scale
    y = top + 36
    for name, share in rows:
        width = max(abs(share) * scale, 1.0)
        start = zero if share >= 0 else zero - width
        lines = _two_lines(name, 24, y + 13, size=13, fill=_INK)
        parts += lines
        parts.append(element("rect", x=start, y=y, width=width, height=18, fill=_BAR if share >= 0 else _NEGATIVE))
        at, anchor = (start + width + 8, "start") if share >= 0 else (start - 8, "end")
        figure = _percent(share, language)
        parts.append(element("text", figure, x=at, y=y + 13, text_anchor=anchor, font_size=12, fill=_QUIET))
        y += _BAR_ROW + 16 * (len(lines) - 1)
    parts.append(element("line", x1=zero, x2=zero, y1=top + 32, y2=y, stroke=_EDGE, stroke_width=1))
    return parts, y - top


def _description(result: OutputResult, language: str, model: MeasurementModel | None) -> str:
    """The sentence for those who do not see the picture."""
    decimal = _decimal(language)
    intervals = []
    for one in _intervals(result, language):
        low, high = _figures(one, result, language)
        intervals.append(f"{one.name} {wording('uncertainty.plot_interval', language, low=low, high=high)}")
    shares = [f"{name} {_percent(share, language)}" for name, share in _shares(result, language, model)]
    return wording(
        "uncertainty.plot_description", language,
        result=result.reported if decimal == "," else result.reported.replace(",", "."),
        p=_percent(result.coverage_probability, language),
        intervals="; ".join(intervals), shares="; ".join(shares),
    )  # fmt: skip
