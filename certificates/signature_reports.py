"""What the signatures of a file are worth: who, when, intact, over what, at which level, trusted or not.

The bytes may be anybody's: this module runs in a process of its own for them (`certificates.validating`).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from cryptography import x509
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

import certificates.quick_steps  # noqa: F401  (it puts them in place)
from certificates.added_signature import POLICY
from certificates.authority import is_test
from certificates.keys import as_asn1, common_name
from certificates.signature_bytes import is_exact
from certificates.signature_place import is_painted, is_plain
from certificates.signature_report import CONTENT, NOTHING, SIGNATURES, SignatureReport
from certificates.waiting import at_once

MOST_SIGNATURES = 16
LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=64_000_000),
    document_budget=DocumentDecodeBudget(base_allowance=128_000_000, max_ratio=50),
)


def signature_reports(pdf: bytes, roots: Sequence[x509.Certificate], at: dt.datetime) -> tuple[SignatureReport, ...]:
    """Every signature and time stamp of a file, in the order in which they were made.

    Args:
        pdf: any bytes; nothing is fetched, and at most sixteen signatures are looked at.
        roots: certificates at which a chain may end.
        at: now; what stands before a trusted archive time stamp is judged at its time, a signature with a trusted time
            stamp at the time of that.

    Raises:
        Exception: whatever a file made to break its reader makes the reader raise.

    Source:
        ETSI EN 319 102-1 V1.4.1, 5; ISO 32000-2:2020, 12.8.
    """
    reader = PdfFileReader(io.BytesIO(pdf), strict=False, decode_limits=LIMITS)
    found = list(reader.embedded_signatures)[:MOST_SIGNATURES]
    return at_once(_reports(reader, found, [as_asn1(root) for root in roots], at))


async def _reports(
    reader: PdfFileReader, found: Sequence[Any], roots: Sequence[Any], at: dt.datetime
) -> tuple[SignatureReport, ...]:
    """The reports, with levels that take later time stamps into account."""
    lasting = _has_proofs(reader)
    painted = [place for place, one in enumerate(found) if is_painted(one)]
    reports: list[SignatureReport] = []
    for place, one in reversed(list(enumerate(found))):  # the last one proves at which time the others were there
        try:
            report = await _report(reader, one, roots, at, lasting)
            if place < max(painted, default=0):  # a later signature has put something on a page
                report = replace(report, covers_whole_file=False, added_later=CONTENT)
        except Exception:  # noqa: BLE001  (a broken signature is a finding, not a failure)
            kind = "time_stamp" if one.sig_object_type == "/DocTimeStamp" else "signature"
            report = SignatureReport(str(one.field_name)[:80], kind)
        reports.insert(0, report)
        if report.kind == "time_stamp" and report.sound:
            at = min(at, dt.datetime.fromisoformat(report.at))
    return tuple(_with_later_stamps(reports))


def _with_later_stamps(reports: Sequence[SignatureReport]) -> Iterator[SignatureReport]:
    """A signature with proofs inside is of level B-LTA where an intact time stamp stands after it."""
    for place, one in enumerate(reports):
        stamped = any(later.kind == "time_stamp" and later.intact for later in reports[place + 1 :])
        yield replace(one, level="B-LTA") if one.level == "B-LT" and stamped else one


async def _report(
    reader: PdfFileReader, one: Any, roots: Sequence[Any], at: dt.datetime, lasting: bool
) -> SignatureReport:
    """What one signature is worth."""
    stamp = one.sig_object_type == "/DocTimeStamp"
    status = await _validated(reader, one, stamp, roots, at)
    stamped = status if stamp else status.timestamp_validity
    by_authority = stamped is not None and stamped.valid and stamped.intact
    if not stamp and by_authority and stamped.trusted and not status.trusted:
        status = await _validated(reader, one, stamp, roots, stamped.timestamp)
    when = stamped.timestamp if by_authority else one.self_reported_timestamp
    certificate = x509.load_der_x509_certificate(one.signer_cert.dump())
    added = _added_later(status, last=one is reader.embedded_signatures[-1])
    level = "B-T" if by_authority else "B-B"
    return SignatureReport(
        field=str(one.field_name)[:80],
        kind="time_stamp" if stamp else "signature",
        holder=common_name(certificate)[:200],
        organisation=_organisation(certificate)[:200],
        at=when.isoformat() if when else "",
        at_by="authority" if by_authority else "signer",
        intact=bool(status.valid and status.intact)
        and (stamped is None or by_authority)  # a broken time stamp is no missing one
        and is_plain(one, reader)
        and (not status.trusted or is_exact(bytes(one.pkcs7_content), [root.dump() for root in roots])),
        covers_whole_file=added != CONTENT,
        added_later=added,
        level="" if stamp else "B-LT" if lasting and by_authority else level,
        trusted=bool(status.trusted and not status.revoked),
        test=is_test(certificate),
    )


async def _validated(reader: PdfFileReader, one: Any, stamp: bool, roots: Sequence[Any], at: dt.datetime) -> Any:
    """The library's judgement at a moment, with what the file itself proves."""
    settings: dict[str, Any] = {
        "trust_roots": list(roots),
        "moment": at,
        "allow_fetching": False,
        "revocation_mode": "soft-fail",
    }
    try:
        context = DocumentSecurityStore.read_dss(reader).as_validation_context(settings)
    except ValidationInfoReadingError:
        context = ValidationContext(**settings)
    if stamp:
        return await async_validate_pdf_timestamp(one, context, diff_policy=POLICY)
    return await async_validate_pdf_signature(one, context, context, diff_policy=POLICY)


def _has_proofs(reader: PdfFileReader) -> bool:
    """Whether the file holds the revocation lists or answers of its certificates."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except ValidationInfoReadingError:
        return False
    return bool(store.crls or store.ocsps)


def _added_later(status: Any, *, last: bool) -> str:
    """What the file holds beyond what was signed; nothing may come after the last signature or time stamp.

    Not even what the standard would let pass there, proofs and metadata: a file of ours ends with a signature.
    """
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return NOTHING
    if last or status.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return CONTENT
    level = status.modification_level
    if level is not None and level <= ModificationLevel.FORM_FILLING and status.docmdp_ok is not False:
        return NOTHING if level == ModificationLevel.NONE else SIGNATURES
    return CONTENT


def _organisation(certificate: x509.Certificate) -> str:
    """The organisation that a certificate names."""
    names = certificate.subject.get_attributes_for_oid(x509.oid.NameOID.ORGANIZATION_NAME)
    return str(names[0].value) if names else ""
