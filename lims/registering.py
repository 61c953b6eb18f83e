"""The registry's acts: items, standards, their calibrations and properties, scopes, competences.

Those on bodies are in `registering_bodies`, those on what else is known of an instrument in `instrument_facts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import select

from instruments import asset_codes, bodies, history, registry
from instruments.cmc import check_cmc
from instruments.models import (
    DESIGNATION,
    ENTERED_KINDS,
    Body,
    BodyPolicy,
    Calibration,
    Instrument,
    InstrumentProperty,
    Recognition,
    ScopeLine,
)
from lims.calibration_entry import enter_calibration
from lims.calibration_entry import kept_here as kept_here
from lims.errors import Invalid, Refused
from lims.people import FUNCTIONS
from lims.quantity_units import check_nominal_unit
from lims.receiving import ReceivedFile
from lims.registering_bodies import NewName as NewName
from lims.registering_bodies import found_body as found_body
from lims.registering_bodies import new_body as new_body
from lims.registering_bodies import register_customer as register_customer
from lims.registering_bodies import rename_body as rename_body
from lims.registering_bodies import required as required
from lims.registering_bodies import set_company_prefix as set_company_prefix
from lims.registering_bodies import set_letterhead as set_letterhead
from lims.step import Act, step
from lims.store.tables import Competence, Person
from uncertainty.typed import clean_text, read_number
from uncertainty.units import check_unit


@dataclass(frozen=True)
class NewInstrument:
    """What is entered of an instrument, a standard or an item."""

    name_vi: str
    name_en: str
    code: str = ""
    maker: str = ""
    model: str = ""
    serial_number: str = ""
    quantity: str = ""
    nominal: str = ""
    nominal_unit: str = ""
    accuracy_class: str = ""
    material_vi: str = ""
    material_en: str = ""
    asset_code: str = ""
    level: str = ""
    kind: str = "item"
    apart_from: str = ""  # codes of instruments that look alike and were found to be others


@dataclass(frozen=True)
class NewResult:
    """One result of a calibration as its certificate prints it."""

    quantity: str
    value: str
    unit: str
    expanded_uncertainty: str
    uncertainty_unit: str
    coverage_factor: str = "2"
    coverage_probability: str = "0.95"
    nominal: str = ""
    nominal_unit: str = ""
    kind: str = "value"
    dof: str = ""
    phase: str = ""
    measuring_range: str = ""


@dataclass(frozen=True)
class NewCalibration:
    """What is entered of a calibration done elsewhere, from its certificate."""

    laboratory_id: str
    certificate_number: str
    performed_on: date
    issued_on: date
    valid_until: date | None
    recognition: str
    evidence: str = ""
    results: Sequence[NewResult] = field(default_factory=tuple)
    upstream: Sequence[str] = field(default_factory=tuple)
    sensitivity: str = ""  # change of a result for a change of the value it used; empty where it is not known
    file: ReceivedFile | None = None  # the certificate itself, kept before by `receiving.keep_file`


@step(permission="registry.item", clause="ISO/IEC 17025, 7.4.2", network=True)
def register_item(act: Act, *, owner_id: str, new: NewInstrument) -> Instrument:
    """Enter a customer's item; maker, type and serial number identify it across the network."""
    return _register(act, owner_id, None, new, "item", "")


@step(permission="registry.standard", clause="ISO/IEC 17025, 6.4.13")
def register_standard(act: Act, *, centre_id: str, new: NewInstrument, owner_id: str | None = None) -> Instrument:
    """Enter a standard or a piece of equipment that the centre keeps."""
    return _register(act, owner_id or centre_id, centre_id, new, new.kind, new.level)


