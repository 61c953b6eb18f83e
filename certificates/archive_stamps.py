"""The archive time stamps of a file: until when the last one proves, and the next one over all that is there."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509 as asn1
from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.errors import PathError

from certificates.keys import common_name
from certificates.signing import ARCHIVE_TIME_STAMP, Policy, Revision, refusing, stamped, what_proves
from certificates.waiting import outcome
from uncertainty.errors import Broken, Invalid, Refused


@dataclass(frozen=True)
class Stamp:
    """The last archive time stamp of a file.

    Attributes:
        at: when the authority made it.
        authority: the common name in its certificate.
        ends: the last moment of the certificate, or of one above it where that is earlier; until then it proves.
    """

    at: dt.datetime
    authority: str
    ends: dt.datetime


def last_stamp(pdf: bytes) -> Stamp | None:
    """The last archive time stamp of a file of ours; None where it has none.

    Raises:
        Broken: the file cannot be read.
    """
    try:
        found = PdfFileReader(io.BytesIO(pdf), strict=False).embedded_timestamp_signatures
        return _facts(found[-1]) if found else None
    except (PdfError, ValueError) as problem:
        raise Broken("renewal.file_unreadable", why=str(problem)[:200]) from problem


def _facts(one: EmbeddedPdfSignature) -> Stamp:
    signer = x509.load_der_x509_certificate(one.signer_cert.dump())
    at = one.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    ends = min(above.not_valid_after for above in _upwards(one.signer_cert, list(one.other_embedded_certs)))
    return Stamp(at, common_name(signer)[:200], ends)


def _upwards(certificate: asn1.Certificate, others: Sequence[asn1.Certificate]) -> list[asn1.Certificate]:
    """A certificate and those above it, as far as the time stamp carries them."""
    chain = [certificate]
    while len(chain) <= len(others) and chain[-1].issuer != chain[-1].subject:
        above = next((one for one in others if one.subject == chain[-1].issuer), None)
        if above is None:
            break
        chain.append(above)
    return chain


def renewed(pdf: bytes, at: dt.datetime, policy: Policy, number: int) -> bytes:
    """The file with a further archive time stamp, before the one that it has loses its force.

    What is there stays byte for byte; behind it come the proofs of the old time stamp as they are today, then the new
    time stamp with its own proofs.

    Args:
        pdf: the issued file, or the last renewal of it.
        at: now.
        policy: the time-stamp authority, and what is trusted.
        number: of the renewal, from 1; it names the field.

    Raises:
        Refused: there is no time stamp to renew, it proves nothing any more, or the authority does not answer.
        Invalid: the laboratory has no time-stamp authority.

    Source:
        ETSI EN 319 142-1 V1.2.1, 5.4.3 and 6.3 (renewal of document time stamps).
    """
    if policy.time_stamper is None or policy.trust is None:
        raise Invalid("renewal.no_authority")
    stamp = last_stamp(pdf)
    if stamp is None:
        raise Refused("renewal.no_stamp")
    if stamp.ends <= at:
        raise Refused("renewal.too_late", authority=stamp.authority, ends=stamp.ends.date())
    with refusing(stamp.authority):
        return outcome(_renewed(pdf, at, policy, f"{ARCHIVE_TIME_STAMP}{number + 1}"))


async def _renewed(pdf: bytes, at: dt.datetime, policy: Policy, field: str) -> bytes:
    assert policy.time_stamper is not None
    assert policy.trust is not None
    context = what_proves(policy.trust, (), at)
    last = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures[-1]
    status = await async_validate_pdf_timestamp(last, context)
    if not (status.valid and status.intact):
        raise Broken("renewal.stamp_broken")
    if not status.trusted or status.validation_path is None:
        raise PathError("the archive time stamp does not lead to a root that is trusted")
    revision = Revision(io.BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(
        revision, sig_contents=None, paths=(status.validation_path,), validation_context=context
    )
    return await stamped(revision, field, policy.time_stamper, context)
