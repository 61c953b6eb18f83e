"""What a point still needs: before anything can be computed, and before the job can go to review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lims.bound_numbers import resolve
from lims.circumstances import Circumstances
from lims.measurement import complete_rows, standard_result
from lims.procedure_format import Label, Procedure
from lims.quantity_text import Shown, in_unit
from lims.tolerances import Tolerance, tolerance
from uncertainty.errors import Invalid, Stated
from uncertainty.quantity import read_quantity
from uncertainty.units import display_unit
from uncertainty.wording import wording


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is missing or does not fit: the sentence and where it is to be mended."""

    key: str
    values: Mapping[str, object]
    place: str  # "standards.reference", "readings.weighing", "environment.temperature", "item.nominal", ...
    blocks_evaluation: bool = False

    def text(self, language: str) -> str:
        """Return the sentence."""
        return wording(self.key, language, **self.values)


@dataclass(frozen=True, slots=True)
class OutsideLimits:
    """A condition of the environment outside the procedure's limits. ISO/IEC 17025, 6.3.3."""

    quantity: str
    label: Label
    reading: str
    unit: str
    least: str | None
    most: str | None

    def text(self, language: str) -> str:
        """Return the sentence: what was read, and both limits."""
        bounds = [Shown(one).text(language) for one in (self.least, self.most) if one is not None]
        sign = "" if len(bounds) == 2 else "≥ " if self.most is None else "≤ "
        limits = sign + "…".join(bounds)
        unit = display_unit(self.unit, language)
        values = {"name": self.label, "reading": Shown(self.reading, self.unit), "limits": limits, "unit": unit}
        return wording("procedures.environment_outside", language, **values)


def needs(procedure: Procedure, circumstances: Circumstances) -> tuple[Need, ...]:
    """Everything a point still needs before the job can go to review, in the order in which a technician meets it.

    Conditions outside their limits are not among them: a person may decide those (`check_environment`).
    """
    procedure = procedure.at(circumstances.point)
    found = [*item_needs(procedure, circumstances), *_input_needs(procedure, circumstances)]
    found += _reading_needs(procedure, circumstances)
    found += [
        Need("procedures.need_environment", {"name": one.label}, f"environment.{name}")
        for name, one in procedure.environment.items()
        if not circumstances.environment.get(name)
    ]
    found += _conformity_needs(procedure, circumstances)
    places: dict[str, Need] = {}
    for need in found:
        places.setdefault(need.place, need)
    return tuple(places.values())


def check_environment(procedure: Procedure, readings: Mapping[str, str | Sequence[str]]) -> tuple[OutsideLimits, ...]:
    """The conditions that left their limits; both limits belong to what is allowed.

    Args:
        procedure: the procedure with its limits.
        readings: canonical texts by quantity, in the procedure's unit; one, or several over the time span.
    """
    outside = []
    for name, limits in procedure.environment.items():
        texts = readings.get(name, ())
        for text in (texts,) if isinstance(texts, str) else texts:
            number = Decimal(text)
            low = limits.least is not None and number < Decimal(limits.least)
            high = limits.most is not None and number > Decimal(limits.most)
            if low or high:
                outside.append(OutsideLimits(name, limits.label, text, limits.unit, limits.least, limits.most))
    return tuple(outside)


def agreed_tolerance(procedure: Procedure, circumstances: Circumstances) -> Tolerance:
    """The limit of the item's class at the point. Raises: Invalid, where class or limit does not exist."""
    offer, agreed = procedure.report.conformity, circumstances.conformity or {}
    accuracy_class = agreed.get("accuracy_class") or circumstances.item.get("accuracy_class")
    if offer is None:
        raise Invalid("procedures.no_conformity", procedure=procedure.id)
    if agreed.get("rule") not in offer.rules:
        raise Invalid("procedures.need_rule", allowed=", ".join(offer.rules))
    if offer.half_width is not None:
        half_width = read_quantity(resolve(offer.half_width, procedure, circumstances)[0])
        return Tolerance("", "", "", "", half_width.typed.canonical, half_width.unit.text, False, None)
    if not accuracy_class:
        raise Invalid("procedures.need_item_class")
    return tolerance(offer.limits, accuracy_class, circumstances.point.get("nominal", ""), circumstances.item)


def _need(problem: Stated, place: str, *, blocks: bool = True) -> Need:
    return Need(problem.key, problem.values, getattr(problem, "place", place), blocks)


def item_needs(procedure: Procedure, circumstances: Circumstances) -> list[Need]:
    """What a procedure needs of the item and does not find, or finds outside what it serves."""
    found = []
    for name, limits in procedure.item.items():
        try:
            limits.check(circumstances.item.get(name))
        except Invalid as problem:
            found.append(_need(problem, f"item.{name}"))
    return found


def _input_needs(procedure: Procedure, circumstances: Circumstances) -> list[Need]:
    found = []
    for one in procedure.inputs.values():
        if one.source is not None:
            try:
                standard_result(one, procedure, circumstances)
            except Invalid as problem:
                found.append(_need(problem, f"standards.{one.source.role}"))
        for source in one.numbers.values():
            try:
                resolve(source, procedure, circumstances)
            except Invalid as problem:
                found.append(_need(problem, f"inputs.{one.name}"))
    for role in procedure.equipment.values():
        if role.name not in circumstances.equipment:
            found.append(Need("procedures.need_equipment", {"role": role.label}, f"equipment.{role.name}"))
    return found


def _reading_needs(procedure: Procedure, circumstances: Circumstances) -> list[Need]:
    found = []
    for name, table in procedure.readings.items():
        rows = circumstances.readings.get(name, ())
        begun = [row for row in rows if any(text is not None for text in row)]
        empty = sum(text is None for row in begun for text in row)
        lacking = max(0, table.least - len(complete_rows(table, circumstances)) - sum(None in row for row in begun))
        if empty or lacking:
            count = empty + lacking * len(table.columns)
            values = {"table": table.label, "count": count, "least": table.least}
            found.append(Need("procedures.need_readings", values, f"readings.{name}"))
    return found


def _conformity_needs(procedure: Procedure, circumstances: Circumstances) -> list[Need]:
    offer = procedure.report.conformity
    if circumstances.conformity is None:
        wanted = offer is not None and not offer.optional
        return (
            [Need("procedures.need_rule", {"allowed": ", ".join(offer.rules)}, "conformity")]
            if offer and wanted
            else []
        )
    try:
        limit = agreed_tolerance(procedure, circumstances)
        if circumstances.conformity.get("guard"):
            in_unit(circumstances.conformity["guard"], procedure.output.unit)
    except Invalid as problem:
        return [_need(problem, "conformity", blocks=False)]
    if limit.draft:
        values = {"value": limit.class_text, "document": limit.document}
        return [Need("procedures.limit_is_draft", values, "conformity")]
    return []
