"""Spelling of names: how two ways of writing the same thing are recognised as one.

Source: Unicode Standard Annex #15 (normalisation forms); the letter đ has no decomposition and is folded by hand.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache

from uncertainty.data_folder import data_folder

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


_PLATE_WORDS = re.compile(
    r"(?:s ?/ ?n|sn(?=\d)|#|(?:sn|serial(?: ?(?:no|number))?|ser|no|nr|n(?=[º°])"
    r"|so(?: (?:may|hieu|che tao|san xuat|seri|sx))?)(?= ?[.:#º°-]| (?=\S*\d)))[ .:#º°-]*"
)
"""What stands before a serial number, in a folded text; a word alone only where a number follows."""
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_LOOK_ALIKE = str.maketrans({"o": "0", "i": "1", "l": "1"})


def loosened(text: str) -> str:
    """A text as ``folded``, letters and digits only: two spellings that differ in accents too are one."""
    return "".join(sign for sign in folded(text) if sign.isalnum())


def _bare(text: str) -> str:
    """A folded text without the words before a serial number."""
    words = _PLATE_WORDS.match(text)
    return text[words.end() :] if words else text


def loosened_serial(text: str) -> str:
    """A serial number in the loosest reading: without ``S/N`` before it, look-alike signs as one, no leading zeros.

    ``S/N: 00O123-A``, ``Số máy 123-A`` and ``123a`` agree. It serves to ask a person, never to decide: two
    instruments may differ by nothing else.
    """
    bare = loosened(_bare(folded(text))).translate(_LOOK_ALIKE)
    return _ZEROS.sub("", bare)


def likeness_of(model: str, serial_number: str) -> str | None:
    """Type and serial number in the loosest reading, or None where no serial number stands; see ``same_maker``."""
    serial = loosened_serial(serial_number)
    return f"{loosened(model).translate(_LOOK_ALIKE)}|{serial}" if serial else None


def maker_key(maker: str) -> str:
    """One text for all ways of writing a maker: its legal form left out, its other names brought to the first one.

    Args:
        maker: as on the plate; the other names stand in `data/makers.toml`.
    """
    aliases, forms = _makers()
    words = [word for word in re.split(r"[^\w]+", folded(maker)) if word and word not in forms]
    plain = "".join(words)
    return aliases.get(plain, plain)


def same_maker(one: str, other: str) -> bool:
    """Whether two names may be of one maker; a name that is missing may be of any."""
    first, second = maker_key(one), maker_key(other)
    return not first or not second or first == second


@cache
def _makers() -> tuple[dict[str, str], frozenset[str]]:
    """Other names of makers -> the first one, and the words of legal forms, from `data/makers.toml`."""
    given = tomllib.loads((data_folder() / "makers.toml").read_text(encoding="utf-8"))
    forms = frozenset(folded(word) for word in given["legal_forms"])
    aliases: dict[str, str] = {}
    for one in given["maker"]:
        for name in (one["name"], *one["also"]):
            aliases[loosened(name)] = loosened(one["name"])
    return aliases, forms
