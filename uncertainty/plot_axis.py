"""The axis of a picture: round steps, their figures, and where a value lies."""

import math
from dataclasses import dataclass
from decimal import Decimal

from uncertainty.rounding import canonical, exact


@dataclass(frozen=True)
class PlotAxis:
    """A straight axis.

    Attributes:
        first: value at `start`.
        last: value at `end`.
        step: between two figures.
        start: pixel of the first value.
        end: pixel of the last value.
    """

    first: float
    last: float
    step: Decimal
    start: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (self.end - self.start) * (value - self.first) / (self.last - self.first)

    def ticks(self) -> list[float]:
        """The values on the axis that carry a figure."""
        step = float(self.step)
        low, high = math.ceil(self.first / step - 1e-9), math.floor(self.last / step + 1e-9)
        return [float(index * self.step) for index in range(low, high + 1)]

    def figure(self, value: float) -> str:
        """The canonical figure at a value: no more decimals than the step has."""
        place = Decimal((0, (1,), min(0, int(self.step.as_tuple().exponent))))
        return canonical(exact(value).quantize(place))


def plot_axis(low: float, high: float, start: float, end: float, *, about: int = 4) -> PlotAxis:
    """An axis over a range, with steps of 1, 2 or 5 times a power of ten inside it.

    Args:
        low: smallest value.
        high: largest value; equal values get room on both sides.
        start: pixel of the smallest value.
        end: pixel of the largest value.
        about: how many steps are wished.

    >>> [plot_axis(0.0, 8.0, 0.0, 80.0).figure(tick) for tick in plot_axis(0.0, 8.0, 0.0, 80.0).ticks()]
    ['0', '2', '4', '6', '8']
    """
    if high <= low:
        room = abs(low) / 10 or 1.0
        low, high = low - room, high + room
    raw = exact((high - low) / about)
    power = Decimal((0, (1,), raw.adjusted()))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * Decimal("0.999"))
    return PlotAxis(low, high, step, start, end)
