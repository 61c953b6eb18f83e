"""A list from a spreadsheet as the components want it: counts, every wrong cell, the first good rows."""

from typing import Final

from markupsafe import Markup

from instruments.models import Instrument
from lims.list_import import ListPreview
from ui.components.chip import chip
from ui.components.data_table import Column, Group, Place, data_table
from ui.components.markup import Child, code, tag
from ui.numbers import quantity
from uncertainty.units import display_unit
from uncertainty.wording import wording

MOST_PROBLEMS: Final = 200
MOST_ROWS: Final = 20


def _word(key: str, language: str, **values: object) -> str:
    return wording(f"received_pages.{key}", language, **values)


def summary(found: ListPreview, language: str) -> Markup:
    """How many rows there are, how many are good, how many are not."""
    marks: list[Child] = [chip(_word("list_good", language, count=len(found.good)), "ok", "circle-check")]
    if found.left_out or found.problems:
        marks.append(chip(_word("list_wrong", language, count=found.left_out), "bad", "ban"))
    said = tag("span", _word("list_count", language, count=found.rows), class_="c-second")
    return tag("p", said, " ", *marks, class_="c-form__acts")


def problems_table(found: ListPreview, language: str) -> Markup:
    """Every wrong cell: its place, what stands there, what is wrong and what to do."""
    places: dict[str, Place] = {"cell": "first", "stands": "due", "wrong": "line"}
    columns = tuple(Column(_word(f"head_{key}", language), place=place) for key, place in places.items())
    rows = tuple(
        (code(f"{one.column}{one.row}"), one.value or "–", one.said.text(language))
        for one in found.problems[:MOST_PROBLEMS]
    )
    title = _word("list_wrong_cells", language)
    more = _more(len(found.problems) - len(rows), language)
    return tag("div", _titled(title), data_table(columns, (Group(rows),), title), more)


def _titled(words: str) -> Markup:
    return tag("h3", words, class_="c-subsection")


def rows_table(found: ListPreview, language: str) -> Markup:
    """The first rows as they would stand in the register."""
    heads = ("row", "code", "name", "maker", "serial_number", "nominal")
    places: dict[str, Place] = {"row": "off", "code": "first", "nominal": "due"}
    columns = tuple(
        Column(_word(f"head_{key}", language), right=key in ("row", "nominal"), place=places.get(key, "line"))
        for key in heads
    )
    shown = zip(found.good_rows[:MOST_ROWS], found.good[:MOST_ROWS], strict=True)
    rows = tuple(_row(number, one, language) for number, one in shown)
    title = _word("list_good_rows", language)
    more = _more(len(found.good) - len(rows), language)
    return tag("div", _titled(title), data_table(columns, (Group(rows),), title), more)


def _row(number: int, one: Instrument, language: str) -> tuple[Child, ...]:
    unit = display_unit(one.nominal_unit, language) if one.nominal_unit else ""
    nominal = quantity(one.nominal, unit, language) if one.nominal else ""
    name = one.name_vi if language == "vi" else one.name_en
    return str(number), code(one.code), name, f"{one.maker} {one.model}".strip(), one.serial_number, nominal


def _more(count: int, language: str) -> Markup | None:
    return tag("p", _word("rows_more", language, count=count), class_="c-second") if count > 0 else None
