"""Forms of labels and of label sheets as data: `data/labels/*.toml`, `data/labels/sheets/*.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from certificates.fonts import STYLES
from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid

DRAWINGS = ("text", "qr", "box", "hatch", "rule")
OVERFLOWS = ("refuse", "shorten", "smaller")
ALIGNMENTS = ("left", "centre", "right")
LEVELS = ("L", "M", "Q", "H")


@dataclass(frozen=True)
class Part:
    """One thing that stands on a label; lengths in mm from its top left corner, sizes in points."""

    draw: str
    x: float
    y: float
    """Upper edge; of a text and a rule the first baseline."""
    width: float = 0.0
    height: float = 0.0
    field: str = ""
    """The value that is drawn, by its name."""
    text: str = ""
    """What is drawn where no field is named."""
    before: str = ""
    """What stands before the value."""
    when: str = ""
    """Drawn only where this value is there; `!name`: only where it is not."""
    style: str = "Regular"
    size: float = 6.0
    least: float = 0.0
    """The smallest size that is still read; the size itself where 0."""
    lines: int = 1
    leading: float = 0.0
    """Distance of baselines in points; 1.15 of the size where 0."""
    align: str = "left"
    overflow: str = "refuse"
    """What is done with a text that has no room: refuse the label, shorten it, or make it smaller before refusing."""
    colour: str = "#000000"
    fill: str = ""
    weight: float = 0.5
    pitch: float = 1.2
    """Distance of the lines of a hatch in mm."""
    level: str = "Q"
    """Error correction of a QR code."""
    least_module: float = 0.3
    """The smallest module of a QR code that a label printer draws and a telephone reads, mm."""


@dataclass(frozen=True)
class LabelForm:
    """What one kind and size of label looks like."""

    id: str
    purpose: str
    """`asset`, or the service that a label tells of."""
    name: Mapping[str, str]
    width: float
    height: float
    parts: tuple[Part, ...]
    required: tuple[str, ...] = field(default=())
    """Values without which the label is not drawn."""


@dataclass(frozen=True)
class SheetForm:
    """A sheet of die-cut labels: where each one begins, mm."""

    id: str
    name: Mapping[str, str]
    width: float
    height: float
    columns: int
    rows: int
    left: float
    top: float
    across: float
    """From the left edge of one label to that of the next."""
    down: float
    label_width: float
    label_height: float

    @property
    def places(self) -> int:
        """How many labels a sheet holds."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """The top left corner of a place (0: the first), row by row."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.across, self.top + row * self.down


@cache
def label_forms(folder: Path | None = None) -> Mapping[str, LabelForm]:
    """All forms of labels by id, the largest of each purpose first.

    Args:
        folder: where they stand; the program's own when not given.

    Raises:
        Invalid: a file says what no form can be; the file and the place are named.
    """
    files = sorted((folder or data_folder() / "labels").glob("*.toml"))
    forms = [_label_form(path) for path in files]
    return {one.id: one for one in sorted(forms, key=lambda one: (one.purpose, -one.width * one.height, one.id))}


@cache
def sheet_forms(folder: Path | None = None) -> Mapping[str, SheetForm]:
    """All forms of sheets by id, those with the fewest labels first; raises as `label_forms` does."""
    files = sorted((folder or data_folder() / "labels" / "sheets").glob("*.toml"))
    forms = [SheetForm(id=path.stem, **_table(path, SheetForm)) for path in files]
    for one in forms:
        right, bottom = one.corner(one.places - 1)
        if right + one.label_width > one.width + 0.1 or bottom + one.label_height > one.height + 0.1:
            raise Invalid("labels.form_wrong", file=f"{one.id}.toml", place="columns, rows", text=one.places)
    return {one.id: one for one in sorted(forms, key=lambda one: (one.places, one.id))}


def label_form(form_id: str, folder: Path | None = None) -> LabelForm:
    """One form of labels.

    Raises:
        Invalid: there is none of that id; the known ones are named.
    """
    known = label_forms(folder)
    if form_id not in known:
        raise Invalid("labels.form_unknown", form=form_id, known=", ".join(known))
    return known[form_id]


def sheet_form(form_id: str, folder: Path | None = None) -> SheetForm:
    """One form of sheets; raises as `label_form` does."""
    known = sheet_forms(folder)
    if form_id not in known:
        raise Invalid("labels.sheet_unknown", form=form_id, known=", ".join(known))
    return known[form_id]


def _label_form(path: Path) -> LabelForm:
    given = _table(path, LabelForm, "part")
    parts = tuple(_part(path, number, one) for number, one in enumerate(given.pop("part", ()), start=1))
    required = tuple(given.pop("required", ()))
    return LabelForm(id=path.stem, parts=parts, required=required, **given)


def _table(path: Path, form: type[Any], *besides: str) -> dict[str, Any]:
    """The table of a file, with all keys that the form needs and no other."""
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {one.name for one in fields(form)} - {"id", "parts"}
    for key in given.keys() - known - set(besides):
        raise Invalid("labels.form_wrong", file=path.name, place=key, text=given[key])
    for key in sorted(known - given.keys() - {"required"}):
        raise Invalid("labels.form_lacks", file=path.name, place=key)
    if set(given["name"]) != {"vi", "en"}:
        raise Invalid("labels.form_wrong", file=path.name, place="name", text=given["name"])
    return given


def _part(path: Path, number: int, given: Mapping[str, Any]) -> Part:
    place = f"part {number}"
    known = {one.name for one in fields(Part)}
    for key in given.keys() - known:
        raise Invalid("labels.form_wrong", file=path.name, place=f"{place}: {key}", text=given[key])
    for key in ("draw", "x", "y"):
        if key not in given:
            raise Invalid("labels.form_lacks", file=path.name, place=f"{place}: {key}")
    part = Part(**given)
    chosen = (
        (part.draw, DRAWINGS), (part.overflow, OVERFLOWS), (part.align, ALIGNMENTS), (part.style, STYLES),
        (part.level, LEVELS),
    )  # fmt: skip
    for word, permitted in chosen:
        if word not in permitted:
            raise Invalid("labels.form_wrong", file=path.name, place=place, text=word)
    if part.draw in ("text", "qr") and not (part.field or part.text):
        raise Invalid("labels.form_lacks", file=path.name, place=f"{place}: field")
    return part
