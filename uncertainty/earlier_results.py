"""An input that is the result of an earlier evaluation, with the influences of that evaluation."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from uncertainty.archive import Archive, ArchivedOutput
from uncertainty.dimensions import Kind, kind_of_unit
from uncertainty.errors import InvalidInput, did_you_mean
from uncertainty.inputs import Component
from uncertainty.quantity import in_base
from uncertainty.type_b import Distribution
from uncertainty.units import Unit

NEGLIGIBLE = 1e-9
BESIDE = {"from_result", "output", "label", "symbol", "note", "source", "contributions", "kind"}


def results_named(source: Mapping[str, Any]) -> list[str]:
    """The files that a model names in `from_result`, each once, in order.

    Args:
        source: the structure of a model file; whatever is wrong with it is for `read_model` to say.
    """
    inputs = source.get("inputs", {})
    tables = inputs.values() if isinstance(inputs, Mapping) else ()
    named = (one.get("from_result") for one in tables if isinstance(one, Mapping))
    return list(dict.fromkeys(one for one in named if isinstance(one, str)))


def earlier_result(
    name: str, description: Mapping[str, Any], archives: Mapping[str, Archive]
) -> tuple[float, Unit, Kind, tuple[Component, ...]]:
    """What an earlier evaluation says of an input: value and u as printed, and the influences behind them.

    What second order or Monte Carlo added to u stands under an id of that result. What rounding or a raised U adds
    is an influence of this input alone. Where rounding took something away all contributions are scaled
    alike. Either way the squares of the contributions add up to the square of the reported u.

    Args:
        name: of the input.
        description: its keys: `from_result`, `output`, and what may stand beside them.
        archives: the earlier evaluations by the name of their file.

    Returns:
        Estimate in base units, unit, kind, and the causes.

    Raises:
        InvalidInput: where the file or the output is not known, or another key says the same.
    """
    for key in description:
        if key not in BESIDE:
            raise InvalidInput("uncertainty.result_and_value", key=str(key)[:80])
    named = str(description["from_result"])
    if named not in archives:
        raise InvalidInput("uncertainty.result_missing", file=named[:200])
    archive = archives[named]
    key = description.get("output", next(iter(archive.outputs)) if len(archive.outputs) == 1 else None)
    if key not in archive.outputs:
        known = ", ".join(archive.outputs)
        suggestion = did_you_mean(str(key), archive.outputs)
        raise InvalidInput("uncertainty.result_output", file=named, known=known[:200], suggestion=suggestion)
    output = archive.outputs[str(key)]
    if not output.difference and output.unit.scale and description.get("kind") == "difference":
        raise InvalidInput("uncertainty.result_and_value", key="kind")
    estimate = in_base(output.value, output.unit) + (0.0 if output.difference else output.unit.zero)
    components = causes_of(name, archive, str(key), output)
    return estimate, output.unit, kind_of_unit(output.unit, output.difference), components


def causes_of(name: str, archive: Archive, key: str, output: ArchivedOutput) -> tuple[Component, ...]:
    """The causes behind one result of an earlier evaluation: the squares add up to that of the reported u.

    Args:
        name: what the result is called here.
        archive: the earlier evaluation.
        key: which of its results.
        output: that result.

    Returns:
        The causes in base units; what rounding or a raised U added is the only one that is not shared.
    """
    wanted = output.reported_uncertainty**2
    parts = [(one, one.contributions.get(key, 0.0)) for one in archive.influences]
    first = math.fsum(part**2 for _, part in parts)
    found = [
        Component(
            name=f"{name}: {one.id}",
            standard_uncertainty=abs(part) * output.unit.factor,
            distribution=one.distribution,
            dof=one.dof,
            influence=one.id,
            sign=-1 if part < 0 else 1,
            together=one.together,
        )
        for one, part in parts
        if part
    ]
    beyond = output.standard_uncertainty**2 - first
    if beyond > NEGLIGIBLE * output.standard_uncertainty**2:
        influence = f"{archive.id}/{key}: beyond first order"
        u = math.sqrt(beyond) * output.unit.factor
        found.append(Component(f"{name}: {influence}", u, Distribution("normal"), output.effective_dof, "B", influence))
    known = math.fsum(one.standard_uncertainty**2 for one in found) / output.unit.factor**2
    if wanted > known * (1 + NEGLIGIBLE):
        influence = f"{archive.id}/{key}: as printed"
        u = math.sqrt(wanted - known) * output.unit.factor
        found.append(Component(f"{name}: {influence}", u, Distribution("normal"), influence=influence, is_shared=False))
        return tuple(found)
    factor = math.sqrt(wanted / known) if known else 0.0
    return tuple(replace(one, standard_uncertainty=one.standard_uncertainty * factor) for one in found)
