"""What a certificate file says of itself in plain bytes, so that it is found after damage and matched to the record."""

from __future__ import annotations

import re
from dataclasses import dataclass

from certificates.content import IssueFields
from certificates.naming import FieldName
from uncertainty.errors import Invalid

PATTERN = re.compile(
    rb"CHUAN-CERTIFICATE number=([A-Za-z0-9./_-]{1,80}); token=([A-Za-z0-9_-]{8,80}); check=([A-Z0-9-]{4,32});"
)
MOST_FOUND = 16


@dataclass(frozen=True)
class Identification:
    """Number, token and check code that stand in a file."""

    number: str
    token: str
    check_code: str


def identification_text(issue: IssueFields) -> str:
    """The identification as ASCII; it stands uncompressed in at least two places of the file.

    Raises:
        Invalid: number, token or check code have characters that byte search would not find.
    """
    text = f"CHUAN-CERTIFICATE number={issue.number}; token={issue.token}; check={issue.check_code};"
    if not text.isascii() or not PATTERN.fullmatch(text.encode("ascii")):
        raise Invalid("certificate.content_field_wrong", field=FieldName("issue.number"))
    return text


def identifications(file_bytes: bytes) -> tuple[Identification, ...]:
    """Every different identification that stands in the bytes of a file, in order, at most sixteen.

    Args:
        file_bytes: any bytes at all; they are searched, never parsed.
    """
    found: dict[Identification, None] = {}
    for match in PATTERN.finditer(file_bytes):
        number, token, check_code = (part.decode("ascii") for part in match.groups())
        found[Identification(number, token, check_code)] = None
        if len(found) >= MOST_FOUND:
            break
    return tuple(found)
