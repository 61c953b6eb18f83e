"""Chains as screens and commands ask for them: of one instrument, as it stood on a day."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from sqlmodel import Session, col, select

from instruments.identity import records_of
from instruments.models import Calibration, Instrument
from instruments.reach import resting_on
from instruments.traceability import Chain, chain
from lims.errors import Refused
from lims.holds import with_holds
from lims.people import LABORATORY_ROLES
from lims.step import Act, query

PORTION = 500


class Resting(NamedTuple):
    """A calibration that rests on another."""

    certificate: str
    instrument: str
    performed_on: date


Told = Callable[[Sequence[Resting]], None]


@query(permission="registry.read")
def instrument_chain(act: Act, code: str, *, on: date | None = None) -> Chain:
    """The chain of an instrument as it stood on a day, today where none is named, with what was held from use then.

    Raises:
        Refused: there is no such instrument, or the actor may not see it.
    """
    found = instrument_named(act.session, code)
    if found is None or not visible(act, found):
        raise Refused("chains.instrument_unknown", code=code)
    return with_holds(act.session, chain(act.session, found.id, on or act.day), act.lab.settings.time_zone)


@query(permission="registry.read")
def resting(act: Act, code: str, *, told: Told, on: date | None = None) -> int:
    """Every calibration that rests on an instrument's, by whatever way, said in portions; how many there are.

    Args:
        act: the read.
        code: of the instrument.
        told: takes a portion as it is found, so that none is kept.
        on: calibrations of the instrument performed up to this day; today where none is named.

    Raises:
        Refused: there is no such instrument, or the actor may not see it.
    """
    found = instrument_named(act.session, code)
    if found is None or not visible(act, found):
        raise Refused("chains.instrument_unknown", code=code)
    own = select(Calibration.id).where(
        col(Calibration.instrument_id).in_(records_of(act.session, found.id)),
        col(Calibration.performed_on) <= (on or act.day),
    )
    reached = resting_on(act.session, list(act.session.exec(own)))
    count = 0
    while portion := list(islice(reached, PORTION)):
        count += len(portion)
        named = (col(Calibration.certificate_number), col(Instrument.code), col(Calibration.performed_on))
        rows = select(*named)
        rows = rows.join(Instrument, col(Instrument.id) == col(Calibration.instrument_id))
        told([Resting(*row) for row in act.session.exec(rows.where(col(Calibration.id).in_(portion)))])
    return count


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
