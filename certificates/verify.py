"""Bytes -> genuine | altered | unknown | replaced | withdrawn, with the reason."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from certificates.identification import Identification, identifications

GENUINE, ALTERED, UNKNOWN, REPLACED, WITHDRAWN = "genuine", "altered", "unknown", "replaced", "withdrawn"


@dataclass(frozen=True)
class KnownCertificate:
    """What the record says of an issued certificate."""

    number: str
    sha256: str  # of the file as issued, 64 hexadecimal digits
    status: str  # "issued" | "replaced" | "withdrawn"
    replaced_by: str | None = None
    renewed: tuple[str, ...] = ()
    """Hashes of the file with its archive time stamp renewed once, twice and so on."""


Lookup = Callable[[Identification], KnownCertificate | None]


@dataclass(frozen=True)
class Verdict:
    """The answer about a file or a record.

    Attributes:
        verdict: one of the five words.
        reason: wording key of the sentence that says why.
        number: the certificate that the identification leads to, where there is one.
        replaced_by: number of the certificate that took its place.
        values: what the sentence's placeholders stand for.
        renewal: which renewal of the archive time stamp the file is; 0 for the file as it was issued.
    """

    verdict: str
    reason: str
    number: str | None = None
    replaced_by: str | None = None
    values: dict[str, object] = field(default_factory=dict)
    renewal: int = 0


def identify(file_bytes: bytes) -> Identification | None:
    """The first identification that stands in the bytes, found by search.

    Args:
        file_bytes: any bytes; they are never parsed as PDF.
    """
    found = identifications(file_bytes)
    return found[0] if found else None


def judge(file_bytes: bytes, lookup: Lookup) -> Verdict:
    """What a file is worth.

    Args:
        file_bytes: the file as somebody holds it.
        lookup: the record's answer to an identification; it matches token, number and check code as the record wishes.

    Returns:
        "altered" only where an identification in the file leads to a known certificate whose file it is not;
        "genuine" only for the very bytes that were issued, or that the laboratory made of them by renewing the archive
        time stamp.
    """
    matches = [known for each in identifications(file_bytes) if (known := lookup(each)) is not None]
    if not matches:
        return Verdict(UNKNOWN, "certificate.verify_unknown")
    digest = hashlib.sha256(file_bytes).hexdigest()
    for known in matches:
        for renewal, sha256 in enumerate((known.sha256, *known.renewed)):
            if hmac.compare_digest(digest.encode(), sha256.lower().encode()):
                return _of_renewal(standing(known), renewal)
    number = matches[0].number
    mixed = any(known.number != number for known in matches)
    reason = "certificate.verify_altered_mixed" if mixed else "certificate.verify_altered"
    return Verdict(ALTERED, reason, number, values={"number": number})


def _of_renewal(verdict: Verdict, renewal: int) -> Verdict:
    """The verdict about a renewed file: what is genuine says which renewal it is."""
    if not renewal or verdict.verdict != GENUINE:
        return replace(verdict, renewal=renewal)
    values = {**verdict.values, "renewal": renewal}
    return replace(verdict, reason="certificate.verify_genuine_renewed", values=values, renewal=renewal)


def standing(known: KnownCertificate | None) -> Verdict:
    """What the record says of a certificate whose file is the issued one, or that is asked for by its number.

    Args:
        known: the certificate; None where there is no such one.
    """
    if known is None:
        return Verdict(UNKNOWN, "certificate.verify_unknown_record")
    values: dict[str, object] = {"number": known.number}
    if known.status == "replaced":
        by = known.replaced_by or "?"
        return Verdict(
            REPLACED, "certificate.verify_replaced", known.number, known.replaced_by, {**values, "replaced_by": by}
        )
    if known.status == "withdrawn":
        return Verdict(WITHDRAWN, "certificate.verify_withdrawn", known.number, values=values)
    return Verdict(GENUINE, "certificate.verify_genuine", known.number, values=values)
