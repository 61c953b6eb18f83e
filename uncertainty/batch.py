"""Many points of one model at once: the evaluation of `evaluate` on arrays, with every contribution of every point."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from uncertainty.coverage import effective_dof, factor_from_t, shares_of
from uncertainty.errors import InvalidInput, did_you_mean
from uncertainty.inputs import InputQuantity
from uncertainty.measurement_model import MeasurementModel, OutputQuantity
from uncertainty.program import Values

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """What varies of one input from point to point; what is None stays as the model has it.

    Attributes:
        estimates: in the unit in which the model gives the input, one per point.
        standard_uncertainties: in the same unit, as differences, one per point; several causes of an
            input keep their proportion.
        dof: degrees of freedom, one per point, infinite allowed; for an input with one cause.
    """

    estimates: ArrayLike | None = None
    standard_uncertainties: ArrayLike | None = None
    dof: ArrayLike | None = None


@dataclass(frozen=True)
class BatchOutput:
    """The results for one output, arrays with one number per point, in the unit of the output.

    Attributes:
        name: of the output.
        unit: of the output.
        estimates: of the output.
        standard_uncertainties: first order.
        effective_dof: not truncated; infinite where nothing limits them.
        contributions: by input, sensitivity times standard uncertainty, with its sign.
        coverage_probability: p.
        stated_factor: the coverage factor that the model states, if it does.
    """

    name: str
    unit: str
    estimates: Array
    standard_uncertainties: Array
    effective_dof: Array
    contributions: Mapping[str, Array]
    coverage_probability: float
    stated_factor: float | None = None

    @cached_property
    def coverage_factors(self) -> Array:
        """Of each point: as stated, or from t with truncated degrees of freedom."""
        if self.stated_factor is not None:
            return np.broadcast_to(self.stated_factor, self.estimates.shape)
        return _factors(self.coverage_probability, self.effective_dof)

    @cached_property
    def expanded_uncertainties(self) -> Array:
        """Of each point: coverage factor times standard uncertainty."""
        return self.coverage_factors * self.standard_uncertainties


@dataclass(frozen=True)
class Batch:
    """The results of many points.

    Attributes:
        count: number of points.
        outputs: by name, in the order of the model.
    """

    count: int
    outputs: Mapping[str, BatchOutput]


def evaluate_batch(model: MeasurementModel, columns: Mapping[str, Column | ArrayLike]) -> Batch:
    """First-order evaluation of many points of one model: the numbers of `evaluate`, point by point.

    Args:
        model: a checked model; what no column varies stays as the model has it.
        columns: by input, what varies; an array alone holds estimates. All have the same length.

    Returns:
        Arrays, one number per point; parts that do not vary are read-only views.

    Raises:
        InvalidInput: for a column of an unknown input or of another length, a negative or
            non-finite number, degrees of freedom below 1.
        InvalidExpression: where a derivative has no finite value at one of the points.

    Source: GUM (JCGM 100), 5.1.2, 5.2.2, G.4.1.
    """
    given = _checked(model, columns)
    count = next((len(array) for one in given.values() for array in one if array is not None), 1)
    estimates, spreads = _estimates(model, given), _spreads(model, given)
    values = model.program.values(estimates)
    outputs = {}
    for output in model.outputs:
        slopes = model.program.slopes(values, output.name)
        parts: list[Values] = [c * u for c, u in zip(slopes, spreads, strict=True)]
        outputs[output.name] = _output(model, given, output, values, parts, count)
    return Batch(count, outputs)


_Given = tuple[Array | None, Array | None, Array | None]


def _checked(model: MeasurementModel, columns: Mapping[str, Column | ArrayLike]) -> dict[str, _Given]:
    names = [quantity.name for quantity in model.inputs]
    given: dict[str, _Given] = {}
    lengths: dict[int, str] = {}
    for name, column in columns.items():
        if name not in names:
            raise InvalidInput(
                "uncertainty.batch_input", name=str(name)[:64], suggestion=did_you_mean(str(name), names)
            )
        one = column if isinstance(column, Column) else Column(column)
        arrays = (_array(name, one.estimates), _array(name, one.standard_uncertainties), _array(name, one.dof))
        quantity = model.inputs[names.index(name)]
        _check_numbers(quantity, *arrays)
        for array in arrays:
            if array is not None:
                lengths.setdefault(len(array), name)
        given[name] = arrays
    if len(lengths) > 1:
        (first, one_name), (second, other) = list(lengths.items())[:2]
        raise InvalidInput("uncertainty.batch_lengths", one=one_name, other=other, first=first, second=second)
    return given


def _array(name: str, numbers: ArrayLike | None) -> Array | None:
    if numbers is None:
        return None
    array = np.asarray(numbers, dtype=np.float64)
    if array.ndim != 1 or not len(array):
        raise InvalidInput("uncertainty.batch_shape", name=name)
    return array


def _check_numbers(quantity: InputQuantity, estimates: Array | None, spreads: Array | None, dof: Array | None) -> None:
    if estimates is not None and not math.isfinite(float(estimates.sum())) and not np.isfinite(estimates).all():
        raise InvalidInput("uncertainty.batch_number", name=quantity.name)
    if spreads is not None:
        if not np.isfinite(spreads).all() or (spreads < 0).any():
            raise InvalidInput("uncertainty.batch_uncertainty", name=quantity.name)
        if not quantity.standard_uncertainty:
            raise InvalidInput("uncertainty.batch_constant", name=quantity.name)
    if dof is not None:
        if not (dof >= 1).all():
            raise InvalidInput("uncertainty.batch_dof", name=quantity.name)
        if len(quantity.components) != 1:
            raise InvalidInput("uncertainty.batch_causes", name=quantity.name)


def _estimates(model: MeasurementModel, given: Mapping[str, _Given]) -> list[Values]:
    found: list[Values] = []
    for quantity in model.inputs:
        estimates = given.get(quantity.name, (None, None, None))[0]
        if estimates is None:
            found.append(np.float64(quantity.estimate))
            continue
        varied = _one_for_all(estimates)
        base = varied if quantity.unit.factor == 1.0 else varied * quantity.unit.factor
        found.append(base + quantity.unit.zero if quantity.kind.scale and quantity.unit.zero else base)
    return found


def _one_for_all(numbers: Array) -> Values:
    """One number where a column repeats it at every point: then it is computed with once."""
    first = numbers[0]
    same = first == numbers[-1] and first == numbers[len(numbers) // 2] and bool((numbers == first).all())
    return np.float64(first) if same else numbers


def _spreads(model: MeasurementModel, given: Mapping[str, _Given]) -> list[Values]:
    found: list[Values] = []
    for quantity in model.inputs:
        spreads = given.get(quantity.name, (None, None, None))[1]
        found.append(
            np.float64(quantity.standard_uncertainty)
            if spreads is None
            else _one_for_all(spreads) * quantity.unit.factor
        )
    return found


def _output(
    model: MeasurementModel,
    given: Mapping[str, _Given],
    output: OutputQuantity,
    all_values: list[Values],
    parts: list[Values],
    count: int,
) -> BatchOutput:
    values = all_values[model.program.slots[output.name]]
    if model.correlation.any:
        variance, dof = _dependent(model, given, parts, count)
    else:
        variance, dof = _independent(model, given, parts)
    if not math.isfinite(float(np.sum(values) + np.sum(variance))):
        model.program.gradient(all_values, output.name)
        lost = int(np.argmin(np.isfinite(values + variance)))
        raise InvalidInput("uncertainty.batch_domain", output=output.name, point=lost + 1)
    factor, used = output.unit.factor, model.program.used_by(output.name)
    stated = model.settings.coverage_factor
    return BatchOutput(
        name=output.name,
        unit=output.unit.text,
        estimates=_wide(values - output.unit.zero if output.is_point else values, count, factor),
        standard_uncertainties=_wide(np.sqrt(variance), count, factor),
        effective_dof=_wide(dof, count),
        contributions={
            quantity.name: _wide(part, count, factor)
            for quantity, part in zip(model.inputs, parts, strict=True)
            if quantity.name in used
        },
        coverage_probability=model.settings.coverage_probability,
        stated_factor=stated if isinstance(stated, float) else None,
    )


def _wide(values: Values, count: int, factor: float = 1.0) -> Array:
    """Base units to the unit, and one number for all points to one for each (a view)."""
    shown = values if factor == 1.0 else values / factor
    return shown if isinstance(shown, np.ndarray) else np.broadcast_to(shown, count)


@lru_cache(maxsize=32)
def _causes(model: MeasurementModel) -> tuple[tuple[int, str, float, float], ...]:
    """The causes with limited degrees of freedom: place of the input, group, share of its variance, dof.

    A model is its own key: the answer is kept for the last few.
    """
    found = []
    for place, quantity in enumerate(model.inputs):
        for share in shares_of([quantity], np.ones(1), np.eye(1)):
            found.append((place, share.group, share.variance, share.dof))
    return tuple(found)


def _independent(model: MeasurementModel, given: Mapping[str, _Given], parts: list[Values]) -> tuple[Values, Values]:
    """Variance and effective degrees of freedom where no two inputs are correlated (GUM G.4.1)."""
    squares = [part * part for part in parts]
    variance: Values = np.float64(math.fsum(float(one) for one in squares if not isinstance(one, np.ndarray)))
    for square in squares:
        if isinstance(square, np.ndarray):
            variance = variance + square
    groups: dict[str, Values] = {}
    dofs: dict[str, Values] = {}
    for place, group, part, own in _causes(model):
        column = given.get(model.inputs[place].name, (None, None, None))[2]
        if column is not None or math.isfinite(own):
            added = squares[place] if part == 1.0 else squares[place] * part
            groups[group] = groups[group] + added if group in groups else added
            dofs[group] = np.float64(own) if column is None else column
    below: Values = np.float64(0.0)
    for group, one in groups.items():
        below = below + one * one / dofs[group]
    if not isinstance(below, np.ndarray):
        return variance, variance * variance / below if below > 0 else np.float64(math.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        dof = variance * variance / below
    return variance, dof if below.all() else np.where(below > 0, dof, math.inf)


def _dependent(
    model: MeasurementModel, given: Mapping[str, _Given], parts: list[Values], count: int
) -> tuple[Values, Values]:
    """Variance and effective degrees of freedom where inputs are correlated, point by point."""
    contributions = np.stack([np.broadcast_to(part, count) for part in parts], axis=1)
    joint, varied = model.correlation, _varied_dof(model, given)
    variance = np.einsum("pi,ij,pj->p", contributions, joint.matrix, contributions).clip(min=0.0)
    dof = np.empty(len(variance))
    for point, row in enumerate(contributions):
        inputs = [one.at(point) for one in varied]
        shares = shares_of(inputs, row, joint.matrix, joint.shared, joint.stated)
        dof[point] = effective_dof(math.sqrt(variance[point]), shares)
    return variance, dof


@dataclass(frozen=True)
class _Varied:
    """An input whose degrees of freedom may differ from point to point."""

    quantity: InputQuantity
    dof: Array | None

    def at(self, point: int) -> InputQuantity:
        """The input at one point."""
        if self.dof is None:
            return self.quantity
        cause = replace(self.quantity.components[0], dof=float(self.dof[point]))
        return replace(self.quantity, components=(cause,))


def _varied_dof(model: MeasurementModel, given: Mapping[str, _Given]) -> list[_Varied]:
    return [_Varied(one, given.get(one.name, (None, None, None))[2]) for one in model.inputs]


def _factors(coverage_probability: float, dof: Array) -> Array:
    """Coverage factors from t, computed once for each truncated number of degrees of freedom."""
    finite = np.isfinite(dof)
    whole = np.maximum(1.0, np.floor(np.where(finite, dof, 1.0) + 1e-9))
    different, place = np.unique(np.where(finite, whole, math.inf), return_inverse=True)
    return np.array([factor_from_t(coverage_probability, float(one)) for one in different])[place]
