"""What is known of an instrument on a day: its ranges, its place, its state and how it came there, its parts.

Source: ISO/IEC 17025:2017, 6.4.9 and 6.4.13.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from instruments.dated import each_in_force, in_force
from instruments.fact_models import (
    InstrumentComponent,
    InstrumentFile,
    InstrumentPlace,
    InstrumentRange,
    InstrumentState,
)
from instruments.files import files_on
from instruments.models import INSTRUMENT_STATUSES, Instrument
from uncertainty.errors import Invalid, Refused
from uncertainty.typed import clean_text, read_number
from uncertainty.units import check_unit, convert

MOST_DEPTH = 20
LONGEST = 200


@dataclass(frozen=True)
class Facts:
    """What is known of an instrument on a day."""

    ranges: tuple[InstrumentRange, ...]
    place: str
    states: tuple[InstrumentState, ...]
    """Every state it was brought into, the latest first."""
    parts: tuple[tuple[InstrumentComponent, Instrument], ...]
    part_of: tuple[tuple[InstrumentComponent, Instrument], ...]
    files: tuple[InstrumentFile, ...]


def facts_on(session: Session, instrument_id: str, day: date) -> Facts:
    """What is known of an instrument as it held on a day.

    Args:
        session: a session on the registry.
        instrument_id: the instrument.
        day: the day asked about.
    """
    ranges = select(InstrumentRange).where(col(InstrumentRange.instrument_id) == instrument_id)
    places = select(InstrumentPlace).where(col(InstrumentPlace.instrument_id) == instrument_id)
    states = select(InstrumentState).where(
        col(InstrumentState.instrument_id) == instrument_id, col(InstrumentState.valid_from) <= day
    )
    place = in_force(session.exec(places), day)
    return Facts(
        ranges=tuple(sorted(each_in_force(session.exec(ranges), day), key=lambda one: (one.line.zfill(6), one.id))),
        place=place.place if place else "",
        states=tuple(session.exec(states.order_by(col(InstrumentState.id).desc()))),
        parts=_joined(session, instrument_id, day, below=True),
        part_of=_joined(session, instrument_id, day, below=False),
        files=files_on(session, instrument_id, day),
    )


def _joined(
    session: Session, instrument_id: str, day: date, *, below: bool
) -> tuple[tuple[InstrumentComponent, Instrument], ...]:
    mine, other = InstrumentComponent.system_id, InstrumentComponent.component_id
    if not below:
        mine, other = other, mine
    rows = session.exec(
        select(InstrumentComponent, Instrument)
        .join(Instrument, col(Instrument.id) == col(other))
        .where(col(mine) == instrument_id)
        .order_by(col(Instrument.code))
    ).all()
    instruments = {component.id: instrument for component, instrument in rows}
    return tuple((one, instruments[one.id]) for one in each_in_force([row for row, _ in rows], day))


def state_range(
    session: Session, instrument: Instrument, *, line: str, quantity: str, lower: str, upper: str, unit: str,
    resolution: str, resolution_unit: str, accuracy: str, day: date,
) -> InstrumentRange:  # fmt: skip
    """A measuring range stated of an instrument, from a day on; a line that is known is replaced.

    Args:
        session: a session on the registry, in a write transaction.
        instrument: the instrument.
        line: the number of the range; empty for a new one.
        quantity: what is measured.
        lower: the lower end, a number as text.
        upper: the upper end; not below the lower one.
        unit: the unit of both.
        resolution: the smallest difference shown, or empty.
        resolution_unit: its unit; that of the range where empty.
        accuracy: class or permissible error as the maker states it, or empty.
        day: from when it holds.

    Raises:
        Invalid: a number or a unit cannot be read, the ends are in the wrong order, or the resolution is not positive
            or of another quantity.
    """
    ends = [read_number(lower), read_number(upper)]
    if ends[0].number > ends[1].number:
        raise Invalid("facts.range_reversed", lower=ends[0].text, upper=ends[1].text, unit=unit)
    known, step = check_unit(unit).text, read_number(resolution) if resolution.strip() else None
    step_unit = check_unit(resolution_unit).text if resolution_unit.strip() else known
    if step is not None:
        convert(1.0, step_unit, known)  # refuses another quantity
        if step.number <= 0:
            raise Invalid("facts.resolution_positive", text=resolution)
    row = InstrumentRange(
        instrument_id=instrument.id,
        line=clean_text(line, field="line", most=10) or _next_line(session, instrument.id),
        quantity=_given(quantity, "quantity"),
        lower=ends[0].canonical,
        upper=ends[1].canonical,
        unit=known,
        resolution=step.canonical if step else None,
        resolution_unit=step_unit if step else None,
        accuracy=clean_text(accuracy, field="accuracy", most=LONGEST),
        valid_from=day,
    )
    session.add(row)
    session.flush()
    return row


def _next_line(session: Session, instrument_id: str) -> str:
    lines = session.exec(select(InstrumentRange.line).where(col(InstrumentRange.instrument_id) == instrument_id))
    numbers = [int(line) for line in lines if line.isascii() and line.isdigit()]
    return str(max(numbers, default=0) + 1)


def _given(text: str, field: str) -> str:
    cleaned = clean_text(text, field=field, most=LONGEST)
    if not cleaned:
        raise Invalid("instruments.text_missing", field=field)
    return cleaned


def end_range(session: Session, instrument: Instrument, line: str, day: date) -> InstrumentRange:
    """A range that an instrument has no longer, from a day on.

    Raises:
        Refused: it has no such range on that day.
    """
    rows = session.exec(
        select(InstrumentRange).where(
            col(InstrumentRange.instrument_id) == instrument.id, col(InstrumentRange.line) == line
        )
    )
    held = in_force(rows, day)
    if held is None:
        raise Refused("facts.range_unknown", line=line, code=instrument.code)
    columns = held.model_dump(exclude={"id", "valid_from", "valid_to", "ended"})
    ended = InstrumentRange(**columns, valid_from=day, ended=True)
    session.add(ended)
    session.flush()
    return ended


def place_at(session: Session, instrument: Instrument, place: str, day: date) -> InstrumentPlace:
    """An instrument that stands somewhere, from a day on.

    Raises:
        Invalid: the place is empty or holds what is refused.
    """
    row = InstrumentPlace(instrument_id=instrument.id, place=_given(place, "place"), valid_from=day)
    session.add(row)
    session.flush()
    return row


def bring_into(
    session: Session, instrument: Instrument, status: str, reason: str, decided_by: str, day: date
) -> InstrumentState:
    """An instrument brought into a state, which is kept with its day, its reason and who decided.

    Raises:
        Invalid: there is no such state.
        Refused: it is in that state already, or it was merged into another record.
    """
    if status not in INSTRUMENT_STATUSES:
        known = ", ".join(INSTRUMENT_STATUSES)
        raise Invalid("instruments.word_unknown", field="status", text=status, permitted=known)
    if instrument.merged_into_id is not None:
        other = session.get_one(Instrument, instrument.merged_into_id)
        raise Refused("instruments.merged_already", code=instrument.code, other=other.code)
    if instrument.status == status:
        raise Refused("facts.same_state", code=instrument.code)
    row = InstrumentState(
        instrument_id=instrument.id, status=status, reason=reason, decided_by=decided_by, valid_from=day
    )  # fmt: skip
    instrument.status = status
    session.add_all((row, instrument))
    session.flush()
    return row


def put_together(
    session: Session, system: Instrument, component: Instrument, part: str, day: date
) -> InstrumentComponent:
    """An instrument that is a part of a system, from a day on.

    Raises:
        Refused: it is a part of itself, directly or through other parts; it is a part already; it was merged.
    """
    for one in (system, component):
        if one.merged_into_id is not None:
            other = session.get_one(Instrument, one.merged_into_id)
            raise Refused("instruments.merged_already", code=one.code, other=other.code)
    if component.id == system.id or component.id in _above(session, system.id, day):
        raise Refused("facts.part_circle", part=component.code, system=system.code)
    held = in_force(session.exec(_between(system.id, component.id)), day)
    if held is not None:
        raise Refused("facts.part_already", part=component.code, system=system.code)
    row = InstrumentComponent(
        system_id=system.id, component_id=component.id, part=clean_text(part, field="part", most=LONGEST),
        valid_from=day,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def take_apart(session: Session, system: Instrument, component_id: str, day: date) -> InstrumentComponent:
    """A part that a system has no longer, from a day on.

    Raises:
        Refused: it is no part of it on that day.
    """
    held = in_force(session.exec(_between(system.id, component_id)), day)
    if held is None:
        raise Refused("facts.part_unknown", system=system.code)
    row = InstrumentComponent(
        system_id=system.id, component_id=component_id, part=held.part, valid_from=day, ended=True
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _between(system_id: str, component_id: str) -> SelectOfScalar[InstrumentComponent]:
    return select(InstrumentComponent).where(
        col(InstrumentComponent.system_id) == system_id, col(InstrumentComponent.component_id) == component_id
    )


def _above(session: Session, instrument_id: str, day: date) -> set[str]:
    """The systems that an instrument is a part of, directly and through others."""
    found: set[str] = set()
    level: Sequence[str] = [instrument_id]
    for _ in range(MOST_DEPTH):
        rows = session.exec(select(InstrumentComponent).where(col(InstrumentComponent.component_id).in_(level)))
        level = [one.system_id for one in each_in_force(rows, day) if one.system_id not in found]
        if not level:
            break
        found |= set(level)
    return found
