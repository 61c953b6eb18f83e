"""The due calendar and the recall list: what of one's own runs out when; customers see their own instruments only."""

import csv
import io
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from instruments.bodies import all_names
from instruments.dated import each_in_force, in_force_or_first
from instruments.due import Due, DueDay, described, due_days
from instruments.fact_models import InstrumentFile
from instruments.files import open_to
from instruments.intervals import months_after
from instruments.models import INSTRUMENT_KINDS, Body, Instrument
from instruments.owners import owners_at
from lims.errors import Invalid
from lims.people import CUSTOMER, LABORATORY_ROLES
from lims.procedure_format import Label
from lims.step import Act, query
from lims.store.tables import Certificate

AHEAD_MONTHS = 12
MOST_MONTHS = 60
PAGE_ROWS = 100
SOON_DAYS = 30


@dataclass(frozen=True)
class DueRow:
    """One instrument in the calendar."""

    code: str
    name: Label
    maker: str
    model: str
    serial_number: str
    kind: str
    owner_code: str
    owner: Label
    keeper: Label
    certificate: str
    """Empty where the reader may not know it: it was issued to another customer, who owned the instrument then."""
    performed_on: date | None
    due: date
    asset_code: str = ""
    files: bool = False
    """Whether there are photographs or documents that the reader sees as its customer."""

    def days_left(self, today: date) -> int:
        """How many days it may still be used; negative where it is overdue."""
        return (self.due - today).days


@dataclass(frozen=True)
class DuePage:
    """Some rows of a calendar, and what the whole of it holds: how many, for which owners.

    ``after`` is the key of the next page, empty on the last; ``owners`` are codes with names, of all its rows.
    """

    rows: tuple[DueRow, ...]
    count: int
    overdue: int
    soon: int
    owners: dict[str, Label]
    after: str


@query(permission="due.read")
def due_page(
    act: Act, *, kind: str = "", body: str = "", months: int = AHEAD_MONTHS, after: str = ""
) -> DuePage:  # fmt: skip
    """A page of what `due_calendar` gives, with what is counted over all of it.

    Args:
        act: the read.
        kind: as there.
        body: as there; a code that owns nothing in the calendar leaves all in.
        months: as there.
        after: the key that the page before gave; its day and code, so that no page repeats or leaves out a row.
    """
    _check(kind, months)
    days = _days_of(act, kind or None, months_after(act.day, months))
    owners = _owners(act, {one.owner_id for one in days})
    chosen = next((body_id for body_id, (code, _) in owners.items() if code == body), None)
    if chosen is not None:
        days = [one for one in days if one.owner_id == chosen]
    left = [(one.day - act.day).days for one in days]
    begin = bisect_right(days, after, key=_key) if after else 0
    shown_days = days[begin : begin + PAGE_ROWS]
    return DuePage(
        tuple(shown(act, described(act.session, shown_days), "")), len(days), sum(one < 0 for one in left),
        sum(0 <= one <= SOON_DAYS for one in left), dict(owners.values()),
        _key(shown_days[-1]) if begin + PAGE_ROWS < len(days) else "",
    )  # fmt: skip


def _key(one: DueDay) -> str:
    """Where a row stands in the calendar: its day and code."""
    return f"{one.day.isoformat()} {one.code}"


def _owners(act: Act, ids: set[str]) -> dict[str, tuple[str, Label]]:
    """Code and name of owners, by their ids."""
    names, codes = all_names(act.session, ids), select(Body.id, Body.code).where(col(Body.id).in_(ids))
    found = {}
    for body_id, code in act.session.exec(codes.order_by(col(Body.code))):
        name = in_force_or_first(names[body_id], act.day)
        found[body_id] = (code, Label(name.name_vi, name.name_en) if name else Label("", ""))
    return found


@query(permission="due.read")
def due_calendar(act: Act, *, kind: str = "", body: str = "", months: int = AHEAD_MONTHS) -> list[DueRow]:
    """What runs out within some months, overdue first, among what the actor's centres keep and customers own.

    Args:
        act: the read.
        kind: standard, equipment or item; all where empty.
        body: code of one owner; all where empty.
        months: how far to look ahead, 1 to 60.

    Raises:
        Invalid: no such kind, or a number of months out of range.
    """
    _check(kind, months)
    return rows_of(act, kind=kind or None, body=body, until=months_after(act.day, months))


def _check(kind: str, months: int) -> None:
    if kind and kind not in INSTRUMENT_KINDS:
        raise Invalid("instruments.word_unknown", field="kind", text=kind, permitted=", ".join(INSTRUMENT_KINDS))
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid("due.months_range", most=MOST_MONTHS)


