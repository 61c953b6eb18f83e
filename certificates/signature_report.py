"""What is told of one signature of a file, and of the DCC inside."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING, SIGNATURES, CONTENT = "nothing", "signatures", "content"
"""What may have been added to a file after a signature."""


@dataclass(frozen=True)
class SignatureReport:
    """One signature or time stamp of a file.

    Attributes:
        field: name of its field.
        kind: "signature" or "time_stamp".
        holder: the common name in the certificate that signed; empty where there is none that can be read.
        organisation: and its organisation.
        at: when, in ISO 8601 with offset.
        at_by: who says when: "authority" (a time stamp that is intact) or "signer".
        intact: the bytes that it covers are those that were signed, by that certificate's key.
        covers_whole_file: nothing stands in the file that it does not cover but further signatures.
        added_later: what was added after it: "nothing", "signatures" or "content".
        level: "B-B", "B-T", "B-LT" or "B-LTA"; for a time stamp empty.
        trusted: the certificate leads to one of the roots and held at that time.
        test: the certificate says that it comes from a test authority.
    """

    field: str
    kind: str
    holder: str = ""
    organisation: str = ""
    at: str = ""
    at_by: str = "signer"
    intact: bool = False
    covers_whole_file: bool = False
    added_later: str = CONTENT
    level: str = ""
    trusted: bool = False
    test: bool = False

    @property
    def sound(self) -> bool:
        """Whether it is intact, trusted, and nothing but signatures was added after it."""
        return self.intact and self.trusted and self.covers_whole_file


@dataclass(frozen=True)
class DccReport:
    """What the DCC inside a file is worth.

    Attributes:
        pages: whether they say the same: "agrees", "differs", "none" (there is no DCC) or "unreadable".
        differences: texts of the DCC that stand on no page.
        signature: "none", "sound", "untrusted" (it holds, but by nobody who is trusted) or "broken".
        holder: whose it is.
        number: of the certificate, as the DCC says it.
        compared: how many texts were looked for on the pages.
        amends: number of the certificate that this one amends, as the DCC says it.
    """

    pages: str = "none"
    differences: tuple[str, ...] = ()
    signature: str = "none"
    holder: str = ""
    number: str = ""
    compared: int = 0
    amends: str = ""


@dataclass(frozen=True)
class AttachmentReport:
    """A file inside the file: its name, its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class InsideReport:
    """What stands in a file besides its signatures.

    Attributes:
        head: head of the audit chain printed on its pages, 64 hexadecimal digits; empty where there is none.
        attachments: the files that it carries.
    """

    head: str = ""
    attachments: tuple[AttachmentReport, ...] = ()
