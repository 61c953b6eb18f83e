"""Impact cases as screens and commands show them: each person sees the part of the own centres."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from instruments.bodies import name_on
from instruments.models import Body, Instrument
from lims.clock import local_day
from lims.errors import Refused
from lims.holds import Hold, holds_of
from lims.impact_cases import amendment, withdrawn
from lims.impact_progress import Progress, progress_of, proposed
from lims.people import LABORATORY_ROLES, QUALITY_MANAGER
from lims.procedure_format import Label
from lims.step import Act, query
from lims.store.impact_tables import (
    ImpactCase,
    ImpactClosing,
    ImpactLetter,
    ImpactLetterSent,
    ImpactRecord,
    StandardHold,
    StandardRelease,
)
from lims.store.tables import Certificate, Person


@dataclass(frozen=True)
class CaseRow:
    """One case in a list; the counts are of what the reader answers for, `all_*` of the whole case."""

    id: str
    number: str
    kind: str
    named: str
    instrument: str
    item: Label
    shift: Mapping[str, Any]
    since: date | None
    until: date | None
    centre: str
    centre_name: Label
    opened_on: date
    closed_on: date | None
    records: int
    done: int
    flips: int
    all_records: int
    all_done: int
    holds: int


@dataclass(frozen=True)
class RecordRow:
    """One certificate of a case, with what is decided and what is left to do."""

    id: str
    centre_id: str
    centre: str
    certificate: str
    own: bool
    instrument: str
    item: Label
    serial_number: str
    standard: bool
    customer_id: str
    customer: str
    customer_name: Label
    performed_on: date
    weight: str
    finding: Mapping[str, Any]
    state: str
    decision: str | None
    proposal: str
    reason: str
    job_number: str
    job_id: str | None
    certificate_id: str | None
    mine: bool


@dataclass(frozen=True)
class LetterRow:
    """One letter to a customer: needed or not, and when it went out."""

    id: str
    number: str
    centre_id: str
    customer: str
    customer_name: Label
    certificates: int
    undecided: int
    needed: bool
    sent_on: date | None
    way: str
    mine: bool


@dataclass(frozen=True)
class HoldRow:
    """One standard that a case holds, or held, from use."""

    id: str
    instrument: str
    item: Label
    keeper: Label
    held_on: date
    released_on: date | None
    reason: str
    mine: bool


@dataclass(frozen=True)
class PartRow:
    """How far one centre has come with its part of a case."""

    centre: str
    name: Label
    records: int
    done: int
    holds: int


@dataclass(frozen=True)
class CaseSheet:
    """One case as the reader may see it."""

    row: CaseRow
    certificates: tuple[str, ...]
    reason: str
    opened_by: str
    conclusion: str
    records: tuple[RecordRow, ...]
    letters: tuple[LetterRow, ...]
    holds: tuple[HoldRow, ...]
    parts: tuple[PartRow, ...]
    may_close: bool

    def count(self, weight: str) -> int:
        """How many of the certificates shown have a weight."""
        return sum(one.weight == weight for one in self.records)


class Named:
    """Names of bodies and instruments, each read once."""

    def __init__(self, act: Act) -> None:
        """Read nothing yet."""
        self._act = act
        self._bodies: dict[str, tuple[str, Label]] = {}
        self._items: dict[str, Instrument] = {}

    def body(self, body_id: str) -> tuple[str, Label]:
        """Code and present name of a body."""
        if body_id not in self._bodies:
            name = name_on(self._act.session, body_id, self._act.day)
            label = Label(name.name_vi, name.name_en) if name else Label("", "")
            self._bodies[body_id] = self._act.session.get_one(Body, body_id).code, label
        return self._bodies[body_id]

    def item(self, instrument_id: str) -> Instrument:
        """An instrument."""
        if instrument_id not in self._items:
            self._items[instrument_id] = self._act.session.get_one(Instrument, instrument_id)
        return self._items[instrument_id]


@query(permission="impact.read")
def impact_cases(act: Act) -> list[CaseRow]:
    """The cases that reach one of the own centres, open ones first, then the newest."""
    rows = []
    named = Named(act)
    for case in act.session.exec(select(ImpactCase).order_by(col(ImpactCase.id).desc())):
        progress = progress_of(act.session, case.id)
        mine = [one for one in progress if _answers(act, one.record.centre_id)]
        seen = [one for one in progress if _sees(act, one, named)]
        if mine or seen or _answers(act, case.centre_id) or _held_here(act, case):
            rows.append(_case_row(act, case, mine, progress, named))
    return sorted(rows, key=lambda one: one.closed_on is not None)


@query(permission="impact.read")
def impact_case(act: Act, case_id: str) -> CaseSheet:
    """One case: the certificates that the own centres answer for or that stand on what they keep, letters, holds.

    Raises:
        Refused: there is no such case, or it does not reach the actor's centres.
    """
    case = act.session.get(ImpactCase, case_id)
    if case is None:
        raise Refused("lims.not_found")
    named = Named(act)
    progress = progress_of(act.session, case.id)
    seen = [one for one in progress if _sees(act, one, named)]
    if not (seen or _answers(act, case.centre_id) or _held_here(act, case)):
        raise Refused("lims.not_found")
    mine = [one for one in progress if _answers(act, one.record.centre_id)]
    closing = act.session.get(ImpactClosing, case.id)
    row = _case_row(act, case, mine, progress, named)
    return CaseSheet(
        row,
        tuple(case.certificates),
        case.reason,
        act.session.get_one(Person, case.opened_by).name,
        closing.conclusion if closing else "",
        tuple(_record_row(act, one, named) for one in seen),
        tuple(_letters(act, case, mine, named)),
        tuple(_holds(act, case, named)),
        tuple(_parts(act.session, case, progress, named)),
        closing is None and row.all_done == row.all_records and row.holds == 0 and _manages(act, case.centre_id),
    )


@query(permission="impact.read")
def holds_of_instrument(act: Act, code: str) -> tuple[Hold, ...]:
    """Every hold of an instrument of one's own centre, by a check or by a case, the oldest first."""
    item = act.session.exec(select(Instrument).where(Instrument.code == code)).one_or_none()
    if item is None or not _answers(act, item.keeper_id or ""):
        return ()
    return tuple(holds_of(act.session, item.id, act.lab.settings.time_zone))


