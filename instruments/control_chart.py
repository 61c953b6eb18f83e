"""A control chart of intermediate checks: limits from the history of a standard or stated, and what a value means.

Source: ISO 7870-2:2023, individuals chart (Shewhart); ISO/IEC 17025:2017, 6.4.10 and 7.7.1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

D2 = 1.128
"""Mean range of two values of a normal distribution, in standard deviations."""


@dataclass(frozen=True)
class ControlLimits:
    """Centre line, warning limits and limits of a chart, in the unit of its values."""

    centre: float
    warning: tuple[float, float]
    action: tuple[float, float]

    def outcome(self, value: float) -> str:
        """What a value means: `within`, `warning` or `out`; a value on a limit is inside it."""
        if not self.action[0] <= value <= self.action[1]:
            return "out"
        return "within" if self.warning[0] <= value <= self.warning[1] else "warning"


def limits_from_history(values: Sequence[float], *, warning: float = 2.0, action: float = 3.0) -> ControlLimits:
    """The limits that earlier values give: their mean and the mean moving range of neighbours.

    Args:
        values: at least two, in the order of time.
        warning: distance of the warning limits in standard deviations.
        action: distance of the limits.

    Source: ISO 7870-2:2023, individuals chart; NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2.

    >>> limits = limits_from_history([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    >>> [round(limit, 2) for limit in limits.action]
    [45.82, 55.8]
    """
    centre = sum(values) / len(values)
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    sigma = sum(ranges) / len(ranges) / D2
    return ControlLimits(
        centre, (centre - warning * sigma, centre + warning * sigma), (centre - action * sigma, centre + action * sigma)
    )


def stated_limits(lower: float, upper: float, *, warning: float = 2.0, action: float = 3.0) -> ControlLimits:
    """Limits that a person states, with warning limits at the same share of their distance from the middle.

    Args:
        lower: the lower limit.
        upper: the upper limit, above the lower.
        warning: as in `limits_from_history`.
        action: as in `limits_from_history`.
    """
    centre, half = (lower + upper) / 2, (upper - lower) / 2
    near = half * warning / action
    return ControlLimits(centre, (centre - near, centre + near), (lower, upper))
