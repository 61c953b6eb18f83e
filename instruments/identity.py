"""One identity for one instrument across the network: found again however it was spelt, and merged where it was not.

Source: ISO/IEC 17025:2017, 6.4.13 b and 7.4.2.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, or_, select

from instruments.fact_models import InstrumentComponent, InstrumentMerge
from instruments.models import Body, Calibration, Instrument, TraceabilityLink
from instruments.spelling import folded, identity_of, likeness_of, loosened_serial, same_maker
from uncertainty.errors import Refused

MOST_LOOK_ALIKES = 20
IN_DATABASE = 200
"""So many rows of one likeness are looked at; plates like "1" of no type are many, and say nothing."""


def look_alikes(
    session: Session, maker: str, model: str, serial_number: str, *, but: Collection[str] = ()
) -> list[Instrument]:
    """The instruments that may be the one with this plate, by code; those merged into another are not among them.

    Case, accents, spaces, punctuation, leading zeros, ``S/N`` before the number, signs that look alike, and the
    several names of a maker make no difference; a maker that is missing may be any.

    Args:
        session: a session on the registry.
        maker: the maker as typed.
        model: the type as typed.
        serial_number: the serial number as typed; without one nothing is alike.
        but: ids and codes that are not meant.
    """
    likeness = likeness_of(model, serial_number)
    if likeness is None:
        return []
    rows = session.exec(select(Instrument).where(col(Instrument.likeness) == likeness).limit(IN_DATABASE))
    alike = {present(session, one).id: present(session, one) for one in rows if same_maker(one.maker, maker)}
    found = [one for one in alike.values() if one.id not in but and one.code not in but]
    return sorted(found, key=lambda one: one.code)[:MOST_LOOK_ALIKES]


def present(session: Session, instrument: Instrument) -> Instrument:
    """The record that goes on for an instrument: itself, or the one it was merged into."""
    if instrument.merged_into_id is None:
        return instrument
    return session.get_one(Instrument, instrument.merged_into_id)


def records_of(session: Session, instrument_id: str) -> tuple[str, ...]:
    """The ids of all records of one instrument: the one asked for first, then those merged into it."""
    merged = select(Instrument.id).where(col(Instrument.merged_into_id) == instrument_id).order_by(Instrument.id)
    return (instrument_id, *session.exec(merged))


def alone(session: Session, instrument: Instrument, apart_from: Collection[str] = ()) -> None:
    """Refuse an instrument whose code is taken, that is registered already, or that may be registered already.

    Args:
        session: a session on the registry.
        instrument: the row to be entered or changed.
        apart_from: codes of instruments that look alike and that a person has found to be others.

    Raises:
        Refused: the sentence names the known record, and the centre that keeps it; never whose it is.
    """
    identity = identity_of(instrument.maker, instrument.model, instrument.serial_number)
    same_code = col(Instrument.code) == instrument.code
    same = same_code if identity is None else or_(same_code, col(Instrument.identity) == identity)
    for other in session.exec(select(Instrument).where(same, col(Instrument.id) != instrument.id)):
        if other.code == instrument.code:
            raise Refused("instruments.code_taken", code=instrument.code, other=other.code, name=other.name_vi)
        raise Refused("instruments.already_registered", **_known(session, instrument, present(session, other)))
    but = {instrument.id, *apart_from}
    alike = look_alikes(session, instrument.maker, instrument.model, instrument.serial_number, but=but)
    if alike:
        raise Refused("instruments.perhaps_registered", **_known(session, instrument, alike[0]))


def _known(session: Session, instrument: Instrument, other: Instrument) -> dict[str, str]:
    keeper = session.get(Body, other.keeper_id) if other.keeper_id else None
    return {
        "code": instrument.code, "other": other.code, "name": other.name_vi, "maker": other.maker or "–",
        "model": other.model or "–", "serial": other.serial_number, "centre": keeper.code if keeper else "–",
    }  # fmt: skip


def merge(
    session: Session, kept: Instrument, merged: Instrument, day: date, reason: str, decided_by: str
) -> InstrumentMerge:
    """Two records joined as one instrument: `kept` goes on, `merged` stays readable as it was.

    Jobs, certificates and calibrations stay with the record under which they were entered; whoever asks for the
    instrument by either code finds both.

    Args:
        session: a session on the registry, in a write transaction.
        kept: the record that goes on.
        merged: the record that is found to be the same instrument.
        day: the day of the decision.
        reason: why they are one.
        decided_by: who decided.

    Raises:
        Refused: they are one record, one was merged before, they cannot be one thing, one is a part of the other,
            or one was calibrated with the other.
    """
    _joinable(session, kept, merged)
    row = InstrumentMerge(
        merged_id=merged.id, kept_id=kept.id, merged_on=day, reason=reason, decided_by=decided_by
    )  # fmt: skip
    for earlier in session.exec(select(Instrument).where(col(Instrument.merged_into_id) == merged.id)):
        earlier.merged_into_id = kept.id
        session.add(earlier)
    merged.merged_into_id = kept.id
    names = (merged.code, merged.maker, merged.model, merged.serial_number, merged.asset_code, merged.giai)
    kept.also_known = " ".join(filter(None, (kept.also_known, *names, merged.also_known)))
    session.add_all((row, merged, kept))
    session.flush()
    return row


def _joinable(session: Session, kept: Instrument, merged: Instrument) -> None:
    codes = {"kept": kept.code, "merged": merged.code}
    if kept.id == merged.id:
        raise Refused("instruments.merge_itself", **codes)
    for one in (kept, merged):
        if one.merged_into_id is not None:
            raise Refused("instruments.merged_already", code=one.code, other=present(session, one).code)
    for field in ("kind", "quantity", "nominal", "nominal_unit"):
        first, second = getattr(kept, field), getattr(merged, field)
        if first and second and folded(first) != folded(second):
            raise Refused("instruments.merge_differs", **codes, field=field, first=first, second=second)
    both = (kept.id, merged.id)
    joined = select(InstrumentComponent.id).where(
        col(InstrumentComponent.system_id).in_(both), col(InstrumentComponent.component_id).in_(both)
    )
    if session.exec(joined).first() is not None:
        raise Refused("instruments.merge_part", **codes)
    certificate = _calibrated_with(session, kept, merged)
    if certificate:
        raise Refused("instruments.merge_calibrated", **codes, certificate=certificate)


def _calibrated_with(session: Session, one: Instrument, other: Instrument) -> str:
    """The certificate of one record for which the other was the standard; nothing where there is none.

    Nothing is calibrated with itself: two such records are two things, and as one its chain would pass through itself.
    """
    lower, upper = aliased(Calibration), aliased(Calibration)
    first, second = records_of(session, one.id), records_of(session, other.id)
    used = (
        select(lower.certificate_number)
        .join(TraceabilityLink, col(TraceabilityLink.calibration_id) == lower.id)
        .join(upper, col(TraceabilityLink.upstream_calibration_id) == upper.id)
    )
    pairs = ((first, second), (second, first))
    rests = or_(*(and_(col(lower.instrument_id).in_(a), col(upper.instrument_id).in_(b)) for a, b in pairs))
    return session.exec(used.where(rests).limit(1)).first() or ""


def differing(kept: Instrument, merged: Instrument) -> tuple[tuple[str, str, str], ...]:
    """What two records say differently, for the eyes of whoever merges: (field, of the first, of the second)."""
    fields = (
        "name_vi", "name_en", "maker", "model", "serial_number", "kind", "quantity", "nominal", "nominal_unit",
        "accuracy_class", "asset_code", "status",
    )  # fmt: skip
    rows = ((field, getattr(kept, field) or "", getattr(merged, field) or "") for field in fields)
    return tuple(row for row in rows if row[1] != row[2])


def serials_agree(kept: Instrument, merged: Instrument) -> bool:
    """Whether two serial numbers agree in the loosest reading, or one of them is missing."""
    first, second = loosened_serial(kept.serial_number), loosened_serial(merged.serial_number)
    return not first or not second or first == second


def mergers_of(session: Session, instrument_id: str) -> list[InstrumentMerge]:
    """The mergers in which a record was kept or given up, in their order."""
    either = or_(col(InstrumentMerge.kept_id) == instrument_id, col(InstrumentMerge.merged_id) == instrument_id)
    return list(session.exec(select(InstrumentMerge).where(either).order_by(col(InstrumentMerge.id))))
