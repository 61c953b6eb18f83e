"""Comparison of two results of the same quantity."""

import math


def normalised_error(
    value: float, expanded_uncertainty: float, other: float, other_expanded_uncertainty: float
) -> float:
    """The normalised error En of a result against another, independent one.

    Args:
        value: the result, in the unit of `other`.
        expanded_uncertainty: its U, in the same unit, positive.
        other: the result it is compared with.
        other_expanded_uncertainty: its U, at the same coverage probability.

    Returns:
        (value - other) / sqrt(U² + U_other²); up to 1 in magnitude the two agree.

    Source: ISO 13528:2022, 9.7; ISO/IEC 17043:2023, Annex B.

    >>> round(normalised_error(25.0, 59.0, -36.0, 62.0), 2)
    0.71
    """
    return (value - other) / math.hypot(expanded_uncertainty, other_expanded_uncertainty)
