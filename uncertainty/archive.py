"""The archive of an evaluation: what another evaluation needs to take its results as inputs, as compact JSON.

It holds each result as it was printed and in full precision, and the elementary influences with
their ids. The schema has a version; what a released version wrote is read for ever.
"""

import json
import math
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from uncertainty.errors import Invalid, InvalidInput, did_you_mean
from uncertainty.evaluation import Evaluation, OutputResult
from uncertainty.influences import Influence
from uncertainty.measurement_model import MeasurementModel
from uncertainty.rounding import report
from uncertainty.type_b import FAMILIES, Distribution
from uncertainty.units import Unit, check_unit

SCHEMA, VERSION = "chuan.result", 1
MOST_CHARACTERS = 5_000_000
MOST_INFLUENCES = 20_000
MOST_ID = 2000
SHORT_HASH = 16
PRINTED = re.compile(r"-?[0-9]{1,400}(?:\.[0-9]{1,400})?")


@dataclass(frozen=True)
class ArchivedOutput:
    """One result of an earlier evaluation, in its unit.

    Attributes:
        unit: of the result.
        difference: whether it is a difference where the unit could be a point on a scale.
        value: as printed.
        reported_uncertainty: standard uncertainty as printed: U divided by k.
        standard_uncertainty: in full precision, with what Monte Carlo or second order added.
        effective_dof: infinite where nothing limits them.
    """

    unit: Unit
    difference: bool
    value: Decimal
    reported_uncertainty: float
    standard_uncertainty: float
    effective_dof: float


@dataclass(frozen=True)
class ArchivedInfluence:
    """One elementary influence of an earlier evaluation.

    Attributes:
        id: under which every evaluation knows it.
        distribution: in standard form.
        dof: degrees of freedom.
        together: influences with the same word count as one in effective degrees of freedom.
        contributions: to each output, in its unit, with their sign.
    """

    id: str
    distribution: Distribution
    dof: float
    together: str | None
    contributions: Mapping[str, float]


@dataclass(frozen=True)
class Archive:
    """An earlier evaluation.

    Attributes:
        id: of that evaluation.
        outputs: its results by name.
        influences: what they depend on.
    """

    id: str
    outputs: Mapping[str, ArchivedOutput]
    influences: tuple[ArchivedInfluence, ...]


@dataclass(frozen=True)
class Printed:
    """A result as its certificate prints it, in the unit of the output; canonical numbers."""

    value: str
    expanded_uncertainty: str
    coverage_factor: str


def archive(
    model: MeasurementModel, evaluation: Evaluation, name: str, printed: Mapping[str, Printed] | None = None
) -> dict[str, Any]:
    """The archive of an evaluation, as it is written to a file.

    The ids of its own influences begin with `name` and a hash of everything that was read: the same
    model with the same readings under the same name gives the same ids, a recalibration gives new
    ones, and ids from upstream are kept.

    Args:
        model: what was evaluated.
        evaluation: of that model.
        name: of this result among others, such as the name of its file.
        printed: the outputs that are kept, as a certificate prints them (U may have been raised there);
            None keeps all, rounded as the model asks.
    """
    own = f"{name[:64]}-{evaluation.model_hash[:SHORT_HASH]}"
    points = {output.name: output.is_point for output in model.outputs}
    stated = printed
    if stated is None:
        stated = {key: _rounded(result, model.settings.digits) for key, result in evaluation.outputs.items()}
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "id": own,
        "title": evaluation.title,
        "model": evaluation.model_hash,
        "outputs": {
            key: _output(result, points[key], stated[key])
            for key, result in evaluation.outputs.items()
            if key in stated
        },
        "influences": [_influence(one, own, set(stated)) for one in evaluation.influences if _contributes(one, stated)],
    }


def _rounded(result: OutputResult, digits: int) -> Printed:
    both = report(result.estimate, result.expanded_uncertainty, digits)
    return Printed(both.value, both.expanded_uncertainty, report(result.coverage_factor, 0.01, 1).value)


