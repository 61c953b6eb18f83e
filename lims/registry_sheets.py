"""What the screens show of the registry: instruments, certificates, accounts and competences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.bodies import all_names, name_on
from instruments.clocks import Clocks, clocks_on
from instruments.dated import in_force
from instruments.fact_models import InstrumentMerge
from instruments.facts import Facts, facts_on
from instruments.history import PastCalibration, history
from instruments.identity import mergers_of, records_of
from instruments.latest import due_days, latest_calibrations
from instruments.models import Body, Instrument, InstrumentProperty
from instruments.registry import find, find_after, properties_on
from instruments.traceability import Chain, Link, chain, chain_path
from lims.certificate_lists import CertificateRow as CertificateRow
from lims.certificate_lists import certificate as certificate
from lims.certificate_lists import certificate_rows
from lims.errors import Refused
from lims.holds import with_holds
from lims.instrument_facts import by_code
from lims.people import CUSTOMER, LABORATORY_ROLES
from lims.procedure_format import Label
from lims.step import Act, query
from lims.store.tables import Account, Certificate, CertificateIssue, Competence, Person, RoleGrant

MOST_ROWS = 200
PAGE_ROWS = 100


@dataclass(frozen=True)
class InstrumentRow:
    """One instrument in a list."""

    id: str
    code: str
    name: Label
    maker: str
    model: str
    serial_number: str
    kind: str
    level: str | None
    status: str
    owner: Label
    valid_until: date | None
    in_force: bool


@dataclass(frozen=True)
class InstrumentPage:
    """Some rows of a list of instruments; ``after`` is the key of the next page, empty on the last."""

    rows: tuple[InstrumentRow, ...]
    after: str


@dataclass(frozen=True)
class InstrumentSheet:
    """One instrument with its history and its chain as of today."""

    row: InstrumentRow
    instrument: Instrument
    properties: Mapping[str, InstrumentProperty]
    past: tuple[PastCalibration, ...]
    chain: Chain | None
    path: tuple[Link, ...]
    certificates: tuple[CertificateRow, ...]
    facts: Facts
    clocks: Clocks
    mergers: tuple["Merger", ...]


@dataclass(frozen=True)
class Merger:
    """That two records were found to be one instrument."""

    kept: str
    merged: str
    on: date
    by: str
    reason: str


@dataclass(frozen=True)
class AccountRow:
    """One account with its person and open roles."""

    id: str
    person_id: str
    user_name: str
    name: str
    disabled: bool
    has_password: bool
    grants: tuple[tuple[str, str, str], ...]
    """(grant id, role, body code)"""


@dataclass(frozen=True)
class CompetenceRow:
    """One authorisation of a person."""

    id: str
    person: str
    procedure_id: str
    service: str
    function: str
    evidence: str
    valid_from: date
    valid_until: date
    granted_by: str
    withdrawn_on: date | None
    in_force: bool


@query(permission="registry.read")
def instruments(act: Act, *, text: str = "", kind: str | None = None) -> list[InstrumentRow]:
    """The instruments that a search means: those the actor's centres keep, and items of the whole network."""
    centres = act.rights.bodies(frozenset(LABORATORY_ROLES)) if act.actor.kind == "person" else None
    return instrument_rows(act, find(act.session, text, limit=MOST_ROWS, kind=kind, seen_by=centres))


