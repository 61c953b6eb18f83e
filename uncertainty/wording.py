"""Sentences shown to people, by language, from `data/wording/`.

Placeholders are `$name` or `${name}`, filled from the values given and from
nothing else: no attribute, index or format specification (reliability.md, 5).
"""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache

from uncertainty.data_folder import data_folder

LANGUAGES = ("vi", "en")
PLACEHOLDER = re.compile(r"\$(?:(\$)|([a-z_][a-z0-9_]*)|\{([a-z_][a-z0-9_]*)\})")


@dataclass(frozen=True)
class Phrase:
    """A sentence that is not yet in a language: its wording key and its values."""

    key: str
    values: dict[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence in one language."""
        return wording(self.key, language, **self.values)

    def __str__(self) -> str:
        return self.text("en")


@cache
def sentences(area: str, language: str) -> dict[str, str]:
    """All sentences of one area in one language, tables flattened with dots.

    Raises:
        KeyError: where there is no such area or language.
    """
    if language not in LANGUAGES or not re.fullmatch(r"[a-z_]+", area):
        raise KeyError(f"{area} in {language}")
    path = data_folder() / "wording" / language / f"{area}.toml"
    if not path.is_file():
        raise KeyError(f"{area} in {language}")
    return _flat(tomllib.loads(path.read_text(encoding="utf-8")), "")


def _flat(table: dict[str, object], before: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{before}{key}.")
        else:
            found[before + key] = str(value)
    return found


def placeholders(sentence: str) -> set[str]:
    """The names of the placeholders in a sentence."""
    return {match[2] or match[3] for match in PLACEHOLDER.finditer(sentence) if not match[1]}


def wording(key: str, language: str, /, **values: object) -> str:
    """A sentence with its placeholders filled.

    Args:
        key: `area.name`, for example `uncertainty.unit_unknown`.
        language: `vi` or `en`.
        values: what the placeholders stand for; a value with a `text(language)`
            method (a Phrase, a Stated) is put into the same language.

    Raises:
        KeyError: for an unknown key or language, or a placeholder without value.
    """
    area, _, name = key.partition(".")
    sentence = sentences(area, language)[name]

    def fill(match: re.Match[str]) -> str:
        if match[1]:
            return "$"
        value = values[match[2] or match[3]]
        said = getattr(value, "text", None)
        return str(said(language)) if callable(said) else str(value)

    return PLACEHOLDER.sub(fill, sentence)