def _register(act: Act, owner_id: str, keeper_id: str | None, new: NewInstrument, kind: str, level: str) -> Instrument:
    if act.session.get(Body, owner_id) is None:
        raise Refused("lims.not_found")
    check_nominal_unit(new.quantity, new.nominal, check_unit(new.nominal_unit).text if new.nominal_unit else "")
    entered = registry.register(
        act.session,
        Instrument(
            code=new.code or registry.next_code(act.session, _centre_code(act, keeper_id or owner_id), "TB"),
            owner_id=owner_id,
            keeper_id=keeper_id,
            name_vi=new.name_vi,
            name_en=new.name_en,
            maker=new.maker,
            model=new.model,
            serial_number=new.serial_number,
            level=level or None,
            kind=kind,
            quantity=new.quantity,
            nominal=read_number(new.nominal).canonical if new.nominal else None,
            nominal_unit=check_unit(new.nominal_unit).text if new.nominal_unit else None,
            accuracy_class=new.accuracy_class,
            material_vi=new.material_vi,
            material_en=new.material_en,
            asset_code=new.asset_code,
        ),
        apart_from=new.apart_from.replace(",", " ").split(),
    )
    asset_codes.give_giai(act.session, entered, act.day)
    return entered


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.4.13 f", network=True)
def set_property(
    act: Act, instrument: Instrument, *, name: str, text: str, unit: str, source: str, valid_from: date | None = None
) -> InstrumentProperty:
    """Enter a dated property of a standard or of equipment (drift limit, resolution, ...)."""
    kept_here(act, instrument)
    return _property(act, instrument, name, text, unit, source, valid_from)


@step(on=Instrument, permission="registry.item", clause="ISO/IEC 17025, 7.4.2", network=True)
def describe_item(
    act: Act, instrument: Instrument, *, name: str, text: str, unit: str, source: str = ""
) -> InstrumentProperty:
    """Enter a property of a customer's item that its procedure needs (scale interval, upper limit, ...)."""
    if instrument.kind != "item":
        raise Refused("lims.not_an_item", code=instrument.code)
    return _property(act, instrument, name, text, unit, source, None)


@step(on=Instrument, permission="registry.item", clause="ISO/IEC 17025, 7.4.2", reason=True, network=True)
def identify_item(act: Act, instrument: Instrument, *, serial_number: str, asset_code: str) -> Instrument:
    """Complete or correct what tells a customer's item from every other; what is issued stays as it is."""
    if instrument.kind != "item":
        raise Refused("lims.not_an_item", code=instrument.code)
    return registry.identify(act.session, instrument, serial_number=serial_number, asset_code=asset_code)


def _property(
    act: Act, instrument: Instrument, name: str, text: str, unit: str, source: str, valid_from: date | None
) -> InstrumentProperty:
    row = InstrumentProperty(
        instrument_id=instrument.id,
        name=clean_text(name, field="name", most=60),
        text=read_number(text).canonical,
        unit=check_unit(unit).text,
        source=clean_text(source, field="source", most=200),
        valid_from=valid_from or act.day,
    )
    act.session.add(row)
    return row


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.5.1", network=True)
def record_calibration(act: Act, instrument: Instrument, *, new: NewCalibration) -> Calibration:
    """Enter a calibration of a standard from its certificate, with the calibrations that it rests on."""
    kept_here(act, instrument)
    return enter_calibration(act, instrument, new)


@step(on=Calibration, permission="registry.standard", clause="ISO/IEC 17025, 6.4.9", reason=True, network=True)
def withdraw_calibration(act: Act, calibration: Calibration) -> None:
    """State that a calibration must not be relied on any more from today on."""
    kept_here(act, act.session.get_one(Instrument, calibration.instrument_id))
    history.withdraw(act.session, calibration, act.day, act.reason)