def _answers(act: Act, centre_id: str) -> bool:
    """Whether the actor works at a centre; the operator reads everything."""
    return act.actor.kind != "person" or centre_id in act.rights.bodies(frozenset(LABORATORY_ROLES))


def _manages(act: Act, centre_id: str) -> bool:
    return act.actor.kind == "person" and QUALITY_MANAGER in act.rights.at(centre_id)


def _sees(act: Act, one: Progress, named: Named) -> bool:
    return _answers(act, one.record.centre_id) or _answers(act, named.item(one.record.instrument_id).keeper_id or "")


def _held_here(act: Act, case: ImpactCase) -> bool:
    held = act.session.exec(select(StandardHold.centre_id).where(StandardHold.case_id == case.id))
    return any(_answers(act, centre_id) for centre_id in held)


def _case_row(act: Act, case: ImpactCase, mine: list[Progress], whole: list[Progress], named: Named) -> CaseRow:
    closing = act.session.get(ImpactClosing, case.id)
    zone = act.lab.settings.time_zone
    item = named.item(case.instrument_id)
    centre, centre_name = named.body(case.centre_id)
    holds = act.session.exec(select(StandardHold.id).where(StandardHold.case_id == case.id)).all()
    return CaseRow(
        case.id, case.number, case.kind, case.named, item.code, Label(item.name_vi, item.name_en), case.shift,
        case.since, case.until, centre, centre_name, local_day(case.opened_at, zone),
        local_day(closing.at, zone) if closing else None, len(mine), _done(mine),
        sum(one.record.weight == "flips" for one in mine), len(whole), _done(whole),
        sum(act.session.get(StandardRelease, one) is None for one in holds),
    )  # fmt: skip


def _done(progress: list[Progress]) -> int:
    return sum(one.state == "done" for one in progress)


