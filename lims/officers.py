"""Verification officers (kiểm định viên đo lường): the card without which nobody verifies, its fields and dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from lims.clock import local_day
from lims.disciplines import discipline
from lims.errors import Invalid, Refused
from lims.legal_periods import legal_kinds
from lims.procedure_format import Label, Procedure
from lims.record import JobRecord
from lims.step import Act, query, step
from lims.store.bench_tables import OfficerCard
from lims.store.tables import Job, Person
from uncertainty.typed import clean_text

CLAUSE = "Circular 24/2013/TT-BKHCN, verification officers"
MOST_NUMBER = 40
MOST_ISSUER = 200


@step(permission="competence.grant", clause=CLAUSE)
def record_officer_card(
    act: Act, *, centre_id: str, person_id: str, number: str, issued_by: str, fields: Sequence[str],
    valid_from: date, valid_until: date,
) -> OfficerCard:  # fmt: skip
    """Record the card of a verification officer, with its fields and dates; nobody records his own."""
    if person_id == act.person_id:
        raise Refused("lims.own_competence")
    if act.session.get(Person, person_id) is None:
        raise Refused("lims.not_found")
    number = clean_text(number, field="number", most=MOST_NUMBER).upper()
    issued_by = clean_text(issued_by, field="issued_by", most=MOST_ISSUER)
    if not number or not issued_by:
        raise Invalid("lims.field_empty", field="issued_by" if number else "number")
    known = known_fields(act)
    wrong = [one for one in fields if one not in known]
    if wrong or not fields:
        raise Invalid("legal.field_unknown", field=wrong[0][:60] if wrong else "–", known=", ".join(known))
    if valid_until < valid_from:
        raise Invalid("lims.days_reversed", start=f"{valid_from:%d/%m/%Y}", end=f"{valid_until:%d/%m/%Y}")
    other = act.session.exec(
        select(OfficerCard).where(OfficerCard.number == number, OfficerCard.person_id != person_id)
    ).first()
    if other is not None:
        raise Refused("legal.card_of_another", number=number)
    card = OfficerCard(
        centre_id=centre_id, person_id=person_id, number=number, issued_by=issued_by,
        fields=list(dict.fromkeys(fields)), valid_from=valid_from, valid_until=valid_until, recorded_by=act.person_id,
    )  # fmt: skip
    act.session.add(card)
    return card


@step(on=OfficerCard, permission="competence.grant", clause=CLAUSE, reason=True)
def withdraw_officer_card(act: Act, card: OfficerCard) -> None:
    """End a card today; what was verified under it stays valid."""
    if card.withdrawn_on is not None:
        raise Refused("legal.card_withdrawn_already", number=card.number)
    card.withdrawn_on = act.day
    card.withdrawn_reason = act.reason
    card.version += 1
    act.session.add(card)


@dataclass(frozen=True)
class CardRow:
    """One card as a list shows it."""

    id: str
    person: str
    number: str
    issued_by: str
    fields: tuple[Label, ...]
    valid_from: date
    valid_until: date
    withdrawn_on: date | None
    in_force: bool


@query(permission="competence.read")
def officer_cards(act: Act, *, centre_id: str) -> list[CardRow]:
    """The cards that a centre has recorded, by person, those that have ended last."""
    if not act.rights.holds("competence.read", centre_id):
        raise Refused("lims.not_found")
    names, known = {one.id: one.name for one in act.session.exec(select(Person))}, known_fields(act)
    rows = [
        CardRow(
            one.id, names[one.person_id], one.number, one.issued_by,
            tuple(known.get(field, Label(field, field)) for field in one.fields), one.valid_from, one.valid_until,
            one.withdrawn_on, _in_force(one, act.day),
        )
        for one in act.session.exec(select(OfficerCard).where(OfficerCard.centre_id == centre_id))
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (not row.in_force, row.person, row.number))


@query(permission="competence.read")
def fields_of_cards(act: Act) -> dict[str, Label]:
    """The fields that a card may name."""
    return known_fields(act)


def known_fields(act: Act) -> dict[str, Label]:
    """The fields of cards: the disciplines in which there is a verification, and the kinds that the law knows."""
    verifying = {one.discipline for one in act.lab.procedures.values() if one.verification is not None}
    return {name: discipline(name).name for name in sorted(verifying)} | dict(legal_kinds())


def card_on(session: Session, person_id: str, procedure: Procedure, day: date) -> OfficerCard | None:
    """The card under which a person may verify by a procedure on a day; None where none covers it."""
    rules = procedure.verification
    if rules is None:
        return None
    cards = session.exec(
        select(OfficerCard).where(OfficerCard.person_id == person_id).order_by(col(OfficerCard.valid_from).desc())
    )
    fields = {procedure.discipline, rules.period}
    return next((one for one in cards if _in_force(one, day) and fields & set(one.fields)), None)


def _in_force(card: OfficerCard, day: date) -> bool:
    ended = card.withdrawn_on is not None and card.withdrawn_on <= day
    return card.valid_from <= day <= card.valid_until and not ended


def may_verify(session: Session, person_id: str, procedure: Procedure, day: date) -> None:
    """Refuse a person without a card that covers a verification on a day; every other service needs none."""
    rules = procedure.verification
    if rules is None or card_on(session, person_id, procedure, day) is not None:
        return
    person = session.get_one(Person, person_id)
    raise Refused(
        "legal.no_card", name=person.name, kind=legal_kinds()[rules.period],
        field=discipline(procedure.discipline).name, day=f"{day:%d/%m/%Y}",
    )  # fmt: skip


def verifies(act: Act, job: Job) -> None:
    """Refuse work at the bench on a verification to whoever holds no card for it today."""
    may_verify(act.session, act.person_id, act.lab.procedure(job.procedure_id, job.procedure_edition), act.day)


def held_their_cards(act: Act, record: JobRecord) -> None:
    """Refuse a verification in which someone who read or checked held no card on the day."""
    procedure = act.lab.procedure(record.job.procedure_id, record.job.procedure_edition)
    if procedure.verification is None:
        return
    zone = act.lab.settings.time_zone
    done = {(one.person_id, local_day(one.at, zone)) for one in record.readings.values()}
    done |= {(one.person_id, local_day(one.at, zone)) for one in record.checks.values()}
    for person_id, day in sorted(done, key=lambda one: (one[1], one[0])):
        may_verify(act.session, person_id, procedure, day)
