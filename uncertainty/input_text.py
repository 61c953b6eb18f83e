"""The description of one input of a model file -> InputQuantity."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uncertainty.archive import Archive
from uncertainty.cause_text import CAUSE_KEYS, Reader, read_cause, read_plain, texts
from uncertainty.dimensions import Kind, kind_of_unit
from uncertainty.earlier_results import earlier_result
from uncertainty.errors import InvalidInput, did_you_mean
from uncertainty.inputs import Component, InputQuantity, combined
from uncertainty.quantity import Quantity, in_base, read_quantity, require_dimension
from uncertainty.readings_text import ReadingsTable
from uncertainty.type_a import Observed, evaluate_readings
from uncertainty.type_b import Distribution
from uncertainty.unit_definitions import ONE
from uncertainty.units import Unit

COMMON_KEYS = {"label", "symbol", "shared", "kind", "source", "note", "unit"}
TYPE_A_KEYS = {"readings", "observed", "in", "pooled_standard_deviation", "pooled_dof", "type_a", "reason"}
INPUT_KEYS = COMMON_KEYS | TYPE_A_KEYS | CAUSE_KEYS | {"value", "contributions", "from_result", "output"}
CONTRIBUTION_KEYS = CAUSE_KEYS | {"name", "shared", "label"}
WORD_KEYS = {
    "symbol",
    "shared",
    "name",
    "kind",
    "distribution",
    "observed",
    "in",
    "unit",
    "reason",
    "from_result",
    "output",
}
ABSENT_KEYS = {"symbol", "shared"}  # a mapping from the laboratory may say that there is none


@dataclass(frozen=True)
class ReadInput:
    """An input with the observations behind it, one per row of its table, where it was observed with others."""

    quantity: InputQuantity
    table: str | None = None
    rows: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


def check_keys(description: Mapping[str, Any], accepted: set[str]) -> None:
    """Refuse a key that is not part of the format, with the nearest that is.

    Raises:
        InvalidInput: naming the key.
    """
    for key in description:
        if key not in accepted:
            raise InvalidInput(
                "uncertainty.key_unknown", key=str(key)[:80], suggestion=did_you_mean(str(key), accepted)
            )


def check_texts(description: Mapping[str, Any]) -> None:
    """Refuse a list or a number where a word is expected (`symbol`, `shared`, `name`, `in`, ...).

    Raises:
        InvalidInput: naming the key.
    """
    for key, value in description.items():
        if key in WORD_KEYS and not isinstance(value, str) and not (value is None and key in ABSENT_KEYS):
            raise InvalidInput("uncertainty.value_not_word", key=key)


def read_input(
    name: str,
    description: Mapping[str, Any],
    tables: Mapping[str, ReadingsTable],
    archives: Mapping[str, Archive] | None = None,
) -> ReadInput:
    """One input of a model.

    Args:
        name: its name in the equations.
        description: its keys as in measurement-model.md; every number is text with its unit.
        tables: the readings tables of the model.
        archives: earlier evaluations by the name of their file.

    Raises:
        InvalidInput, InvalidUnit, InvalidNumber: naming what is missing or contradictory.
    """
    check_keys(description, INPUT_KEYS)
    check_texts(description)
    if "kind" in description and description["kind"] not in ("difference", "value"):
        raise InvalidInput("uncertainty.input_kind", kind=str(description["kind"]))
    difference = description.get("kind") == "difference"
    if "from_result" in description:
        return ReadInput(_from_result(name, description, archives or {}))
    if "output" in description:
        raise InvalidInput("uncertainty.result_output_alone")
    observed = "observed" in description or "in" in description
    if "unit" in description and not observed:
        raise InvalidInput("uncertainty.input_unit_alone", key="unit")
    if observed or "readings" in description:
        return _type_a(name, description, tables, difference)
    return ReadInput(_type_b(name, description, difference))


def _from_result(name: str, description: Mapping[str, Any], archives: Mapping[str, Archive]) -> InputQuantity:
    estimate, unit, kind, components = earlier_result(name, description, archives)
    causes = combined(components + _contributions(name, description, unit, estimate))
    return InputQuantity(name, estimate, unit, kind, causes, **_labels(description))


def _labels(description: Mapping[str, Any]) -> dict[str, Any]:
    label = description.get("label", {})
    return {
        "label": dict(label) if isinstance(label, Mapping) else {"vi": str(label), "en": str(label)},
        "symbol": description.get("symbol"),
    }


def _type_b(name: str, description: Mapping[str, Any], difference: bool) -> InputQuantity:
    value = read_quantity(texts(description["value"])) if "value" in description else None
    reader = Reader(description, value, difference)
    cause = read_cause(reader)
    if value is None and cause is None:
        raise InvalidInput("uncertainty.input_value_missing")
    if value is None and cause is not None and cause.only_width:
        difference = True
    unit = reader.unit
    estimate = cause.estimate if cause else reader.estimate
    influence = description.get("shared")
    own = () if cause is None else (_component(name, cause.component, influence),)
    return InputQuantity(
        name,
        estimate,
        unit,
        kind_of_unit(unit, difference),
        combined(own + _contributions(name, description, unit, estimate)),
        **_labels(description),
    )


def _component(name: str, component: Component, influence: str | None) -> Component:
    return Component(
        name,
        component.standard_uncertainty,
        component.distribution,
        component.dof,
        component.evaluation_type,
        influence,
    )


def _contributions(name: str, description: Mapping[str, Any], unit: Unit, estimate: float) -> tuple[Component, ...]:
    found = []
    given = description.get("contributions", ())
    if not isinstance(given, Sequence) or not all(isinstance(one, Mapping) for one in given):
        raise InvalidInput("uncertainty.not_a_table", key="contributions")
    for number, contribution in enumerate(given, start=1):
        check_keys(contribution, CONTRIBUTION_KEYS)
        check_texts(contribution)
        cause = read_cause(Reader(contribution, None, True, unit, estimate))
        if cause is None:
            raise InvalidInput("uncertainty.contribution_empty", number=number)
        title = str(contribution.get("name", number))
        found.append(_component(f"{name}: {title}", cause.component, contribution.get("shared")))
    return tuple(found)


def _type_a(
    name: str, description: Mapping[str, Any], tables: Mapping[str, ReadingsTable], difference: bool
) -> ReadInput:
    for key in description:
        if key == "value" or key in CAUSE_KEYS:
            raise InvalidInput("uncertainty.readings_and_value", key=key)
    table = None
    if "readings" in description:
        values, unit, kind = _own_readings(description["readings"], difference)
    else:
        table, values, unit, kind = _observed(description, tables, difference)
    result, pooled = _evaluated(description, values, unit)
    observed_in = table if table and not pooled else None
    own: tuple[Component, ...] = ()
    if result is not None:
        shape = Distribution("t", result.dof) if math.isfinite(result.dof) else Distribution("normal")
        u, influence = result.standard_uncertainty, description.get("shared")
        own = (Component(name, u, shape, result.dof, "A", influence, observed_in),)
    estimate = result.estimate if result else math.fsum(values) / len(values)
    causes = combined(own + _contributions(name, description, unit, estimate))
    quantity = InputQuantity(name, estimate, unit, kind, causes, **_labels(description))
    return ReadInput(quantity, table if own else None, np.asarray(values))


def _own_readings(given: Any, difference: bool) -> tuple[list[float], Unit, Kind]:
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise InvalidInput("uncertainty.readings_missing")
    readings = [read_quantity(texts(reading)) for reading in given]
    unit = readings[0].unit
    for reading in readings:
        require_dimension(reading, unit)
    kind = kind_of_unit(unit, difference)
    return [reading.point() if kind.scale else reading.difference() for reading in readings], unit, kind


def _observed(
    description: Mapping[str, Any], tables: Mapping[str, ReadingsTable], difference: bool
) -> tuple[str, list[float], Unit, Kind]:
    for key in ("observed", "in"):
        if key not in description:
            raise InvalidInput("uncertainty.observed_incomplete", key=key)
    table = str(description["in"])
    if table not in tables:
        raise InvalidInput("uncertainty.table_unknown", name=table, suggestion=did_you_mean(table, tables))
    values, unit, kind = tables[table].observed(str(description["observed"]), description.get("unit"))
    if difference:
        kind = Kind(kind.dimension, is_difference=kind.dimension != ONE)
    return table, values, unit, kind


def _evaluated(description: Mapping[str, Any], values: list[float], unit: Unit) -> tuple[Observed | None, bool]:
    """The Type A evaluation, or None where scatter is said not to exist; and whether the spread is pooled."""
    if "type_a" in description:
        if description["type_a"] != "none" or not str(description.get("reason", "")).strip():
            raise InvalidInput("uncertainty.type_a_reason")
        if any(value != values[0] for value in values):
            raise InvalidInput("uncertainty.type_a_scatter")
        return None, False
    pooled, dof = None, math.inf
    if "pooled_standard_deviation" in description:
        spread: Quantity = read_quantity(texts(description["pooled_standard_deviation"]))
        require_dimension(spread, unit)
        pooled = in_base(spread.typed.number, spread.unit)
        if pooled < 0:
            raise InvalidInput("uncertainty.negative_uncertainty", text=spread.typed.text)
        if "pooled_dof" in description:
            dof = read_plain(description["pooled_dof"])
            if dof < 1:
                raise InvalidInput("uncertainty.input_dof", dof=f"{dof:g}")
    elif "pooled_dof" in description:
        raise InvalidInput("uncertainty.pooled_dof_alone")
    return evaluate_readings(values, pooled, dof), pooled is not None
