"""A model in a text with its evaluation: whatever is refused on the way names the line where it stands."""

import tomllib
from collections.abc import Mapping
from typing import Any

import numpy as np

from uncertainty.errors import Stated
from uncertainty.evaluation import Evaluation, evaluate
from uncertainty.measurement_model import MeasurementModel
from uncertainty.model_file import place_of_correlation, read_model
from uncertainty.places import Path, Places, find_lines
from uncertainty.wording import Phrase


def evaluate_text(text: str, name: str, results: Mapping[str, str | Mapping[str, Any]] | None = None) -> Evaluation:
    """The evaluation of a model written as a text.

    Args:
        text: TOML, as in docs/measurement-model.md.
        name: what the text is called in messages, such as its file name.
        results: the archives of the earlier evaluations that the model names in `from_result`, by that name.

    Raises:
        InvalidModel: naming the line where the text is wrong, or the line of the equation that has no value, no
            finite slope, or trials outside its domain.
    """
    model = read_model(text, name=name, results=results)
    try:
        return evaluate(model)
    except Stated as problem:
        path, where = _place(model, problem, text)
        raise Places(name, find_lines(text)).refusal(problem, path, where) from problem


def _place(model: MeasurementModel, problem: Stated, text: str) -> tuple[Path, Phrase | None]:
    """Where a problem that only the evaluation could find stands in the text."""
    said = problem.key.partition(".")[2]
    if said in ("correlation_not_reachable", "correlations_not_reachable"):
        return place_of_correlation(tomllib.loads(text), problem)
    output = problem.values.get("output")
    line = _first_without_value(model, output) if said.startswith("expression_") else output
    if line is None:
        return (), None
    return ("model", str(line)), Phrase("uncertainty.where_equation", {"name": line})


def _first_without_value(model: MeasurementModel, output: object) -> str | None:
    """The first equation without a finite value at the estimates, or, on the way to an output, without finite slopes.

    Args:
        model: what has no result.
        output: the output that has a value and no slope; None where a value is missing.
    """
    program = model.program
    values = program.values([np.float64(quantity.estimate) for quantity in model.inputs])
    behind = program.slots_behind(str(output)) if output is not None else set()
    done = len(model.inputs)
    for name, slot in list(program.slots.items())[len(model.inputs) :]:
        if not np.all(np.isfinite(values[done : slot + 1])):
            return name
        if slot in behind and not np.all(np.isfinite(program.slopes(values, name))):
            return name
        done = max(done, slot + 1)
    return None
