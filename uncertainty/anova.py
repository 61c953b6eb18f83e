"""One-way analysis of variance: what varies within groups of readings and between them, and the mean."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import special

from uncertainty.errors import InvalidInput

SIGNIFICANCE = 0.05
"""The probability below which the variation between groups is no longer taken as that within them."""


@dataclass(frozen=True)
class GroupedReadings:
    """One-way analysis of variance of readings in groups (days, positions, operators).

    Attributes:
        mean: of the group means where groups are equal, else of all readings; unit of the readings.
        groups: their number.
        readings: their number in all.
        within: standard deviation s_W of a reading within its group.
        within_dof: its degrees of freedom.
        between: standard deviation s_B of the group effects; zero where the groups agree better than by chance.
        between_dof: degrees of freedom of the mean square between groups.
        ratio: F, mean square between over mean square within; infinite where nothing varies within.
        probability: that groups without effects give at least this F.
        standard_uncertainty: of the mean with the effects of groups counted in.
        dof: of that uncertainty.
        pooled_uncertainty: of the mean if groups have no effect: all readings taken as one sample.
        pooled_dof: of that uncertainty.
    """

    mean: float
    groups: int
    readings: int
    within: float
    within_dof: int
    between: float
    between_dof: int
    ratio: float
    probability: float
    standard_uncertainty: float
    dof: float
    pooled_uncertainty: float
    pooled_dof: int

    @property
    def groups_differ(self) -> bool:
        """Whether the groups differ by more than chance, at the 5 % level."""
        return self.probability < SIGNIFICANCE


def analyse_groups(groups: Sequence[Sequence[float]]) -> GroupedReadings:
    """One-way analysis of variance.

    Args:
        groups: readings by group, any unit; at least two groups, one of them with two readings or more.

    Raises:
        InvalidInput: for one group, an empty one, no repetition in any, or numbers that are not finite.

    Source: GUM (JCGM 100), H.5; for groups of different size S. R. Searle, Linear Models (1971), 9.3.

    >>> round(analyse_groups([[1.0, 3.0], [5.0, 7.0]]).ratio, 6)
    8.0
    """
    sizes = [len(group) for group in groups]
    if len(sizes) < 2 or min(sizes) < 1 or max(sizes) < 2:
        raise InvalidInput("uncertainty.groups_form")
    if not all(math.isfinite(reading) for group in groups for reading in group):
        raise InvalidInput("uncertainty.groups_form")
    means = [math.fsum(group) / len(group) for group in groups]
    squares = [math.fsum((x - mean) ** 2 for x in group) for group, mean in zip(groups, means, strict=True)]
    return _analysed(means, math.fsum(squares), sizes)


def analyse_summaries(
    means: Sequence[float], standard_deviations: Sequence[float], sizes: Sequence[int]
) -> GroupedReadings:
    """One-way analysis of variance from the mean, standard deviation and size of each group.

    Args:
        means: of the groups, any unit.
        standard_deviations: of the readings in each group, same unit (zero for a group of one).
        sizes: readings in each group.

    Raises:
        InvalidInput: as `analyse_groups`, for other lengths and negative deviations.

    Source: GUM (JCGM 100), H.5.
    """
    if not len(means) == len(standard_deviations) == len(sizes):
        raise InvalidInput("uncertainty.groups_form")
    if len(sizes) < 2 or min(sizes) < 1 or max(sizes) < 2:
        raise InvalidInput("uncertainty.groups_form")
    if not all(math.isfinite(number) for number in (*means, *standard_deviations)) or min(standard_deviations) < 0:
        raise InvalidInput("uncertainty.groups_form")
    squares = [(size - 1) * deviation**2 for size, deviation in zip(sizes, standard_deviations, strict=True)]
    return _analysed(list(means), math.fsum(squares), list(sizes))


def _analysed(means: list[float], squares_within: float, sizes: list[int]) -> GroupedReadings:
    count, total = len(sizes), sum(sizes)
    shift = means[0]  # counted from a mean near the others, large readings keep their last digits
    apart = [mean - shift for mean in means]
    grand = math.fsum(size * mean for size, mean in zip(sizes, apart, strict=True)) / total
    squares_between = math.fsum(size * (mean - grand) ** 2 for size, mean in zip(sizes, apart, strict=True))
    between_dof, within_dof = count - 1, total - count
    mean_between, mean_within = squares_between / between_dof, squares_within / within_dof
    effective = (total - sum(size**2 for size in sizes) / total) / between_dof
    effects = max(0.0, (mean_between - mean_within) / effective)
    ratio = mean_between / mean_within if mean_within > 0 else math.inf if mean_between > 0 else 0.0
    probability = 0.0 if math.isinf(ratio) else float(special.fdtrc(between_dof, within_dof, ratio))
    variance, dof = _variance_of_mean(mean_between, mean_within, effective, sizes)
    return GroupedReadings(
        mean=shift + grand, groups=count, readings=total,
        within=math.sqrt(mean_within), within_dof=within_dof, between=math.sqrt(effects), between_dof=between_dof,
        ratio=ratio, probability=probability, standard_uncertainty=math.sqrt(variance), dof=dof,
        pooled_uncertainty=math.sqrt((squares_between + squares_within) / (total - 1) / total), pooled_dof=total - 1,
    )  # fmt: skip


def _variance_of_mean(
    mean_between: float, mean_within: float, effective: float, sizes: list[int]
) -> tuple[float, float]:
    """The variance of the mean of all readings, and its degrees of freedom.

    For groups of one size it is the mean square between them over all readings, with the degrees of freedom
    between groups. For others it is the sum of both components, each by its own coefficient, with the degrees of
    freedom of that combination; where groups have no effect it is that of one sample.
    """
    total, count = sum(sizes), len(sizes)
    if min(sizes) == max(sizes):
        return mean_between / total, float(count - 1)
    if mean_between <= mean_within:
        return mean_within / total, float(total - count)
    share = sum(size**2 for size in sizes) / total**2 / effective
    rest = 1 / total - share
    variance = share * mean_between + rest * mean_within
    below = (share * mean_between) ** 2 / (count - 1) + (rest * mean_within) ** 2 / (total - count)
    return variance, variance**2 / below
