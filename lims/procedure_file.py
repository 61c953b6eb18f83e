"""The text of a procedure file -> a checked `Procedure`, refused with file, line and name where it is wrong."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lims.procedure_format import (
    UNIT_OF_RANGE,
    Column,
    EquipmentRole,
    Example,
    LimitedQuantity,
    OutputQuantity,
    Procedure,
    ReadingsTable,
    StandardRole,
)
from lims.procedure_inputs import check_bindings, check_names, one_binding, read_input
from lims.procedure_matrix import check_matrix, read_matrix, read_points
from lims.procedure_parts import (
    check_rules,
    read_checks,
    read_phases,
    read_range,
    read_report,
    read_verification,
)
from lims.procedure_place import InvalidProcedure, Place
from lims.quantity_text import in_unit
from lims.tolerances import tolerance_tables
from uncertainty.errors import Invalid
from uncertainty.places import Places, find_lines
from uncertainty.quantity import read_quantity
from uncertainty.typed import read_number
from uncertainty.units import check_unit

TOP = (
    "id", "edition", "service", "discipline", "title", "methods", "model", "outputs", "intermediates", "inputs",
    "correlations", "standards", "equipment", "item", "environment", "readings", "points", "ranges", "matrix",
    "phases", "checks", "verification", "sampling", "evaluation", "report", "example",
)  # fmt: skip
SERVICES = ("calibration", "verification", "testing")
KINDS = ("value", "measurement_error", "correction")
EVALUATION = ("coverage_probability", "coverage_factor", "order", "monte_carlo", "trials", "seed")
CASE = ("point", "range", "item", "environment", "standards", "equipment", "readings")
LOADS = {"S": "S", "X": "X", "standard": "S", "item": "X", "": ""}
POINT_OF_STANDARD = ("nominal", "value", "expanded_uncertainty", "coverage_factor", "coverage_probability", "dof")
EXPECTED = ("estimate", "standard_uncertainty", "expanded_uncertainty", "coverage_factor", "effective_dof")
MOST_BYTES = 200_000
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EDITION = re.compile(r"[0-9]{4}-[0-9]{1,3}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")


def read_procedure(source: str | Path, *, name: str = "procedure.toml") -> Procedure:
    """One procedure from its file or from its text.

    Args:
        source: path of the file, or the TOML text itself.
        name: what messages call the text; a path has its own name.

    Raises:
        InvalidProcedure: naming file, line and place, what is wrong and the nearest right spelling.

    Source: ISO/IEC 17025:2017, 7.2.1.
    """
    if isinstance(source, Path):
        name, text = source.name, source.read_text(encoding="utf-8")
    else:
        text = source
    text = text.replace("\r\n", "\n")
    if len(text.encode()) > MOST_BYTES:
        raise InvalidProcedure("procedures.too_long", file=name, most=MOST_BYTES)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise InvalidProcedure("procedures.not_toml", file=name, problem=str(problem)) from problem
    head = Place(Places(name, find_lines(text)), (), table)
    return _procedure(head, text)


def _procedure(head: Place, text: str) -> Procedure:
    head.only(TOP)
    head.need("id", "edition", "service", "title", "model", "outputs", "inputs", "points", "evaluation", "example")
    matrix = read_matrix(head)
    points, rows = read_points(head, matrix)
    procedure = Procedure(
        id=_matching(head, "id", _ID),
        edition=_matching(head, "edition", _EDITION),
        service=head.choice("service", SERVICES),
        discipline=head.text("discipline"),
        title=head.label("title"),
        methods=head.texts("methods"),
        model={name: head.inside("model").text(name, most=500) for name in head.inside("model").table},
        outputs={name: _output(place, name) for name, place in head.tables("outputs").items()},
        intermediates={name: place.table for name, place in head.tables("intermediates").items()},
        inputs={name: read_input(place, name) for name, place in head.tables("inputs").items()},
        correlations=tuple(place.table for place in head.rows("correlations")),
        standards={name: _standard(place, name) for name, place in head.tables("standards").items()},
        equipment={name: _equipment(place, name) for name, place in head.tables("equipment").items()},
        item={name: _limited(place, name, bare=False) for name, place in head.tables("item").items()},
        environment={name: _limited(place, name, bare=True) for name, place in head.tables("environment").items()},
        readings={name: _readings(place, name) for name, place in head.tables("readings").items()},
        points=points,
        ranges=tuple(read_range(place) for place in head.rows("ranges")),
        matrix=matrix,
        phases=read_phases(head),
        checks=read_checks(head),
        verification=read_verification(head, head.text("service")),
        evaluation=_evaluation(head.inside("evaluation")),
        report=read_report(head.inside("report")),
        sampling=head.label("sampling") if "sampling" in head.table else None,
        examples=tuple(_example(place) for place in head.rows("example")),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        file=head.places.name,
        text=text,
    )
    check_rules(head, procedure.service, procedure.report, len(procedure.points))
    check_matrix(head, procedure)
    _check_whole(head, procedure, rows)
    return procedure


def _matching(place: Place, key: str, pattern: re.Pattern[str]) -> str:
    value = place.text(key)
    if pattern.fullmatch(value) is None:
        place.refuse(f"not_{key}", key, value=value)
    return value


def _unit(place: Place, key: str = "unit", default: str | None = None) -> str:
    text = place.text(key, default)
    if text == UNIT_OF_RANGE and place.path[:1] in (("outputs",), ("readings",)):
        return text
    try:
        check_unit(text)
    except Invalid as problem:
        place.refuse(problem, key)
    return text


def _output(place: Place, name: str) -> OutputQuantity:
    place.only(("unit", "kind", "label", "symbol", "quantity"))
    kind, quantity = place.choice("kind", KINDS, "value"), place.optional_text("quantity")
    return OutputQuantity(name, _unit(place), kind, place.label(), place.text("symbol", name), quantity)


def _standard(place: Place, name: str) -> StandardRole:
    place.only(("label", "quantity", "use", "table", "properties", "largest_relative_uncertainty"))
    use = place.choice("use", ("certificate", "class limits"), "certificate")
    table = place.optional_text("table")
    if table is not None and table not in tolerance_tables():
        place.refuse("no_table", "table", table=table, known=", ".join(tolerance_tables()))
    properties = {key: place.inside("properties").label(key) for key in place.inside("properties").table}
    largest = place.optional_text("largest_relative_uncertainty")
    return StandardRole(name, place.label(), place.text("quantity"), use, table, properties, largest)


def _equipment(place: Place, name: str) -> EquipmentRole:
    place.only(("label", "properties"))
    properties = {key: place.inside("properties").label(key) for key in place.inside("properties").table}
    return EquipmentRole(name, place.label(), properties)


def _limited(place: Place, name: str, *, bare: bool) -> LimitedQuantity:
    """A quantity with limits: bare numbers in its unit (environment), or numbers with their own unit (item)."""
    place.only(("label", "unit", "least", "most", "bounds_points"))
    unit, least, most = _unit(place), place.optional_text("least"), place.optional_text("most")
    for key, text in (("least", least), ("most", most)):
        if text is not None:
            _check_number(place, key, f"{text} {unit}" if bare else text, unit)
    return LimitedQuantity(name, place.label(), unit, least, most, place.truth("bounds_points", default=False))


def _check_number(place: Place, key: str, text: str, unit: str) -> None:
    try:
        in_unit(text, unit)
    except Invalid as problem:
        place.refuse(problem, key)


def _readings(place: Place, name: str) -> ReadingsTable:
    place.only(("label", "columns", "unit", "units", "repetitions", "resolution"))
    rows = place.rows("columns")
    if not rows:
        place.refuse("no_columns")
    units = place.texts("units") or (_unit(place),) * len(rows)
    if len(units) != len(rows):
        place.refuse("units_and_columns", "units", units=len(units), columns=len(rows))
    columns = tuple(_column(row, unit) for row, unit in zip(rows, units, strict=True))
    if len({column.name for column in columns}) != len(columns):
        place.refuse("column_twice", "columns")
    repetitions = place.inside("repetitions")
    repetitions.only(("least", "usual"))
    least = repetitions.whole("least", 1, 1000, 1)
    usual = repetitions.whole("usual", least, 1000, least)
    resolution = place.table.get("resolution")
    if isinstance(resolution, dict):
        resolution = one_binding(place, "resolution", resolution)
    elif resolution is not None:
        resolution = place.text("resolution")
        _check_number(place, "resolution", resolution, units[0])
    return ReadingsTable(name, place.label(), columns, least, usual, resolution)


def _column(place: Place, unit: str) -> Column:
    place.only(("name", "load", "label", "unit"))
    name = _matching(place, "name", _NAME)
    load = LOADS[place.choice("load", LOADS, "")]
    return Column(name, load, _unit(place, "unit", unit), place.label(default=name))


def _evaluation(place: Place) -> Mapping[str, object]:
    place.only(EVALUATION)
    place.need("coverage_probability")
    return dict(place.table)


def _example(place: Place) -> Example:
    place.only((*CASE, "source", "note", "expect"))
    place.need("source", "point", "expect")
    line = place.places.line(place.path) or 1
    data: dict[str, Any] = {key: _numbers(place.inside(key)) for key in ("point", "range", "item", "environment")}
    data["equipment"] = {role: _numbers(one) for role, one in place.tables("equipment").items()}
    data["standards"] = {role: _standard_at_hand(one) for role, one in place.tables("standards").items()}
    data["readings"] = {name: _rows(place.inside("readings"), name) for name in place.inside("readings").table}
    expect = {name: _expected(one) for name, one in place.tables("expect").items()}
    if not expect:
        place.refuse("expects_nothing", "expect")
    return Example(place.text("source"), place.text("note", ""), line, data, expect)


def _standard_at_hand(place: Place) -> dict[str, Any]:
    """The numbers of a standard; `points` are results of its calibration, between which its value lies."""
    rows = place.rows("points")
    for row in rows:
        row.only(POINT_OF_STANDARD)
        row.need("nominal", "value", "expanded_uncertainty")
    own = {key: value for key, value in place.table.items() if key != "points"}
    found: dict[str, Any] = dict(_numbers(Place(place.places, place.path, own)))
    return found | ({"points": [_numbers(row) for row in rows]} if rows else {})


def _numbers(place: Place) -> dict[str, str]:
    """A table of texts; a plain number (a coverage factor) stands for its text."""
    found = {}
    for key, value in place.table.items():
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            place.refuse("not_text", key, entry=key)
        found[key] = str(value)
    return found


def _rows(place: Place, name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of readings of an example: texts of numbers."""
    rows = place.table[name]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        place.refuse("not_rows", name, entry=name)
    for text in (text for row in rows for text in row):
        if not isinstance(text, str):
            place.refuse("not_rows", name, entry=name)
        try:
            read_number(text)
        except Invalid as problem:
            place.refuse(problem, name)
    return tuple(tuple(row) for row in rows)