def rows_of(act: Act, *, kind: str | None, body: str, until: date) -> list[DueRow]:
    """The rows of an actor: what the own centres keep, and as a customer what the own body owns."""
    return shown(act, described(act.session, _days_of(act, kind, until)), body)


def _days_of(act: Act, kind: str | None, until: date) -> list[DueDay]:
    keepers: Sequence[str] | None = act.rights.bodies(frozenset(LABORATORY_ROLES))
    owners: Sequence[str] | None = act.rights.bodies(frozenset({CUSTOMER}))
    if act.actor.kind != "person":
        keepers = owners = None
    return due_days(act.session, act.day, keepers=keepers, owners=owners, until=until, kind=kind)


def shown(act: Act, found: Sequence[Due], body: str) -> list[DueRow]:
    """The rows with the names of owners and keepers as of today; only those of one owner where a code is given."""
    ids = {one.instrument.owner_id for one in found} | {
        one.instrument.keeper_id for one in found if one.instrument.keeper_id
    }
    names = all_names(act.session, {one for one in ids if one})
    codes = {one.id: one.code for one in act.session.exec(select(Body).where(col(Body.id).in_(ids)))}

    def label(body_id: str | None) -> Label:
        name = in_force_or_first(names[body_id], act.day) if body_id else None
        return Label(name.name_vi, name.name_en) if name else Label("", "")

    told = _told(act, found)
    shared = _shared(act, [one.instrument for one in found])
    rows = []
    for one in found:
        it = one.instrument
        if body and codes[it.owner_id] != body:
            continue
        known = one.calibration if it.id in told else None
        rows.append(
            DueRow(
                it.code, Label(it.name_vi, it.name_en), it.maker, it.model, it.serial_number, it.kind,
                codes[it.owner_id], label(it.owner_id), label(it.keeper_id), known.certificate_number if known else "",
                known.performed_on if known else None, one.day, it.asset_code, it.id in shared,
            )
        )  # fmt: skip
    return rows


def _told(act: Act, found: Sequence[Due]) -> set[str]:
    """The instruments whose certificate the actor may know: those of the own centres; as a customer those of which the
    certificate was issued to the own body, or which it owned when another laboratory calibrated them.
    """
    centres, mine = act.rights.bodies(frozenset(LABORATORY_ROLES)), act.rights.bodies(frozenset({CUSTOMER}))
    if act.actor.kind != "person":
        return {one.instrument.id for one in found}
    others = [one for one in found if one.instrument.keeper_id not in centres]
    ids = [one.calibration.own_certificate_id for one in others if one.calibration.own_certificate_id]
    issued = select(Certificate.id).where(col(Certificate.id).in_(ids), col(Certificate.customer_id).in_(mine))
    own = set(act.session.exec(issued))
    owners = owners_at(act.session, [(one.instrument, one.calibration.performed_on) for one in others])

    def known(one: Due) -> bool:
        certificate_id = one.calibration.own_certificate_id
        return (
            certificate_id in own if certificate_id else owners[one.instrument.id, one.calibration.performed_on] in mine
        )

    hidden = {one.instrument.id for one in others if not known(one)}
    return {one.instrument.id for one in found} - hidden


def _shared(act: Act, instruments: Sequence[Instrument]) -> set[str]:
    """Those of some instruments that have files which the actor sees as their customer."""
    mine, by_id = act.rights.bodies(frozenset({CUSTOMER})), {one.id: one for one in instruments}
    if not mine:
        return set()
    rows = act.session.exec(select(InstrumentFile).where(col(InstrumentFile.instrument_id).in_(by_id)))
    shown = each_in_force(rows, act.day)
    return {one.instrument_id for one in shown if open_to(one, by_id[one.instrument_id], mine)}


def recall_csv(rows: Sequence[DueRow], language: str, heads: Sequence[str]) -> bytes:
    """The recall list as a file for a spreadsheet: UTF-8 with its mark, days in the ISO form.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(heads)
    for one in rows:
        cells = (
            one.due.isoformat(), one.code, one.name.text(language), one.maker, one.model, one.serial_number,
            one.asset_code, one.owner_code, one.owner.text(language), one.certificate,
            one.performed_on.isoformat() if one.performed_on else "",
        )  # fmt: skip
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


CSV_COLUMNS = (
    "due", "code", "name", "maker", "model", "serial", "asset", "owner_code", "owner", "certificate", "performed",
)  # fmt: skip
