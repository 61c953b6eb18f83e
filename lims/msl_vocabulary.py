"""The vocabulary of an equipment register of MSL as data (`data/msl_register.toml`), and how its texts are written."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from instruments.spelling import folded
from uncertainty.data_folder import data_folder

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class MslQuantity:
    """Where a quantity of ours stands: the letter of its field, and its name there (empty where it has none)."""

    letter: str
    name: str


@dataclass(frozen=True)
class MslVocabulary:
    """The words that a register may use, and which word of ours each of them is."""

    namespace: str
    edition: str
    place: str
    nothing: str
    dcc: str
    teams: Mapping[str, str]
    statuses: Mapping[str, str]
    quantities: Mapping[str, MslQuantity]

    def quantity(self, ours: str) -> MslQuantity | None:
        """What the register calls a quantity of ours, None where it has no field for it."""
        return self.quantities.get(folded(ours))

    def required(self, text: str) -> str:
        """A text where one is required: on one line, or the words for nothing."""
        return one_line(text) or self.nothing


@cache
def msl_vocabulary() -> MslVocabulary:
    """The vocabulary as the file tells it."""
    with (data_folder() / "msl_register.toml").open("rb") as file:
        told = tomllib.load(file)
    quantities = {folded(ours): MslQuantity(said[0], "".join(said[1:])) for ours, said in told["quantities"].items()}
    return MslVocabulary(**{**told, "quantities": quantities})


def one_line(text: str) -> str:
    """A text on one line, with single spaces, without what XML cannot hold.

    >>> one_line(" two  words\\n\\x00")
    'two words'
    """
    return " ".join(NOT_XML.sub(" ", text).split())


def msl_identity(letter: str, row_id: str) -> str:
    """The identity of an instrument in the register: our own id, all of it, in the form that is prescribed there.

    >>> msl_identity("M", "0198c0de-0000-7000-8000-00000000000a")
    'MSLE.M.0198C0DE00007000800000000000000A'
    """
    return f"MSLE.{letter}.{UUID(row_id).hex.upper()}"


def row_id_of(identity: str) -> str:
    """Our id in an identity of the register.

    >>> row_id_of("MSLE.M.0198C0DE00007000800000000000000A")
    '0198c0de-0000-7000-8000-00000000000a'
    """
    return str(UUID(identity.rpartition(".")[2]))
