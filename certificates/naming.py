"""A field of a certificate, named in the reader's language when it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from uncertainty.errors import Invalid
from uncertainty.wording import wording


@dataclass(frozen=True)
class FieldName:
    """The dotted path of a field, "customer.name"; said as a person knows it."""

    path: str

    def text(self, language: str) -> str:
        """The name of the field in one language; the path where it has no name of its own."""
        try:
            return wording(f"certificate.field_{self.path.replace('.', '_')}", language)
        except KeyError:
            return self.path

    def __str__(self) -> str:
        return self.text("en")


def too_wide(field: str, text: str) -> Invalid:
    """The refusal of a text that has no room where it must stand."""
    return Invalid(
        "certificate.text_too_wide", field=FieldName(field), text=text if len(text) <= 80 else text[:79] + "…"
    )
