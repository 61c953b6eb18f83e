"""A unit as D-SI writes it -> the permitted unit: `\\kilo\\gram\\metre\\tothe{-3}` is kg/m^3."""

from __future__ import annotations

import re
from functools import lru_cache

from certificates.dsi import NAMES, PREFIXES
from uncertainty.errors import Invalid, InvalidUnit
from uncertainty.units import check_unit

_SYMBOLS = {name: symbol for symbol, name in NAMES.items() if symbol not in ("l",)} | {"kilogram": "kg", "one": "1"}
_PREFIXES = {name: symbol for symbol, name in PREFIXES.items()} | {"deca": "da"}
_OTHERS = {"meter": "m", "liter": "L", "tonne": "t", "parts": "1"}
_WORD = re.compile(r"\\([a-z]+)(?:\{(-?[0-9]{1,2}(?:\.0)?)\})?")
MOST_CHARACTERS = 200


@lru_cache(maxsize=1_000)
def unit_of_dsi(text: str) -> str:
    r"""The permitted unit that a D-SI unit names.

    Args:
        text: as it stands in the file; a unit outside D-SI follows a bar (`|psi`), as D-SI asks for.

    Raises:
        Invalid: it names none that is permitted.

    >>> unit_of_dsi(r"\milli\gram")
    'mg'
    >>> unit_of_dsi(r"\kilogram\metre\tothe{-3}")
    'kg/m^3'
    """
    shown = text.strip()[:MOST_CHARACTERS]
    try:
        if shown.startswith("|"):
            return check_unit(shown[1:]).text
        return check_unit("*".join(_factors(shown)) or "1").text
    except InvalidUnit:
        raise Invalid("dcc.unit_foreign", unit=shown) from None


def _factors(text: str) -> list[str]:
    """The factors of a D-SI unit in our own spelling."""
    found: list[str] = []
    prefix, inverse, end = "", 1, 0
    for match in _WORD.finditer(text):
        if text[end : match.start()].strip():
            raise InvalidUnit("uncertainty.unit_not_readable", unit=text, at=text[end : match.start()])
        end, word, power = match.end(), match[1], match[2]
        if word == "per":
            inverse = -1
        elif word == "tothe" and found and power:
            found[-1] = f"{found[-1].partition('^')[0]}^{_signed(found[-1]) * int(float(power))}"
        elif word in _PREFIXES and not prefix:
            prefix = _PREFIXES[word]
        else:
            symbol = _SYMBOLS.get(word) or _OTHERS.get(word)
            if symbol is None:
                raise InvalidUnit("uncertainty.unit_not_readable", unit=text, at=word)
            if symbol != "1":
                found.append(f"{prefix}{symbol}^{inverse}")
            prefix, inverse = "", 1
    if text[end:].strip() or prefix or (text and not end):
        raise InvalidUnit("uncertainty.unit_not_readable", unit=text, at=text[end:])
    return [one.removesuffix("^1") for one in found]


def _signed(factor: str) -> int:
    return -1 if factor.endswith("^-1") else 1
