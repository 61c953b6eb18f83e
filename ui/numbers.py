"""Numbers, dates and times as the screens show them; nothing is rounded here.

Vietnamese has the decimal comma, English the point; digits stand in groups of three with U+202F on both sides of the
mark, the minus is U+2212, and a no-break space stands before a unit and around the plus-minus sign.
"""

import math
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from uncertainty.errors import InvalidNumber
from uncertainty.rounding import display
from uncertainty.typed import read_number

GROUP: Final = "\u202f"
NO_BREAK: Final = "\u00a0"
FIGURE_SPACE: Final = "\u2007"
MINUS: Final = "−"
NONE: Final = "–"


def number(canonical: str, language: str, *, sign: bool = False) -> str:
    """A canonical number as it is read on a screen.

    Args:
        canonical: digits with ASCII `-` and `.`, trailing zeros kept.
        language: `vi` (comma) or `en` (point).
        sign: whether a plus stands before what is not negative: errors and differences have it, masses have not.
    """
    return display(canonical, decimal="." if language == "en" else ",", group=GROUP, minus=MINUS, sign=sign)


def quantity(canonical: str, unit: str, language: str, *, sign: bool = False) -> str:
    """A number with its unit, which never breaks apart; a unit of one leaves the number alone."""
    return number(canonical, language, sign=sign) + (f"{NO_BREAK}{unit}" if unit and unit != "1" else "")


def with_uncertainty(value: str, expanded: str, unit: str, language: str, *, sign: bool = False) -> str:
    """`value ± U unit`, never broken."""
    plus_minus = f"{NO_BREAK}±{NO_BREAK}"
    return number(value, language, sign=sign) + plus_minus + quantity(expanded, unit, language)


def as_typed(text: str, language: str) -> str:
    """A reading as it was typed, only grouped; what is not a number stays as it is, not even grouped."""
    try:
        typed = read_number(text)
    except InvalidNumber:
        return text
    return typed.text if "e" in typed.canonical else number(typed.canonical, language)


def aligned(shown: list[str], language: str) -> list[str]:
    """Numbers of one right-aligned column, filled with figure spaces so that their marks stand under each other."""
    mark = "." if language == "en" else ","
    lengths = [len(text.partition(mark)[2].replace(GROUP, "")) if mark in text else -1 for text in shown]
    longest = max(lengths, default=-1)
    return [
        text + FIGURE_SPACE * (longest - length) if text and text != NONE else text
        for text, length in zip(shown, lengths, strict=True)
    ]


def share(part: float, language: str) -> str:
    """A share of a whole in per cent with one decimal."""
    return quantity(f"{100 * part:.1f}", "%", language)


def rounded(value: float, decimals: int) -> str:
    """A canonical number for the scale of a drawing; never used for a result."""
    text = f"{value:.{max(decimals, 0)}f}"
    return text.lstrip("-") if float(text) == 0 else text


def degrees_of_freedom(value: float | None, language: str) -> str:
    """Effective degrees of freedom: cut to an integer as the coverage factor uses them, or the sign of infinity."""
    if value is None or math.isinf(value):
        return "∞"
    return number(str(math.floor(value)), language)


def day(value: date) -> str:
    """A date as dd/mm/yyyy."""
    return f"{value:%d/%m/%Y}"


def day_short(value: date) -> str:
    """A date of this year as dd/mm."""
    return f"{value:%d/%m}"


def clock(value: datetime, *, seconds: bool = False) -> str:
    """A time of the day on 24 hours."""
    return f"{value:%H:%M:%S}" if seconds else f"{value:%H:%M}"


def day_and_clock(value: datetime) -> str:
    """A date with its time."""
    return f"{day(value)} {clock(value)}"


def local(value: datetime, time_zone: str) -> datetime:
    """A moment of the record as the laboratory's clocks show it."""
    return value.astimezone(ZoneInfo(time_zone))
