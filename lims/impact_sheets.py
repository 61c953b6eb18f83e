"""Impact cases as screens and commands show them: each person sees the part of the own centres."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, or_, select

from instruments.bodies import all_names
from instruments.dated import in_force
from instruments.models import Body, Instrument
from lims.clock import local_day
from lims.errors import Refused
from lims.holds import Hold, holds_of
from lims.impact_case_rows import CaseRow, CaseSheet, HoldRow, LetterRow, PartRow, Portion, RecordRow
from lims.impact_cases import amendment, withdrawn
from lims.impact_progress import (
    DONE,
    KEEPER,
    OPEN,
    PROPOSALS,
    STATE,
    Progress,
    Tally,
    ids_of,
    open_holds,
    progress_of,
    proposed,
    tallies,
    total,
)
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

MOST_RECORDS, MOST_LETTERS = 60, 40
"""Certificates of a weight, and letters, on one screen."""
BEGINNING = Portion()


class Named:
    """Names of bodies and instruments, each read once."""

    def __init__(self, act: Act) -> None:
        """Read nothing yet."""
        self._act = act
        self._bodies: dict[str, tuple[str, Label]] = {}
        self._items: dict[str, Instrument] = {}

    def read(self, bodies: Iterable[str] = (), items: Iterable[str] = ()) -> None:
        """Read many together; what is asked for later is read alone."""
        named = sorted(set(bodies) - set(self._bodies))
        names = all_names(self._act.session, named) if named else {}
        for body in self._act.session.exec(select(Body).where(col(Body.id).in_(named))):
            name = in_force(names[body.id], self._act.day)
            self._bodies[body.id] = body.code, Label(name.name_vi, name.name_en) if name else Label("", "")
        wanted = sorted(set(items) - set(self._items))
        for item in self._act.session.exec(select(Instrument).where(col(Instrument.id).in_(wanted))):
            self._items[item.id] = item

    def body(self, body_id: str) -> tuple[str, Label]:
        """Code and present name of a body."""
        if body_id not in self._bodies:
            self.read([body_id])
        return self._bodies[body_id]

    def item(self, instrument_id: str) -> Instrument:
        """An instrument."""
        if instrument_id not in self._items:
            self.read(items=[instrument_id])
        return self._items[instrument_id]


@query(permission="impact.read")
def impact_cases(act: Act) -> list[CaseRow]:
    """The cases that reach one of the own centres, open ones first, then the newest."""
    rows = []
    named, every = Named(act), tallies(act.session)
    for case in act.session.exec(select(ImpactCase).order_by(col(ImpactCase.id).desc())):
        whole = [one for one in every if one.case_id == case.id]
        if any(_sees(act, one) for one in whole) or _answers(act, case.centre_id) or _held_here(act, case):
            rows.append(_case_row(act, case, whole, named))
    return sorted(rows, key=lambda one: one.closed_on is not None)


@query(permission="impact.read")
def impact_case(act: Act, case_id: str, portion: Portion = BEGINNING) -> CaseSheet:
    """One case: the certificates that the own centres answer for or that stand on what they keep, letters, holds.

    Args:
        act: the read.
        case_id: the case.
        portion: which of its certificates and letters.

    Raises:
        Refused: there is no such case, or it does not reach the actor's centres.
    """
    case = act.session.get(ImpactCase, case_id)
    if case is None:
        raise Refused("lims.not_found")
    named = Named(act)
    whole = tallies(act.session, col(ImpactRecord.case_id) == case.id)
    seen = [one for one in whole if _sees(act, one)]
    if not (seen or _answers(act, case.centre_id) or _held_here(act, case)):
        raise Refused("lims.not_found")
    closing = act.session.get(ImpactClosing, case.id)
    row = _case_row(act, case, whole, named)
    shown, next_rank = _shown(act, case, portion)
    chosen = progress_of(act.session, case.id, col(ImpactRecord.id) == portion.record, *_visible(act))
    named.read((one.record.customer_id for one in shown), (one.record.instrument_id for one in shown))
    letters = _letters(act, case, [one for one in whole if _answers(act, one.centre_id)], named)
    until = portion.letters + MOST_LETTERS
    return CaseSheet(
        row,
        tuple(case.certificates),
        case.reason,
        act.session.get_one(Person, case.opened_by).name,
        closing.conclusion if closing else "",
        tuple(_record_row(act, one, named) for one in shown),
        _counts(seen),
        _waiting(act, whole),
        next_rank,
        _record_row(act, chosen[0], named) if chosen else None,
        tuple(letters[portion.letters : until]),
        until if until < len(letters) else None,
        tuple(_holds(act, case, named)),
        tuple(_parts(act.session, case, whole, named)),
        closing is None and row.all_done == row.all_records and row.holds == 0 and _manages(act, case.centre_id),
    )


@query(permission="impact.read")
def undecided_records(act: Act, case_id: str, *, centre_id: str, weight: str) -> tuple[str, ...]:
    """The records of one weight about which a centre of the actor's has decided nothing, in the order of the ranking.

    Raises:
        Refused: the actor does not work at the centre.
    """
    if not _answers(act, centre_id):
        raise Refused("lims.not_found")
    mine = (col(ImpactRecord.centre_id) == centre_id, col(ImpactRecord.weight) == weight)
    return ids_of(act.session, case_id, STATE == OPEN, *mine)


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


def _sees(act: Act, one: Tally) -> bool:
    return _answers(act, one.centre_id) or _answers(act, one.keeper_id or "")


def _visible(act: Act) -> tuple[Any, ...]:
    """The same as a condition on records."""
    if act.actor.kind != "person":
        return ()
    centres = act.rights.bodies(frozenset(LABORATORY_ROLES))
    return (or_(col(ImpactRecord.centre_id).in_(centres), KEEPER.in_(centres)),)


def _shown(act: Act, case: ImpactCase, portion: Portion) -> tuple[list[Progress], dict[str, int]]:
    """The records of a portion, and the rank after which each weight goes on."""
    shown: list[Progress] = []
    next_rank: dict[str, int] = {}
    for weight in PROPOSALS if portion.weight not in PROPOSALS else (portion.weight,):
        of_weight = (col(ImpactRecord.weight) == weight, col(ImpactRecord.rank) > portion.after)
        some = progress_of(act.session, case.id, *of_weight, *_visible(act), most=MOST_RECORDS + 1)
        shown += some[:MOST_RECORDS]
        if len(some) > MOST_RECORDS:
            next_rank[weight] = some[MOST_RECORDS - 1].record.rank
    return shown, next_rank


def _counts(seen: Sequence[Tally]) -> dict[str, int]:
    return {weight: total([one for one in seen if one.weight == weight]) for weight in PROPOSALS}


def _waiting(act: Act, whole: Sequence[Tally]) -> dict[str, dict[str, int]]:
    """How many certificates of each weight the actor has to decide about, by centre."""
    found: dict[str, dict[str, int]] = {}
    for one in whole:
        if one.state == OPEN and _manages(act, one.centre_id):
            of_weight = found.setdefault(one.weight, {})
            of_weight[one.centre_id] = of_weight.get(one.centre_id, 0) + one.records
    return found


def _held_here(act: Act, case: ImpactCase) -> bool:
    held = act.session.exec(select(StandardHold.centre_id).where(StandardHold.case_id == case.id))
    return any(_answers(act, centre_id) for centre_id in held)


def _case_row(act: Act, case: ImpactCase, whole: Sequence[Tally], named: Named) -> CaseRow:
    mine = [one for one in whole if _answers(act, one.centre_id)]
    closing = act.session.get(ImpactClosing, case.id)
    zone = act.lab.settings.time_zone
    item = named.item(case.instrument_id)
    centre, centre_name = named.body(case.centre_id)
    return CaseRow(
        case.id, case.number, case.kind, case.named, item.code, Label(item.name_vi, item.name_en), case.shift,
        case.since, case.until, centre, centre_name, local_day(case.opened_at, zone),
        local_day(closing.at, zone) if closing else None, total(mine), total(mine, DONE),
        total([one for one in mine if one.weight == "flips"]), total(whole), total(whole, DONE),
        len(open_holds(act.session, case.id)),
    )  # fmt: skip


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


def _letters(act: Act, case: ImpactCase, mine: Sequence[Tally], named: Named) -> list[LetterRow]:
    """The letters of the own centres, those first that have not gone out."""
    about: dict[tuple[str, str], list[Tally]] = {}
    for one in mine:
        about.setdefault((one.centre_id, one.customer_id), []).append(one)
    named.read(customer for _, customer in about)
    of_case = select(ImpactLetter, ImpactLetterSent).where(ImpactLetter.case_id == case.id)
    of_case = of_case.join(ImpactLetterSent, col(ImpactLetterSent.letter_id) == col(ImpactLetter.id), isouter=True)
    rows = []
    for letter, sent in act.session.exec(of_case.order_by(col(ImpactLetter.id))):
        if (some := about.get((letter.centre_id, letter.customer_id))) is None:
            continue
        customer, name = named.body(letter.customer_id)
        rows.append(
            LetterRow(
                letter.id, letter.number, letter.centre_id, customer, name, total(some), total(some, OPEN),
                any(one.needed for one in some), sent.sent_on if sent else None, sent.way if sent else "",
                _manages(act, letter.centre_id),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda one: one.sent_on is not None)


def _holds(act: Act, case: ImpactCase, named: Named) -> list[HoldRow]:
    rows = []
    zone = act.lab.settings.time_zone
    held = select(StandardHold, StandardRelease).where(StandardHold.case_id == case.id)
    held = held.join(StandardRelease, col(StandardRelease.hold_id) == col(StandardHold.id), isouter=True)
    found = act.session.exec(held).all()
    named.read((one.centre_id for one, _ in found), (one.instrument_id for one, _ in found))
    for hold, release in found:
        item = named.item(hold.instrument_id)
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


def _parts(session: Session, case: ImpactCase, whole: Sequence[Tally], named: Named) -> list[PartRow]:
    """The part of each centre, those with most certificates first."""
    of: dict[str, list[Tally]] = {}
    for one in whole:
        of.setdefault(one.centre_id, []).append(one)
    held = [one.centre_id for one in open_holds(session, case.id)]
    for centre_id in held:
        of.setdefault(centre_id, [])
    rows = [
        PartRow(*named.body(centre_id), total(some), total(some, DONE), held.count(centre_id))
        for centre_id, some in of.items()
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
