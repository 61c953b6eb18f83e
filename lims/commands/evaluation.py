"""`lims evaluate`: the uncertainty budget of measurement models written in files."""

from pathlib import Path
from typing import Annotated

import typer

from lims.commands.console import answer, language, line, table, text
from lims.commands.options import Json, Plot
from lims.commands.plot_files import check_plot_file, write_plot
from lims.errors import Invalid, Stated
from uncertainty.evaluation import Evaluation, evaluate
from uncertainty.measurement_model import MeasurementModel
from uncertainty.model_file import read_model
from uncertainty.report_text import budget_head, budget_rows, result_lines

LARGEST_MODEL = 1_000_000
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="model_files", show_default=False)]
NUMBERS = (1, 2, 4, 5, 6, 7)
"""The columns of a budget that hold numbers."""


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("evaluate", help="evaluate")(evaluate_files)


def evaluate_files(files: Files, json: Json = False, plot: Plot = None) -> None:
    """Evaluate measurement models and print their budgets; nothing is printed when one of them is wrong."""
    if plot is not None:
        check_plot_file(plot, len(files))
    found = [(file, *_evaluated(file)) for file in files]
    if plot is not None:
        write_plot(plot, *found[0][1:])
    if json:
        said = [evaluation.to_json(language()) for _, _, evaluation in found]
        answer(said[0] if len(said) == 1 else said)
        return
    for file, model, evaluation in found:
        _print(file, model, evaluation)


def _evaluated(file: Path) -> tuple[MeasurementModel, Evaluation]:
    """The model of a file and its evaluation; whatever is wrong with it is said with the file's name."""
    if not file.is_file():
        raise Invalid("command.file_missing", file=str(file))
    if file.stat().st_size > LARGEST_MODEL:
        raise Invalid("command.file_too_large", file=str(file), most=1)
    try:
        model = read_model(file.read_text(encoding="utf-8-sig"), name=file.name)
        return model, evaluate(model)
    except UnicodeDecodeError:
        raise Invalid("command.file_not_text", file=str(file)) from None
    except Stated as problem:
        if file.name in str(problem):
            raise
        raise Invalid("command.file_wrong", file=str(file), why=problem) from problem


def _print(file: Path, model: MeasurementModel, evaluation: Evaluation) -> None:
    """Print the budget of each output, then the result."""
    line(evaluation.title or file.name)
    for result in evaluation.outputs.values():
        rows = budget_rows(result, language(), model)
        table(budget_head(language()), rows, title=text("budget_of", output=result.name), right=NUMBERS)
        for name, said in result_lines(result, language()):
            line(f"  {name}: {said}")
        line("")
