"""Chains as screens and commands ask for them: of one instrument, as it stood on a day."""

from datetime import date

from sqlmodel import Session, select

from instruments.models import Instrument
from instruments.traceability import Chain, chain
from lims.errors import Refused
from lims.people import LABORATORY_ROLES
from lims.step import Act, query


@query(permission="registry.read")
def instrument_chain(act: Act, code: str, *, on: date | None = None) -> Chain:
    """The chain of an instrument as it stood on a day, today where none is named.

    Raises:
        Refused: there is no such instrument, or the actor may not see it.
    """
    found = instrument_named(act.session, code)
    if found is None or not visible(act, found):
        raise Refused("chains.instrument_unknown", code=code)
    return chain(act.session, found.id, on or act.day)


def instrument_named(session: Session, code: str) -> Instrument | None:
    """The instrument with a code, as it is typed: spaces around it and the case of its letters do not matter."""
    typed = code.strip()
    exact = session.exec(select(Instrument).where(Instrument.code == typed)).one_or_none()
    return exact or session.exec(select(Instrument).where(Instrument.code == typed.upper())).one_or_none()


def visible(act: Act, one: Instrument) -> bool:
    """Whether the actor may see an instrument: an item of the network, or what the own centres keep."""
    return (
        one.kind == "item"
        or act.actor.kind != "person"
        or one.keeper_id in act.rights.bodies(frozenset(LABORATORY_ROLES))
    )
