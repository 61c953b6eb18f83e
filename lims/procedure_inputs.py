"""The inputs of a procedure and where their numbers come from: properties, expressions, readings, whole results."""

from collections.abc import Mapping, Sequence
from typing import Any

from lims.constants import constant_names
from lims.procedure_format import (
    INTERPOLATIONS,
    Binding,
    BoundExpression,
    Label,
    Procedure,
    ProcedureInput,
    Source,
    StandardSource,
    bindings_of,
)
from lims.procedure_place import Place
from uncertainty.errors import Invalid, did_you_mean
from uncertainty.expression import read_expression
from uncertainty.quantity import read_quantity

NUMBERS = (
    "value", "standard_uncertainty", "expanded_uncertainty", "relative_standard_uncertainty", "coverage_factor",
    "coverage_probability", "half_width", "lower", "upper", "mode", "shape", "inexactness", "counts", "dof",
    "pooled_standard_deviation", "pooled_dof",
)  # fmt: skip
PURE = ("coverage_factor", "coverage_probability", "shape", "counts", "dof", "pooled_dof")
SPECIFICATION = ("relative", "of_range", "range", "plus", "coverage_probability", "coverage_factor")
PLAIN = ("distribution", "kind", "type_a", "reason", "unit")
OWN = ("label", "symbol", "source", "observed", "in", "no_scatter", "shared", "contributions", "specification")
HOLDERS = {
    "standard": "standards", "equipment": "equipment", "environment": "environment", "item": "item",
    "constant": "constant", "point": "point", "range": "range",
}  # fmt: skip
WITH_ROLE = ("standards", "equipment", "constant")


def read_input(place: Place, name: str) -> ProcedureInput:
    """One `[inputs.NAME]` table. Raises: InvalidProcedure."""
    place.only((*NUMBERS, *PLAIN, *OWN))
    numbers = {key: read_source(place, key) for key in NUMBERS if key in place.table}
    within = place.inside("specification")
    within.only(SPECIFICATION)
    numbers |= {f"specification.{key}": read_source(within, key) for key in within.table}
    if ("observed" in place.table) != ("in" in place.table):
        place.refuse("observed_and_in")
    source = _standard_source(place.inside("source")) if "source" in place.table else None
    if source is None and "observed" not in place.table and not numbers:
        place.refuse("input_without_source", name=name)
    return ProcedureInput(
        name=name,
        label=place.label(),
        symbol=place.text("symbol", name),
        source=source,
        numbers=numbers,
        plain={key: place.text(key) for key in PLAIN if key in place.table},
        contributions=tuple(_contribution(row) for row in place.rows("contributions")),
        observed=place.optional_text("observed"),
        table=place.optional_text("in"),
        no_scatter=place.optional_text("no_scatter"),
        shared=place.truth("shared", default=True),
    )


def _contribution(place: Place) -> Mapping[str, Source | Label]:
    place.only((*NUMBERS, "name", "distribution", "label"))
    found: dict[str, Source | Label] = {key: read_source(place, key) for key in NUMBERS if key in place.table}
    found |= {key: place.text(key) for key in ("name", "distribution") if key in place.table}
    return found | ({"label": place.label()} if "label" in place.table else {})


def _standard_source(place: Place) -> StandardSource:
    place.only(("standard", "at", "interpolation"))
    at = _dotted(place, "at", place.text("at", "point.nominal"))
    return StandardSource(place.text("standard"), at, place.choice("interpolation", INTERPOLATIONS, "none"))


def read_source(place: Place, key: str) -> Source:
    """A number: text with its unit, a property, or an expression of properties. Raises: InvalidProcedure."""
    value = place.table[key]
    if isinstance(value, dict):
        return _bound_expression(place, key, value) if "expression" in value else one_binding(place, key, value)
    if key in PURE and isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value)
    if not isinstance(value, str):
        place.refuse("number_in_quotes", key, entry=key, value=value)
    try:
        read_quantity(value)
    except Invalid as problem:
        place.refuse(problem, key)
    return value


def _bound_expression(place: Place, key: str, table: Mapping[str, object]) -> BoundExpression:
    inside = Place(place.places, (*place.path, key), table)
    text = inside.text("expression")
    names = {name: _dotted(inside, name, inside.text(name)) for name in table if name != "expression"}
    try:
        used = read_expression(text).names
    except Invalid as problem:
        place.refuse(problem, key)
    for name in used:
        if name not in names:
            place.refuse("expression_name", key, name=name, hint=did_you_mean(name, names))
    for name in names:
        if name not in used:
            place.refuse("binding_unused", key, name=name)
    return BoundExpression(text, names)