@query(permission="registry.read")
def instrument_page(
    act: Act, *, kinds: Sequence[str | None] = (None,), text: str = "", after: str = ""
) -> InstrumentPage:
    """A page of the instruments that a search means, kind by kind; where all fit on one page, the best first.

    Args:
        act: the read.
        kinds: standard, equipment or item, in the order of the list; None for all in one.
        text: what was typed.
        after: the key that the page before gave: which kind, and the last code.
    """
    centres = act.rights.bodies(frozenset(LABORATORY_ROLES)) if act.actor.kind == "person" else None
    place, _, last = after.partition(" ")
    begin = int(place) if place.isascii() and place.isdigit() and int(place) < len(kinds) else 0
    found: list[Instrument] = []
    for number, kind in enumerate(kinds[begin:], start=begin):
        room, behind = PAGE_ROWS - len(found), last if number == begin else ""
        some = (
            find(act.session, text, limit=room + 1, kind=kind, seen_by=centres) if text.strip() and not behind else []
        )
        if not some or len(some) > room:
            some = find_after(act.session, text, room + 1, after=behind, kind=kind, seen_by=centres)
        found += some[:room]
        if len(some) > room:
            return InstrumentPage(tuple(instrument_rows(act, found)), f"{number} {some[room - 1].code if room else ''}")
    return InstrumentPage(tuple(instrument_rows(act, found)), "")


@query(permission="registry.read")
def instrument_sheet(act: Act, code: str, *, on: date | None = None) -> InstrumentSheet:
    """One instrument by its code: properties, calibrations newest first, and the chain as it stood on a day."""
    return _sheet(act, code, on or act.day)


@query(permission="registry.describe")
def sheet_to_describe(act: Act, code: str) -> InstrumentSheet:
    """The same, for those who may note what is known of an instrument."""
    return _sheet(act, code, act.day)


def _sheet(act: Act, code: str, day: date) -> InstrumentSheet:
    found = visible_instrument(act, code)
    past = history(act.session, found.id, day)
    zone = act.lab.settings.time_zone
    traced = with_holds(act.session, chain(act.session, found.id, day), zone) if past else None
    rows = act.session.exec(
        select(Certificate)
        .where(col(Certificate.item_id).in_(records_of(act.session, found.id)))
        .order_by(col(Certificate.id).desc())
    )
    visible = [one.id for one in rows if _may_see(act, one)]
    rows_of_it = certificate_rows(act.session, col(Certificate.id).in_(visible)) if visible else []
    certificates_of_it = tuple(sorted(rows_of_it, key=lambda one: one.id, reverse=True))
    return InstrumentSheet(
        instrument_row(act, found),
        found,
        properties_on(act.session, found.id, day),
        past,
        traced,
        chain_path(traced) if traced else (),
        certificates_of_it,
        facts_on(act.session, found.id, day),
        clocks_on(act.session, found.id, day),
        tuple(_merger(act, one) for one in mergers_of(act.session, found.id)),
    )


def visible_instrument(act: Act, code: str) -> Instrument:
    """The instrument with a code or asset code that the actor may see; any other does not exist."""
    found = by_code(act.session, code)
    mine = found.kind == "item" or found.keeper_id in act.rights.bodies(frozenset(LABORATORY_ROLES))
    if not mine and act.actor.kind == "person":
        raise Refused("lims.not_found")
    return found


@query(permission="registry.read")
def instrument_code(act: Act, code: str) -> str:
    """The code under which an instrument's page stands, for whatever a label says of it."""
    return visible_instrument(act, code).code


def _merger(act: Act, one: InstrumentMerge) -> Merger:
    kept, merged = (act.session.get_one(Instrument, record) for record in (one.kept_id, one.merged_id))
    return Merger(kept.code, merged.code, one.merged_on, one.decided_by, one.reason)


@query(permission="registry.item")
def item_identification(act: Act, code: str) -> Instrument:
    """A customer's item by its code, to complete or correct what identifies it."""
    found = act.session.exec(select(Instrument).where(Instrument.code == code, Instrument.kind == "item")).one_or_none()
    if found is None:
        raise Refused("lims.not_found")
    return found


