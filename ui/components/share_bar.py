"""Shares of a budget as bars: one for a row of the table, one stacked for the whole."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from ui.components.markup import symbol, tag
from ui.numbers import share as percent
from uncertainty.wording import wording

_WIDTH: Final = 200
# A stacked part shows its figures from this share on, its symbol alone from the smaller one.
_FIGURE_FROM: Final = 0.085
_SYMBOL_FROM: Final = 0.03


@dataclass(frozen=True)
class Share:
    """One quantity's part of the variance: symbol as the model writes it, part of one."""

    symbol: str
    part: float


def share_bar(part: float, language: str, *, largest: bool = False) -> Markup:
    """A bar with a tick each 25 %, its figure beside it.

    Args:
        part: share of the variance; a negative one (a covariance) is drawn empty and written with its sign.
        language: `vi` or `en`.
        largest: the largest of its table is solid, the others light with a solid end.
    """
    length = min(max(part, 0.0), 1.0) * _WIDTH
    ticks = [
        tag(
            "line",
            x1=x,
            x2=x,
            y1=0,
            y2=12,
            stroke="var(--edge)",
            stroke_width=1,
            vector_effect="non-scaling-stroke",
            opacity="0.5",
        )
        for x in (_WIDTH * quarter / 4 for quarter in range(5))
    ]
    bar = tag("rect", x=0, y=2.5, width=length, height=7, fill="var(--bar)" if largest else "var(--bar-2)")
    end = tag("rect", x=max(length - 2, 0), y=2.5, width=min(length, 2), height=7, fill="var(--bar)")
    drawing = tag("svg", *ticks, bar, end, viewBox=f"0 0 {_WIDTH} 12", preserveAspectRatio="none", aria_hidden="true")
    return tag("span", drawing, tag("span", percent(part, language)), class_="c-share")


def stacked_shares(shares: tuple[Share, ...], language: str) -> Markup:
    """All shares as one bar in the order of the model, the largest strongest."""
    positive = [one for one in shares if one.part > 0]
    order = sorted((one.part for one in positive), reverse=True)
    parts = [_stacked_part(one, order.index(one.part), language) for one in positive]
    said = ", ".join(f"{one.symbol} {percent(one.part, language)}" for one in shares)
    label = wording("screens.shares_alternative", language, shares=said)
    return tag("div", *parts, class_="c-shares", role="img", aria_label=label)


def _stacked_part(one: Share, rank: int, language: str) -> Markup:
    figures = (
        tag("span", f"\u2002{percent(one.part, language)}", class_="c-shares__figure")
        if one.part >= _FIGURE_FROM
        else None
    )
    words = (symbol(one.symbol), figures) if one.part >= _SYMBOL_FROM else ()
    modifier = (" c-shares__part--first", " c-shares__part--second")[rank] if rank < 2 else ""
    slight = "" if words else " c-shares__part--slight"
    return tag("span", *words, class_=f"c-shares__part{modifier}{slight}", style=f"--share:{max(one.part, 0.004):.4f}")
