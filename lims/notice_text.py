"""The e-mail of a notice: the customer's language first, the other one below, the file attached where it is wished."""

import json
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from certificates.content import CertificateContent
from lims.config import Settings
from lims.registry_entries import verify_url
from lims.store.notice_tables import Notice
from lims.store.tables import Certificate, CertificateIssue
from lims.wishes import FILE
from uncertainty.wording import LANGUAGES, wording

BETWEEN = "\n\n– – –\n\n"


def message(
    settings: Settings, notice: Notice, certificate: Certificate, issue: CertificateIssue, file: bytes | None
) -> EmailMessage:
    """The message of a notice; the same notice always gives the same Message-ID, so that a second one is recognised.

    Args:
        settings: sender and public address of the laboratory.
        notice: to whom, in which language.
        certificate: what was issued.
        issue: its file's hash and the time of issuing.
        file: what is attached; None for a link only.
    """
    content = CertificateContent.from_json(json.loads(certificate.content))
    first, second = sorted(LANGUAGES, key=lambda one: one != notice.language)
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = settings.smtp_sender, notice.email
    made["Subject"] = " / ".join(_say("subject", one, content, certificate) for one in (first, second))
    made["Date"] = format_datetime(notice.queued_at)
    made["Message-ID"] = f"<{notice.id}@{parseaddr(settings.smtp_sender)[1].rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    told = [_body(settings, one, content, certificate, issue, file is not None) for one in (first, second)]
    made.set_content(BETWEEN.join(told) + "\n")
    if file is not None:
        made.add_attachment(file, maintype="application", subtype="pdf", filename=f"{certificate.number}.pdf")
    return made


def _say(key: str, language: str, content: CertificateContent, certificate: Certificate) -> str:
    body = content.body.name.vi if language == "vi" else content.body.name.en
    kind = wording(f"notices.kind_{certificate.kind}", language)
    return wording(f"notices.{key}", language, body=body, kind=kind, number=certificate.number)


def _body(
    settings: Settings,
    language: str,
    content: CertificateContent,
    certificate: Certificate,
    issue: CertificateIssue,
    attached: bool,
) -> str:
    """The text in one language."""
    parts = [_say("greeting", language, content, certificate)]
    if content.demonstration:
        parts.append(wording("notices.demonstration", language))
    if content.replaces is not None:
        key = "amendment.notice" if content.amends else "notices.replaces"
        parts.append(wording(key, language, number=content.replaces.number))
    if attached:
        parts.append(wording("notices.attached", language, sha256=issue.file_sha256))
    parts.append(wording("notices.page", language, address=verify_url(settings.public_address, certificate.token)))
    parts.append(wording("notices.automatic", language))
    return "\n\n".join(parts)


def wants_file(notice: Notice) -> bool:
    """Tell whether the file goes with the notice."""
    return notice.way == FILE
