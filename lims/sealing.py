"""The issued file where a laboratory has keys: an archive file with the signatory's signature and the body's seal."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from certificates.archive import Attachment, as_pdf_a
from certificates.content import CertificateContent
from certificates.edition import Edition
from certificates.keys import SigningKey
from certificates.signing import SEAL as SEAL_FIELD
from certificates.signing import SIGNATORY, Signing, sign
from lims.errors import Refused
from lims.keys import PERSON, SEAL
from lims.laboratory import Laboratory
from uncertainty.wording import wording

TEST = "test"


def signed_once(
    lab: Laboratory,
    job_id: str,
    content: CertificateContent,
    drawn: bytes,
    signatory: Sequence[str],
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The signed file of a job. Signatures differ on every run, so a second try takes the file of the first.

    The hash of the file is noted before the file is kept: whenever an issue is interrupted, the vault holds no signed
    file, or this very one, and a number never has two.

    Args:
        lab: the laboratory.
        job_id: whose file it is.
        content: what is issued.
        drawn: its pages.
        signatory: user names of the person who authorised it.
        attachments: what the file carries.

    Raises:
        Refused: a key is missing, cannot be opened, is out of date, or is a test key that the page does not name.
    """
    archive = as_pdf_a(drawn, attachments)
    before = lab.vault.promised(job_id)
    if before is not None and before.startswith(archive):
        return before
    person, seal = lab.keys.key(PERSON, *signatory), lab.keys.key(SEAL, content.body.code)
    for key in (person, seal):
        _refuse_unnamed_test(key, content)
    language = Edition(content.languages).first_language
    city = Edition(content.languages).first(content.body.city)
    signings = (
        Signing(person, SIGNATORY, wording("signing.reason_signatory", language), city),
        Signing(seal, SEAL_FIELD, wording("signing.reason_seal", language), city),
    )
    file = sign(archive, signings, _now(lab), lab.keys.policy())
    lab.vault.promise(job_id, hashlib.sha256(file).hexdigest())
    return file


def _now(lab: Laboratory) -> datetime:
    """The time of signing, in the legal time zone."""
    return lab.clock.now().astimezone(ZoneInfo(lab.settings.time_zone)).replace(microsecond=0)


def _refuse_unnamed_test(key: SigningKey, content: CertificateContent) -> None:
    """A page that does not say "test" is not signed with a test key."""
    if key.is_test and content.signature_mode != TEST:
        raise Refused("signing.test_key", holder=key.holder)
