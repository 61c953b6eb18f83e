"""Acts on what is known of an instrument over time: state, place, ranges, parts, certification, asset code."""

from datetime import date

from sqlmodel import Session, col, select

from instruments import asset_codes, facts
from instruments.fact_models import (
    Certification,
    InstrumentComponent,
    InstrumentPlace,
    InstrumentRange,
    InstrumentState,
)
from instruments.models import INSTRUMENT_STATUSES, Body, Instrument
from instruments.points import shown_day
from lims.errors import Invalid, Refused
from lims.registering import kept_here
from lims.registering_bodies import required
from lims.step import Act, step
from uncertainty.typed import clean_text


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.4.9", reason=True, network=True)
def set_status(act: Act, instrument: Instrument, *, status: str) -> InstrumentState:
    """Take an instrument out of service or back into use; from that moment it is not offered."""
    kept_here(act, instrument)
    if status not in INSTRUMENT_STATUSES:
        raise Invalid("lims.status_unknown", status=status)
    return facts.bring_into(act.session, instrument, status, act.reason, act.actor.name, act.day)


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 6.4.13 d", network=True)
def place_instrument(act: Act, instrument: Instrument, *, place: str) -> InstrumentPlace:
    """Note where an instrument stands from today on."""
    described_here(act, instrument)
    return facts.place_at(act.session, instrument, place, act.day)


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 6.4.13 b", network=True)
def set_range(
    act: Act, instrument: Instrument, *, quantity: str, lower: str, upper: str, unit: str, resolution: str = "",
    resolution_unit: str = "", accuracy: str = "", line: str = "",
) -> InstrumentRange:  # fmt: skip
    """Enter a measuring range with resolution and class from today on; a known line is replaced."""
    described_here(act, instrument)
    return facts.state_range(
        act.session, instrument, line=line, quantity=quantity, lower=lower, upper=upper, unit=unit,
        resolution=resolution, resolution_unit=resolution_unit, accuracy=accuracy, day=act.day,
    )  # fmt: skip


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 6.4.13 b", reason=True, network=True)
def end_range(act: Act, instrument: Instrument, *, line: str) -> InstrumentRange:
    """State that an instrument has a measuring range no longer."""
    described_here(act, instrument)
    return facts.end_range(act.session, instrument, line, act.day)


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 6.4.13 b", network=True)
def add_part(act: Act, instrument: Instrument, *, part_code: str, part: str = "") -> InstrumentComponent:
    """State that an instrument is a part of this one from today on; nothing is a part of itself."""
    described_here(act, instrument)
    component = by_code(act.session, part_code)
    described_here(act, component)
    return facts.put_together(act.session, instrument, component, part, act.day)


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 6.4.13 b", reason=True, network=True)
def remove_part(act: Act, instrument: Instrument, *, part_code: str) -> InstrumentComponent:
    """State that an instrument is a part of this one no longer."""
    described_here(act, instrument)
    return facts.take_apart(act.session, instrument, by_code(act.session, part_code).id, act.day)


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.4.13 f", network=True)
def record_certification(
    act: Act, instrument: Instrument, *, body_id: str, number: str, issued_on: date, valid_until: date | None,
    decision: str = "",
) -> Certification:  # fmt: skip
    """Enter the certification of a standard for use in verification, with its period: the second clock."""
    kept_here(act, instrument)
    if instrument.kind != "standard":
        raise Refused("facts.standards_only", code=instrument.code)
    if act.session.get(Body, body_id) is None:
        raise Refused("lims.not_found")
    if valid_until is not None and valid_until <= issued_on:
        raise Invalid("facts.certification_days", until=shown_day(valid_until), issued=shown_day(issued_on))
    row = Certification(
        instrument_id=instrument.id, body_id=body_id, number=required(number, "number", 60),
        decision=clean_text(decision, field="decision", most=200), valid_from=issued_on, valid_to=valid_until,
    )  # fmt: skip
    act.session.add(row)
    return row


@step(on=Instrument, permission="registry.describe", clause="GS1 General Specifications, 3.9.2", network=True)
def give_asset_code(act: Act, instrument: Instrument) -> str:
    """Give an instrument the asset code of the whole world that its centre's GS1 prefix allows; it stays for ever."""
    described_here(act, instrument)
    return asset_codes.give_giai(act.session, instrument, act.day)


def described_here(act: Act, instrument: Instrument) -> None:
    """Refuse to describe a standard that another centre keeps, or with too little right; items are everybody's."""
    if instrument.kind != "item":
        kept_here(act, instrument)
    elif not act.rights.holds("registry.item", None):
        raise act.not_permitted()


def by_code(session: Session, code: str) -> Instrument:
    """The instrument with a code or asset code.

    Raises:
        Refused: there is none.
    """
    found = session.exec(select(Instrument).where(col(Instrument.code) == code.strip())).one_or_none()
    found = found or asset_codes.by_giai(session, code.strip())
    if found is None:
        raise Refused("lims.not_found")
    return found
