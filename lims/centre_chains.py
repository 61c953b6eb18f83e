"""The chains of one centre: each standard, what it rests on, what is missing, when it is due, its state in a word."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col, select

from instruments.bodies import body_by_code, name_on
from instruments.chain import Chain, Link
from instruments.latest import due_days, latest_calibrations
from instruments.levels import levels
from instruments.models import Body, Calibration, Instrument
from instruments.traceability import chain, chains
from lims.errors import Refused
from lims.holds import hold_of
from lims.people import ADMINISTRATOR, LABORATORY_ROLES
from lims.procedure_format import Label
from lims.step import Act, query
from uncertainty.wording import Phrase

SOON = timedelta(days=30)
PAGE_ROWS = 50
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
    """The standards of a centre, principal ones first, those that want attention first: all, or a page of many.

    ``standards`` counts those of all pages; ``after`` is the key of the next page, empty on the last.
    """

    code: str
    name: Label
    rows: tuple[ChainRow, ...]
    standards: int
    after: str

    def count(self, light: str) -> int:
        """How many standards are in a state."""
        return sum(row.light == light for row in self.rows)


@query(permission="registry.read")
def centre_chains(act: Act, code: str, *, after: str = "") -> CentreChains:
    """The chains of the standards that a centre keeps, as of today; the centre is named by its code or its id.

    Of many they are shown page by page, in the order of their levels and codes; ``after`` is the key that the page
    before gave.

    Raises:
        Refused: there is no such centre, or the actor has no role at it or at a body above it.
    """
    centre = body_by_code(act.session, code.strip().upper()) or act.session.get(Body, code)
    if centre is None or not _may(act, centre.id, centre.parent_id):
        raise Refused("lims.not_found")
    kept = select(Instrument.level, Instrument.code, Instrument.id).where(
        Instrument.keeper_id == centre.id, Instrument.kind == "standard", col(Instrument.status) != "retired"
    )
    order = {level: place for place, level in enumerate((*levels(), None))}
    every = sorted((f"{order.get(level, len(order)):02d} {code}", key) for level, code, key in act.session.exec(kept))
    begin = bisect_right(every, (after, chr(0x10FFFF))) if after else 0
    some = every[begin : begin + PAGE_ROWS]
    rows = _rows(act, [key for _, key in some])
    rows.sort(key=lambda row: (order.get(row.level, len(order)), LIGHTS.index(row.light), row.code))
    name = name_on(act.session, centre.id, act.day)
    further = some[-1][0] if begin + PAGE_ROWS < len(every) else ""
    label = Label(name.name_vi, name.name_en) if name else Label("", "")
    return CentreChains(centre.code, label, tuple(rows), len(every), further)


def _may(act: Act, centre_id: str, parent_id: str | None) -> bool:
    if act.actor.kind != "person":
        return True
    mine = act.rights.bodies(frozenset(LABORATORY_ROLES | {ADMINISTRATOR}))
    return centre_id in mine or parent_id in mine


def _rows(act: Act, ids: Sequence[str]) -> list[ChainRow]:
    """Standards with their chains, read together."""
    instruments = act.session.exec(select(Instrument).where(col(Instrument.id).in_(ids))).all()
    latest = latest_calibrations(act.session, ids, act.day)
    due, found = due_days(act.session, latest, act.day), chains(act.session, latest, act.day)
    return [
        _row(act, one, found.get(one.id) or chain(act.session, one.id, act.day), latest.get(one.id), due.get(one.id))
        for one in instruments
    ]


def _row(act: Act, one: Instrument, found: Chain, latest: Calibration | None, due: date | None) -> ChainRow:
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