def _record_row(act: Act, one: Progress, named: Named) -> RecordRow:
    record, item = one.record, named.item(one.record.instrument_id)
    customer, customer_name = named.body(record.customer_id)
    return RecordRow(
        record.id, record.centre_id, named.body(record.centre_id)[0], record.certificate_number,
        record.certificate_id is not None, item.code, Label(item.name_vi, item.name_en), item.serial_number,
        item.kind == "standard", record.customer_id, customer, customer_name, record.performed_on, record.weight,
        record.finding, one.state, one.decision.decision if one.decision else None, proposed(record),
        one.decision.reason if one.decision else "", one.job.number if one.job else "",
        one.job.id if one.job else None, record.certificate_id, _manages(act, record.centre_id),
    )  # fmt: skip


def _letters(act: Act, case: ImpactCase, mine: list[Progress], named: Named) -> list[LetterRow]:
    rows = []
    of_case = select(ImpactLetter).where(ImpactLetter.case_id == case.id).order_by(col(ImpactLetter.id))
    for letter in act.session.exec(of_case):
        about = [
            one
            for one in mine
            if (one.record.centre_id, one.record.customer_id) == (letter.centre_id, letter.customer_id)
        ]
        if not about:
            continue
        sent = act.session.get(ImpactLetterSent, letter.id)
        customer, name = named.body(letter.customer_id)
        rows.append(
            LetterRow(
                letter.id, letter.number, letter.centre_id, customer, name, len(about),
                sum(one.decision is None for one in about), any(one.proposal != "no_effect" for one in about),
                sent.sent_on if sent else None, sent.way if sent else "", _manages(act, letter.centre_id),
            )
        )  # fmt: skip
    return rows


def _holds(act: Act, case: ImpactCase, named: Named) -> list[HoldRow]:
    rows = []
    zone = act.lab.settings.time_zone
    for hold in act.session.exec(select(StandardHold).where(StandardHold.case_id == case.id)):
        item, release = named.item(hold.instrument_id), act.session.get(StandardRelease, hold.id)
        if not (_answers(act, hold.centre_id) or _answers(act, case.centre_id)):
            continue
        rows.append(
            HoldRow(
                hold.id, item.code, Label(item.name_vi, item.name_en), named.body(item.keeper_id or hold.centre_id)[1],
                local_day(hold.held_at, zone), local_day(release.at, zone) if release else None,
                release.reason if release else hold.reason, _manages(act, hold.centre_id),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda one: (one.released_on is not None, one.instrument))


def _parts(session: Session, case: ImpactCase, progress: list[Progress], named: Named) -> list[PartRow]:
    """The part of each centre, those with most certificates first."""
    of: dict[str, list[Progress]] = {}
    for one in progress:
        of.setdefault(one.record.centre_id, []).append(one)
    holds = session.exec(select(StandardHold).where(StandardHold.case_id == case.id)).all()
    held = [one.centre_id for one in holds if session.get(StandardRelease, one.id) is None]
    for centre_id in held:
        of.setdefault(centre_id, [])
    rows = [
        PartRow(*named.body(centre_id), len(some), _done(some), held.count(centre_id)) for centre_id, some in of.items()
    ]
    return sorted(rows, key=lambda one: (-one.records, one.centre))


def _own_record(act: Act, record_id: str) -> ImpactRecord:
    """A record that the actor's centres answer for. Raises: Refused."""
    record = act.session.get(ImpactRecord, record_id)
    if record is None or not _answers(act, record.centre_id):
        raise Refused("lims.not_found")
    return record


@query(permission="impact.read")
def job_of_record(act: Act, record_id: str) -> str | None:
    """The job whose certificate a record is about, as long as nothing amends it; None then, and where there is none."""
    record = _own_record(act, record_id)
    if record.certificate_id is None or amendment(act.session, record) is not None:
        return None
    return act.session.get_one(Certificate, record.certificate_id).job_id


@query(permission="impact.read")
def record_withdrawn(act: Act, record_id: str) -> bool:
    """Whether the certificate of a record has been withdrawn."""
    return withdrawn(act.session, _own_record(act, record_id))
