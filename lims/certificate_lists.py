"""Lists of issued certificates: without their content, and in as few statements for ten thousand as for one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, exists, func
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_

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
class CertificateList:
    """The first rows of a list, and what the whole of it holds: how many, and how many of them are current."""

    rows: tuple[CertificateRow, ...]
    count: int
    current: int


@query(permission="certificate.read")
def certificates(act: Act, *, text: str = "") -> list[CertificateRow]:
    """The issued certificates that the actor may read, newest first: of the own centres, or as the customer."""
    return _holding(act, text)


@query(permission="certificate.read")
def certificate_list(act: Act, *, text: str = "", most: int) -> CertificateList:
    """The newest of what `certificates` gives, with what is counted over all of it.

    Args:
        act: the read.
        text: words that a row has to hold; all rows where empty.
        most: how many rows.
    """
    if text.strip():
        found = _holding(act, text)
        return CertificateList(tuple(found[:most]), len(found), sum(row.status == ISSUED for row in found))
    where = _readable(act)
    told = columns_of(func.count(), func.count().filter(_STATUS == ISSUED)).select_from(Certificate)
    ((count, current),) = act.session.connection().execute(told.join(CertificateIssue, _ISSUE).where(where))
    return CertificateList(tuple(certificate_rows(act.session, where, most=most)), count, current)


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
        where: the condition, on the columns of `Certificate`.
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


def _holding(act: Act, text: str) -> list[CertificateRow]:
    words = folded(text).split()
    rows = certificate_rows(act.session, _readable(act))
    return [row for row in rows if not words or all(word in _said(row) for word in words)]


def _readable(act: Act) -> Any:
    if act.actor.kind != "person":
        return col(Certificate.id).is_not(None)
    return or_(
        col(Certificate.centre_id).in_(act.rights.bodies(frozenset(LABORATORY_ROLES))),
        col(Certificate.customer_id).in_(act.rights.bodies(frozenset({CUSTOMER}))),
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


def _said(row: CertificateRow) -> str:
    said = (row.number, row.instrument, row.serial_number, row.item.vi, row.item.en, row.customer_name.vi)
    return folded(" ".join(said))


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
