"""Numbers and texts as people type them: one written grammar, the text always kept."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from uncertainty.errors import InvalidNumber, InvalidText

SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_GROUP = f"[{SPACES}]"
_NUMBER = rf"""
    [-\u2212]?
    (?:[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+|[0-9]+)
    (?:[.,](?:[0-9]{{3}}(?:{_GROUP}[0-9]{{3}})*(?:{_GROUP}[0-9]{{1,3}})?(?![0-9])|[0-9]+))?
    (?:[eE][-+\u2212]?[0-9]{{1,2}}(?![0-9]))?
"""
NUMBER = re.compile(_NUMBER, re.VERBOSE)
MOST_CHARACTERS = 64
REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True)
class TypedNumber:
    """A number with the text that a person typed.

    Attributes:
        text: as typed, in Unicode form NFC, outer spaces removed.
        canonical: ASCII digits with `-` and `.`, no groups, trailing zeros kept.
        number: the exact decimal value.
    """

    text: str
    canonical: str
    number: Decimal

    def __float__(self) -> float:
        return float(self.number)


def read_number(text: str) -> TypedNumber:
    """A typed number in the written grammar `-?digits[.,]digits[e±dd]`.

    Comma and point alike are the decimal mark; spaces may group digits by three;
    the minus sign may be U+2212; digits are ASCII only.

    Args:
        text: what was typed or pasted.

    Raises:
        InvalidNumber: naming what is wrong and the remedy.

    Source: ISO 80000-1, 7.3 (decimal sign, groups of three digits).

    >>> read_number("10 000,0250").canonical
    '10000.0250'
    """
    trimmed = unicodedata.normalize("NFC", text).strip(SPACES + "\t\r\n") if len(text) <= 4 * MOST_CHARACTERS else text
    if len(trimmed) > MOST_CHARACTERS:
        raise InvalidNumber("uncertainty.number_too_long", text=trimmed[:20] + "…", most=MOST_CHARACTERS)
    if NUMBER.fullmatch(trimmed) is None:
        raise InvalidNumber(f"uncertainty.{_what_is_wrong(trimmed)}", text=_shown(trimmed))
    return TypedNumber(trimmed, *_canonical(trimmed))


def _canonical(trimmed: str) -> tuple[str, Decimal]:
    plain = trimmed.replace("\u2212", "-").replace(",", ".").replace("E", "e")
    for space in SPACES:
        plain = plain.replace(space, "")
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    digits = re.sub(r"^0+(?=[0-9])", "", digits)
    canonical = sign + digits.replace("e+", "e")
    return canonical, Decimal(canonical)


def _what_is_wrong(text: str) -> str:
    """The wording key for a text that is not a number: the first thing a person would see."""
    if not text:
        return "number_empty"
    if any(character.isdigit() and character not in "0123456789" for character in text):
        return "number_foreign_digits"
    if re.fullmatch(r"[-+\u2212]?(nan|inf(inity)?)", text, re.IGNORECASE):
        return "number_not_finite"
    if "_" in text:
        return "number_underscore"
    if len(re.findall("[.,]", text)) > 1:
        return "number_mixed_marks"
    if text.startswith("+"):
        return "number_plus"
    if text.startswith("="):
        return "number_formula"
    if re.search(r"[eE][-+\u2212]?[0-9]{3,}$", text):
        return "number_exponent"
    if re.fullmatch(r"[-\u2212]?[.,][0-9]+", text) or re.fullmatch(r"[-\u2212]?[0-9]+[.,]", text):
        return "number_bare_mark"
    if re.fullmatch(rf"[-\u2212]?[0-9.,{SPACES}]+", text):
        return "number_groups"
    return "number_not_readable"


def _shown(text: str) -> str:
    """A text that is safe to repeat in a message: refused characters by their code."""
    kept = (c if unicodedata.category(c) not in REFUSED_CATEGORIES else f"<U+{ord(c):04X}>" for c in text)
    return "".join(kept)


def clean_text(text: str, *, field: str, most: int = 200, lines: bool = False) -> str:
    """A text from a person that is safe to keep, show and print.

    Args:
        text: as typed; it is brought to Unicode form NFC and trimmed.
        field: the name of the field, for the message.
        most: the greatest number of characters.
        lines: whether line ends are accepted (kept as `\\n`).

    Raises:
        InvalidText: for control, bidirectional, zero-width and unassigned characters,
            and for a text that is too long.
    """
    if len(text) > 4 * most + 64:
        raise InvalidText("uncertainty.text_too_long", field=field, length=len(text), most=most)
    cleaned = unicodedata.normalize("NFC", text.replace("\r\n", "\n") if lines else text).strip()
    if len(cleaned) > most:
        raise InvalidText("uncertainty.text_too_long", field=field, length=len(cleaned), most=most)
    for position, character in enumerate(cleaned, start=1):
        if unicodedata.category(character) in REFUSED_CATEGORIES and not (lines and character == "\n"):
            code = f"U+{ord(character):04X}"
            raise InvalidText("uncertainty.text_character", field=field, character=code, position=position)
    return cleaned
