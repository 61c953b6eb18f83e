"""Two records of one instrument: found, looked at side by side, merged; both stay readable by either code."""

from dataclasses import dataclass

from sqlmodel import col, func, or_, select

from instruments import identity
from instruments.fact_models import InstrumentMerge
from instruments.models import Calibration, Instrument
from instruments.spelling import same_maker
from lims.errors import Refused
from lims.instrument_facts import by_code
from lims.people import LABORATORY_ROLES
from lims.registry_sheets import InstrumentRow, instrument_row
from lims.step import Act, query, step
from lims.store.tables import CANCELLED, ISSUED, Certificate, Job, StandardChoice

MOST_PAIRS = 100


@dataclass(frozen=True)
class Recorded:
    """One of two records that may be one instrument, with how much hangs on it."""

    instrument: Instrument
    jobs: int
    certificates: int
    calibrations: int


@dataclass(frozen=True)
class Alike:
    """Two records that may be one instrument, the one entered first before the other."""

    first: InstrumentRow
    second: InstrumentRow


@dataclass(frozen=True)
class Pair:
    """Two records side by side."""

    kept: Recorded
    merged: Recorded
    differing: tuple[tuple[str, str, str], ...]
    """(field, of the record that goes on, of the other)"""
    serials_agree: bool


@step(on=Instrument, permission="registry.merge", clause="ISO/IEC 17025, 7.4.2", reason=True, network=True)
def merge_instruments(act: Act, kept: Instrument, *, merged_code: str) -> InstrumentMerge:
    """Merge the record with another code into this one: one instrument from today on, both histories kept."""
    merged = by_code(act.session, merged_code)
    for one in (kept, merged):
        if not _mine(act, one):
            raise Refused("lims.not_found")
    chosen = select(StandardChoice.job_id).where(col(StandardChoice.instrument_id) == merged.id)
    either = or_(col(Job.item_id) == merged.id, col(Job.id).in_(chosen))
    unfinished = act.session.exec(select(Job).where(either, col(Job.state).not_in((ISSUED, CANCELLED)))).first()
    if unfinished is not None:
        raise Refused("facts.open_job", code=merged.code, job=unfinished.number)
    return identity.merge(act.session, kept, merged, act.day, act.reason, act.actor.name)


@query(permission="registry.merge")
def record_to_merge(act: Act, code: str) -> InstrumentRow:
    """One record, before the other is named."""
    one = by_code(act.session, code)
    if not _mine(act, one):
        raise Refused("lims.not_found")
    return instrument_row(act, one)


@query(permission="registry.merge")
def pair(act: Act, kept_code: str, merged_code: str) -> Pair:
    """Two records side by side, before they are merged."""
    kept, merged = by_code(act.session, kept_code), by_code(act.session, merged_code)
    if not (_mine(act, kept) and _mine(act, merged)):
        raise Refused("lims.not_found")
    return Pair(
        _recorded(act, kept), _recorded(act, merged), identity.differing(kept, merged),
        identity.serials_agree(kept, merged),
    )  # fmt: skip


@query(permission="registry.merge")
def pairs_alike(act: Act) -> list[Alike]:
    """The records that may be one instrument."""
    several = (
        select(Instrument.likeness)
        .where(col(Instrument.likeness).is_not(None), col(Instrument.merged_into_id).is_(None))
        .group_by(col(Instrument.likeness))
        .having(func.count() > 1)
        .limit(MOST_PAIRS)
    )
    rows = act.session.exec(
        select(Instrument)
        .where(col(Instrument.likeness).in_(several), col(Instrument.merged_into_id).is_(None))
        .order_by(col(Instrument.likeness), col(Instrument.id))
        .limit(4 * MOST_PAIRS)
    )
    found: list[Alike] = []
    first: Instrument | None = None
    for one in rows:
        if first is None or first.likeness != one.likeness:
            first = one
        elif same_maker(first.maker, one.maker) and _mine(act, first) and _mine(act, one):
            found.append(Alike(instrument_row(act, first), instrument_row(act, one)))
    return found[:MOST_PAIRS]


def _mine(act: Act, one: Instrument) -> bool:
    """Whether the actor may merge a record: items of the network, and what the own centres keep."""
    return one.kind == "item" or one.keeper_id in act.rights.bodies(frozenset(LABORATORY_ROLES))


def _recorded(act: Act, one: Instrument) -> Recorded:
    def counted(table: type[Job] | type[Certificate] | type[Calibration], column: object) -> int:
        return act.session.exec(select(func.count()).select_from(table).where(col(column) == one.id)).one()

    return Recorded(
        one, counted(Job, Job.item_id), counted(Certificate, Certificate.item_id),
        counted(Calibration, Calibration.instrument_id),
    )  # fmt: skip
