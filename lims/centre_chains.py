"""The chains of one centre: each standard, what it rests on, what is missing, when it is due, its state in a word."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from instruments.bodies import body_by_code, name_on
from instruments.chain import Link
from instruments.levels import levels
from instruments.models import Body, Instrument
from instruments.registry import due_on, latest_calibration
from instruments.traceability import chain
from lims.errors import Refused
from lims.holds import hold_of
from lims.people import ADMINISTRATOR, LABORATORY_ROLES
from lims.procedure_format import Label
from lims.step import Act, query
from uncertainty.wording import Phrase

SOON = timedelta(days=30)
LIGHTS = ("broken", "held", "soon", "sound", "out")
"""The states in the order in which they want attention; `out` is not in use, and asks for nothing."""


@dataclass(frozen=True)
class ChainRow:
    """One standard of the centre.

    ``upward`` is the link above its own calibration, None where that ends the chain; ``gaps`` are the breaks, as
    sentences; ``light`` is one of LIGHTS.
    """

    code: str
    name: Label
    level: str | None
    certificate: str
    upward: Link | None
    levels: int
    gaps: tuple[Phrase, ...]
    due: date | None
    light: str


@dataclass(frozen=True)
class CentreChains:
    """The standards of a centre, principal ones first, those that want attention first."""

    code: str
    name: Label
    rows: tuple[ChainRow, ...]

    def count(self, light: str) -> int:
        """How many standards are in a state."""
        return sum(row.light == light for row in self.rows)


@query(permission="registry.read")
def centre_chains(act: Act, code: str) -> CentreChains:
    """The chains of the standards that a centre keeps, as of today; the centre is named by its code or its id.

    Raises:
        Refused: there is no such centre, or the actor has no role at it or at a body above it.
    """
    centre = body_by_code(act.session, code.strip().upper()) or act.session.get(Body, code)
    if centre is None or not _may(act, centre.id, centre.parent_id):
        raise Refused("lims.not_found")
    kept = select(Instrument).where(
        Instrument.keeper_id == centre.id, Instrument.kind == "standard", col(Instrument.status) != "retired"
    )
    rows = [_row(act, one) for one in act.session.exec(kept.order_by(col(Instrument.code)))]
    order = {level: place for place, level in enumerate((*levels(), None))}
    rows.sort(key=lambda row: (order.get(row.level, len(order)), LIGHTS.index(row.light), row.code))
    name = name_on(act.session, centre.id, act.day)
    return CentreChains(centre.code, Label(name.name_vi, name.name_en) if name else Label("", ""), tuple(rows))


def _may(act: Act, centre_id: str, parent_id: str | None) -> bool:
    if act.actor.kind != "person":
        return True
    mine = act.rights.bodies(frozenset(LABORATORY_ROLES | {ADMINISTRATOR}))
    return centre_id in mine or parent_id in mine


def _row(act: Act, one: Instrument) -> ChainRow:
    found = chain(act.session, one.id, act.day)
    latest = latest_calibration(act.session, one.id, act.day)
    due = due_on(act.session, latest, act.day) if latest else None
    upward = next((link for link in found.links if link.depth == 1 and link.role == "reference"), None)
    gaps = tuple(Phrase(broken.key, dict(broken.values)) for broken in found.breaks)
    held = hold_of(act.session, one.id) is not None
    if one.status != "in_use":
        light = "out"
    elif held:
        light = "held"
    elif not found.unbroken:
        light = "broken"
    else:
        light = "soon" if due is not None and due <= act.day + SOON else "sound"
    number = latest.certificate_number if latest else ""
    return ChainRow(
        one.code, Label(one.name_vi, one.name_en), one.level, number, upward, found.levels, gaps, due, light
    )
