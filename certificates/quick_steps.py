"""Steps of the signing libraries, taken faster with the same outcome: hexadecimal digits read, names compared.

The library reads a signature digit by digit, and prepares each part of a name again for every comparison, also of one
with its copy; together that was a third of a verification. Loading this module puts the faster steps in place for the
whole process.

Source:
    ISO 32000-2:2020, 7.3.4.3 (hexadecimal strings); RFC 4518, 2 (preparation of names).
"""

from __future__ import annotations

import binascii
from functools import lru_cache
from typing import Any, BinaryIO

from asn1crypto.x509 import NameTypeAndValue, RDNSequence
from pyhanko.pdf_utils import generic

LONGEST = 1 << 16  # digits that are read at once; what is longer is read digit by digit
MOST_NAMES = 1_024

_digit_by_digit = generic.read_hex_string_from_stream
_prepare = NameTypeAndValue._ldap_string_prep
_part_by_part = RDNSequence.__eq__


def hexadecimal(stream: BinaryIO) -> Any:
    """The text or the bytes that stand at this place of a file as hexadecimal digits between angle brackets.

    Args:
        stream: at the opening bracket; afterwards behind the closing one.

    Raises:
        PdfStreamError: a sign that is no digit, or no end; the library's own step says so, and it alone reads blanks.
    """
    start = stream.tell()
    digits, closed, _ = stream.read(LONGEST)[1:].partition(b">")
    if not closed or digits.translate(None, generic.HEX_DIGITS):
        stream.seek(start)
        return _digit_by_digit(stream)
    stream.seek(start + len(digits) + 2)
    return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))


@lru_cache(maxsize=MOST_NAMES)
def prepared(part: str) -> str:
    """A part of a name as it is compared, remembered: the same text always gives the same.

    Raises:
        ValueError: a sign that may not stand in a name.
    """
    return str(_prepare(None, part))


def same_name(one: Any, other: object) -> bool:
    """Whether two names are equal: at once where they are written alike, else part by part."""
    if isinstance(other, RDNSequence) and one.dump() == other.dump():
        return True
    return bool(_part_by_part(one, other))


generic.read_hex_string_from_stream = hexadecimal
RDNSequence.__eq__ = same_name
NameTypeAndValue._ldap_string_prep = lambda _, part: prepared(part)
