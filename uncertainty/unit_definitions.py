"""What pint knows of the listed units: factor, dimension, zero. The only module that reaches pint.

Names come from `data/units.txt` alone, one unit at a time; no text that a person wrote gets
here, since pint's parser hangs on `9**9**9**9` and reads invisible characters as products. The
registry is made of pint's own definitions of the listed units and of what those rest on: that
is quick, and leaves nothing unlisted to be reached. What pint says is written in `data/unit-values.txt`
(a test holds every line against pint), so that pint, which takes longer to load than everything
else here, is loaded only for a unit that is not written there.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from threading import RLock
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pint import UnitRegistry

BASES = ("m", "kg", "s", "A", "K", "mol", "cd", "level")
Dimension = tuple[int | Fraction, ...]
ONE: Dimension = (0,) * len(BASES)
LEVEL: Dimension = (*ONE[:-1], 1)
_BASE_OF = {
    "[length]": "m", "[mass]": "kg", "[time]": "s", "[current]": "A", "[temperature]": "K", "[substance]": "mol",
    "[luminosity]": "cd",
}  # fmt: skip
_KILOGRAMS_IN_ROOT = Fraction(1, 1000)  # pint's root unit of mass is the gram
_FILES = ("constants_en.txt", "default_en.txt")
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Definition:
    """What a unit is.

    Attributes:
        factor: what one of it is in the coherent SI base, exact.
        dimension: exponents of the bases, in the order of BASES.
    """

    factor: Fraction
    dimension: Dimension


@dataclass(frozen=True)
class Written:
    """What is written of a unit: its definition, and its zero in kelvin where it has a scale."""

    definition: Definition
    zero: Fraction | None = None


def read_written(text: str) -> dict[str, Written]:
    """The units of `data/unit-values.txt`, by pint's name."""
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, factor, exponents, zero = (part.strip() for part in line.split("|"))
            dimension = tuple(int(exponent) for exponent in exponents.split())
            found[name] = Written(Definition(Fraction(factor), dimension), Fraction(zero) if zero else None)
    return found


class Definitions:
    """pint's definitions of some units, each resolved once, by one thread at a time.

    Args:
        names: pint's names of the units, with prefixes in full (`millimeter`); others are not found.
        written: what is already known of them.
    """

    def __init__(self, names: Iterable[str], written: Mapping[str, Written] | None = None) -> None:
        self.names = frozenset(names)
        self._lock = RLock()
        self._registry: UnitRegistry[Fraction] | None = None
        known = {name: one for name, one in (written or {}).items() if name in self.names}
        self._known = {name: one.definition for name, one in known.items()}
        self._zeros = {name: one.zero for name, one in known.items() if one.zero is not None}

    def of(self, name: str) -> Definition:
        """The factor and the dimension of a unit; of a unit with an offset, those of its differences.

        Raises:
            KeyError: for a name that was not given.
        """
        if name not in self._known:
            with self._lock:
                self._known[name] = self._resolved(name)
        return self._known[name]

    def zero(self, name: str) -> Fraction:
        """The temperature in kelvin at which a unit has its zero: 273.15 for `degree_Celsius`."""
        if name not in self._zeros:
            with self._lock:
                at_zero = self._pint(name).Quantity(Fraction(0), name)
                self._zeros[name] = Fraction(at_zero.to("kelvin").magnitude)
        return self._zeros[name]

    def _resolved(self, name: str) -> Definition:
        registry = self._pint(name)
        one = registry.Quantity(Fraction(1), name)
        factor, _ = registry.get_root_units(one.units, check_nonmult=False)
        exponents = dict.fromkeys(BASES, 0)
        for dimension, power in one.dimensionality.items():
            exponents[_BASE_OF[dimension]] = int(cast(Fraction, power))
        return Definition(
            Fraction(cast(Fraction, factor)) * _KILOGRAMS_IN_ROOT ** exponents["kg"], tuple(exponents.values())
        )

    def _pint(self, name: str) -> "UnitRegistry[Fraction]":
        if name not in self.names:
            raise KeyError(name)
        if self._registry is None:
            from pint import UnitRegistry  # takes longer to load than everything here; not every process needs it

            self._registry = UnitRegistry(_lines_of_pint(self.names), non_int_type=Fraction)
        return self._registry


def _lines_of_pint(names: Iterable[str]) -> list[str]:
    """pint's lines that define the names, and all that these lines rest on, prefixes included."""
    units: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for line in _unit_lines():
        written = [part.partition(";")[0].strip() for part in line.split("=")]
        for name in (written[0], *written[2:]):
            if name.endswith("-"):
                prefixes[name[:-1]] = line
            else:
                units.setdefault(name, line)
    found: dict[str, None] = {}
    waiting = list(names)
    while waiting:
        for line in _lines_naming(waiting.pop(), units, prefixes):
            if line not in found:
                found[line] = None
                waiting += _WORD.findall(line.split("=")[1])
    return [line for line in dict.fromkeys((*prefixes.values(), *units.values())) if line in found]


def _unit_lines() -> Iterable[str]:
    from importlib.resources import files  # loads much, and only pint's own files are found by it

    for file in _FILES:
        for line in files("pint").joinpath(file).read_text(encoding="utf-8").splitlines():
            bare = line.partition("#")[0].strip()
            if "=" in bare and bare[0] not in "@[":
                yield bare


def _lines_naming(word: str, units: dict[str, str], prefixes: dict[str, str]) -> list[str]:
    """The line of a unit; of a prefixed unit, those of the prefix and of the unit."""
    if word in units:
        return [units[word]]
    for cut in range(1, len(word)):
        if word[:cut] in prefixes and word[cut:] in units:
            return [prefixes[word[:cut]], units[word[cut:]]]
    return []
