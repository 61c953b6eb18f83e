"""Quantities by their names: `data/quantities.toml` says how people call what the registry keeps by a key."""

import tomllib
from dataclasses import dataclass
from functools import cache

from uncertainty.data_folder import data_folder


@dataclass(frozen=True)
class QuantityName:
    """A quantity by its key, to be put into a sentence in the reader's language."""

    key: str

    def text(self, language: str) -> str:
        """The name in a language; the key itself where it has none."""
        found = quantity_names().get(self.key)
        return found[language] if found else self.key


@cache
def quantity_names() -> dict[str, dict[str, str]]:
    """Every quantity of `data/quantities.toml`: key -> language -> name."""
    with (data_folder() / "quantities.toml").open("rb") as file:
        return tomllib.load(file)
