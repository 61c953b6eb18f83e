"""What the DCC inside a file is worth: whether the pages say the same, and whose XAdES signature it bears."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Sequence

from cryptography import x509

from certificates.agreement import NONE, UNREADABLE, compare, text_of_pages
from certificates.carried import dcc_of
from certificates.hostile_xml import read_hostile
from certificates.keys import common_name
from certificates.signature_report import DccReport
from certificates.xades import DS, verify_dcc
from uncertainty.errors import Invalid, Stated

SOUND, UNTRUSTED, BROKEN = "sound", "untrusted", "broken"


def dcc_report(pdf: bytes, roots: Sequence[x509.Certificate], at: dt.datetime) -> DccReport:
    """The DCC of any file; a stranger's is looked at in a process apart.

    Args:
        pdf: any bytes.
        roots: certificates at which a chain may end.
        at: the time at which the certificates must have been valid.
    """
    try:
        xml = dcc_of(pdf)
        if xml is None:
            return DccReport()
        found = compare(xml, text_of_pages(pdf))
        signature, holder = _signature(xml, roots, at)
    except (Stated, RuntimeError):  # the reader of pages raises the latter
        return DccReport(UNREADABLE)
    return DccReport(found.state, found.differences, signature, holder, found.number[:80], found.compared)


def _signature(xml: bytes, roots: Sequence[x509.Certificate], at: dt.datetime) -> tuple[str, str]:
    """The state of the signature, and its holder where it holds."""
    carried = _certificates(xml)
    for trusted, state in ((roots, SOUND), (carried, UNTRUSTED)):
        try:
            signer = verify_dcc(xml, trusted, at=at).certificate
        except Invalid as answer:
            if answer.key == "dcc.signature_missing":
                return NONE, ""
            continue
        return state, common_name(signer)[:200]
    return BROKEN, ""


def _certificates(xml: bytes) -> list[x509.Certificate]:
    """The certificates that a signature brings along."""
    found = []
    for element in list(read_hostile(xml).iter(f"{{{DS}}}X509Certificate"))[:16]:
        try:
            found.append(x509.load_der_x509_certificate(base64.b64decode("".join((element.text or "").split()))))
        except (ValueError, binascii.Error):
            continue
    return found
