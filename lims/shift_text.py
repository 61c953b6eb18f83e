"""A shift as people type it: amounts with their units, for a point or from a day on."""

from datetime import date

from instruments.shifts import Amount
from lims.errors import Invalid
from uncertainty.quantity import read_quantity

MOST_AMOUNTS = 200


def day_of(typed: str) -> date:
    """A day as it is typed in a call: 2026-11-20 or 20/11/2026.

    Raises:
        Invalid: it is no day.
    """
    parts = typed.strip().split("/")
    try:
        if len(parts) == 3:
            return date(int(parts[2]), int(parts[1]), int(parts[0]))
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid("chains.day_wrong", text=typed) from None


def amount_of(typed: str) -> Amount:
    """An amount as it is typed: `35 ug` for every point, `2 kg = 70 ug` for one, `2013-02-01: 35 ug` from a day on.

    Raises:
        Invalid: it is no number with a unit, or no day.
    """
    day, dated, rest = typed.rpartition(":")
    since = day_of(day) if dated else None
    point, sign, amount = rest.rpartition("=")
    read = read_quantity(amount)
    if not sign:
        return Amount(read.typed.canonical, read.unit.text, since=since)
    at = read_quantity(point)
    return Amount(read.typed.canonical, read.unit.text, at.typed.canonical, at.unit.text, since)


def amounts_of(typed: str) -> tuple[Amount, ...]:
    """The amounts of several lines; empty ones are passed over.

    Raises:
        Invalid: a line is no amount, there is none, or there are too many.
    """
    lines = [line for line in typed.splitlines() if line.strip()]
    if not lines or len(lines) > MOST_AMOUNTS:
        raise Invalid("impact.amounts_missing", most=MOST_AMOUNTS)
    return tuple(amount_of(line) for line in lines)
