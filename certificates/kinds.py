"""The kinds of document, from `data/document_kinds.toml`: what each must say, what its panel answers, its own words."""

import tomllib
from dataclasses import dataclass
from functools import cache

from uncertainty.data_folder import data_folder


@dataclass(frozen=True)
class DocumentKind:
    """One kind of document: the certificate of a calibration or of a verification, the report of a test."""

    name: str
    requires: frozenset[str]
    panel: str  # "answer" | "verdict"
    words: frozenset[str]  # keys of wording/*/documents.toml, as "<kind>_<key>"
    rejection: frozenset[str]  # those of a document that states a failure, as "rejection_<key>"


@cache
def document_kinds() -> dict[str, DocumentKind]:
    """Every kind, by the service that it is given for."""
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
