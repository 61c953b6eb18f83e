"""What an amendment may state anew, from `data/amendments.toml`: facts that need no new result."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from certificates.content import Bilingual, CertificateContent
from lims.errors import Broken
from uncertainty.data_folder import data_folder

TEXT, BILINGUAL, REMARK = FORMS = ("text", "bilingual", "remark")
FILE = "amendments.toml"


@dataclass(frozen=True)
class Amendable:
    """A field that may be amended.

    Attributes:
        place: of the content, "customer.name".
        form: "text" in one language, "bilingual", or "remark", a statement that is added.
        empty: whether it may be emptied.
    """

    place: str
    form: str
    empty: bool = False

    @property
    def label(self) -> str:
        """The wording key of its name."""
        return f"amendment.field_{self.place.replace('.', '_')}"


@cache
def amendable_fields() -> dict[str, Amendable]:
    """The fields by their place, in the order of the file.

    Raises:
        Broken: a field has a form that nothing reads.
    """
    data = tomllib.loads((data_folder() / FILE).read_text(encoding="utf-8"))
    found = {one["place"]: Amendable(**one) for one in data["field"]}
    for one in found.values():
        if one.form not in FORMS:
            raise Broken("amendment.form_unknown", file=FILE, place=one.place, form=one.form)
    return found


def said_of(content: CertificateContent, field: Amendable) -> Bilingual:
    """What a content says in a field; nothing of a remark, which is only added."""
    if field.form == REMARK:
        return Bilingual("", "")
    holder, name = _holder(content, field.place)
    said = getattr(holder, name)
    return said if isinstance(said, Bilingual) else Bilingual(said or "", said or "")


def amended(content: CertificateContent, stated: Sequence[tuple[str, Bilingual]]) -> CertificateContent:
    """A content with fields stated anew, as pairs of place and text."""
    fields = amendable_fields()
    for place, text in stated:
        content = _with(content, fields[place], text)
    return content


def _with(content: CertificateContent, field: Amendable, text: Bilingual) -> CertificateContent:
    if field.form == REMARK:
        return replace(content, statements=(*content.statements, text))
    said: Any = text if field.form == BILINGUAL else text.vi or None
    holder, name = _holder(content, field.place)
    changed: CertificateContent = (
        replace(content, **{name: said})
        if holder is content
        else replace(content, **{field.place.partition(".")[0]: replace(holder, **{name: said})})
    )
    return changed


def _holder(content: CertificateContent, place: str) -> tuple[Any, str]:
    """The part of the content that holds a field, and the field's name there."""
    part, _, name = place.partition(".")
    return (getattr(content, part), name) if name else (content, part)
