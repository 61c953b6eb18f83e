"""One cause of uncertainty as written in a model file -> standard uncertainty, distribution, degrees of freedom."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from uncertainty.errors import InvalidInput, did_you_mean
from uncertainty.inputs import Component
from uncertainty.quantity import Quantity, read_quantity, require_dimension
from uncertainty.student import normal_quantile, student_quantile
from uncertainty.type_b import FAMILIES, SYMMETRIC, Distribution, Known, about, between, counted
from uncertainty.units import Unit, check_unit

UNCERTAINTY_KEYS = (
    "standard_uncertainty", "relative_standard_uncertainty", "expanded_uncertainty", "specification", "half_width",
    "counts",
)  # fmt: skip
COVERAGE_KEYS = {"coverage_factor", "coverage_probability"}
CAUSE_KEYS = {
    *UNCERTAINTY_KEYS, *COVERAGE_KEYS, "lower", "upper", "distribution", "dof", "shape", "inexactness", "mode",
}  # fmt: skip
SPECIFICATION_KEYS = {
    "relative",
    "of_range",
    "range",
    "plus",
    "coverage_factor",
    "coverage_probability",
    "distribution",
}


def texts(value: Any) -> str:
    """A value of a model file as the text that was written.

    Raises:
        InvalidInput: for anything but a text or a plain number.
    """
    if isinstance(value, str):
        return value
    if type(value) in (int, float, Decimal):
        return str(value)
    raise InvalidInput("uncertainty.value_not_text", value=str(value)[:40])


def read_plain(value: Any) -> float:
    """A number of dimension one (`2`, `0.9545`, `95 %`).

    Raises:
        InvalidInput: where it carries a unit of another dimension.
    """
    quantity = read_quantity(texts(value))
    require_dimension(quantity, check_unit("1"))
    return quantity.difference()


@dataclass
class Reader:
    """A description with what is known around it: the value, or the unit and estimate of the input it belongs to."""

    description: Mapping[str, Any]
    value: Quantity | None
    is_difference: bool
    given_unit: Unit | None = None
    given_estimate: float = 0.0

    @property
    def unit(self) -> Unit:
        """The unit of the input: of its value, else of what bounds it."""
        if self.value is not None:
            return self.value.unit
        if self.given_unit is not None:
            return self.given_unit
        for key in ("lower", "half_width", "standard_uncertainty", "expanded_uncertainty"):
            if key in self.description:
                return read_quantity(texts(self.description[key])).unit
        return check_unit("1")

    @property
    def estimate(self) -> float:
        """The estimate in base units."""
        if self.value is None:
            return self.given_estimate
        return self.value.difference() if self.is_difference else self.value.point()

    def width(self, key: str) -> float:
        """A width, an uncertainty or a spread in base units: always a difference, never negative."""
        quantity = read_quantity(texts(self.description[key]))
        require_dimension(quantity, self.unit)
        if quantity.typed.number < 0:
            raise InvalidInput("uncertainty.negative_uncertainty", text=quantity.typed.text)
        return quantity.difference()

    def place(self, key: str) -> float:
        """A limit or a mode in base units: on the scale where the input is a point."""
        quantity = read_quantity(texts(self.description[key]))
        require_dimension(quantity, self.unit)
        return quantity.difference() if self.is_difference else quantity.point()

    def dof(self) -> float:
        """Degrees of freedom; infinite when absent."""
        if "dof" not in self.description:
            return math.inf
        dof = read_plain(self.description["dof"])
        if dof < 1:
            raise InvalidInput("uncertainty.input_dof", dof=f"{dof:g}")
        return dof


@dataclass(frozen=True)
class Cause:
    """A cause of uncertainty with the estimate that it may give; base units."""

    estimate: float
    component: Component
    only_width: bool


def read_cause(reader: Reader) -> Cause | None:
    """The cause that a description states, or None for an exact constant.

    Raises:
        InvalidInput: for a missing or contradictory description.
    """
    description = reader.description
    stated = [key for key in UNCERTAINTY_KEYS if key in description]
    limits = [key for key in ("lower", "upper") if key in description]
    name = description.get("distribution")
    if name is not None and name not in FAMILIES:
        raise InvalidInput(
            "uncertainty.distribution_unknown", name=str(name)[:40], suggestion=did_you_mean(str(name), FAMILIES)
        )
    if len(stated) + bool(limits) > 1:
        raise InvalidInput("uncertainty.input_two_uncertainties", one=(stated + limits)[0], other=(stated + limits)[1])
    if len(limits) == 1:
        raise InvalidInput("uncertainty.input_one_limit", key=limits[0])
    if not stated and not limits and name != "exponential":
        alone = sorted((CAUSE_KEYS - {"specification"}) & description.keys())
        if alone:
            raise InvalidInput("uncertainty.input_uncertainty_missing", key=alone[0])
        return None
    known, dof = _known(reader, stated[0] if stated else "", name)
    component = Component("", known.standard_uncertainty, known.distribution, dof)
    return Cause(known.estimate, component, "half_width" in description)


def _known(reader: Reader, stated: str, name: str | None) -> tuple[Known, float]:
    dof = reader.dof()
    if stated == "counts" or name == "gamma":
        return _counts(reader, stated, name), dof
    if name == "exponential" and reader.value is not None:
        return Known(reader.estimate, reader.estimate, about(name, reader.estimate, reader.estimate)), dof
    if stated in ("", "half_width"):
        return _limits(reader, stated, name), dof
    u, implied = _standard_uncertainty(reader, stated, dof)
    name = name or implied or ("t" if math.isfinite(dof) else "normal")
    if name == "t" and not math.isfinite(dof):
        raise InvalidInput("uncertainty.input_t_without_dof")
    if name in ("trapezoidal", "curvilinear_trapezoidal"):
        raise InvalidInput("uncertainty.input_needs_limits", distribution=name)
    distribution = Distribution("t", dof) if name == "t" else about(name, reader.estimate, u)
    return Known(reader.estimate, u, distribution), dof


def _counts(reader: Reader, stated: str, name: str | None) -> Known:
    if stated != "counts" or name not in (None, "gamma") or reader.value is not None:
        raise InvalidInput("uncertainty.input_gamma")
    return counted(read_plain(reader.description["counts"]))


def _limits(reader: Reader, stated: str, name: str | None) -> Known:
    if name not in SYMMETRIC:
        raise InvalidInput("uncertainty.input_limits_without_distribution")
    description = reader.description
    shape = 0.0
    if name == "trapezoidal":
        if "shape" not in description:
            raise InvalidInput("uncertainty.input_parameter_missing", distribution=name, key="shape")
        shape = read_plain(description["shape"])
    elif name == "curvilinear_trapezoidal":
        if "inexactness" not in description:
            raise InvalidInput("uncertainty.input_parameter_missing", distribution=name, key="inexactness")
        shape = reader.width("inexactness")
    if stated:
        half = reader.width("half_width")
        if "mode" in description:
            raise InvalidInput("uncertainty.input_two_uncertainties", one="half_width", other="mode")
        known = between(name, -half, half, shape=shape)
        return Known(reader.estimate, known.standard_uncertainty, known.distribution)
    mode = reader.place("mode") if "mode" in description else None
    lower, upper = reader.place("lower"), reader.place("upper")
    known = between(name, lower, upper, shape=shape, mode=mode)
    if reader.value is not None and abs(reader.estimate - known.estimate) > 1e-9 * (upper - lower):
        raise InvalidInput("uncertainty.input_value_and_limits")
    return known


def _standard_uncertainty(reader: Reader, stated: str, dof: float) -> tuple[float, str | None]:
    """u in base units, and the distribution that the statement implies."""
    description = reader.description
    if stated == "standard_uncertainty":
        return reader.width(stated), None
    if stated == "relative_standard_uncertainty":
        relative = read_plain(description[stated])
        if relative < 0:
            raise InvalidInput("uncertainty.negative_uncertainty", text=texts(description[stated]))
        return relative * abs(_magnitude(reader)), None
    if stated == "specification":
        return _specification(reader, dof)
    k = _coverage(description, dof)
    if k is None:
        raise InvalidInput("uncertainty.input_coverage_missing")
    return reader.width(stated) / k, None


def _coverage(description: Mapping[str, Any], dof: float) -> float | None:
    """The coverage factor that stands beside an expanded uncertainty, or follows from its probability."""
    if "coverage_factor" in description:
        k = read_plain(description["coverage_factor"])
        if k <= 0:
            raise InvalidInput("uncertainty.coverage_factor_range", k=f"{k:g}")
        return k
    if "coverage_probability" in description:
        p = read_plain(description["coverage_probability"])
        if not 0 < p < 1:
            raise InvalidInput("uncertainty.coverage_probability_range", p=f"{p:g}")
        return student_quantile((1 + p) / 2, dof) if math.isfinite(dof) else normal_quantile((1 + p) / 2)
    return None


def _magnitude(reader: Reader) -> float:
    """The estimate, of which a relative uncertainty is a share; a point on a scale has none."""
    if reader.unit.scale and not reader.is_difference:
        raise InvalidInput("uncertainty.input_relative_of_point", unit=reader.unit.text)
    return reader.estimate


def _specification(reader: Reader, dof: float) -> tuple[float, str | None]:
    """A manufacturer's limit: share of the value, share of the range, and a constant part, added.

    With a stated coverage it is an expanded uncertainty, otherwise the half-width of a rectangular distribution.
    """
    given = reader.description["specification"]
    if not isinstance(given, Mapping) or not {"relative", "of_range", "plus"} & given.keys():
        raise InvalidInput("uncertainty.specification_empty")
    for key in given:
        if key not in SPECIFICATION_KEYS:
            raise InvalidInput("uncertainty.key_unknown", key=key, suggestion=did_you_mean(key, SPECIFICATION_KEYS))
    name = given.get("distribution")
    if name not in (None, *SYMMETRIC - {"trapezoidal", "curvilinear_trapezoidal"}, "normal"):
        raise InvalidInput("uncertainty.distribution_unknown", name=str(name)[:40], suggestion="")
    if ("of_range" in given) != ("range" in given):
        raise InvalidInput("uncertainty.specification_range")
    inner = Reader(given, None, True, reader.unit)
    limit = 0.0
    if "relative" in given:
        limit += read_plain(given["relative"]) * abs(_magnitude(reader))
    if "of_range" in given:
        limit += read_plain(given["of_range"]) * inner.width("range")
    if "plus" in given:
        limit += inner.width("plus")
    if limit < 0:
        raise InvalidInput("uncertainty.negative_uncertainty", text=f"{limit:g}")
    k = _coverage(given, dof)
    if k is not None:
        return limit / k, name
    shape = name or "rectangular"
    if shape == "normal":
        raise InvalidInput("uncertainty.input_coverage_missing")
    return between(shape, -limit, limit).standard_uncertainty, shape
