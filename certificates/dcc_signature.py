"""What the signature of a stranger's DCC is worth: none, sound, or sound by somebody who is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from certificates.xades import DccSignature, verify_dcc
from uncertainty.errors import Invalid

NONE, SOUND, UNTRUSTED = "none", "sound", "untrusted"
LONGEST_NAME = 200


@dataclass(frozen=True)
class JudgedSignature:
    """A state, and who the signature says that it is by (empty where there is none)."""

    state: str
    signer: str = ""
    claimed_at: dt.datetime | None = None


def judge_dcc(xml: bytes, trusted: Sequence[x509.Certificate], *, at: dt.datetime) -> JudgedSignature:
    """The worth of a DCC's signature.

    Args:
        xml: the bytes of the DCC.
        trusted: the authorities that are believed.
        at: now, with offset.

    Raises:
        Invalid: the signature is broken, or covers only a part of the file.
    """
    try:
        return _judged(SOUND, verify_dcc(xml, trusted, at=at))
    except Invalid as problem:
        if problem.key == "dcc.signature_missing":
            return JudgedSignature(NONE)
        if problem.key != "dcc.signature_wrong":
            raise
    return _judged(UNTRUSTED, verify_dcc(xml, None, at=at))


def _judged(state: str, found: DccSignature) -> JudgedSignature:
    subject = found.certificate.subject
    parts = [str(one.value) for one in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    name = ", ".join(parts) or subject.rfc4514_string()
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    return JudgedSignature(state, shown[:LONGEST_NAME], found.claimed_at)