def one_binding(place: Place, key: str, table: Mapping[str, Any]) -> Binding:
    """A property: `{ standard = "reference", property = "drift_limit" }`. Raises: InvalidProcedure."""
    holders = [name for name in table if name in HOLDERS]
    unknown = [name for name in table if name not in HOLDERS and name != "property"]
    if unknown:
        place.refuse("unknown_key", key, entry=unknown[0], hint=did_you_mean(unknown[0], (*HOLDERS, "property")))
    if len(holders) != 1 or not all(isinstance(value, str) for value in table.values()):
        place.refuse("one_holder", key, known=", ".join(HOLDERS))
    holder, first = HOLDERS[holders[0]], table[holders[0]]
    if holder not in WITH_ROLE:
        return Binding(holder, "", table.get("property", first))
    if "property" not in table:
        place.refuse("missing_key", key, entry="property")
    return Binding(holder, first, table["property"])


def _dotted(place: Place, key: str, text: str) -> Binding:
    """A property as one dotted text: `point.nominal`, `standards.reference.drift_limit`."""
    parts = text.split(".")
    if len(parts) == 2 and parts[0] in ("point", "range", "item", "environment"):
        return Binding(parts[0], "", parts[1])
    if len(parts) != 3 or parts[0] not in WITH_ROLE:
        place.refuse("binding_unreadable", key, value=text)
    return Binding(parts[0], parts[1], parts[2])


def check_names(head: Place, procedure: Procedure) -> None:
    """Refuse an equation with a name that nothing defines, an input that nothing uses, a table that is not there."""
    known = set(procedure.inputs)
    used: set[str] = set()
    for name, text in procedure.model.items():
        try:
            names = read_expression(text).names
        except Invalid as problem:
            head.refuse(problem, "model", name)
        for one in names:
            if one not in known:
                head.refuse("name_undefined", "model", name, name=one, hint=did_you_mean(one, known))
        used |= set(names)
        known.add(name)
    for name, given in procedure.inputs.items():
        if name not in used:
            head.refuse("input_unused", "inputs", name, name=name)
        if given.observed is not None:
            _check_observed(head, procedure, given)


def _check_observed(head: Place, procedure: Procedure, one: ProcedureInput) -> None:
    if one.table is None or one.table not in procedure.readings:
        head.refuse("no_readings", "inputs", one.name, "in", table=one.table, known=", ".join(procedure.readings))
    columns = [column.name for column in procedure.readings[one.table].columns]
    try:
        names = read_expression(str(one.observed)).names
    except Invalid as problem:
        head.refuse(problem, "inputs", one.name, "observed")
    for name in names:
        if name not in columns:
            head.refuse("no_column", "inputs", one.name, "observed", name=name, hint=did_you_mean(name, columns))
    if one.no_scatter is not None and one.observed not in columns:
        head.refuse("no_scatter_column", "inputs", one.name, "no_scatter")


def check_bindings(head: Place, procedure: Procedure, rows: Sequence[int]) -> None:
    """Refuse a property of a role, of the item or of the environment that the file does not declare.

    `rows` has the number of the `[[points]]` table from which each point comes.
    """
    for name, one in procedure.inputs.items():
        if one.source is not None and one.source.role not in procedure.standards:
            _refuse_role(head, ("inputs", name, "source"), one.source.role, procedure.standards)
        for binding in one.bindings():
            _check_binding(head, ("inputs", name), binding, procedure)
    for name, table in procedure.readings.items():
        if isinstance(table.resolution, Binding):
            _check_binding(head, ("readings", name, "resolution"), table.resolution, procedure)
    for number, point in zip(rows, procedure.points, strict=True):
        for key, value in point.items():
            for binding in bindings_of(value):
                _check_binding(head, ("points", number, key), binding, procedure)
    offer = procedure.report.conformity
    for binding in bindings_of(offer.half_width) if offer is not None and offer.half_width is not None else ():
        _check_binding(head, ("report", "conformity", "half_width"), binding, procedure)


def _check_binding(head: Place, path: tuple[str | int, ...], binding: Binding, procedure: Procedure) -> None:
    declared: Mapping[str, Mapping[str, object]] = {
        "standards": procedure.standards, "equipment": procedure.equipment, "item": procedure.item,
        "environment": procedure.environment,
    }  # fmt: skip
    if binding.holder == "constant":
        if binding.name not in constant_names(binding.role):
            head.refuse("no_constant", *path, name=str(binding))
    elif binding.holder in declared:
        wanted = binding.role or binding.name
        if wanted not in declared[binding.holder]:
            _refuse_role(head, path, wanted, declared[binding.holder], holder=binding.holder)
    elif binding.holder == "range" and not any(binding.name in one.numbers for one in procedure.ranges):
        head.refuse("no_range_key", *path, name=binding.name)
    elif binding.holder == "point" and not any(binding.name in point for point in procedure.points):
        head.refuse("no_point_key", *path, name=binding.name)


def _refuse_role(
    head: Place, path: tuple[str | int, ...], name: str, known: Mapping[str, object], holder: str = "standards"
) -> None:
    head.refuse("not_declared", *path, name=f"{holder}.{name}", hint=did_you_mean(name, known))
