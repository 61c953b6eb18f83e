"""A file that a certificate carries inside."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attachment:
    """A file that the certificate carries inside.

    Attributes:
        name: its file name, in ASCII letters, digits, ".", "_" and "-".
        content: its bytes.
        mime_type: "application/xml", "text/csv".
        relationship: what it is to the page: "Alternative" says the same, "Data" and "Source" are what the page was
            made from, "Supplement" adds to it.
        description: one sentence for people.
        dcc_version: version of the DCC schema; only the digital calibration certificate has one.

    Source:
        ISO 19005-3:2012, 6.8; ISO 32000-2:2020, 7.11.3 and 14.13.
    """

    name: str
    content: bytes
    mime_type: str
    relationship: str = "Data"
    description: str = ""
    dcc_version: str | None = None
