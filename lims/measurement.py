"""A procedure at one point, in given circumstances -> a stand-alone measurement model that anyone can recompute."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lims.bound_numbers import Missing, resolve
from lims.circumstances import Circumstances, Rows, StandardInUse
from lims.interpolated_standards import check_between, input_label, neighbours_in_use
from lims.procedure_format import Label, Procedure, ProcedureInput, ReadingsTable, StandardRole
from lims.procedure_inputs import PURE
from lims.quantity_text import in_unit, same_quantity, shown
from lims.tolerances import tolerance
from uncertainty.errors import Invalid
from uncertainty.quantity import read_quantity
from uncertainty.typed import read_number

WIDTHS = ("half_width", "standard_uncertainty", "expanded_uncertainty")


def measurement_model(procedure: Procedure, point: Mapping[str, str], circumstances: Circumstances) -> dict[str, Any]:
    """The measurement model of one point, every number a text with its unit.

    Args:
        procedure: the edition the job keeps.
        point: the point's own numbers ("nominal": "10 kg"); they win over those of the circumstances.
        circumstances: what was at hand and read; only complete rows of readings enter.

    Returns:
        A mapping in the format of a stand-alone model file, for `uncertainty.model_file.read_model`.

    Raises:
        Missing: where something is not there yet, naming it and its place.
        Invalid: where a standard does not fit the point.
    """
    at_hand = at_point(procedure, point, circumstances)
    procedure = procedure.at(at_hand.point)
    model: dict[str, Any] = {
        "title": ", ".join((procedure.title.en, *(at_hand.point[key] for key in ("nominal",) if key in at_hand.point))),
        "source": "; ".join((*procedure.methods, f"{procedure.id} {procedure.edition}")),
        "model": dict(procedure.model),
        "outputs": {
            one.name: {"unit": one.unit, "kind": one.kind, "label": _label(one.label), "symbol": one.symbol}
            for one in procedure.outputs.values()
        },
        "inputs": {name: _input(one, procedure, at_hand) for name, one in procedure.inputs.items()},
        "evaluation": dict(procedure.evaluation),
    }
    tables = {one["in"] for one in model["inputs"].values() if "in" in one}
    if tables:
        model["readings"] = {
            name: _table(procedure.readings[name], at_hand) for name in procedure.readings if name in tables
        }
    if procedure.intermediates:
        model["intermediates"] = {name: dict(table) for name, table in procedure.intermediates.items()}
    if procedure.correlations:
        model["correlations"] = [dict(table) for table in procedure.correlations]
    return model


def at_point(procedure: Procedure, point: Mapping[str, str], circumstances: Circumstances) -> Circumstances:
    """The circumstances with the point's own numbers in them, and those of the range it lies in."""
    whole = {**circumstances.point, **point}
    within = procedure.range_of(whole)
    return replace(circumstances, point=whole, range={**(within.numbers if within else {}), **circumstances.range})


def complete_rows(table: ReadingsTable, circumstances: Circumstances) -> Rows:
    """The rows of a table in which every cell has been read."""
    rows = circumstances.readings.get(table.name, ())
    return tuple(row for row in rows if len(row) == len(table.columns) and all(text is not None for text in row))


def _label(label: Label) -> dict[str, str]:
    return {"vi": label.vi, "en": label.en}


def _table(table: ReadingsTable, circumstances: Circumstances) -> dict[str, Any]:
    return {
        "units": [column.unit for column in table.columns],
        "columns": [column.name for column in table.columns],
        "rows": [list(row) for row in complete_rows(table, circumstances)],
    }


def _input(one: ProcedureInput, procedure: Procedure, circumstances: Circumstances) -> dict[str, Any]:
    label = input_label(one, neighbours_in_use(circumstances.standards))
    found: dict[str, Any] = {"label": _label(label), "symbol": one.symbol, **one.plain}
    if one.source is not None:
        found |= standard_result(one, procedure, circumstances)
    records = []
    for key, source in one.numbers.items():
        text, record = resolve(source, procedure, circumstances)
        _put(found, key, text)
        if key in WIDTHS and record is not None:
            records.append(record)
    if one.contributions:
        found["contributions"] = [_contribution(row, procedure, circumstances) for row in one.contributions]
    if one.observed is not None:
        found |= _observed(one, procedure, circumstances)
    elif "value" not in found and "half_width" in found:
        found["value"] = f"0 {read_quantity(found['half_width']).unit.text}"
    if one.shared and len(records) == 1:
        found.setdefault("shared", records[0])
    return found


def _put(found: dict[str, Any], key: str, text: str) -> None:
    """Write a number under its key; numbers without unit by their nature stand as numbers."""
    table, _, inner = key.rpartition(".")
    place = found.setdefault(table, {}) if table else found
    place[inner] = pure(text) if inner in PURE else text


def pure(text: str) -> int | float:
    """A factor, a probability or degrees of freedom as a number: whole where it is written so. Raises: Invalid."""
    number = in_unit(text, "1")
    return int(number) if number == number.to_integral_value() and "." not in text else float(number)


