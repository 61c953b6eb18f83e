"""The normal distribution and Student's, in plain numbers: light to load where a coverage factor is all that is asked.

Quantiles for many trials at once are scipy's (type_b, copula), loaded where they are drawn.
"""

import math
from functools import lru_cache

# Above this the expansion in powers of 1/dof is exact to double precision.
EXPANDED_FROM = 1000
MOST_STEPS = 100
_TINY = 1e-300


def normal_below(z: float) -> float:
    """The probability that a standard normal quantity lies below z."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


@lru_cache(maxsize=512)
def normal_quantile(probability: float) -> float:
    """The value below which a standard normal quantity lies with a probability.

    Args:
        probability: between 0 and 1.

    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -_upper(probability)
    return _upper(1 - probability)


def _upper(tail: float) -> float:
    """The standard normal value above which a small probability lies, by Halley's steps from a rough one."""
    rough = math.sqrt(-2 * math.log(tail))
    z = rough - (2.30753 + 0.27061 * rough) / (1 + rough * (0.99229 + 0.04481 * rough))
    for _ in range(MOST_STEPS):
        wrong = (0.5 * math.erfc(z / math.sqrt(2)) - tail) * math.sqrt(2 * math.pi) * math.exp(z * z / 2)
        step = wrong / (1 + z * wrong / 2)
        z += step
        if abs(step) <= 1e-15 * abs(z):
            break
    return z


def student_above(t: float, dof: float) -> float:
    """The probability that a t quantity lies above t.

    Args:
        t: not negative.
        dof: degrees of freedom, up to EXPANDED_FROM for full precision.

    Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 26.5.8, 26.7.1.
    """
    x, one_less = dof / (dof + t * t), t * t / (dof + t * t)
    a, b = dof / 2, 0.5
    scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x)) * math.sqrt(one_less)
    if x < (a + 1) / (a + b + 2):
        return 0.5 * scale * _fraction(a, b, x) / a
    return 0.5 * (1 - scale * _fraction(b, a, one_less) / b)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    found, above, below = 1.0, 1.0, 1 - (a + b) * x / (a + 1)
    below = 1 / (below or _TINY)
    found = below
    for m in range(1, MOST_STEPS * 10):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            below = 1 / ((1 + term * below) or _TINY)
            above = (1 + term / above) or _TINY
            step = below * above
            found *= step
        if abs(step - 1) < 1e-16:
            break
    return found


def _expanded(z: float, dof: float) -> float:
    """The t quantile from the normal one, in powers of 1/dof (Abramowitz and Stegun, 26.7.5)."""
    s = z * z
    terms = (
        z * (s + 1) / 4,
        z * (3 + s * (16 + 5 * s)) / 96,
        z * (-15 + s * (17 + s * (19 + 3 * s))) / 384,
        z * (-945 + s * (-1920 + s * (1482 + s * (776 + 79 * s)))) / 92160,
    )
    return z + sum(term / dof ** (power + 1) for power, term in enumerate(terms))


def student_below(t: float, dof: float) -> float:
    """The probability that a t quantity lies below t.

    Args:
        t: any.
        dof: degrees of freedom, at least 1.
    """
    if t < 0:
        return 1 - student_below(-t, dof)
    if dof > EXPANDED_FROM:
        return _bracketed_probability(t, dof)
    return 1 - student_above(t, dof)


def _bracketed_probability(t: float, dof: float) -> float:
    """The normal value whose expansion gives t, as a probability."""
    z = t
    for _ in range(MOST_STEPS):
        step = t - _expanded(z, dof)
        z += step
        if abs(step) <= 1e-15 * max(1.0, abs(z)):
            break
    return normal_below(z)


@lru_cache(maxsize=8192)
def student_quantile(probability: float, dof: float) -> float:
    """The value below which a t quantity lies with a probability.

    Args:
        probability: between 0 and 1.
        dof: degrees of freedom, at least 1.

    >>> round(student_quantile(0.975, 4), 4)
    2.7764
    """
    if probability < 0.5:
        return -student_quantile(1 - probability, dof)
    tail = 1 - probability
    if dof > EXPANDED_FROM:
        return _expanded(normal_quantile(probability), dof)
    if dof == 1:
        return math.tan(math.pi * (probability - 0.5))
    if dof == 2:
        return (1 - 2 * tail) * math.sqrt(1 / (2 * tail * (1 - tail)))
    return _solved(tail, dof)


def _solved(tail: float, dof: float) -> float:
    """The t value above which a probability lies, by Newton's steps on its logarithm."""
    t = max(normal_quantile(1 - tail), 1e-8)
    height = math.lgamma((dof + 1) / 2) - math.lgamma(dof / 2) - 0.5 * math.log(dof * math.pi)
    for _ in range(MOST_STEPS):
        above = student_above(t, dof)
        density = math.exp(height - (dof + 1) / 2 * math.log1p(t * t / dof))
        step = above * math.log(above / tail) / density
        t = max(t + step, t / 4)
        if abs(step) <= 1e-14 * t:
            break
    return t
