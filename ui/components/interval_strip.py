"""The interval strip: value ± U between its limits, the one picture of every verdict."""

from dataclasses import dataclass
from typing import Final, Literal

from markupsafe import Markup

from ui.components.markup import tag
from ui.numbers import number, quantity, with_uncertainty
from uncertainty.wording import wording

Verdict = Literal["inside", "cut", "outside"]

_COLOUR: Final[dict[Verdict, str]] = {"inside": "var(--pri)", "cut": "var(--warn-m)", "outside": "var(--bad)"}
# In lists the limits stand at the same x in every row, far enough from the edge that a result outside still shows.
_LIST_SHARE: Final = 0.62
_PANEL_SHARE: Final = 0.84
_LIST: Final = (208, 32)
_PANEL: Final = (246, 36)


@dataclass(frozen=True)
class Interval:
    """A value with its expanded uncertainty and two limits, all canonical decimal strings in one unit.

    Attributes:
        value: what lies between the limits: an error, a deviation, or the value itself.
        expanded: U.
        lower: lower limit.
        upper: upper limit.
        unit: as shown.
        verdict: stated by the laboratory's rule; None leaves the colour to where the interval lies.
    """

    value: str
    expanded: str
    lower: str
    upper: str
    unit: str
    verdict: Verdict | None = None

    def place(self) -> Verdict:
        """Where the interval lies: wholly inside, cut by a limit, or the value outside."""
        value, expanded = float(self.value), float(self.expanded)
        lower, upper = float(self.lower), float(self.upper)
        if not lower <= value <= upper:
            return "outside"
        return "inside" if lower <= value - expanded and value + expanded <= upper else "cut"


def interval_strip(interval: Interval, language: str, *, in_list: bool = False) -> Markup:
    """The strip as SVG with a sentence for those who do not see it.

    Args:
        interval: what is drawn.
        language: `vi` or `en`.
        in_list: the small form without figures, for rows of a table.
    """
    verdict = interval.verdict or interval.place()
    width, height = _LIST if in_list else _PANEL
    middle, half = width / 2, width / 2 * (_LIST_SHARE if in_list else _PANEL_SHARE)
    drawing = [*_ruler(middle, half), *_whiskers(interval, middle, half, _COLOUR[verdict])]
    if not in_list:
        drawing += _figures(interval, middle, half, language)
    text = alternative(interval, language)
    classes = "c-strip c-strip--list" if in_list else "c-strip"
    return tag(
        "svg", *drawing, class_=classes, viewBox=f"0 0 {width} {height}", width=width, height=height, role="img",
        aria_label=text,
    )  # fmt: skip


def alternative(interval: Interval, language: str) -> str:
    """The sentence that says what the strip shows."""
    verdict = interval.verdict or interval.place()
    return wording(
        f"screens.interval_{verdict}",
        language,
        result=with_uncertainty(interval.value, interval.expanded, interval.unit, language, sign=True),
        lower=number(interval.lower, language, sign=True),
        upper=quantity(interval.upper, interval.unit, language, sign=True),
    )


def _ruler(middle: float, half: float) -> list[Markup]:
    """Green zone, ruler with twenty ticks, zero and the two red marks."""
    left, right = middle - half, middle + half
    parts = [
        tag("rect", x=left, y=5, width=2 * half, height=9, fill="var(--ok-s)"),
        tag("line", x1=left, x2=right, y1=14, y2=14, stroke="var(--edge)", stroke_width=1),
    ]
    for step in range(1, 20):
        x = left + 2 * half * step / 20
        long = step % 5 == 0
        end = 18 if long else 16
        parts.append(tag("line", x1=x, x2=x, y1=14, y2=end, stroke="var(--edge)", stroke_width=1))
    parts.append(tag("line", x1=middle, x2=middle, y1=5, y2=17, stroke="var(--edge)", stroke_width=1))
    parts += [tag("line", x1=x, x2=x, y1=1, y2=17, stroke="var(--bad)", stroke_width=2) for x in (left, right)]
    return parts


def _whiskers(interval: Interval, middle: float, half: float, colour: str) -> list[Markup]:
    """Dot and whiskers, kept inside the drawing: what lies beyond ends at its edge without an end mark."""
    lower, upper = float(interval.lower), float(interval.upper)
    scale = 2 * half / (upper - lower) if upper > lower else 0.0
    centre = middle + (float(interval.value) - (lower + upper) / 2) * scale
    reach = float(interval.expanded) * scale
    ends = (centre - reach, centre + reach)
    low, high = (min(max(x, 2.0), 2 * middle - 2) for x in ends)
    parts = [tag("line", x1=low, x2=high, y1=9.5, y2=9.5, stroke=colour, stroke_width=2)]
    parts += [
        tag("line", x1=end, x2=end, y1=5.5, y2=13.5, stroke=colour, stroke_width=2)
        for end in ends
        if 2 <= end <= 2 * middle - 2
    ]
    parts.append(tag("circle", cx=min(max(centre, 4.0), 2 * middle - 4), cy=9.5, r=3.5, fill=colour))
    return parts


def _figures(interval: Interval, middle: float, half: float, language: str) -> list[Markup]:
    """The limits and, where they lie around it, zero in figures under the ruler."""
    lower, upper = float(interval.lower), float(interval.upper)
    figures = [(middle - half, number(interval.lower, language, sign=True), "middle")]
    if lower == -upper:
        figures.append((middle, "0", "middle"))
    figures.append((middle + half + 22, quantity(interval.upper, interval.unit, language, sign=True), "end"))
    return [tag("text", text, x=x, y=31, text_anchor=anchor) for x, text, anchor in figures]
