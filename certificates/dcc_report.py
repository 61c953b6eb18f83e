"""What the DCC inside a file is worth: whether the pages say the same, and whose XAdES signature it bears."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from typing import Any

from cryptography import x509

from certificates.agreement import NONE, UNREADABLE, compare_read, text_of_pages
from certificates.carried import dcc_of
from certificates.hostile_xml import read_hostile
from certificates.keys import common_name
from certificates.signature_report import DccReport
from certificates.xades import DS, verify_read
from uncertainty.errors import Invalid, Stated

SOUND, UNTRUSTED, BROKEN = "sound", "untrusted", "broken"
UNREAD = DccReport(UNREADABLE)


def dcc_report(pdf: bytes, roots: Sequence[x509.Certificate], at: dt.datetime) -> DccReport:
    """The DCC of any file; a stranger's is looked at in a process apart.

    Args:
        pdf: any bytes.
        roots: certificates at which a chain may end.
        at: the time at which the certificates must have been valid.
    """
    try:
        xml = dcc_of(pdf)
        return DccReport() if xml is None else report_of(xml, text_of_pages(pdf), roots, at)
    except (Stated, RuntimeError):  # the reader of pages raises the latter
        return UNREAD


def report_of(xml: bytes, text: str, roots: Sequence[x509.Certificate], at: dt.datetime) -> DccReport:
    """The DCC of any file, taken out of it.

    Args:
        xml: any bytes; they are read once.
        text: of the file's pages.
        roots: certificates at which a chain may end.
        at: the time at which the certificates must have been valid.
    """
    try:
        root = read_hostile(xml)
        found = compare_read(root, text)
        signature, holder = _signature(root, xml, roots, at)
    except Stated:
        return UNREAD
    return DccReport(
        found.state, found.differences, signature, holder, found.number[:80], found.compared, found.amends[:80]
    )


def _signature(root: Any, xml: bytes, roots: Sequence[x509.Certificate], at: dt.datetime) -> tuple[str, str]:
    """The state of the signature, and its holder where it holds."""
    for state in (SOUND, UNTRUSTED):
        try:
            trusted = roots if state == SOUND else _certificates(root)
            signer = verify_read(root, xml, trusted, at=at).certificate
        except Invalid as answer:
            if answer.key == "dcc.signature_missing":
                return NONE, ""
            continue
        return state, common_name(signer)[:200]
    return BROKEN, ""


def _certificates(root: Any) -> list[x509.Certificate]:
    """The certificates that a signature brings along."""
    found = []
    for element in list(root.iter(f"{{{DS}}}X509Certificate"))[:16]:
        try:
            found.append(x509.load_der_x509_certificate(base64.b64decode("".join((element.text or "").split()))))
        except (ValueError, binascii.Error):
            continue
    return found