@step(permission="registry.scope", clause="ILAC-P14:09/2020, 4")
def record_recognition(
    act: Act, *, centre_id: str, body_id: str, kind: str, number: str, evidence: str, valid_from: date,
    valid_to: date | None, lines: Sequence[ScopeLine] = (), authority_id: str | None = None,
) -> Recognition:  # fmt: skip
    """Enter what makes a body's results acceptable (accreditation, CIPM MRA, ...) with the lines of its scope.

    A designation is entered with its number and the authority that decided it.

    Raises:
        Refused: the body is another centre of the network, which states its own scope; or it does not exist.
        Invalid: the CMC of a line cannot be used, or a designation lacks number or authority.
    """
    body = act.session.get(Body, body_id)
    if body is None or (body.kind == "centre" and body_id != centre_id) or {one.body_id for one in lines} - {body_id}:
        raise Refused("lims.not_found")
    if kind not in ENTERED_KINDS:
        raise Invalid("lims.recognition_unknown", kind=kind)
    if kind == DESIGNATION and not (number.strip() and authority_id):
        raise Invalid("scope_lines.designation_incomplete")
    if authority_id is not None and act.session.get(Body, authority_id) is None:
        raise Refused("lims.not_found")
    found = Recognition(
        body_id=body_id, kind=kind, number=clean_text(number, field="number", most=60),
        evidence=clean_text(evidence, field="evidence", most=300), valid_from=valid_from, valid_to=valid_to,
        authority_id=authority_id,
    )  # fmt: skip
    act.session.add(found)
    for line in lines:
        check_cmc(line)
        act.session.add(line)
    return found


@step(permission="registry.scope", clause="ISO/IEC 17025, 5.5")
def decide_policy(act: Act, *, centre_id: str, name: str, text: str) -> BodyPolicy:
    """Decide a policy of the centre from today on (see `instruments.bodies.POLICIES`)."""
    return bodies.decide_policy(act.session, centre_id, name, text, act.day)


@step(permission="competence.grant", clause="ISO/IEC 17025, 6.2.5")
def grant_competence(
    act: Act, *, centre_id: str, person_id: str, procedure_id: str, service: str, function: str, evidence: str,
    valid_from: date, valid_until: date,
) -> Competence:  # fmt: skip
    """Authorise a person for a function of a procedure, with evidence and dates; nobody authorises himself."""
    if person_id == act.person_id:
        raise Refused("lims.own_competence")
    if act.session.get(Person, person_id) is None:
        raise Refused("lims.not_found")
    if function not in FUNCTIONS:
        raise Invalid("lims.function_unknown", function=function)
    if not any(known == procedure_id for known, _ in act.lab.procedures):
        raise Invalid("lims.procedure_unknown", procedure=procedure_id, edition="–")
    evidence = clean_text(evidence, field="evidence", most=500)
    if not evidence:
        raise Invalid("lims.field_empty", field="evidence")
    if valid_until < valid_from:
        raise Invalid("lims.days_reversed", start=valid_from.strftime("%d/%m/%Y"), end=valid_until.strftime("%d/%m/%Y"))
    granted = Competence(
        centre_id=centre_id, person_id=person_id, procedure_id=procedure_id, service=service, function=function,
        evidence=evidence, valid_from=valid_from, valid_until=valid_until, granted_by=act.person_id,
    )  # fmt: skip
    act.session.add(granted)
    return granted


@step(on=Competence, permission="competence.grant", clause="ISO/IEC 17025, 6.2.5 f", reason=True)
def withdraw_competence(act: Act, competence: Competence) -> None:
    """End an authorisation today; what was done under it stays valid (T6.2-5)."""
    competence.withdrawn_on = act.day
    competence.withdrawn_reason = act.reason
    competence.version += 1
    act.session.add(competence)


def open_competences(act: Act, centre_id: str) -> list[Competence]:
    """The authorisations of a centre that are not withdrawn."""
    return list(act.session.exec(select(Competence).where(Competence.centre_id == centre_id)))


def _centre_code(act: Act, body_id: str) -> str:
    body = act.session.get(Body, body_id)
    if body is None:
        raise Refused("lims.not_found")
    return body.code
