"""Everything a point's result is computed from, as texts: what was at hand, and what was read."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from instruments.interpolation import Neighbour
from uncertainty.errors import Invalid


class Property(NamedTuple):
    """A dated property of a standard or of equipment; `record` is the id of that dated record."""

    text: str
    unit: str
    record: str | None = None

    def quantity(self) -> str:
        """Return the number with its unit as one text."""
        return f"{self.text} {self.unit}" if self.unit not in ("", "1") else self.text


@dataclass(frozen=True, slots=True)
class StandardInUse:
    """A measurement standard in its role: one result of one of its calibrations, as printed there.

    A standard used by its class limits needs no value: `nominal` and `accuracy_class` are enough.
    """

    code: str = ""
    calibration_id: str | None = None
    certificate_number: str | None = None
    value: str | None = None
    unit: str | None = None
    expanded_uncertainty: str | None = None
    uncertainty_unit: str | None = None
    coverage_factor: str | None = None
    dof: str | None = None
    coverage_probability: str | None = None
    nominal: str | None = None
    nominal_unit: str | None = None
    properties: Mapping[str, Property] = field(default_factory=dict)
    accuracy_class: str | None = None
    influence_id: str | None = None
    result_id: str | None = None
    archive: str | None = None  # of an own calibration: the influences behind the result, see uncertainty.archive
    between: tuple[Neighbour, ...] = ()  # the two results from which the value is interpolated; none: it is calibrated

    def nominal_text(self) -> str | None:
        """Return the nominal value with its unit, None where the standard has none."""
        return None if self.nominal is None else f"{self.nominal} {self.nominal_unit or ''}".strip()


@dataclass(frozen=True, slots=True)
class EquipmentInUse:
    """Other measuring equipment in its role, with the properties in force that day."""

    code: str = ""
    calibration_id: str | None = None
    certificate_number: str | None = None
    properties: Mapping[str, Property] = field(default_factory=dict)


Rows = tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What one point's result is computed from. Every number is text. ISO/IEC 17025, 7.5.1.

    Args:
        point: the point's own numbers, with units ("nominal": "10 kg").
        standards: by role; the result that belongs to this point.
        equipment: by role.
        readings: by table: rows of canonical texts in the units of the columns, None where nothing is read yet.
        environment: by quantity: every reading of the time span, canonical text in the procedure's unit.
        item: properties of the item, numbers with units; `accuracy_class` is plain text.
        range: the range's own numbers, with units.
        conformity: None, or what was agreed: "rule", "accuracy_class" and, where agreed, "guard" with its unit.
    """

    point: Mapping[str, str] = field(default_factory=dict)
    standards: Mapping[str, StandardInUse] = field(default_factory=dict)
    equipment: Mapping[str, EquipmentInUse] = field(default_factory=dict)
    readings: Mapping[str, Rows] = field(default_factory=dict)
    environment: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    item: Mapping[str, str] = field(default_factory=dict)
    range: Mapping[str, str] = field(default_factory=dict)
    conformity: Mapping[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the same as plain lists and dictionaries."""
        return {
            "point": dict(self.point),
            "standards": {role: _plain(one) for role, one in self.standards.items()},
            "equipment": {role: _plain(one) for role, one in self.equipment.items()},
            "readings": {table: [list(row) for row in rows] for table, rows in self.readings.items()},
            "environment": {name: list(texts) for name, texts in self.environment.items()},
            "item": dict(self.item),
            "range": dict(self.range),
            "conformity": None if self.conformity is None else dict(self.conformity),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Circumstances":
        """Return the circumstances that `to_json` wrote. Raises: Invalid."""
        try:
            return cls(
                point=dict(data["point"]),
                standards={role: StandardInUse(**_with_properties(one)) for role, one in data["standards"].items()},
                equipment={role: EquipmentInUse(**_with_properties(one)) for role, one in data["equipment"].items()},
                readings={name: tuple(tuple(row) for row in rows) for name, rows in data["readings"].items()},
                environment={name: tuple(texts) for name, texts in data["environment"].items()},
                item=dict(data["item"]),
                range=dict(data.get("range", {})),
                conformity=data.get("conformity"),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise Invalid("procedures.circumstances_unreadable", problem=str(problem)) from problem

    @property
    def sha256(self) -> str:
        """Return the hash of the canonical JSON: the same circumstances, the same hash."""
        text = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def with_readings(self, table: str, rows: Rows) -> "Circumstances":
        """Return the same with other readings in one table."""
        return replace(self, readings={**self.readings, table: rows})


def _plain(one: StandardInUse | EquipmentInUse) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(one, name) for name in one.__dataclass_fields__}
    if values.get("archive", "") is None:
        del values["archive"]
    if "between" in values:
        between = [asdict(one) for one in values.pop("between")]
        values |= {"between": between} if between else {}
    return {**values, "properties": {name: list(value) for name, value in one.properties.items()}}


def _with_properties(data: Mapping[str, Any]) -> dict[str, Any]:
    known = dict(data)
    if "between" in known:
        known["between"] = tuple(Neighbour(**one) for one in known["between"])
    return {**known, "properties": {name: Property(*value) for name, value in data.get("properties", {}).items()}}
