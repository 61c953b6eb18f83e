"""Spelling of names: how two ways of writing the same thing are recognised as one.

Source: Unicode Standard Annex #15 (normalisation forms); the letter đ has no decomposition and is folded by hand.
"""

import unicodedata
from functools import lru_cache

_NOT_DECOMPOSED = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"})


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text for searching: lower case, without diacritics, runs of white space as one blank.

    Args:
        text: any text, in any normalisation form.

    Returns:
        The folded text; folding it again changes nothing.
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_NOT_DECOMPOSED).casefold())
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def compared(text: str) -> str:
    """A text for comparing identities: NFC, case folded, only letters and digits.

    Diacritics stay, because two makers may differ by nothing else; case, spaces and punctuation go, because
    ``AB-12 34`` and ``ab1234`` are typed for the same plate.
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(sign for sign in plain if sign.isalnum() or unicodedata.combining(sign))


def identity_of(maker: str, model: str, serial_number: str) -> str | None:
    """The identity of an instrument: maker, type and serial number as compared, or None where no serial number stands.

    Args:
        maker: the maker's name as on the plate.
        model: the type.
        serial_number: the serial number as on the plate.

    Returns:
        One text, equal for two spellings of one plate; None when the serial number has no letter and no digit
        ("-", "n/a" counts as letters and is a serial number).

    Source: ISO/IEC 17025:2017, 6.4.13 b and 7.4.2.
    """
    serial = compared(serial_number)
    return "|".join((compared(maker), compared(model), serial)) if serial else None
