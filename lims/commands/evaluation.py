"""`lims evaluate`: the uncertainty budget of measurement models written in files."""

import os
import tomllib
from pathlib import Path
from typing import Annotated

import typer

from lims.commands.console import answer, language, line, note, say, table, text
from lims.commands.options import Json, Plot
from lims.commands.plot_files import check_plot_file, write_plot
from lims.errors import Invalid, Stated
from uncertainty.archive import archive, read_archive, to_text
from uncertainty.earlier_results import results_named
from uncertainty.evaluation import Evaluation
from uncertainty.explanation import explanation
from uncertainty.measurement_model import MeasurementModel
from uncertainty.report_text import budget_head, budget_rows, result_lines
from uncertainty.written_model import evaluate_text

LARGEST_MODEL = 1_000_000
LARGEST_RESULT = 5_000_000
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="model_files", show_default=False)]
Result = Annotated[Path | None, typer.Option("--result", metavar="FILE", help="result_option", show_default=False)]
Explain = Annotated[bool, typer.Option("--explain", help="explain_option")]
NUMBERS = (1, 2, 4, 5, 6, 7)
"""The columns of a budget that hold numbers."""


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("evaluate", help="evaluate")(evaluate_files)


def evaluate_files(
    files: Files, json: Json = False, result: Result = None, explain: Explain = False, plot: Plot = None
) -> None:
    """Evaluate measurement models and print their budgets; nothing is printed when one of them is wrong."""
    if result is not None and len(files) > 1:
        raise Invalid("command.one_model")
    if plot is not None:
        check_plot_file(plot, len(files))
    found = [(file, *_evaluated(file)) for file in files]
    if result is not None:
        _keep(result, *found[0][1:])
    if plot is not None:
        write_plot(plot, *found[0][1:])
    if json:
        said = [_as_json(model, evaluation, explain) for _, model, evaluation in found]
        answer(said[0] if len(said) == 1 else said)
        return
    for file, model, evaluation in found:
        _print(file, model, evaluation, explain)


def _evaluated(file: Path) -> tuple[MeasurementModel, Evaluation]:
    """The model of a file and its evaluation; whatever is wrong with it is said with the file's name."""
    written = _read(file, LARGEST_MODEL)
    try:
        evaluation = evaluate_text(written, file.name, _earlier(file, written))
        return evaluation.model, evaluation
    except Stated as problem:
        if file.name in str(problem):
            raise
        raise Invalid("command.file_wrong", file=str(file), why=problem) from problem


def _read(file: Path, most: int) -> str:
    if not file.is_file():
        raise Invalid("command.file_missing", file=str(file))
    if file.stat().st_size > most:
        raise Invalid("command.file_too_large", file=str(file), most=most // 1_000_000)
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("command.file_not_text", file=str(file)) from None


def _earlier(file: Path, written: str) -> dict[str, str]:
    """The results that a model names, by that name; they lie in the folder of the model or below it."""
    try:
        named = results_named(tomllib.loads(written))
    except (ValueError, RecursionError):
        return {}  # reading the model says what is wrong
    folder = file.parent.resolve()
    found = {}
    for name in named:
        try:
            place = (folder / name).resolve()
            inside = place.is_relative_to(folder) and not Path(name).is_absolute()
            there = inside and place.is_file()
        except (OSError, ValueError, RuntimeError):
            inside, there = False, False
        if not inside:
            raise Invalid("command.result_outside", file=str(file), named=name[:200])
        if there:
            found[name] = _read(place, LARGEST_RESULT)
    return found


def _keep(file: Path, model: MeasurementModel, evaluation: Evaluation) -> None:
    """Write the archive of an evaluation, whole or not at all; only another result is written over."""
    if file.exists():
        try:
            read_archive(_read(file, LARGEST_RESULT), file.name)
        except Invalid:
            raise Invalid("command.result_foreign", file=str(file)) from None
    written = to_text(archive(model, evaluation, file.stem)).encode("utf-8")
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_bytes(written)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    say("file_written", file=str(file), size=len(written))


def _as_json(model: MeasurementModel, evaluation: Evaluation, explain: bool) -> dict[str, object]:
    said = evaluation.to_json(language())
    if explain:
        for name, result in evaluation.outputs.items():
            said["outputs"][name]["explanation"] = explanation(model, result, language())
    return said


def _print(file: Path, model: MeasurementModel, evaluation: Evaluation, explain: bool) -> None:
    """Print the budget of each output, then the result, then how it came about."""
    line(evaluation.title or file.name)
    for result in evaluation.outputs.values():
        rows = budget_rows(result, language(), model)
        table(budget_head(language()), rows, title=text("budget_of", output=result.name), right=NUMBERS)
        for name, said in result_lines(result, language()):
            line(f"  {name}: {said}")
        for sentence in explanation(model, result, language()) if explain else ():
            line(f"  - {sentence}")
        for warning in result.warnings:
            note(warning.text(language()))
        line("")
