"""Axes of plots: round steps, their canonical figures, and where a value lies."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """A straight axis from `first` to `last` in steps of `step`, drawn from `start` to `end` in pixels."""

    first: float
    last: float
    step: float
    start: float
    end: float

    @property
    def decimals(self) -> int:
        """Decimals that the figures at the ticks need."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))

    def at(self, value: float) -> float:
        """The pixel of a value."""
        return self.start + (self.end - self.start) * (value - self.first) / (self.last - self.first)

    def ticks(self) -> list[float]:
        """The values that carry a figure."""
        count = round((self.last - self.first) / self.step)
        return [self.first + index * self.step for index in range(count + 1)]


def axis(low: float, high: float, start: float, end: float, *, about: int = 5) -> Axis:
    """An axis over a range, with steps of 1, 2 or 5 times a power of ten.

    Args:
        low: smallest value to be seen.
        high: largest value to be seen; equal values get a step of room on both sides.
        start: pixel of the low end.
        end: pixel of the high end (smaller than `start` where y grows upwards).
        about: how many steps are wished.
    """
    if high <= low:
        room = abs(low) / 10 or 1.0
        low, high = low - room, high + room
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return Axis(first, last, step, start, end)
