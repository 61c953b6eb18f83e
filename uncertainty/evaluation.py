"""The evaluation of a measurement model: estimate, uncertainty, coverage, budget, and Monte Carlo beside them."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from uncertainty.budget import BudgetRow, make_budget
from uncertainty.coverage import effective_dof, factor_from_t, shares_of
from uncertainty.coverage_basis import Coverage, cover, wants_distribution
from uncertainty.errors import InvalidInput
from uncertainty.influences import Influence, influences_of
from uncertainty.measurement_model import MeasurementModel, OutputQuantity, Settings
from uncertainty.monte_carlo import LEAST_TRIALS, Checked, MonteCarloResult, propagate_distributions, tails_of
from uncertainty.preview import Preview, preview
from uncertainty.propagation import Propagated, correlation_of, propagate
from uncertainty.quantity import from_base
from uncertainty.rounding import Reported, canonical, display, power_of_ten, report
from uncertainty.second_order import Curvature, OutputCurvature, SecondOrder
from uncertainty.stabilisation import MOST_TRIALS
from uncertainty.units import display_unit
from uncertainty.wording import Phrase

ASYMMETRY = 0.05
MOST_DECIMALS = 9


@dataclass(frozen=True)
class FirstOrder:
    """What the law of propagation gives for one output, in its unit, whatever the basis of the coverage factor is."""

    estimate: float
    standard_uncertainty: float
    coverage_factor: float
    expanded_uncertainty: float


@dataclass(frozen=True)
class OutputResult:
    """The result for one output, in its unit; probabilities as shares of one.

    Attributes:
        coverage_basis: "t", "stated" (a number in the model), "distribution", or "preview" of it: never for a record.
        coverage_reason: why, as a sentence.
        effective_dof: not truncated; infinite where nothing limits it.
        reported: rounded and written out.
        first_order: estimate, u, k from t and U of the law of propagation, kept also where trials gave the result.
        curvature: the second-order terms, found when they are asked for.
    """

    name: str
    unit: str
    kind: str
    estimate: float
    standard_uncertainty: float
    effective_dof: float
    coverage_probability: float
    coverage_factor: float
    coverage_basis: str
    coverage_reason: Phrase
    expanded_uncertainty: float
    coverage_interval: tuple[float, float]
    budget: tuple[BudgetRow, ...]
    monte_carlo: MonteCarloResult | None
    reported: str
    first_order: FirstOrder
    curvature: OutputCurvature | None = field(default=None, repr=False, compare=False)

    @property
    def second_order(self) -> Curvature | None:
        """What second-order terms make of u; None where they have no finite value."""
        return self.curvature.verdict if self.curvature else None

    @property
    def warnings(self) -> tuple[Phrase, ...]:
        """What a reader of the first order must know."""
        return self.curvature.warnings if self.curvature else ()

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """The result as written by `lims evaluate --json`; null stands for infinite degrees of freedom."""
        found = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("name", "curvature")}
        found["effective_dof"] = _finite(self.effective_dof)
        found["coverage_reason"] = self.coverage_reason.text(language)
        found["coverage_interval"] = list(self.coverage_interval)
        found["first_order"] = asdict(self.first_order)
        found["second_order"] = self.second_order.to_json() if self.second_order else None
        found["warnings"] = [warning.text(language) for warning in self.warnings]
        found["budget"] = [_row(row) for row in self.budget]
        if self.monte_carlo is not None:
            reason = self.monte_carlo.reason
            shown = asdict(replace(self.monte_carlo, reason=None))
            del shown["reason"]
            shown["coverage_interval"] = list(self.monte_carlo.coverage_interval)
            shown["shortest_interval"] = list(self.monte_carlo.shortest_interval)
            found["monte_carlo"] = {**shown, "reason": reason.text(language)} if reason else shown
        return found


def _row(row: BudgetRow) -> dict[str, Any]:
    """A row as it is written; `through` stands where inputs share influences."""
    said = {**asdict(row), "dof": _finite(row.dof), "through": list(row.through)}
    if not row.through:
        del said["through"]
    return said


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


@dataclass(frozen=True)
class Evaluation:
    """All results of one model.

    Attributes:
        title: of the model.
        outputs: results by name, in the order of the model.
        correlations: coefficients of the outputs, in that order (first order).
        model: what was evaluated.
        propagated: its first-order propagation.
    """

    title: str
    outputs: dict[str, OutputResult]
    correlations: NDArray[np.float64]
    model: MeasurementModel = field(repr=False)
    propagated: Propagated = field(repr=False)

    @property
    def model_hash(self) -> str:
        """Hash of the content from which the model was read."""
        return self.model.sha256

    @cached_property
    def influences(self) -> tuple[Influence, ...]:
        """The unknowns behind the results."""
        return influences_of(self.model, self.propagated)

    def to_json(self, language: str = "en") -> dict[str, Any]:
        """The evaluation as written by `lims evaluate --json`, full double precision."""
        return {
            "title": self.title,
            "outputs": {name: result.to_json(language) for name, result in self.outputs.items()},
            "correlations": {"outputs": list(self.outputs), "matrix": self.correlations.tolist()},
        }


def evaluate(
    model: MeasurementModel,
    *,
    monte_carlo: bool | Literal["preview"] | None = None,
    trials: int | str | None = None,
    seed: int | None = None,
    threads: int | None = None,
) -> Evaluation:
    """The evaluation of a checked model.

    Args:
        model: from `read_model`.
        monte_carlo: whether distributions are propagated; None takes the model's own setting.
            A model that asks for the basis "distribution" is simulated in any case. "preview", for a screen
            that is redrawn at every reading, looks ahead where the distribution would be taken.
        trials: their number or "adaptive", instead of the model's.
        seed: of the random numbers, instead of the model's.
        threads: how many draw at once, None for what the computer has; the numbers do not depend on it.

    Returns:
        Results in the units of the outputs.

    Raises:
        InvalidExpression: for a domain error at the estimate.
        InvalidModel: where trials fall outside the domain of the equations.

    Source: GUM (JCGM 100), clause 8; JCGM 101, clauses 7 and 8.
    """
    settings = _settings(model.settings, monte_carlo, trials, seed)
    propagated = propagate(model)
    curved = SecondOrder(model, propagated)
    contributions = propagated.sensitivities * propagated.uncertainties
    joint = model.correlation
    shares = [shares_of(model.inputs, row, joint.matrix, joint.shared, joint.stated) for row in contributions]
    checked, dofs = [], []
    for index, output in enumerate(model.outputs):
        u = propagated.standard_uncertainty(index)
        dofs.append(effective_dof(u, shares[index]))
        first = output.shown(float(propagated.estimates[index])), from_base(curved.of(index).used(u), output.unit)
        expanded = factor_from_t(settings.coverage_probability, dofs[index]) * first[1]
        checked.append(Checked(*first, expanded, tails_of(model.inputs, contributions[index])))
    results: Sequence[MonteCarloResult | Preview | None]
    if monte_carlo == "preview":
        wanted = [wants_distribution(settings, shares[index], curved.of(index)) for index in range(len(checked))]
        results = _looked_ahead(model, wanted)
    else:
        results = _simulated(model, settings, checked, threads)
    outputs = {}
    for index, (output, one) in enumerate(zip(model.outputs, checked, strict=True)):
        first, curvature = (one.estimate, one.standard_uncertainty), curved.of(index)
        coverage = cover(settings, first, dofs[index], shares[index], results[index], curvature)
        budget = make_budget(model, propagated, index, curvature.budgeted(coverage.basis))
        k = factor_from_t(settings.coverage_probability, dofs[index])
        plain = FirstOrder(*first, k, one.expanded_uncertainty)
        found = _result(output, coverage, dofs[index], budget, results[index], plain, settings.digits)
        outputs[output.name] = replace(found, curvature=curvature)
    together = (
        propagated.correlation() if curved.added is None else correlation_of(propagated.covariance + curved.added)
    )
    return Evaluation(model.title, outputs, together, model, propagated)


def _simulated(
    model: MeasurementModel, settings: Settings, checked: list[Checked], threads: int | None
) -> Sequence[MonteCarloResult | None]:
    if not settings.monte_carlo:
        return [None] * len(checked)
    p = settings.coverage_probability
    trials, seed = settings.trials, settings.seed
    return propagate_distributions(model, checked, trials, coverage_probability=p, seed=seed, threads=threads).results


def _looked_ahead(model: MeasurementModel, wanted: Sequence[bool]) -> list[Preview | None]:
    """A preview of the outputs whose distribution is wanted; the points are drawn only if there is one."""
    found = preview(model) if any(wanted) else {}
    return [found[output.name] if one else None for output, one in zip(model.outputs, wanted, strict=True)]


def _settings(
    settings: Settings, monte_carlo: bool | str | None, trials: int | str | None, seed: int | None
) -> Settings:
    wanted = settings.monte_carlo if monte_carlo is None else monte_carlo is True
    count = settings.trials if trials is None else trials
    if count != "adaptive" and not (isinstance(count, int) and LEAST_TRIALS <= count <= MOST_TRIALS):
        raise InvalidInput("uncertainty.trials_range", least=LEAST_TRIALS, most=MOST_TRIALS)
    return replace(
        settings,
        monte_carlo=wanted or (settings.coverage_factor == "distribution" and monte_carlo != "preview"),
        trials=count,
        seed=settings.seed if seed is None else seed,
    )


def _result(
    output: OutputQuantity,
    coverage: Coverage,
    dof: float,
    budget: tuple[BudgetRow, ...],
    result: MonteCarloResult | Preview | None,
    first_order: FirstOrder,
    digits: int,
) -> OutputResult:
    return OutputResult(
        name=output.name,
        unit=output.unit.text,
        kind=output.kind,
        estimate=coverage.estimate,
        standard_uncertainty=coverage.standard_uncertainty,
        effective_dof=dof,
        coverage_probability=coverage.probability,
        coverage_factor=coverage.factor,
        coverage_basis=coverage.basis,
        coverage_reason=coverage.reason,
        expanded_uncertainty=coverage.expanded_uncertainty,
        coverage_interval=coverage.interval,
        budget=budget,
        monte_carlo=None if isinstance(result, Preview) else result,
        first_order=first_order,
        reported=reported(output, coverage.estimate, coverage.expanded_uncertainty, coverage.interval, digits),
    )


def reported(
    output: OutputQuantity, estimate: float, expanded: float, interval: tuple[float, float], digits: int = 2
) -> str:
    """A result written out with a decimal comma: `m_X = (10 000,025 ± 0,059) g`.

    Where the halves of the interval differ by more than 5 % of U, the interval stands instead of U.

    Args:
        output: the quantity.
        estimate: in its unit.
        expanded: U in its unit.
        interval: the coverage interval in its unit.
        digits: significant digits of U.
    """
    name, unit = output.symbol or output.name, display_unit(output.unit.text)
    after = f" {unit}" if unit else ""
    rounded = report(estimate, expanded, digits)
    power = _power(rounded) if expanded else 0
    value = _written(rounded.value, power, output.signed)
    if expanded == 0:
        return f"{name} = {value}{after}"
    ten, (low, high) = power_of_ten(power), interval
    if abs((high - estimate) - (estimate - low)) > ASYMMETRY * expanded:
        ends = "; ".join(_written(report(end, expanded, digits).value, power, output.signed) for end in interval)
        return f"{name} = {value}{ten}{after}, [{ends}]{ten}{after}"
    both = f"{value} ± {_written(rounded.expanded_uncertainty, power)}"
    return f"{name} = ({both}){ten}{after}" if after or ten else f"{name} = {both}"


def _power(rounded: Reported) -> int:
    """The power of ten to take out where a result would be a row of zeros."""
    if rounded.decimals <= MOST_DECIMALS:
        return 0
    return max(Decimal(rounded.value), Decimal(rounded.expanded_uncertainty), key=abs).adjusted()


def _written(number: str, power: int, sign: bool = False) -> str:
    return display(canonical(Decimal(number).scaleb(-power)), sign=sign)
