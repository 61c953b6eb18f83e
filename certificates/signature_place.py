"""Where a signature lies in its file: the gap in the signed bytes that holds it, and its mark on a page.

Source:
    ISO 32000-2:2020, 12.8.1 and 12.7.5.5.
"""

from __future__ import annotations

from typing import Any

from asn1crypto import parser
from pyhanko.pdf_utils.reader import PdfFileReader


def is_plain(one: Any, reader: PdfFileReader) -> bool:
    """Whether the gap that a signature leaves holds the signature and nothing else.

    The signature does not cover the gap itself. What stands there must be its hexadecimal digits, all in one case,
    and zeros to the end: then no byte of the gap can change and leave the signature as good as it was.

    Args:
        one: the signature.
        reader: of its file.
    """
    first, before, after, _ = (int(number) for number in one.byte_range)
    stream = reader.stream
    stream.seek(first + before)
    gap = stream.read(after - first - before)
    content = bytes(one.pkcs7_content)
    if gap not in (b"<" + content.hex().encode() + b">", b"<" + content.hex().upper().encode() + b">"):
        return False
    return first == 0 and not content[_length(content) :].strip(b"\0")


def _length(content: bytes) -> int:
    """How many bytes the signature takes, before the zeros."""
    _, _, _, head, body, tail = parser.parse(content, strict=False)
    return len(head) + len(body) + len(tail)


def is_painted(one: Any) -> bool:
    """Whether the field of a signature has a place on a page, where it could cover what was signed before."""
    try:
        left, bottom, right, top = (float(edge) for edge in one.sig_field["/Rect"])
    except (KeyError, TypeError, ValueError):
        return False
    return left != right and bottom != top
