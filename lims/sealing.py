"""The issued file: an archive file that carries its DCC, signed where the laboratory has keys.

Where it has, the body's seal signs the DCC, then signatory and seal sign the whole file.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from certificates.archive import as_pdf_a, dcc_attachment
from certificates.attachment import Attachment
from certificates.carried import dcc_of
from certificates.content import HANDWRITTEN, CertificateContent
from certificates.dcc import SCHEMA_VERSION, write_dcc
from certificates.edition import Edition
from lims.errors import Refused, Stated
from lims.keys import PERSON, SEAL
from lims.laboratory import Laboratory
from uncertainty.wording import wording

if TYPE_CHECKING:  # the library that signs is loaded when something is signed, which takes half a second
    from certificates.signing import Signing

TEST = "test"


def sealed(
    lab: Laboratory,
    job_id: str,
    content: CertificateContent,
    drawn: bytes,
    signatory: Sequence[str],
    further: Sequence[Attachment] = (),
) -> bytes:
    """The file of a job as it is issued: PDF/A-3U with the DCC of the same content inside.

    Args:
        lab: the laboratory.
        job_id: whose file it is.
        content: what is issued, complete.
        drawn: its pages.
        signatory: user names of the person who authorised it.
        further: what else the file carries.

    Raises:
        Refused: a key is missing, cannot be opened, is out of date, or is a test key that the page does not name.
    """
    dcc = write_dcc(content)
    if content.signature_mode == HANDWRITTEN:
        return as_pdf_a(drawn, (_attached(dcc, content), *further))
    return _signed_once(lab, job_id, content, drawn, dcc, signatory, further)


def _attached(dcc: bytes, content: CertificateContent) -> Attachment:
    """The DCC as the first attachment."""
    language = Edition(content.languages).first_language
    return dcc_attachment(dcc, SCHEMA_VERSION, wording("dcc.attached", language))


def _signed_once(
    lab: Laboratory,
    job_id: str,
    content: CertificateContent,
    drawn: bytes,
    dcc: bytes,
    signatory: Sequence[str],
    further: Sequence[Attachment],
) -> bytes:
    """The signed file of a job. Signatures differ on every run, so a second try takes the file of the first.

    The hash of the file is noted before the file is kept: whenever an issue is interrupted, the vault holds no signed
    file, or this very one, and a number never has two.
    """
    from certificates.signing import sign
    from certificates.xades import sign_dcc

    before = lab.vault.promised(job_id)
    if before is not None and _is_file_of(before, content, drawn, dcc, further):
        return before
    signings, at = _signings(lab, content, signatory), _now(lab)
    seal = signings[-1].key
    signed_dcc = sign_dcc(dcc, seal.for_xml, seal.certificates, signed_at=at)
    archive = as_pdf_a(drawn, (_attached(signed_dcc, content), *further))
    file = sign(archive, signings, at, lab.keys.policy())
    lab.vault.promise(job_id, hashlib.sha256(file).hexdigest())
    return file


def _is_file_of(
    file: bytes, content: CertificateContent, drawn: bytes, dcc: bytes, further: Sequence[Attachment]
) -> bool:
    """Tell whether a signed file is that of these pages and this DCC: the same but for the signatures."""
    from certificates.xades import without_signature

    try:
        inside = dcc_of(file)
        if inside is None or without_signature(inside) != without_signature(dcc):
            return False
    except Stated:
        return False
    return file.startswith(as_pdf_a(drawn, (_attached(inside, content), *further)))


def _signings(lab: Laboratory, content: CertificateContent, signatory: Sequence[str]) -> tuple["Signing", ...]:
    """The signatures of a file in their order: who authorised it, then the body's seal."""
    from certificates.signing import SEAL as SEAL_FIELD
    from certificates.signing import SIGNATORY, Signing

    person, seal = lab.keys.key(PERSON, *signatory), lab.keys.key(SEAL, content.body.code)
    for key in (person, seal):
        if key.is_test and content.signature_mode != TEST:  # a page that does not say "test" is not signed with one
            raise Refused("signing.test_key", holder=key.holder)
    edition = Edition(content.languages)
    language, city = edition.first_language, edition.first(content.body.city)
    return (
        Signing(person, SIGNATORY, wording("signing.reason_signatory", language), city),
        Signing(seal, SEAL_FIELD, wording("signing.reason_seal", language), city),
    )


def _now(lab: Laboratory) -> datetime:
    """The time of signing, in the legal time zone."""
    return lab.clock.now().astimezone(ZoneInfo(lab.settings.time_zone)).replace(microsecond=0)
