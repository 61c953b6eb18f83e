"""The due calendar and the recall list: what runs out when.

Staff see what their centre keeps or, as customers' items, calibrated last; customers see their own instruments only.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from instruments.bodies import all_names
from instruments.dated import each_in_force, in_force_or_first
from instruments.due import ITEM, SERVICES, Due, DueDay, described, due_days, due_of_customers
from instruments.fact_models import InstrumentFile
from instruments.files import open_to
from instruments.intervals import months_after
from instruments.models import INSTRUMENT_KINDS, Body, Instrument
from instruments.owners import owners_at
from lims.errors import Invalid, Refused
from lims.people import CUSTOMER, LABORATORY_ROLES
from lims.procedure_format import Label
from lims.step import Act, query
from lims.store.tables import Certificate

AHEAD_MONTHS = 12
MOST_MONTHS = 60
PAGE_ROWS = 100
SOON_DAYS = 30
KEPT, CALIBRATED = "kept", "calibrated"
WHOSE = (KEPT, CALIBRATED)
"""Which instruments are asked for: what the own centres keep and the own body owns, or the items of customers that the
own centres calibrated or verified last."""


@dataclass(frozen=True)
class Asked:
    """What a calendar or a recall list is narrowed to.

    ``kind`` is standard, equipment or item, all where empty; ``body`` the code of one owner; ``whose`` one of `WHOSE`;
    ``centre`` the code of one of the own centres; ``first`` and ``last`` the days between which something runs out, all
    that is overdue included where ``first`` is None, ``months`` ahead where ``last`` is None.
    """

    kind: str = ""
    body: str = ""
    months: int = AHEAD_MONTHS
    whose: str = KEPT
    centre: str = ""
    first: date | None = None
    last: date | None = None

    def until(self, today: date) -> date:
        """The last day asked for."""
        return self.last or months_after(today, self.months)

    def check(self, today: date) -> None:
        """Refuse what cannot be asked.

        Raises:
            Invalid: no such kind or group, a number of months out of range, or a period that ends before it begins.
        """
        for field, word, permitted in (("kind", self.kind, ("", *INSTRUMENT_KINDS)), ("whose", self.whose, WHOSE)):
            if word not in permitted:
                known = ", ".join(filter(None, permitted))
                raise Invalid("instruments.word_unknown", field=field, text=word, permitted=known)
        if not 1 <= self.months <= MOST_MONTHS:
            raise Invalid("due.months_range", most=MOST_MONTHS)
        if self.first is not None and self.until(today) < self.first:
            first, last = f"{self.first:%d/%m/%Y}", f"{self.until(today):%d/%m/%Y}"
            raise Invalid("recall.period_wrong", first=first, last=last)


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
    service: str = SERVICES[0]
    """What falls due: a calibration, or a verification whose legal period ends."""
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
    centres: dict[str, Label]
    """The centres among which the reader chooses, by their codes."""


@query(permission="due.read")
def due_page(act: Act, *, asked: Asked = Asked(), after: str = "") -> DuePage:
    """A page of what `due_calendar` gives, with what is counted over all of it.

    Args:
        act: the read.
        asked: as there; a code that owns nothing in the calendar leaves all in.
        after: the key that the page before gave; its day and code, so that no page repeats or leaves out a row.
    """
    days = _days_of(act, asked)
    owners = _owners(act, {one.owner_id for one in days})
    chosen = next((body_id for body_id, (code, _) in owners.items() if code == asked.body), None)
    if chosen is not None:
        days = [one for one in days if one.owner_id == chosen]
    left = [(one.day - act.day).days for one in days]
    begin = bisect_right(days, after, key=_key) if after else 0
    shown_days = days[begin : begin + PAGE_ROWS]
    return DuePage(
        tuple(shown(act, described(act.session, shown_days), "")), len(days), sum(one < 0 for one in left),
        sum(0 <= one <= SOON_DAYS for one in left), dict(owners.values()),
        _key(shown_days[-1]) if begin + PAGE_ROWS < len(days) else "",
        dict(_owners(act, set(own_centres(act))).values()),
    )  # fmt: skip


def _key(one: DueDay) -> str:
    """Where a row stands in the calendar: its day and code, and its calibration where one item has two that day."""
    return f"{one.day.isoformat()} {one.code} {one.calibration_id}"


def _owners(act: Act, ids: set[str]) -> dict[str, tuple[str, Label]]:
    """Code and name of owners, by their ids."""
    names, codes = all_names(act.session, ids), select(Body.id, Body.code).where(col(Body.id).in_(ids))
    found = {}
    for body_id, code in act.session.exec(codes.order_by(col(Body.code))):
        name = in_force_or_first(names[body_id], act.day)
        found[body_id] = (code, Label(name.name_vi, name.name_en) if name else Label("", ""))
    return found


@query(permission="due.read")
def due_calendar(act: Act, *, asked: Asked = Asked()) -> list[DueRow]:
    """What runs out within a period, overdue first, among what the actor's centres keep and customers own.

    Raises:
        Invalid: what is asked cannot be.
    """
    return rows_of(act, asked)


def rows_of(act: Act, asked: Asked) -> list[DueRow]:
    """The rows of an actor: what the own centres keep, and as a customer what the own body owns."""
    return shown(act, described(act.session, _days_of(act, asked)), asked.body)


def _days_of(act: Act, asked: Asked) -> list[DueDay]:
    asked.check(act.day)
    centres, owners = _places(act, asked.centre)
    until = asked.until(act.day)
    if asked.whose == CALIBRATED:
        wanted = asked.kind in ("", ITEM)
        days = due_of_customers(act.session, act.day, laboratories=centres, until=until) if wanted else []
    else:
        days = due_days(act.session, act.day, keepers=centres, owners=owners, until=until, kind=asked.kind or None)
    return days if asked.first is None else [one for one in days if one.day >= asked.first]


def _places(act: Act, centre: str) -> tuple[Sequence[str] | None, Sequence[str] | None]:
    """The centres and the customers for which the actor asks; None for all of them, as the operator may."""
    everyone = act.actor.kind != "person"
    centres = own_centres(act)
    if centre:
        chosen = act.session.exec(select(Body.id).where(Body.code == centre.upper())).one_or_none()
        if chosen is None or not (everyone or chosen in centres):
            raise Refused("lims.not_found")
        return [chosen], []
    return (None, None) if everyone else (centres, act.rights.bodies(frozenset({CUSTOMER})))


def own_centres(act: Act) -> Sequence[str]:
    """The centres at which the actor works."""
    return act.rights.bodies(frozenset(LABORATORY_ROLES))


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
        known = one.calibration if one.calibration.id in told else None
        rows.append(
            DueRow(
                it.code, Label(it.name_vi, it.name_en), it.maker, it.model, it.serial_number, it.kind,
                codes[it.owner_id], label(it.owner_id), label(it.keeper_id), known.certificate_number if known else "",
                known.performed_on if known else None, one.day, it.asset_code, one.calibration.service,
                files=it.id in shared,
            )
        )  # fmt: skip
    return rows


def _told(act: Act, found: Sequence[Due]) -> set[str]:
    """The calibrations whose certificate the actor may know: of what the own centres keep, or calibrated; as a customer
    those of which the certificate was issued to the own body, or which it owned when another laboratory calibrated it.
    """
    centres, mine = act.rights.bodies(frozenset(LABORATORY_ROLES)), act.rights.bodies(frozenset({CUSTOMER}))
    if act.actor.kind != "person":
        return {one.calibration.id for one in found}
    others = [
        one for one in found
        if one.instrument.keeper_id not in centres and one.calibration.laboratory_id not in centres
    ]  # fmt: skip
    ids = [one.calibration.own_certificate_id for one in others if one.calibration.own_certificate_id]
    issued = select(Certificate.id).where(col(Certificate.id).in_(ids), col(Certificate.customer_id).in_(mine))
    own = set(act.session.exec(issued))
    owners = owners_at(act.session, [(one.instrument, one.calibration.performed_on) for one in others])

    def known(one: Due) -> bool:
        certificate_id = one.calibration.own_certificate_id
        return (
            certificate_id in own if certificate_id else owners[one.instrument.id, one.calibration.performed_on] in mine
        )

    hidden = {one.calibration.id for one in others if not known(one)}
    return {one.calibration.id for one in found} - hidden


def _shared(act: Act, instruments: Sequence[Instrument]) -> set[str]:
    """Those of some instruments that have files which the actor sees as their customer."""
    mine, by_id = act.rights.bodies(frozenset({CUSTOMER})), {one.id: one for one in instruments}
    if not mine:
        return set()
    rows = act.session.exec(select(InstrumentFile).where(col(InstrumentFile.instrument_id).in_(by_id)))
    shown = each_in_force(rows, act.day)
    return {one.instrument_id for one in shown if open_to(one, by_id[one.instrument_id], mine)}
