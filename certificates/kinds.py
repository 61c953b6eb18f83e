"""The kinds of document, from `data/document_kinds.toml`: what each must say, what its panel answers, its own words."""

import tomllib
from dataclasses import dataclass
from functools import cache

from uncertainty.data_folder import data_folder

AMENDMENT = "amendment"
"""The kind of a document that amends one of any other kind."""


@dataclass(frozen=True)
class DocumentKind:
    """One kind of document: the certificate of a calibration or a verification, the report of a test, an amendment."""

    name: str
    requires: frozenset[str]
    panel: str  # "answer" | "verdict" | "amendment"
    words: frozenset[str]  # keys of wording/*/documents.toml, as "<kind>_<key>"; of amendment.toml, "document_<key>"
    rejection: frozenset[str]  # those of a document that states a failure, as "rejection_<key>"


@cache
def document_kinds() -> dict[str, DocumentKind]:
    """Every kind, by the service that it is given for; an amendment is given for all of them."""
    data = tomllib.loads((data_folder() / "document_kinds.toml").read_text(encoding="utf-8"))
    return {
        name: DocumentKind(
            name,
            frozenset(table["requires"]),
            table["panel"],
            frozenset(table["words"]),
            frozenset(table.get("rejection", ())),
        )
        for name, table in data.items()
    }