def to_text(content: Mapping[str, Any]) -> str:
    """The JSON text of an archive: compact, the same for the same content."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def _output(result: OutputResult, is_point: bool, printed: Printed) -> dict[str, Any]:
    return {
        "unit": result.unit,
        "difference": not is_point,
        "kind": result.kind,
        "value": printed.value,
        "expanded_uncertainty": printed.expanded_uncertainty,
        "coverage_factor": printed.coverage_factor,
        "coverage_probability": result.coverage_probability,
        "coverage_basis": result.coverage_basis,
        "estimate": result.estimate,
        "standard_uncertainty": result.standard_uncertainty,
        "effective_dof": _finite(result.effective_dof),
        "reported": result.reported,
    }


def _contributes(influence: Influence, outputs: Container[str]) -> bool:
    return any(influence.standard_uncertainty * one for key, one in influence.sensitivity.items() if key in outputs)


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _influence(influence: Influence, own: str, outputs: Container[str]) -> dict[str, Any]:
    rows = f"{own}/rows of {influence.rows}" if influence.rows else None
    return {
        "id": influence.id if influence.shared else f"{own}/{influence.id}",
        "standard_uncertainty": influence.standard_uncertainty,
        "unit": influence.unit,
        "dof": _finite(influence.dof),
        "distribution": influence.distribution.name,
        "shape": influence.distribution.shape,
        "together": influence.together or rows,
        "sensitivity": {key: one for key, one in influence.sensitivity.items() if key in outputs},
    }


def read_archive(source: str | Mapping[str, Any], name: str) -> Archive:
    """An archive that `archive` wrote, in this or an earlier version.

    Args:
        source: the JSON text, or what it holds.
        name: what it is called in messages, such as its file name.

    Raises:
        InvalidInput: for anything else, naming it.
    """
    try:
        content = _parsed(source) if isinstance(source, str) else source
        if not isinstance(content, Mapping) or content.get("schema") != SCHEMA:
            raise InvalidInput("uncertainty.archive_not_one", name=name)
        if content.get("version") != VERSION:
            raise InvalidInput("uncertainty.archive_version", name=name, version=str(content.get("version"))[:20])
        outputs = {_word(key): _read_output(one) for key, one in _table(content["outputs"]).items()}
        listed = content["influences"]
        if not isinstance(listed, list) or len(listed) > MOST_INFLUENCES or not outputs:
            raise InvalidInput("uncertainty.archive_not_one", name=name)
        influences = tuple(_read_influence(_table(one), outputs) for one in listed)
        if len({one.id for one in influences}) < len(influences):
            raise InvalidInput("uncertainty.archive_not_one", name=name)
        return Archive(_word(content["id"]), outputs, influences)
    except (KeyError, ValueError, TypeError, OverflowError, RecursionError) as problem:
        raise InvalidInput("uncertainty.archive_not_one", name=name) from problem
    except Invalid as problem:
        if problem.key in ("uncertainty.archive_not_one", "uncertainty.archive_version"):
            raise
        raise InvalidInput("uncertainty.archive_wrong", name=name, problem=problem) from problem


def _parsed(text: str) -> Any:
    if len(text) > MOST_CHARACTERS:
        raise ValueError("too long")
    return json.loads(text, parse_constant=_refused_constant)


def _refused_constant(constant: str) -> float:
    raise ValueError(constant)


def _table(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise TypeError(given)
    return given


def _word(given: Any) -> str:
    if not isinstance(given, str) or not 0 < len(given) <= MOST_ID:
        raise TypeError(given)
    return given


def _number(given: Any) -> float:
    if type(given) not in (int, float) or not math.isfinite(given):
        raise TypeError(given)
    return float(given)


def _at_least(given: Any, least: float) -> float:
    number = _number(given)
    if number < least:
        raise ValueError(given)
    return number


def _dof(given: Any) -> float:
    dof = math.inf if given is None else _number(given)
    if dof <= 0:
        raise ValueError(given)
    return dof


def _decimal(given: Any) -> Decimal:
    if not isinstance(given, str) or not PRINTED.fullmatch(given):
        raise TypeError(given)
    return Decimal(given)


def _read_output(given: Any) -> ArchivedOutput:
    table = _table(given)
    expanded, k = _decimal(table["expanded_uncertainty"]), _decimal(table["coverage_factor"])
    if expanded < 0 or k < 0 or (expanded and not k) or type(table["difference"]) is not bool:
        raise ValueError(expanded)
    return ArchivedOutput(
        unit=check_unit(str(table["unit"])),
        difference=table["difference"],
        value=_decimal(table["value"]),
        reported_uncertainty=float(expanded / k) if expanded else 0.0,
        standard_uncertainty=_at_least(table["standard_uncertainty"], 0.0),
        effective_dof=_dof(table["effective_dof"]),
    )


def _read_influence(table: Mapping[str, Any], outputs: Mapping[str, ArchivedOutput]) -> ArchivedInfluence:
    u, shape = _at_least(table["standard_uncertainty"], 0.0), _number(table["shape"])
    if table["distribution"] not in FAMILIES:
        name = str(table["distribution"])[:40]
        raise InvalidInput("uncertainty.distribution_unknown", name=name, suggestion=did_you_mean(name, FAMILIES))
    sensitivity = _table(table["sensitivity"])
    if set(sensitivity) - set(outputs):
        raise ValueError(sensitivity)
    return ArchivedInfluence(
        id=_word(table["id"]),
        distribution=Distribution(_word(table["distribution"]), shape),
        dof=_dof(table["dof"]),
        together=None if table.get("together") is None else _word(table["together"]),
        contributions={key: u * _number(one) for key, one in sensitivity.items()},
    )
