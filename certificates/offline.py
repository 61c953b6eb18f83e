"""What a certificate file is worth by itself: nothing of the issuer is asked, only the roots that one trusts.

It cannot tell what only the issuer's record knows: whether the certificate was replaced or withdrawn, and whether the
head of the audit chain on it is in the record. It says so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography import x509

from certificates.identification import identifications
from certificates.signature_report import SignatureReport
from certificates.validating import READ, Examination, validate

SOUND, UNTRUSTED, BROKEN, CONTRADICTORY, UNSIGNED, UNREADABLE = (
    "sound", "untrusted", "broken", "contradictory", "unsigned", "unreadable",
)  # fmt: skip
HOLDS, FAILS, OPEN, NOTE = "holds", "fails", "open", "note"
"""What came of one check: it holds, it fails, it could not be made here, or there is something to know."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: its wording key is "verification.check_<name>".
        outcome: "holds", "fails", "open" or "note".
        said: wording key of the sentence that says what was found.
        values: what its placeholders stand for.
    """

    name: str
    outcome: str
    said: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class OfflineVerdict:
    """The answer about a file.

    Attributes:
        verdict: "sound", "untrusted", "broken", "contradictory", "unsigned" or "unreadable".
        number: of the certificate that the file says it is.
        sha256: of the file.
        checks: what was looked at, and what could not be.
        examination: the findings themselves.
    """

    verdict: str
    number: str
    sha256: str
    checks: tuple[Check, ...]
    examination: Examination


def judge_offline(pdf: bytes, roots: Sequence[x509.Certificate], at: dt.datetime) -> OfflineVerdict:
    """Judge a file by its signatures, its attachments and its pages.

    Args:
        pdf: any bytes; they are read in a process apart.
        roots: certificates at which a chain may end; they alone are trusted.
        at: now.

    Source:
        ETSI EN 319 102-1 V1.4.1, 5.
    """
    found = validate(pdf, roots, at)
    claimed = identifications(pdf)
    numbers = tuple(dict.fromkeys(one.number for one in claimed))
    checks = tuple(_checks(found, numbers))
    return OfflineVerdict(
        _verdict(found, checks), numbers[0] if numbers else "", hashlib.sha256(pdf).hexdigest(), checks, found
    )


def _verdict(found: Examination, checks: Sequence[Check]) -> str:
    """The whole in one word: the gravest first."""
    if found.state != READ or found.word == UNREADABLE:
        return UNREADABLE
    if found.word == "none":
        return UNSIGNED
    failed = {one.name for one in checks if one.outcome == FAILS}
    if failed & {"intact", "whole_file", "dcc_signature"}:
        return BROKEN
    if failed & {"dcc_content", "number"}:
        return CONTRADICTORY
    return UNTRUSTED if "trusted" in failed else SOUND


def _checks(found: Examination, numbers: Sequence[str]) -> Iterator[Check]:
    """The checks in the order in which a person reads them."""
    if found.state == READ and found.signatures:
        yield from _of_signatures(found.signatures)
    if found.state == READ:
        yield from _of_inside(found, numbers)
    yield Check("standing", OPEN, "verification.standing_open")


def _of_signatures(signatures: Sequence[SignatureReport]) -> Iterator[Check]:
    """Intact, over the whole file, by whom, when, trusted, not revoked."""
    count = len(signatures)
    bad = [one.field for one in signatures if not one.intact]
    yield (
        Check("intact", FAILS, "verification.intact_fails", {"fields": ", ".join(bad)})
        if bad
        else Check("intact", HOLDS, "verification.intact_holds", {"count": count})
    )
    changed = any(not one.covers_whole_file for one in signatures)
    word = FAILS if changed else HOLDS
    yield Check("whole_file", word, f"verification.whole_file_{word}")
    strange = [one.holder or one.field for one in signatures if not one.trusted]
    yield (
        Check("trusted", FAILS, "verification.trusted_fails", {"names": ", ".join(strange)})
        if strange
        else Check("trusted", HOLDS, "verification.trusted_holds")
    )
    if any(one.test for one in signatures):
        yield Check("test", NOTE, "verification.test_note")
    proved = next((one for one in signatures if one.at_by == "authority"), None)
    first = proved or signatures[0]
    yield Check("time", HOLDS if proved else OPEN, f"verification.time_{first.at_by}", {"when": first.at})
    lasting = not strange and any(one.level in ("B-LT", "B-LTA") for one in signatures)
    yield Check("revocation", HOLDS if lasting else OPEN, f"verification.revocation_{'inside' if lasting else 'open'}")


def _of_inside(found: Examination, numbers: Sequence[str]) -> Iterator[Check]:
    """The DCC and its signature, whether it says what the pages say, one number, the head of the audit chain."""
    dcc = found.dcc
    if dcc.pages == "none":
        yield Check("dcc_signature", NOTE, "verification.dcc_none")
    else:
        outcome = {"sound": HOLDS, "broken": FAILS, "none": NOTE}.get(dcc.signature, OPEN)
        yield Check("dcc_signature", outcome, f"verification.dcc_signature_{dcc.signature}", {"holder": dcc.holder})
        outcome = HOLDS if dcc.pages == "agrees" else FAILS
        values: dict[str, object] = {"compared": dcc.compared, "missing": ", ".join(dcc.differences)}
        yield Check("dcc_content", outcome, f"verification.dcc_content_{dcc.pages}", values)
    said_numbers = tuple(dict.fromkeys([*numbers, *([dcc.number] if dcc.number else [])]))
    if len(said_numbers) == 1:
        yield Check("number", HOLDS, "verification.number_holds", {"number": said_numbers[0]})
    elif said_numbers:
        yield Check("number", FAILS, "verification.number_fails", {"numbers": ", ".join(said_numbers)})
    else:
        yield Check("number", OPEN, "verification.number_open")
    if dcc.amends:
        yield Check("amends", NOTE, "amendment.offline_amendment_of", {"number": dcc.amends})
    if found.inside.head:
        yield Check("audit_head", OPEN, "verification.audit_head_open", {"head": found.inside.head})
