"""The Digital Calibration Certificate of an issued certificate, and the laboratory's schemas."""

from pathlib import Path

from sqlmodel import select

from certificates import dcc_schema
from certificates.content import content_hash
from certificates.dcc import SCHEMA_VERSION, write_dcc
from certificates.hostile_xml import read_hostile
from lims.clock import local_iso
from lims.config import Settings
from lims.errors import Broken
from lims.registry_entries import certificate_visible, full_content
from lims.step import Act, query
from lims.store.tables import Approval, Certificate, CertificateIssue


@query(permission="certificate.read")
def digital_certificate(act: Act, number: str) -> bytes:
    """Return the DCC of a certificate, of one's own centre or as the customer: the very one that its file carries.

    A file that was issued before files carried one gets it from the record, valid where schemas are at hand.

    Raises:
        Broken: the file is damaged or missing, or the content in the record is not the one that was issued.
    """
    from certificates.carried import dcc_of  # loads the library of archive files, which not every start needs

    certificate, issue = certificate_visible(act, number)
    attached = dcc_of(act.lab.vault.get(issue.file_sha256))
    return attached if attached is not None else _from_record(act, certificate, issue)


def _from_record(act: Act, certificate: Certificate, issue: CertificateIssue) -> bytes:
    """The DCC of the content in the record, where it is the content that was issued."""
    approval = act.session.exec(select(Approval).where(Approval.job_id == certificate.job_id)).one()
    settings = act.lab.settings
    approved_at = local_iso(approval.at, settings.time_zone)
    content = full_content(act.session, certificate, settings.public_address, approved_at)
    if content_hash(content, without_issue_fields=False) != issue.content_sha256:
        raise Broken("dcc.content_changed", number=certificate.number)
    file = write_dcc(content)
    if has_schemas(settings):
        dcc_schema.read_schemas(settings.dcc_schemas).check(read_hostile(file), SCHEMA_VERSION)
    return file


def has_schemas(settings: Settings) -> bool:
    """Tell whether the laboratory holds the schemas of what it writes."""
    return (settings.dcc_schemas / dcc_schema.WRITTEN).is_file()


def add_schemas(settings: Settings, source: Path) -> tuple[str, ...]:
    """Copy the schemas of a folder into the laboratory's own; return the DCC versions that can be validated now."""
    return dcc_schema.add_schemas(source, settings.dcc_schemas)
