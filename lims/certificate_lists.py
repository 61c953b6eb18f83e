"""Lists of issued certificates: searched and cut into pages by the database, without the certificates' content."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, exists, false, func, true
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from instruments.bodies import all_names
from instruments.dated import in_force
from instruments.models import Body, BodyName, Instrument
from instruments.spelling import folded
from lims.people import CUSTOMER, LABORATORY_ROLES
from lims.procedure_format import Label
from lims.registry_entries import ISSUED, REPLACED, WITHDRAWN, certificate_visible
from lims.step import Act, query
from lims.store.tables import Certificate, CertificateEvent, CertificateIssue

AT_ONCE = 500
PAGE_ROWS = 100


@dataclass(frozen=True)
class CertificateRow:
    """One issued certificate in a list; the fields that scripts lean on."""

    id: str
    number: str
    kind: str
    centre: str
    centre_name: Label
    instrument: str
    item: Label
    serial_number: str
    customer: str
    customer_name: Label
    performed_on: date
    issued_on: date
    status: str
    job_id: str
    amended_by: tuple[str, ...] = ()
    """Numbers of its amendments."""
    amends: str = ""
    """Number of the certificate that it amends."""


@dataclass(frozen=True)
class CertificatePage:
    """Some rows of a list, how many it has in all, and how many of those are neither replaced nor withdrawn.

    ``after`` is the key of the next page; empty on the last.
    """

    rows: tuple[CertificateRow, ...]
    count: int
    current: int
    after: str


@query(permission="certificate.read")
def certificates(act: Act, *, text: str = "", job_id: str = "", most: int | None = None) -> list[CertificateRow]:
    """The issued certificates that the actor may read, newest first: of the own centres, or as the customer.

    Args:
        act: the read.
        text: words that stand in the number, in what names the instrument, or in the customer's name; all are needed.
        job_id: only that of one job.
        most: at most so many.
    """
    wanted = _listed(act, text)
    if job_id:
        wanted = and_(wanted, col(Certificate.job_id) == job_id)
    return certificate_rows(act.session, wanted, most=most)


@query(permission="certificate.read")
def certificate_page(act: Act, *, text: str = "", after: str = "") -> CertificatePage:
    """A page of what `certificates` gives, with what is counted over all of it.

    Args:
        act: the read.
        text: as there.
        after: the key that the page before gave: day of issue and id, so that no page repeats or leaves out a row.
    """
    wanted = _listed(act, text)
    told = columns_of(func.count(), func.count().filter(_STATUS == ISSUED)).select_from(Certificate)
    told = told.join(CertificateIssue, _ISSUE)
    if text.strip():
        told = told.join(Instrument, col(Instrument.id) == col(Certificate.item_id))
    ((count, current),) = act.session.connection().execute(told.where(wanted))
    found = certificate_rows(act.session, and_(wanted, _beyond(after)), most=PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    key = f"{shown[-1].issued_on.isoformat()} {shown[-1].id}" if len(found) > PAGE_ROWS else ""
    return CertificatePage(tuple(shown), count, current, key)


@query(permission="certificate.read")
def certificate(act: Act, number: str) -> CertificateRow:
    """One certificate that the actor may read; any other does not exist."""
    found, _ = certificate_visible(act, number)
    (row,) = certificate_rows(act.session, col(Certificate.id) == found.id)
    return row


def certificate_rows(session: Session, where: Any, *, most: int | None = None) -> list[CertificateRow]:
    """The issued certificates that a condition holds for, newest first.

    Args:
        session: a session on the laboratory.
        where: the condition, on the columns of `Certificate` and of its `Instrument`.
        most: how many; all where None.
    """
    one, item = Certificate, Instrument
    heads = (one.id, one.number, one.kind, one.centre_id, one.customer_id, one.performed_on, one.issued_on, one.job_id)
    wanted: Any = columns_of(*map(col, heads), _STATUS, *map(col, (item.code, item.name_vi, item.name_en)))
    wanted = (
        wanted.add_columns(col(item.serial_number), _AMENDED_BY, _AMENDS)
        .select_from(one)
        .join(CertificateIssue, _ISSUE)
    )
    wanted = wanted.join(item, col(item.id) == col(one.item_id)).where(where)
    wanted = wanted.order_by(col(one.issued_on).desc(), col(one.id).desc()).limit(most)
    found = session.connection().execute(wanted).all()
    codes, names = _bodies(session, sorted({body for row in found for body in row[3:5]}))
    rows = []
    for key, number, kind, centre, customer, performed_on, issued_on, job, status, code, vi, en, serial, *more in found:
        named = [_label(names[body], issued_on) for body in (centre, customer)]
        row = CertificateRow(
            key, number, kind, codes[centre], named[0], code, Label(vi, en), serial, codes[customer], named[1],
            performed_on, issued_on, status, job, _in_order(more[0]), more[1] or "",
        )  # fmt: skip
        rows.append(row)
    return rows


def _listed(act: Act, text: str) -> Any:
    """The condition on what the actor may read and has searched for; words are asked of certificate and instrument."""
    seen, words = _readable(act), folded(text).split()
    if not words:
        return seen
    customers = sorted(set(act.session.exec(select(Certificate.customer_id).where(seen).distinct())))
    _, names = _bodies(act.session, customers)
    called = {one: [folded(name.name_vi) for name in names[one]] for one in customers}
    return and_(seen, *(_holds(word, called) for word in words))


def _readable(act: Act) -> Any:
    if act.actor.kind != "person":
        return col(Certificate.id).is_not(None)
    ways = [
        col(column).in_(bodies)
        for column, bodies in (
            (Certificate.centre_id, act.rights.bodies(frozenset(LABORATORY_ROLES))),
            (Certificate.customer_id, act.rights.bodies(frozenset({CUSTOMER}))),
        )
        if bodies
    ]
    return or_(*ways) if ways else false()


def _holds(word: str, called: Mapping[str, Sequence[str]]) -> Any:
    """Whether a word stands in the number, in the instrument's words, or in a name that the customer has had."""
    named = [customer for customer, names in called.items() if any(word in name for name in names)]
    return or_(
        func.lower(col(Certificate.number)).contains(word, autoescape=True),
        col(Instrument.search_text).contains(word, autoescape=True),
        col(Certificate.customer_id).in_(named),
    )