def _expected(place: Place) -> dict[str, Any]:
    """What an example expects of one output: printed numbers, and tolerances where the source is looser."""
    place.only((*EXPECTED, "coverage_basis", "tolerance"))
    place.need("estimate")
    if not {"standard_uncertainty", "expanded_uncertainty"} & place.table.keys():
        place.refuse("missing_key", entry="expanded_uncertainty")
    tolerances = place.inside("tolerance")
    tolerances.only(EXPECTED)
    for within in (place, tolerances):
        for key in within.table:
            if key in EXPECTED:
                try:
                    read_quantity(within.text(key))
                except Invalid as problem:
                    within.refuse(problem, key)
    return {**place.table, "tolerance": dict(tolerances.table)}


def _check_whole(head: Place, procedure: Procedure, numbers: Sequence[int]) -> None:
    """Refuse what no single table shows: names that nothing defines, an output without equation.

    `numbers` has the number of the `[[points]]` table from which each point comes.
    """
    for name in procedure.outputs:
        if name not in procedure.model:
            head.refuse("output_without_equation", "outputs", name, name=name)
    for key, rows in (("points", procedure.points), ("example", procedure.examples)):
        if not rows:
            head.refuse("missing_key", entry=key)
    for number, point in zip(numbers, procedure.points, strict=True):
        within = point.get("range")
        if within is not None and within not in [one.name for one in procedure.ranges]:
            head.refuse("no_range", "points", number, "range", range=within)
    for number, example in enumerate(procedure.examples):
        for name in example.expect:
            if name not in procedure.outputs:
                head.refuse("expects_no_output", "example", number, "expect", name=name)
    check_names(head, procedure)
    check_bindings(head, procedure, numbers)
