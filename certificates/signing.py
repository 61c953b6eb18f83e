"""PAdES: the signatory's signature and the organisation's seal, over the whole file, each in a revision of its own."""

from __future__ import annotations

import datetime as dt
import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11.exceptions import PKCS11Error
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference, TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

import certificates.quick_steps  # noqa: F401  (it puts them in place)
from certificates.keys import SigningKey, as_asn1
from certificates.signers import DIGEST
from certificates.waiting import outcome
from uncertainty.errors import Invalid, Refused

B_B, B_T, B_LTA = "B-B", "B-T", "B-LTA"
LEVELS = (B_B, B_T, B_LTA)
SIGNATORY, SEAL, ARCHIVE_TIME_STAMP = "Signatory", "Seal", "ArchiveTimeStamp"
"""Names of the signature fields."""
WITH_SIGNATURE = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)
WITH_TIME_STAMP = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
"""The proofs go into the revision that they belong to, so that none stands between a signature and the end."""
LARGEST_KEY = 8_192  # bits; of a kind that does not tell
ROOM = 512  # bytes kept free beside certificates, signature and the names of the issuer: what is signed takes 300


logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it warns where nothing may be fetched, which is our intention


@dataclass(frozen=True)
class Trust:
    """What a file needs to be verified for ever without the network.

    Attributes:
        roots: certificates at which a chain may end.
        revocation_lists: in DER; of every authority below and including the roots.
        fetching: whether lists and OCSP answers may be fetched where the certificates say.
    """

    roots: tuple[x509.Certificate, ...]
    revocation_lists: tuple[bytes, ...] = ()
    fetching: bool = False


@dataclass(frozen=True)
class Policy:
    """How a laboratory signs.

    Attributes:
        level: "B-B", "B-T" (a time stamp over each signature) or "B-LTA" (all that proves it later is inside).
        time_stamper: asks the time-stamp authority; needed above B-B.
        trust: needed for B-LTA.

    Source:
        ETSI EN 319 142-1 V1.2.1, 6 (baseline signatures).
    """

    level: str = B_B
    time_stamper: TimeStamper | None = None
    trust: Trust | None = None


@dataclass(frozen=True)
class Signing:
    """One signature to be made: by which key, in which field, and what it says of itself."""

    key: SigningKey
    field: str
    reason: str
    location: str


def sign(pdf: bytes, signings: Sequence[Signing], at: dt.datetime, policy: Policy | None = None) -> bytes:
    """The file with its signatures, made one after another; each leaves what stands before it as it is.

    Args:
        pdf: an archive file; its metadata, attachments and declared level stay as they are.
        signings: in order; each field stands in the file once.
        at: the time of signing as the laboratory's clock says it, with its offset.
        policy: B-B when not given.

    Returns:
        The bytes of the file; different on every run, since signatures hold chance and time.

    Raises:
        Refused: the time-stamp authority does not answer, or a certificate is out of date or does not lead to a root.
        Invalid: a policy without what its level needs.

    Source:
        ETSI EN 319 142-1 V1.2.1; ISO 32000-2:2020, 12.8.
    """
    policy = policy or Policy()
    if policy.level not in LEVELS:
        raise Invalid("signing.level_unknown", level=policy.level)
    if policy.level != B_B and policy.time_stamper is None:
        raise Invalid("signing.level_needs_time_stamp", level=policy.level)
    if policy.level == B_LTA and policy.trust is None:
        raise Invalid("signing.level_needs_trust", level=policy.level)
    for one in signings:
        _refuse_out_of_date(one.key, at)
    pdf = outcome(_sign_all(pdf, signings, at, policy))
    if policy.level == B_LTA:
        pdf = archive_time_stamp(pdf, at, policy)
    return pdf


def archive_time_stamp(pdf: bytes, at: dt.datetime, policy: Policy, field: str = ARCHIVE_TIME_STAMP) -> bytes:
    """The file with a time stamp over all that it holds, which proves its signatures when their keys have grown old.

    Args:
        pdf: a signed file.
        at: now.
        policy: its time-stamp authority and trust.
        field: of the time stamp; see `certificates.archive_stamps` for a later one.

    Raises:
        Refused: the authority does not answer, or its certificate does not lead to a root.

    Source:
        ETSI EN 319 142-1 V1.2.1, 5.4.3 (document time stamp).
    """
    assert policy.time_stamper is not None
    assert policy.trust is not None
    revision, context = Revision(io.BytesIO(pdf)), what_proves(policy.trust, (), at)
    with refusing("TSA"):
        return outcome(stamped(revision, field, policy.time_stamper, context))


