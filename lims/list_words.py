"""The words of a list of instruments, in either language: levels, kinds and quantities as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from instruments.levels import levels
from instruments.models import INSTRUMENT_KINDS
from instruments.spelling import folded
from lims.disciplines import named_quantities
from lims.errors import Invalid
from uncertainty.wording import wording

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Names:
    """Several names, told in the reader's language."""

    names: tuple[Mapping[str, str], ...]

    def text(self, language: str) -> str:
        """The names, one after the other."""
        return ", ".join(one[language] for one in self.names)


def level_of(text: str) -> str | None:
    """The level of standards that a cell names: its name in either language, without "chuẩn" too, or its key.

    Raises:
        Invalid: there is no such level; the sentence names those that there are.
    """
    if not text:
        return None
    found = _levels().get(folded(text.replace("_", " ")))
    if found is None:
        names = Names(tuple(level.name for level in levels().values()))
        raise _unknown("level", text, names)
    return found


def kind_of(text: str) -> str:
    """The kind that a cell names, in either language or by its key.

    Raises:
        Invalid: there is no such kind; the sentence names those that there are.
    """
    found = _kinds().get(folded(text))
    if found is None:
        raise _unknown("kind", text, Names(tuple(_kind_name(kind) for kind in INSTRUMENT_KINDS)))
    return found


def quantity_of(text: str) -> str:
    """The key of the quantity that a cell names in either language; a name that is not known stays as it is."""
    return named_quantities().get(folded(text), text)


def _unknown(field: str, text: str, known: Names) -> Invalid:
    return Invalid("lists.word_unknown", field=field, text=text, known=known)


@cache
def _levels() -> Mapping[str, str]:
    """Every way of naming a level, folded -> its key."""
    found: dict[str, str] = {}
    for key, level in levels().items():
        for language in LANGUAGES:
            name = folded(level.text(language))
            found.setdefault(name, key)
            found.setdefault(name.removeprefix("chuan ").removesuffix(" standard"), key)
        found.setdefault(folded(key.replace("_", " ")), key)
    return found


@cache
def _kinds() -> Mapping[str, str]:
    """Every way of naming a kind, folded -> its key."""
    said = {folded(wording(f"{area}.kind_{kind}", language)): kind
            for area in ("pages", "labels") for kind in INSTRUMENT_KINDS for language in LANGUAGES}  # fmt: skip
    return said | {kind: kind for kind in INSTRUMENT_KINDS}


def _kind_name(kind: str) -> Mapping[str, str]:
    return {language: wording(f"pages.kind_{kind}", language) for language in LANGUAGES}
