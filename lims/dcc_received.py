"""A DCC from outside, read and judged outside any lock: its bytes, its schema, its signature, its results."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cryptography import x509

from certificates.attached_dcc import dcc_in, is_pdf
from certificates.dcc_reading import read_dcc
from certificates.dcc_schema import read_schemas
from certificates.dcc_signature import JudgedSignature, judge_dcc
from certificates.foreign import ForeignCalibration
from lims.errors import Stated
from lims.foreign_results import MARKED, NOTED, Finding, ForeignColumn, columns_of
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.receiving import ReceivedFile, file_of, may_receive
from uncertainty.wording import Phrase


@dataclass(frozen=True)
class ReceivedDcc:
    """A DCC that was read: the file as it came, what it says, and what its reading found."""

    file: ReceivedFile
    content: bytes
    says: ForeignCalibration
    signature: JudgedSignature
    columns: tuple[ForeignColumn, ...]
    findings: tuple[Finding, ...]


def read_received(lab: Laboratory, actor: Actor, content: bytes, name: str) -> ReceivedDcc:
    """Read a DCC that somebody brings: XML, or a PDF that carries one. Nothing is kept.

    Args:
        lab: the laboratory, for its schemas, the authorities that it trusts, and the time.
        actor: who brings it.
        content: any bytes at all.
        name: what the file is called where it comes from.

    Raises:
        Invalid: the file is hostile, no DCC, against its schema, or its signature is broken.
        Refused: the laboratory has no schemas, or the actor enters nothing into the registry.
    """
    may_receive(lab, actor)
    file = replace(file_of(content, name), kind="dcc")
    xml = dcc_in(content) if is_pdf(content) else content
    says = read_dcc(xml, read_schemas(lab.settings.dcc_schemas))
    signature = judge_dcc(xml, _trusted(lab), at=lab.clock.now())
    columns, findings = columns_of(says)
    every = (_of_signature(signature), *findings)
    return ReceivedDcc(
        replace(file, signature=signature.state, signer=signature.signer), content, says, signature, columns, every
    )


def _trusted(lab: Laboratory) -> tuple[x509.Certificate, ...]:
    """The authorities that the laboratory trusts; none where its list cannot be read."""
    try:
        return lab.keys.roots()
    except (Stated, OSError, ValueError):
        return ()


def _of_signature(signature: JudgedSignature) -> Finding:
    """What the signature means for the one who accepts the file."""
    match signature.state:
        case "none":
            return Finding(MARKED, Phrase("received.signature_none"))
        case "untrusted":
            return Finding(MARKED, Phrase("received.signature_untrusted", {"signer": signature.signer}))
    return Finding(NOTED, Phrase("received.signature_sound", {"signer": signature.signer}))
