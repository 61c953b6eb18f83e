"""The picture of an evaluation as a file: `lims evaluate --plot FILE.svg`."""

from pathlib import Path

from lims.commands.console import language
from lims.errors import Invalid
from uncertainty.evaluation import Evaluation
from uncertainty.measurement_model import MeasurementModel
from uncertainty.monte_carlo import simulate
from uncertainty.result_plot import result_plot

TRIALS = 200_000
"""Trials of the histogram; the intervals are those of the evaluation itself."""


def check_plot_file(file: Path, models: int) -> None:
    """Refuse, before anything is evaluated, a picture that could not be written.

    Args:
        file: the picture.
        models: the number of model files.

    Raises:
        Invalid: for another kind of file than SVG, a folder that does not exist, and several models.
    """
    if models != 1:
        raise Invalid("command.plot_of_several")
    if file.suffix.lower() != ".svg":
        raise Invalid("command.plot_kind", file=str(file))
    if not file.parent.is_dir() or file.is_dir():
        raise Invalid("command.folder_missing", folder=str(file.parent if not file.is_dir() else file))


def write_plot(file: Path, model: MeasurementModel, evaluation: Evaluation) -> None:
    """Write the picture of all results of one model."""
    results = list(evaluation.outputs.values())
    drawn = None
    if any(result.monte_carlo is not None for result in results):
        drawn = simulate(model, TRIALS, model.settings.seed)
    file.write_text(result_plot(results, language(), model, drawn or ()), encoding="utf-8")
