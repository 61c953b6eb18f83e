"""What a certificate carries for machines, by procedure or on request: readings, budget, the model of each point.

All of it is made from the evaluation on record, so the same job gives the same bytes at any time. With the model and
`lims evaluate` anyone recomputes the result.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from certificates.attachment import Attachment
from instruments.bodies import policy_on
from lims.circumstances import Circumstances
from lims.measurement import measurement_model
from lims.procedure_format import Procedure
from lims.store.tables import Job
from lims.toml_text import toml_text
from uncertainty.wording import wording

WISH = "data_attachments"
READINGS, BUDGET, MODEL, MODELS = "readings.csv", "budget.csv", "model.toml", "models.zip"
_BUDGET_COLUMNS = (
    "input", "kind", "estimate", "unit", "standard_uncertainty", "evaluation_type", "distribution", "dof",
    "sensitivity", "contribution", "share",
)  # fmt: skip
_RESULT_COLUMNS = (
    "point", "value", "unit", "expanded_uncertainty", "coverage_factor", "coverage_probability",
)  # fmt: skip


def names_wanted(
    session: Session, job: Job, procedure: Procedure, points: list[dict[str, Any]], day: date
) -> tuple[str, ...]:
    """The names of the files that a job's certificate carries.

    Those of the procedure always; all of them by the customer's wish, or by the centre's for all its customers.
    """
    wished = any(policy_on(session, body_id, WISH, day) == "yes" for body_id in (job.customer_id, job.centre_id))
    names = {"readings": READINGS, "budget": BUDGET, "model": MODEL if len(points) == 1 else MODELS}
    return tuple(name for part, name in names.items() if wished or part in procedure.report.attach)


def attached_data(
    procedure: Procedure, points: list[dict[str, Any]], names: Iterable[str], language: str
) -> tuple[Attachment, ...]:
    """The files of these names.

    Args:
        procedure: the edition that the job kept.
        points: as the evaluation on record holds them.
        names: as `names_wanted` gave them when the content was approved.
        language: of the sentence beside each file.
    """
    found = []
    for name in names:
        content, mime_type, relationship = _made(name, procedure, points)
        said = wording(f"carried.{name.partition('.')[0]}", language)
        found.append(Attachment(name, content, mime_type, relationship, said))
    return tuple(found)


def _made(name: str, procedure: Procedure, points: list[dict[str, Any]]) -> tuple[bytes, str, str]:
    """One file: its bytes, their type, and what they are to the pages."""
    if name == READINGS:
        return _readings(procedure, points), "text/csv", "Source"
    if name == BUDGET:
        return _budget(points), "text/csv", "Data"
    if name == MODEL:
        return _model(procedure, points[0]), "application/toml", "Source"
    return _models(procedure, points), "application/zip", "Source"


def _table(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as CSV: commas, points in numbers, UTF-8 with its mark; a text that a spreadsheet would run stays text."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if cell is None else _inert(str(cell)) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    """A text that is no formula: one that begins like it, and is no number, gets an apostrophe."""
    if text[:1] not in "=+-@\t\r" or not text:
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def _readings(procedure: Procedure, points: list[dict[str, Any]]) -> bytes:
    """Every reading that entered a result, as it was typed, in the order of the bench."""
    rows: list[list[object]] = [["point", "table", "repetition", "column", "reading", "unit"]]
    for place, point in enumerate(points, start=1):
        for name, lines in Circumstances.from_json(point["circumstances"]).readings.items():
            columns = procedure.readings[name].columns
            for repetition, line in enumerate(lines, start=1):
                for column, text in zip(columns, line, strict=True):
                    rows.append([place, name, repetition, column.name, text, column.unit])
    return _table(rows)


def _budget(points: list[dict[str, Any]]) -> bytes:
    """Every result as it is printed, then the lines of its uncertainty budget unrounded."""
    rows: list[list[object]] = [[*_RESULT_COLUMNS, *(f"budget_{name}" for name in _BUDGET_COLUMNS)]]
    for place, point in enumerate(points, start=1):
        result: list[object] = [place, *(point[name] for name in _RESULT_COLUMNS[1:])]
        rows += [
            [*result, *(_number(line.get(name)) for name in _BUDGET_COLUMNS)] for line in point["output"]["budget"]
        ]
    return _table(rows)


def _number(value: object) -> object:
    """A number with all its digits."""
    return repr(value) if isinstance(value, float) else value


def _model(procedure: Procedure, point: Mapping[str, Any]) -> bytes:
    """The measurement model of one point, every number in it."""
    circumstances = Circumstances.from_json(point["circumstances"])
    return toml_text(measurement_model(procedure, dict(point["point"]), circumstances)).encode("utf-8")


def _models(procedure: Procedure, points: list[dict[str, Any]]) -> bytes:
    """The measurement models of all points, the same bytes on every run."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, point in enumerate(points, start=1):
            entry = zipfile.ZipInfo(f"point-{place:03d}.toml", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, _model(procedure, point))
    return stream.getvalue()
