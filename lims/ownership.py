"""Acts on who owns an instrument: it changes hands with a day and a reason; certificates stay with their customers."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from instruments import owners
from instruments.bodies import all_names
from instruments.dated import in_force_or_first
from instruments.fact_models import InstrumentOwner
from instruments.models import Body, Instrument
from lims.instrument_facts import described_here
from lims.procedure_format import Label
from lims.registry_sheets import visible_instrument
from lims.step import Act, query, step

OWNER_KINDS = ("customer", "centre", "laboratory", "nmi")


@dataclass(frozen=True)
class Owned:
    """Who owned an instrument from when to when, as a page shows it."""

    code: str
    name: Label
    since: date | None
    until: date | None
    reason: str
    by: str


@dataclass(frozen=True)
class OwnersSheet:
    """Everybody who has owned an instrument, the present owner first; and who may own it next: (body id, name)."""

    owners: tuple[Owned, ...]
    offered: tuple[tuple[str, Label], ...]


@step(on=Instrument, permission="registry.describe", clause="ISO/IEC 17025, 7.4.2", reason=True, network=True)
def change_owner(act: Act, instrument: Instrument, *, owner_id: str, since: date | None = None) -> InstrumentOwner:
    """State that an instrument has another owner, from a day on; what was issued stays with whom it was issued to."""
    described_here(act, instrument)
    return owners.change_owner(
        act.session, instrument, owner_id, since=since or act.day, reason=act.reason, decided_by=act.actor.name,
        day=act.day,
    )  # fmt: skip


@query(permission="registry.read")
def instrument_owners(act: Act, code: str) -> tuple[Owned, ...]:
    """Everybody who has owned an instrument, for the people of the laboratories."""
    return _owned(act, visible_instrument(act, code))


@query(permission="registry.describe")
def owners_sheet(act: Act, code: str) -> OwnersSheet:
    """The same with the bodies that may own it next, for those who may note that it changed hands."""
    instrument = visible_instrument(act, code)
    described_here(act, instrument)
    bodies = act.session.exec(select(Body).where(col(Body.kind).in_(OWNER_KINDS)).order_by(Body.kind, Body.code)).all()
    names = _names(act, [one.id for one in bodies])
    offered = tuple((one.id, names[one.id]) for one in bodies if one.id != instrument.owner_id)
    return OwnersSheet(_owned(act, instrument), offered)


def _owned(act: Act, instrument: Instrument) -> tuple[Owned, ...]:
    periods = owners.ownerships(act.session, instrument)
    names = _names(act, [one.owner_id for one in periods])
    return tuple(
        Owned(
            act.session.get_one(Body, one.owner_id).code, names[one.owner_id], one.since, one.until, one.reason,
            one.decided_by,
        )
        for one in periods
    )  # fmt: skip


def _names(act: Act, ids: list[str]) -> dict[str, Label]:
    found = all_names(act.session, ids)
    said = {one: in_force_or_first(found[one], act.day) for one in ids}
    return {one: Label(name.name_vi, name.name_en) if name else Label("", "") for one, name in said.items()}
