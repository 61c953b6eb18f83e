"""What can go wrong, said in the reader's language: a wording key and its values."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Final

from uncertainty.wording import Phrase, wording


class Stated(Exception):
    """Something that a person must be told: key of the sentence and its values."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def text(self, language: str) -> str:
        """The sentence in one language."""
        return wording(self.key, language, **self.values)

    def __str__(self) -> str:
        return self.text("en")


class Invalid(Stated):
    """An input is wrong; the sentence names it and the remedy."""


class Refused(Stated):
    """A rule of the laboratory refuses the act."""


class Broken(Stated):
    """The integrity of the record is broken: stop."""


class InvalidNumber(Invalid):
    """A text that is not a number in the written grammar."""


class InvalidText(Invalid):
    """A text with characters or a length that are not accepted."""


class InvalidUnit(Invalid):
    """A text that is not a permitted unit, or a unit that does not fit."""


class InvalidExpression(Invalid):
    """A text that is not an expression of a measurement model, or has no value."""


class InvalidInput(Invalid):
    """An input quantity whose description is incomplete or contradictory."""


class InvalidModel(Invalid):
    """A measurement model that cannot be evaluated; the sentence names the place."""


SAME: Final[Mapping[str, tuple[str, ...]]] = {
    "a": ("half_width",), "accuracy": ("half_width",), "arccos": ("acos",), "arcsin": ("asin",),
    "arcsine": ("u_shaped",), "arctan": ("atan",), "arctan2": ("atan2",), "beta": ("shape",), "c": ("degC",),
    "celsius": ("degC",), "conf": ("coverage_probability",), "confidence": ("coverage_probability",),
    "confidence_level": ("coverage_probability",), "constant": ("value",), "data": ("readings",), "degf": ("dof",),
    "degrees_of_freedom": ("dof",), "df": ("dof",), "dist": ("distribution",), "estimate": ("value",), "f": ("degF",),
    "gauss": ("normal",), "gaussian": ("normal",), "k": ("coverage_factor",), "level": ("coverage_probability",),
    "limits": ("half_width",), "ln": ("log",), "max": ("upper",), "mean": ("value",), "min": ("lower",),
    "nominal": ("value",), "nu": ("dof",), "observations": ("readings",), "p": ("coverage_probability",),
    "pdf": ("distribution",), "relative": ("relative_standard_uncertainty",), "samples": ("trials",),
    "sd": ("standard_uncertainty",), "sigma": ("standard_uncertainty",), "std": ("standard_uncertainty",),
    "student": ("t",), "students_t": ("t",), "tolerance": ("half_width",), "U": ("expanded_uncertainty",),
    "u": ("standard_uncertainty", "u_shaped"), "u-shaped": ("u_shaped",), "uncertainty": ("standard_uncertainty",),
    "uniform": ("rectangular",), "units": ("unit",), "values": ("readings",), "width": ("half_width",),
}  # fmt: skip
"""How other programs and the symbols of the GUM call the words of the format; in small letters, except U."""


def did_you_mean(name: str, known: Iterable[str]) -> Phrase | str:
    """The remedy for a mistyped name, to be put at the end of a sentence; empty where nothing is near."""
    if len(name) > 40:
        return ""
    candidates = list(known)
    folded = [one for one in candidates if one.casefold() == name.casefold()]
    meant = [one for one in SAME.get(name, SAME.get(name.casefold(), ())) if one in candidates]
    near = folded or meant or difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return Phrase("uncertainty.did_you_mean", {"name": near[0]}) if near else ""