def _contribution(row: Mapping[str, Any], procedure: Procedure, circumstances: Circumstances) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, source in row.items():
        if key in ("name", "distribution"):
            found[key] = source
        elif key == "label":
            found[key] = _label(source)
        else:
            _put(found, key, resolve(source, procedure, circumstances)[0])
    return found


def _observed(one: ProcedureInput, procedure: Procedure, circumstances: Circumstances) -> dict[str, Any]:
    table = procedure.readings[str(one.table)]
    rows = complete_rows(table, circumstances)
    if one.no_scatter is not None and rows:
        position = [column.name for column in table.columns].index(str(one.observed))
        column = table.columns[position]
        texts = [str(row[position]) for row in rows]
        if len({read_number(text).number for text in texts}) == 1:
            unit = "" if column.unit == "1" else f" {column.unit}"
            return {"readings": [text + unit for text in texts], "type_a": "none", "reason": one.no_scatter}
    return {"observed": one.observed, "in": one.table}


def standard_result(one: ProcedureInput, procedure: Procedure, circumstances: Circumstances) -> dict[str, Any]:
    """A whole result of a standard, or its nominal value with the limits of its class. Raises: Missing, Invalid."""
    assert one.source is not None
    role = procedure.standards[one.source.role]
    standard = circumstances.standards.get(role.name)
    place = f"standards.{role.name}"
    if standard is None:
        raise Missing("procedures.need_standard", place, role=role.label)
    wanted, _ = resolve(one.source.at, procedure, circumstances)
    check_between(one, role, standard, wanted)
    nominal = standard.nominal_text()
    if nominal is not None and not same_quantity(nominal, wanted):
        values = {"code": standard.code or role.label, "nominal": shown(nominal), "wanted": shown(wanted)}
        raise Invalid("procedures.standard_other_nominal", **values)
    found = _class_limits(role, standard, wanted) if role.use == "class limits" else _certificate(role, standard)
    _check_fine_enough(role, standard, found)
    if rests_on_archive(one, procedure, standard):
        return {"from_result": role.name}
    if standard.influence_id is not None:
        found["shared"] = standard.influence_id
    return found


def rests_on_archive(one: ProcedureInput, procedure: Procedure, standard: StandardInUse) -> bool:
    """Whether an input takes its standard's result with all influences behind it: one calibrated by this system.

    An input that says more of the result than causes beside it, such as another distribution, takes it as printed.
    """
    if one.source is None or standard.archive is None or one.numbers or set(one.plain) - {"kind"}:
        return False
    return procedure.standards[one.source.role].use == "certificate"


def archives_of(procedure: Procedure, circumstances: Circumstances) -> dict[str, str]:
    """The archives of the standards whose influences are known, by role: `results` of `read_model`."""
    found = {}
    for one in procedure.inputs.values():
        if one.source is None or one.source.role not in circumstances.standards:
            continue
        standard = circumstances.standards[one.source.role]
        if standard.archive is not None and rests_on_archive(one, procedure, standard):
            found[one.source.role] = standard.archive
    return found


def _certificate(role: StandardRole, standard: StandardInUse) -> dict[str, Any]:
    if standard.value is None or standard.expanded_uncertainty is None:
        raise Missing(
            "procedures.need_result", f"standards.{role.name}", role=role.label, code=standard.code or role.label
        )
    found: dict[str, Any] = {
        "value": f"{standard.value} {standard.unit or ''}".strip(),
        "expanded_uncertainty": f"{standard.expanded_uncertainty} {standard.uncertainty_unit or ''}".strip(),
    }
    for key in ("coverage_factor", "coverage_probability", "dof"):
        text = getattr(standard, key)
        if text is not None and (key != "coverage_probability" or standard.coverage_factor is None):
            found[key] = pure(text)
    return found


def _check_fine_enough(role: StandardRole, standard: StandardInUse, found: Mapping[str, str]) -> None:
    """Refuse a standard whose uncertainty is too large for the procedure. ISO/IEC 17025, 6.4.5."""
    if role.largest_relative_uncertainty is None:
        return
    value = read_quantity(found["value"])
    width = in_unit(found.get("expanded_uncertainty") or found["half_width"], value.unit.text)
    if width > abs(value.typed.number) * in_unit(role.largest_relative_uncertainty, "1"):
        largest = shown(role.largest_relative_uncertainty)
        raise Invalid(
            "procedures.standard_too_coarse", code=standard.code or role.label, role=role.label, largest=largest
        )


def _class_limits(role: StandardRole, standard: StandardInUse, nominal: str) -> dict[str, Any]:
    named = standard.properties.get("tolerance_table")
    table = named.text if named is not None else role.table
    if standard.accuracy_class is None or table is None:
        raise Missing(
            "procedures.need_class", f"standards.{role.name}", role=role.label, code=standard.code or role.label
        )
    limit = tolerance(table, standard.accuracy_class, nominal)
    return {"value": nominal, "distribution": "rectangular", "half_width": f"{limit.half_width} {limit.unit}"}
