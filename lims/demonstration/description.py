"""What the demonstration holds: its accounts with the password of all, and how much of everything there is."""

from typing import Any

from sqlmodel import Session, col, func, select

from instruments.models import Body, Instrument
from lims import certificate_lists
from lims.audit import REFUSED
from lims.demonstration.stage import read_plan
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.store.tables import AuditRecord, Job, Person


def describe(lab: Laboratory) -> dict[str, Any]:
    """What `lims demo` tells: accounts, counts, open jobs and certificates."""
    plan = read_plan()
    certificates = certificate_lists.certificates(lab, OPERATOR_ACTOR)
    with lab.store.reading() as session:
        counts = _counts(session)
        found = session.exec(select(Job, Body.code).join(Body, col(Body.id) == col(Job.centre_id)))
        jobs = sorted((code, job.number, job.edition, job.procedure_id, job.state) for job, code in found)
    statuses: dict[str, int] = {}
    for one in certificates:
        statuses[one.status] = statuses.get(one.status, 0) + 1
    return {
        "public_address": lab.settings.public_address,
        "accounts": accounts(plan),
        "counts": {**counts, "certificates": len(certificates), "by_status": dict(sorted(statuses.items()))},
        "jobs": [dict(zip(("centre", "number", "edition", "procedure", "state"), job, strict=True)) for job in jobs],
        "certificates": certificates,
    }


def accounts(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Who can sign in, in which roles, where, and with which password: one for all, which opens nothing else."""
    chief = {**plan["administrator"], "roles": ["administrator"], "at": plan["institute"]["code"]}
    customers = [
        {"user_name": one["user_name"], "name": one["person"], "roles": ["customer"], "at": one["code"]}
        for one in plan["customers"]
    ]
    return [
        {"user_name": one["user_name"], "password": plan["password"], "name": one["name"], "roles": list(one["roles"]),
         "bodies": [one["at"]]}
        for one in (chief, *plan["people"], *customers)
    ]  # fmt: skip


def _counts(session: Session) -> dict[str, Any]:
    def number_of(table: Any) -> int:
        return session.exec(select(func.count()).select_from(table)).one()

    def by(column: Any, *where: Any) -> dict[str, int]:
        rows = session.exec(select(column, func.count()).where(*where).group_by(column).order_by(column))
        return {str(name): number for name, number in rows}

    refused = session.exec(select(AuditRecord.reason).where(AuditRecord.outcome == REFUSED))
    return {
        "bodies": by(Body.kind),
        "people": number_of(Person),
        "instruments": by(Instrument.kind),
        "jobs": by(Job.state),
        "audit_records": number_of(AuditRecord),
        "refused": sorted({reason.split(":")[0].removeprefix("lims.") for reason in refused}),
    }