async def stamped(revision: Revision, field: str, stamper: TimeStamper, context: ValidationContext) -> bytes:
    """A revision closed by a document time stamp, with the proofs of its authority."""
    output = io.BytesIO()
    await PdfTimeStamper(stamper, field_name=field).async_timestamp_pdf(
        revision, DIGEST, context, output=output, dss_settings=WITH_TIME_STAMP
    )
    return output.getvalue()


class Revision(IncrementalPdfFileWriter):
    """A revision that adds a signature and leaves the metadata alone: the file's facts are the certificate's."""

    def _update_meta(self) -> None:
        return


async def _sign_all(pdf: bytes, signings: Sequence[Signing], at: dt.datetime, policy: Policy) -> bytes:
    """One signature after another."""
    for one in signings:
        pdf = await _sign(pdf, one, at, policy)
    return pdf


async def _sign(pdf: bytes, signing: Signing, at: dt.datetime, policy: Policy) -> bytes:
    """One signature; the steps of the library's own `async_sign_pdf`, with our clock."""
    key, lasting = signing.key, policy.level == B_LTA
    meta = PdfSignatureMetadata(
        field_name=signing.field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        reason=signing.reason or None,
        location=signing.location or None,
        name=key.holder,
        embed_validation_info=lasting,
        dss_settings=WITH_SIGNATURE,
        validation_context=what_proves(policy.trust, key.chain, at) if lasting and policy.trust else None,
    )
    stamper = policy.time_stamper if policy.level != B_B else None
    signer = PdfSigner(meta, signer=key.signer, timestamper=stamper)
    output = io.BytesIO()
    with refusing(key.holder):
        session = signer.init_signing_session(Revision(io.BytesIO(pdf)))
        session.system_time = at
        validated = await session.perform_presign_validation()
        prepared = session.prepare_tbs_document(validated, await _room(key, stamper))
        digest, _ = prepared.digest_tbs_document(output=output)
        await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=at))
    return output.getvalue()


async def _room(key: SigningKey, stamper: TimeStamper | None) -> int:
    """Hexadecimal digits to keep free: what stays empty is read again by every verifier.

    The issuer is named twice beside the certificates. The last time stamp of the authority tells how large the next one
    is, half as much again for a change of its chain.
    """
    certificates = sum(len(one.public_bytes(Encoding.DER)) for one in (key.certificate, *key.chain))
    issuer = len(key.certificate.issuer.public_bytes())
    stamp = len((await stamper.async_dummy_response(DIGEST)).dump()) if stamper else 0
    return 2 * (certificates + 2 * issuer + _longest_signature(key.certificate) + ROOM + stamp + stamp // 2)


def _longest_signature(certificate: x509.Certificate) -> int:
    """Bytes that a signature of its key takes at most; on a curve it is two numbers with their heads."""
    public = certificate.public_key()
    length = (getattr(public, "key_size", LARGEST_KEY) + 7) // 8
    return 2 * length + 16 if isinstance(public, ec.EllipticCurvePublicKey) else length


@contextmanager
def refusing(holder: str) -> Iterator[None]:
    """Say in the words of the laboratory what the library, a token or the network could not do."""
    try:
        yield
    except (PathError, ValidationError) as problem:
        raise Refused("signing.certificate_refused", holder=holder, why=str(problem)[:200]) from problem
    except (SigningError, TimestampRequestError, PdfError, PKCS11Error, OSError, TimeoutError) as problem:
        if isinstance(problem.__cause__, PathError | ValidationError):
            raise Refused("signing.certificate_refused", holder=holder, why=str(problem)[:200]) from problem
        raise Refused("signing.not_signed", holder=holder, why=str(problem)[:200]) from problem


def what_proves(trust: Trust, chain: Sequence[x509.Certificate], at: dt.datetime) -> ValidationContext:
    """What validates a certificate before it signs, so that the proofs can be put into the file."""
    return ValidationContext(
        trust_roots=[as_asn1(one) for one in trust.roots],
        other_certs=[as_asn1(one) for one in chain],
        crls=list(trust.revocation_lists),
        moment=at,
        best_signature_time=at,
        allow_fetching=trust.fetching,
        revocation_mode="require",
    )


def _refuse_out_of_date(key: SigningKey, at: dt.datetime) -> None:
    """Refuse a certificate that does not hold on this day."""
    begins, ends = key.certificate.not_valid_before_utc, key.certificate.not_valid_after_utc
    if not begins <= at <= ends:
        raise Refused("signing.certificate_out_of_date", holder=key.holder, begins=begins.date(), ends=ends.date())