def _beyond(after: str) -> Any:
    """What stands after a key; a key that is none begins at the beginning."""
    day, _, last = after.partition(" ")
    try:
        issued_on = date.fromisoformat(day)
    except ValueError:
        return true()
    return or_(
        col(Certificate.issued_on) < issued_on,
        and_(col(Certificate.issued_on) == issued_on, col(Certificate.id) < last),
    )


def _ended(status: str) -> Any:
    mine = col(CertificateEvent.certificate_id) == col(Certificate.id)
    return exists().where(mine, col(CertificateEvent.status) == status)


_ISSUE = col(CertificateIssue.certificate_id) == col(Certificate.id)
_STATUS = case((_ended(WITHDRAWN), WITHDRAWN), (_ended(REPLACED), REPLACED), else_=ISSUED)
"""Issued, replaced or withdrawn; withdrawal is the last word."""


_BY, _OF, _BY_ISSUE = aliased(Certificate), aliased(Certificate), aliased(CertificateIssue)
_AMENDED_BY = (
    columns_of(func.aggregate_strings(col(_BY.number), " "))
    .join_from(_BY, _BY_ISSUE, col(_BY_ISSUE.certificate_id) == col(_BY.id))
    .where(col(_BY.amends_id) == col(Certificate.id))
    .where(~exists().where(col(CertificateEvent.certificate_id) == col(_BY.id)))
    .correlate(Certificate)
    .scalar_subquery()
)
"""The numbers of the amendments that stand, with blanks between them."""
_AMENDS = columns_of(col(_OF.number)).where(col(_OF.id) == col(Certificate.amends_id)).scalar_subquery()


def _in_order(numbers: str | None) -> tuple[str, ...]:
    """Numbers of amendments, the tenth after the ninth."""
    return tuple(sorted((numbers or "").split(), key=lambda one: (len(one), one)))


def _bodies(session: Session, ids: Sequence[str]) -> tuple[dict[str, str], dict[str, list[BodyName]]]:
    codes: dict[str, str] = {}
    names: dict[str, list[BodyName]] = {}
    for some in _portions(ids):
        of_some = columns_of(col(Body.id), col(Body.code)).where(col(Body.id).in_(some))
        codes |= {row[0]: row[1] for row in session.connection().execute(of_some)}
        names |= all_names(session, some)
    return codes, names


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))


def _label(names: Sequence[BodyName], day: date) -> Label:
    name = in_force(names, day)
    return Label(name.name_vi, name.name_en) if name else Label("", "")