def instrument_rows(act: Act, some: Sequence[Instrument]) -> list[InstrumentRow]:
    """Instruments as they stand in a list, in as many statements as for one."""
    latest = latest_calibrations(act.session, [one.id for one in some], act.day)
    due, names = due_days(act.session, latest, act.day), all_names(act.session, {one.owner_id for one in some})
    found = []
    for one in some:
        owner, last = in_force(names[one.owner_id], act.day), due.get(one.id)
        row = InstrumentRow(
            one.id, one.code, Label(one.name_vi, one.name_en), one.maker, one.model, one.serial_number, one.kind,
            one.level, one.status, Label(owner.name_vi, owner.name_en) if owner else Label("", ""), last,
            one.id in latest and (last is None or act.day <= last),
        )  # fmt: skip
        found.append(row)
    return found


def instrument_row(act: Act, one: Instrument) -> InstrumentRow:
    """One instrument as it stands in a list."""
    return instrument_rows(act, [one])[0]


def _may_see(act: Act, one: Certificate) -> bool:
    if act.session.get(CertificateIssue, one.id) is None:
        return False
    if act.actor.kind != "person":
        return True
    return act.rights.holds("certificate.read", one.centre_id) or CUSTOMER in act.rights.at(one.customer_id)


def _label(session: Session, body_id: str, day: date) -> Label:
    name = name_on(session, body_id, day)
    return Label(name.name_vi, name.name_en) if name else Label("", "")


@query(permission="account.read")
def accounts(act: Act) -> list[AccountRow]:
    """All accounts with their open roles, by name."""
    bodies = {one.id: one.code for one in act.session.exec(select(Body))}
    grants: dict[str, list[tuple[str, str, str]]] = {}
    for one in act.session.exec(select(RoleGrant).where(col(RoleGrant.ended_on).is_(None)).order_by(RoleGrant.role)):
        grants.setdefault(one.person_id, []).append((one.id, one.role, bodies[one.body_id]))
    rows = act.session.exec(select(Account, Person).join(Person, col(Person.id) == col(Account.person_id)))
    found = [
        AccountRow(
            account.id, person.id, account.user_name, person.name, account.disabled, bool(account.password_hash),
            tuple(grants.get(person.id, ())),
        )
        for account, person in rows
    ]  # fmt: skip
    return sorted(found, key=lambda row: row.name)


@query(permission="account.read")
def role_places(act: Act) -> list[tuple[str, str, str, Label]]:
    """The bodies at which roles are given: (id, code, kind, name)."""
    rows = act.session.exec(select(Body).order_by(Body.kind, Body.code))
    return [(one.id, one.code, one.kind, _label(act.session, one.id, act.day)) for one in rows]


@query(permission="competence.read")
def competences(act: Act, *, centre_id: str) -> list[CompetenceRow]:
    """The authorisations of a centre, by person and procedure, ended ones last."""
    if not act.rights.holds("competence.read", centre_id):
        raise Refused("lims.not_found")
    names = {one.id: one.name for one in act.session.exec(select(Person))}
    rows = act.session.exec(select(Competence).where(Competence.centre_id == centre_id))
    found = []
    for one in rows:
        in_force = one.valid_from <= act.day <= one.valid_until and (
            one.withdrawn_on is None or act.day < one.withdrawn_on
        )
        found.append(
            CompetenceRow(
                one.id, names[one.person_id], one.procedure_id, one.service, one.function, one.evidence,
                one.valid_from, one.valid_until, names[one.granted_by], one.withdrawn_on, in_force,
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: (not row.in_force, row.person, row.procedure_id, row.function))


@query(permission="competence.read")
def staff(act: Act, *, centre_id: str) -> list[tuple[str, str]]:
    """The persons with a laboratory role at a centre: (person id, name), by name."""
    rows = act.session.exec(
        select(Person)
        .join(RoleGrant, col(RoleGrant.person_id) == col(Person.id))
        .where(RoleGrant.body_id == centre_id, col(RoleGrant.role).in_(LABORATORY_ROLES))
        .distinct()
    )
    return sorted(((one.id, one.name) for one in rows), key=lambda pair: pair[1])
