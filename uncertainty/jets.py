"""Quantities with their change along directions: exact Taylor coefficients to second order.

A jet carries f, f' and f''/2 of a quantity along one or many directions at once. Given to the
operations of a program instead of numbers, jets give derivatives along the directions; given to
its reverse accumulation, the gradient and its change, hence second and third derivatives. Nothing
is approximated and no step is chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Jet(NDArrayOperatorsMixin):
    """A truncated Taylor polynomial along several directions.

    Attributes:
        value: at the point itself.
        first: first derivative along each direction.
        second: half the second derivative along each direction.
    """

    value: np.float64
    first: Array
    second: Array

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **_: Any) -> Any:
        """The same function of jets as numpy has of numbers; comparisons look at the values alone."""
        if method != "__call__":
            return NotImplemented
        if ufunc in _COMPARISONS:
            return ufunc(*(_value(one) for one in inputs))
        if ufunc is np.isfinite:
            return np.isfinite(self.value) & np.isfinite(self.first) & np.isfinite(self.second)
        if ufunc in _ONE_ARGUMENT:
            return _of_one(ufunc, self)
        rule = _TWO_ARGUMENTS.get(ufunc)
        return rule(*inputs) if rule else NotImplemented

    def __array_function__(self, function: Any, types: Any, given: Any, named: Any) -> Any:
        """`numpy.where` on one condition, as the partial derivatives of a power use it."""
        if function is not np.where:
            return NotImplemented
        condition, one, other = given
        return one if condition else other


def _value(one: Any) -> Any:
    return one.value if isinstance(one, Jet) else one


def _parts(one: Any) -> tuple[Any, Any, Any]:
    return (one.value, one.first, one.second) if isinstance(one, Jet) else (one, 0.0, 0.0)


_COMPARISONS = {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}

# First and second derivative, from the argument and the value of the function.
_ONE_ARGUMENT: dict[np.ufunc, Callable[[Any, Any], tuple[Any, Any]]] = {
    np.negative: lambda a, y: (-1.0, 0.0),
    np.sqrt: lambda a, y: (0.5 / y, -0.25 / (a * y)),
    np.exp: lambda a, y: (y, y),
    np.log: lambda a, y: (1 / a, -1 / (a * a)),
    np.log10: lambda a, y: (1 / (a * np.log(10.0)), -1 / (a * a * np.log(10.0))),
    np.sin: lambda a, y: (np.cos(a), -y),
    np.cos: lambda a, y: (-np.sin(a), -y),
    np.tan: lambda a, y: (1 + y * y, 2 * y * (1 + y * y)),
    np.arcsin: lambda a, y: (1 / np.sqrt(1 - a * a), a / np.sqrt(1 - a * a) ** 3),
    np.arccos: lambda a, y: (-1 / np.sqrt(1 - a * a), -a / np.sqrt(1 - a * a) ** 3),
    np.arctan: lambda a, y: (1 / (1 + a * a), -2 * a / (1 + a * a) ** 2),
    np.sinh: lambda a, y: (np.cosh(a), y),
    np.cosh: lambda a, y: (np.sinh(a), y),
    np.tanh: lambda a, y: (1 - y * y, -2 * y * (1 - y * y)),
    np.absolute: lambda a, y: (-1.0 if a < 0 else 1.0, 0.0),
}


def _of_one(ufunc: np.ufunc, a: Jet) -> Jet:
    y = ufunc(a.value)
    slope, curvature = _ONE_ARGUMENT[ufunc](a.value, y)
    bent = 0.5 * curvature * a.first * a.first if np.any(curvature) else 0.0
    return Jet(y, slope * a.first, slope * a.second + bent)


def _add(a: Any, b: Any) -> Jet:
    (a0, a1, a2), (b0, b1, b2) = _parts(a), _parts(b)
    return Jet(a0 + b0, a1 + b1, a2 + b2)


def _subtract(a: Any, b: Any) -> Jet:
    (a0, a1, a2), (b0, b1, b2) = _parts(a), _parts(b)
    return Jet(a0 - b0, a1 - b1, a2 - b2)


def _multiply(a: Any, b: Any) -> Jet:
    if not isinstance(b, Jet):
        return Jet(a.value * b, a.first * b, a.second * b)
    if not isinstance(a, Jet):
        return Jet(a * b.value, a * b.first, a * b.second)
    second = a.value * b.second + a.first * b.first + a.second * b.value
    return Jet(a.value * b.value, a.value * b.first + a.first * b.value, second)


def _divide(a: Any, b: Any) -> Jet:
    if not isinstance(b, Jet):
        return Jet(a.value / b, a.first / b, a.second / b)
    a0, a1, a2 = _parts(a)
    y = a0 / b.value
    first = (a1 - y * b.first) / b.value
    return Jet(y, first, (a2 - y * b.second - first * b.first) / b.value)


def _power(a: Any, b: Any) -> Jet:
    if isinstance(b, Jet) and (np.any(b.first) or np.any(b.second)):
        return np.exp(_multiply(b, np.log(a)))  # type: ignore[no-any-return]
    # An exponent that does not change along any direction: also a base of zero, or below, has derivatives.
    base, exponent = (a if isinstance(a, Jet) else Jet(a, np.zeros_like(b.first), np.zeros_like(b.second))), _value(b)
    y = np.power(base.value, exponent)
    slope = exponent * np.power(base.value, exponent - 1) if exponent else 0.0
    falling = exponent * (exponent - 1)
    bent = 0.5 * falling * np.power(base.value, exponent - 2) * base.first * base.first if falling else 0.0
    return Jet(y, slope * base.first, slope * base.second + bent)


def _of_two(y: Any, slopes: tuple[Any, Any], curvatures: tuple[Any, Any, Any], a: Any, b: Any) -> Jet:
    (_, a1, a2), (_, b1, b2) = _parts(a), _parts(b)
    (fa, fb), (faa, fab, fbb) = slopes, curvatures
    bent = 0.5 * (faa * a1 * a1 + fbb * b1 * b1) + fab * a1 * b1
    return Jet(y, fa * a1 + fb * b1, fa * a2 + fb * b2 + bent)


def _arctan2(a: Any, b: Any) -> Jet:
    x, y = _value(a), _value(b)
    square = x * x + y * y
    cross = 2 * x * y / square**2
    curvatures = (-cross, (x * x - y * y) / square**2, cross)
    return _of_two(np.arctan2(x, y), (y / square, -x / square), curvatures, a, b)


def _hypot(a: Any, b: Any) -> Jet:
    x, y = _value(a), _value(b)
    long = np.hypot(x, y)
    return _of_two(long, (x / long, y / long), (y * y / long**3, -x * y / long**3, x * x / long**3), a, b)


_TWO_ARGUMENTS: dict[np.ufunc, Callable[[Any, Any], Any]] = {
    np.add: _add,
    np.subtract: _subtract,
    np.multiply: _multiply,
    np.divide: _divide,
    np.power: _power,
    np.arctan2: _arctan2,
    np.hypot: _hypot,
    np.minimum: lambda a, b: a if _value(a) <= _value(b) else b,
    np.maximum: lambda a, b: a if _value(a) >= _value(b) else b,
}
