"""What the forms of the registry offer: centres, laboratories, quantities, the calibrations a new one can rest on."""

from dataclasses import dataclass

from sqlmodel import col, select

from instruments.bodies import name_on
from instruments.models import Body, Calibration, Instrument
from instruments.registry import latest_calibration
from lims.disciplines import quantity_name
from lims.people import STAFF
from lims.procedure_format import Label
from lims.step import Act, query

LABORATORY_KINDS = ("nmi", "centre", "laboratory", "regulator")


@dataclass(frozen=True)
class RegistryChoices:
    """What may be chosen where a standard or one of its calibrations is entered."""

    centres: tuple[tuple[str, Label], ...]
    """The centres for which the actor may enter standards: (body id, name)."""
    laboratories: tuple[tuple[str, Label], ...]
    """Who may have calibrated: (body id, name)."""
    quantities: tuple[tuple[str, Label], ...]
    """The quantities that the procedures ask standards for: (quantity, name)."""
    calibrations: tuple[tuple[str, str, Label], ...]
    """The calibrations in force of standards: (calibration id, certificate and code, name of the standard)."""
    properties: tuple[tuple[str, Label], ...]
    """The properties that the procedures ask standards and equipment for: (name, label)."""


@query(permission="registry.standard")
def registry_choices(act: Act) -> RegistryChoices:
    """What the forms for standards and their calibrations offer."""
    centres = [
        (centre_id, _name(act, centre_id))
        for centre_id in act.rights.bodies(frozenset(STAFF))
        if act.rights.holds("registry.standard", centre_id)
    ]
    bodies = act.session.exec(select(Body).where(col(Body.kind).in_(LABORATORY_KINDS)).order_by(Body.kind, Body.code))
    roles = [role for one in act.lab.procedures.values() for role in one.standards.values()]
    return RegistryChoices(
        centres=tuple(centres),
        laboratories=tuple((one.id, _name(act, one.id)) for one in bodies),
        quantities=tuple((one, quantity_name(one)) for one in sorted({role.quantity for role in roles})),
        calibrations=tuple(_calibrations(act)),
        properties=_properties(act),
    )


@dataclass(frozen=True)
class ListOwners:
    """For whom a list of instruments can be imported."""

    centres: tuple[tuple[str, Label], ...]
    customers: tuple[tuple[str, Label], ...]


@query(permission="registry.standard")
def list_owners(act: Act) -> ListOwners:
    """The centres of the actor, and the customers whose items may come as a list."""
    centres = [one for one in act.rights.bodies(frozenset(STAFF)) if act.rights.holds("registry.standard", one)]
    customers = act.session.exec(select(Body.id).where(Body.kind == "customer").order_by(Body.code))
    return ListOwners(
        tuple((one, _name(act, one)) for one in centres), tuple((one, _name(act, one)) for one in customers)
    )


def _name(act: Act, body_id: str) -> Label:
    name = name_on(act.session, body_id, act.day)
    return Label(name.name_vi, name.name_en) if name else Label("", "")


def _calibrations(act: Act) -> list[tuple[str, str, Label]]:
    """The latest calibration of each standard of the network, by code: chains cross centres."""
    found = []
    standards = act.session.exec(select(Instrument).where(Instrument.kind == "standard").order_by(Instrument.code))
    for one in standards:
        calibration: Calibration | None = latest_calibration(act.session, one.id, act.day)
        if calibration is not None:
            words = f"{one.code}, {calibration.certificate_number}"
            found.append((calibration.id, words, Label(one.name_vi, one.name_en)))
    return found


def _properties(act: Act) -> tuple[tuple[str, Label], ...]:
    found: dict[str, Label] = {}
    for procedure in act.lab.procedures.values():
        for standard in procedure.standards.values():
            found |= standard.properties
        for equipment in procedure.equipment.values():
            found |= equipment.properties
    return tuple(sorted(found.items()))
