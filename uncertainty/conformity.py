"""Decision rules: from a measured value, its uncertainty and limits to a statement of conformity."""

import math
from typing import Literal

from uncertainty.errors import InvalidInput

Verdict = Literal["pass", "fail", "cannot_be_stated"]
RULES = ("simple", "guarded")
# A limit met exactly must not be missed by the rounding of binary numbers.
BINARY_ROUNDING = 1e-12


def verdict(
    value: float,
    expanded_uncertainty: float,
    lower: float | None,
    upper: float | None,
    rule: str = "simple",
    guard: float | None = None,
) -> Verdict:
    """A statement of conformity on unrounded values.

    Args:
        value: the measured value, any unit.
        expanded_uncertainty: U, same unit.
        lower: the lower limit, or None; the limit itself conforms.
        upper: the upper limit, or None.
        rule: `simple` (the value alone decides) or `guarded` (limits drawn in by the guard
            band for a pass, drawn out by it for a fail; between them nothing can be stated).
        guard: width of the guard band, same unit; U where it is None.

    Raises:
        InvalidInput: for an unknown rule, missing or crossed limits, and numbers that are not finite.

    Source: ILAC-G8:09/2019, 4.2; JCGM 106:2012, 8.2, 8.3.2.

    >>> verdict(0.8, 0.3, -1.0, 1.0, "guarded")
    'cannot_be_stated'
    """
    if rule not in RULES:
        raise InvalidInput("uncertainty.conformity_rule", rule=rule)
    if lower is None and upper is None:
        raise InvalidInput("uncertainty.conformity_limits")
    low, high = -math.inf if lower is None else lower, math.inf if upper is None else upper
    width = 0.0 if rule == "simple" else expanded_uncertainty if guard is None else guard
    if not (math.isfinite(value) and math.isfinite(expanded_uncertainty) and math.isfinite(width)) or low > high:
        raise InvalidInput("uncertainty.conformity_limits")
    if expanded_uncertainty < 0 or width < 0:
        raise InvalidInput("uncertainty.negative_uncertainty", text=f"{min(expanded_uncertainty, width):g}")
    if math.isnan(low) or math.isnan(high):
        raise InvalidInput("uncertainty.conformity_limits")
    near = BINARY_ROUNDING * max(abs(edge) for edge in (value, low, high) if math.isfinite(edge))
    if low + width - near <= value <= high - width + near:
        return "pass"
    if value < low - width - near or value > high + width + near:
        return "fail"
    return "cannot_be_stated"
