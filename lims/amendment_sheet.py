"""What the page of an amendment shows: the fields that may be amended, as the certificate says them now."""

import json
from dataclasses import dataclass

from certificates.changes import changes
from certificates.content import Bilingual, CertificateContent, Change
from lims.amendable import Amendable, amendable_fields, amended, said_of
from lims.amendments import (
    amendments_of,
    certificate_of,
    ended,
    open_edition,
    standing_content,
    stated_in,
)
from lims.procedure_format import Label
from lims.registry_entries import certificate_visible
from lims.sheets import job_of
from lims.step import Act, query
from lims.store.tables import Job


@dataclass(frozen=True)
class AmendmentSheet:
    """One certificate and what may be amended of it.

    Attributes:
        number: of the certificate.
        job_id: whose certificate it is.
        item: name of the instrument.
        bilingual: whether it is printed in two languages.
        fields: each with what the certificate says now, its amendments included.
        amended_by: numbers of its amendments.
        open_job: the edition that is at work already, empty where there is none.
        possible: whether it may be amended: it is no amendment itself, and stands.
    """

    number: str
    job_id: str
    item: Label
    bilingual: bool
    fields: tuple[tuple[Amendable, Bilingual], ...]
    amended_by: tuple[str, ...]
    open_job: str
    possible: bool


@query(permission="job.read")
def stated_by(act: Act, job_id: str) -> tuple[Change, ...]:
    """What the amendment of a job changes, before and now; nothing of any other job."""
    job = job_of(act, job_id)
    before = certificate_of(act.session, job.amends_id) if job.supplement else None
    if before is None:
        return ()
    own = certificate_of(act.session, job.id)
    if own is not None:
        content = CertificateContent.from_json(json.loads(own.content))
        return content.replaces.changes if content.replaces else ()
    standing = standing_content(act.session, before)
    return changes(standing, amended(standing, stated_in(act.session, job.id)))


@query(permission="amendment.prepare")
def amendment_sheet(act: Act, number: str) -> AmendmentSheet:
    """What may be amended of a certificate of one's own centre; any other does not exist."""
    certificate, _ = certificate_visible(act, number)
    job = act.session.get_one(Job, certificate.job_id)
    content = standing_content(act.session, certificate)
    waiting = open_edition(act.session, job)
    return AmendmentSheet(
        certificate.number,
        job.id,
        Label(content.item.name.vi, content.item.name.en),
        content.languages != "en",
        tuple((one, said_of(content, one)) for one in amendable_fields().values()),
        tuple(one.number for one in amendments_of(act.session, certificate)),
        waiting.id if waiting else "",
        not job.supplement and not ended(act.session, certificate),
    )
