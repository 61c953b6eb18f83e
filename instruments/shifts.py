"""A shift of a standard's results: new minus old, by point and by the day on which the wrong result was used.

Source: ISO/IEC 17025:2017, 6.4.9 and 7.10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from instruments.impact_rows import ResultRow
from instruments.points import same_dimension, same_point
from uncertainty.typed import read_number
from uncertainty.units import convert


@dataclass(frozen=True)
class Amount:
    """How much one point moves, or every point where none is named: digits as typed, with their units.

    A unit of dimension one (`%`, `ppm`) beside a value of another dimension means that the amount is relative to the
    value; a number without any unit does not. With ``since`` it holds for uses from that day on, until the next dated
    amount of the same point.
    """

    digits: str
    unit: str
    point: str | None = None
    point_unit: str = "1"
    since: date | None = None


@dataclass(frozen=True)
class Shift:
    """New minus old of a standard's results, for uses between two days, both included (None: without end).

    With ``ramp`` the shift grows linearly from nothing on ``since`` to the whole amount on ``until``; between dated
    amounts it then runs straight from one to the next, and stays what it is before the first and after the last.
    """

    amounts: tuple[Amount, ...]
    since: date | None = None
    until: date | None = None
    ramp: bool = False

    @property
    def dated(self) -> bool:
        """Whether the amounts stand for days of use."""
        return all(one.since is not None for one in self.amounts)

    @property
    def first_day(self) -> date | None:
        """The first use that is meant."""
        if self.since is None and self.dated and not self.ramp:
            return min(one.since for one in self.amounts if one.since is not None)
        return self.since

    @property
    def sound(self) -> bool:
        """Whether a ramp has its two days in their order, or amounts with days; and no amount stands alone undated."""
        undated = [one for one in self.amounts if one.since is None]
        if self.dated:
            return bool(self.amounts)
        whole = self.since is not None and self.until is not None and self.since < self.until
        return len(undated) == len(self.amounts) and (whole or not self.ramp)

    def share(self, day: date) -> float:
        """The part of an undated amount that is there on a day of use: 1, or what the ramp says."""
        if not self.ramp or self.since is None or self.until is None:
            return 1.0
        whole = (self.until - self.since).days
        return min(max((day - self.since).days / whole, 0.0), 1.0) if whole else 1.0

    def concerns(self, result: ResultRow) -> bool:
        """Whether some amount is meant for a result."""
        return bool(self._for(result))

    def on(self, result: ResultRow, day: date) -> float:
        """How far a result is shifted for a use on a day, in its own unit; 0 where no amount is meant for it."""
        sizes = self._for(result)
        if not sizes:
            return 0.0
        if not self.dated:
            return sizes[0][1] * self.share(day)
        steps = sorted((since or date.min, size) for since, size in sizes)
        return _between(steps, day) if self.ramp else _stepped(steps, day)

    def _for(self, result: ResultRow) -> list[tuple[date | None, float]]:
        """The amounts meant for a result, in its own unit; those that name its point before those for all."""
        found = [(one, size) for one in self.amounts if (size := _size(one, result)) is not None]
        named = [(one.since, size) for one, size in found if one.point is not None]
        return named or [(one.since, size) for one, size in found]


def _size(amount: Amount, result: ResultRow) -> float | None:
    if amount.point is not None:
        point, unit = result.nominal or result.value, (result.nominal_unit if result.nominal else None) or result.unit
        if not same_point(point, unit, amount.point, amount.point_unit):
            return None
    if same_dimension(amount.unit, result.unit):
        return convert(float(read_number(amount.digits)), amount.unit, result.unit, difference=True)
    if amount.unit != "1" and same_dimension(amount.unit, "1"):  # "35" for "35 ug" is a slip, no share of the value
        share = convert(float(read_number(amount.digits)), amount.unit, "1", difference=True)
        return share * float(read_number(result.value))
    return None


def _stepped(steps: Sequence[tuple[date, float]], day: date) -> float:
    """The last amount that holds on a day; nothing before the first."""
    return next((size for since, size in reversed(steps) if since <= day), 0.0)


def _between(steps: Sequence[tuple[date, float]], day: date) -> float:
    """The amount on the straight line between two days; the first before them, the last after them."""
    if day <= steps[0][0]:
        return steps[0][1]
    for (first, low), (last, high) in pairwise(steps):
        if first < day <= last:
            return low + (high - low) * (day - first).days / (last - first).days
    return steps[-1][1]
