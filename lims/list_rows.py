"""A row of a list becomes an instrument: its words, numbers and units read, its code and asset code given.

Source: ISO/IEC 17025:2017, 6.4.13.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from instruments import registry
from instruments.asset_codes import company_prefix, giai
from instruments.lists import INSTRUMENTS, Headed, ListRow, RowProblem, fields_of
from instruments.models import Body, Instrument
from lims.errors import Invalid, Stated
from lims.list_words import kind_of, level_of, quantity_of
from lims.quantity_units import check_nominal_unit
from uncertainty.typed import read_number
from uncertainty.units import check_unit
from uncertainty.wording import Phrase

CHUNK = 500
PLATE = ("maker", "model", "serial_number")
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class ListChoice:
    """What a person decides about a list: whose instruments, which sheet, which column is what, what of wrong rows."""

    centre_id: str
    owner_id: str = ""
    """A customer whose items these are; empty for standards and equipment of the centre."""
    kind: str = "standard"
    """Of rows that do not say it: standard, equipment or item."""
    sheet: int = 0
    mapping: Mapping[str, str] | None = None
    good_rows_only: bool = False
    same: frozenset[int] = frozenset()
    """Rows that were found to be an instrument that is known, or an earlier row: they are left out."""
    apart: frozenset[int] = frozenset()
    """Rows that look like a known instrument or an earlier row and were found to be another one."""


def made_of(
    session: Session, found: Headed, mapping: Mapping[str, str], rows: Collection[ListRow], choice: ListChoice,
    day: date, told: Told,
) -> tuple[list[tuple[int, Instrument]], list[RowProblem]]:  # fmt: skip
    """What each row becomes, with the number of its row; and what is wrong with a row by itself.

    Args:
        session: a session on the registry.
        found: the sheet with its headings.
        mapping: heading -> field.
        rows: the rows below the headings.
        choice: whose instruments they are, and what they are where a row does not say.
        day: on which a company prefix has to hold.
        told: is told how many rows were looked at, of twice as many.
    """
    made: list[tuple[int, Instrument]] = []
    problems: list[RowProblem] = []
    codes = _codes(session, choice, {row.values.get("code", "").strip() for row in rows})
    keeper = choice.owner_id or choice.centre_id
    prefix = company_prefix(session, keeper, day)
    for place, row in enumerate(rows):
        try:
            _check_identified(row, mapping)
            one = registry.checked(_instrument(row, choice, codes))
            one.giai = giai(prefix, one.code) if prefix else None
            made.append((row.row, one))
        except Stated as problem:
            problems.append(_located(found, mapping, row, problem))
        if place % CHUNK == 0:
            told(place, 2 * len(rows))
    return made, problems


def _check_identified(row: ListRow, mapping: Mapping[str, str]) -> None:
    """Refuse a row that holds nothing but a name, in a list that knows more: a sum, or who has drawn it up.

    Raises:
        Invalid: at the name.
    """
    held = {field for field, text in row.values.items() if text.strip()}
    if held == {"name_vi"} and set(mapping.values()) & {"code", *PLATE, "asset_code"}:
        raise Invalid("lists.only_a_name", field="name_vi")


def _codes(session: Session, choice: ListChoice, given: Collection[str]) -> Callable[[], str]:
    """The next free codes of the body's series, one after the other, without those that rows of the list bring."""
    body = session.get_one(Body, choice.owner_id or choice.centre_id)
    first = registry.next_code(session, body.code, "TB")
    begin, _, digits = first.rpartition("-")
    number = int(digits) - 1

    def following() -> str:
        nonlocal number
        number += 1
        while (code := f"{begin}-{number:0{registry.CODE_DIGITS}d}") in given:
            number += 1
        return code

    return following


def _instrument(row: ListRow, choice: ListChoice, code: Callable[[], str]) -> Instrument:
    """The row of the register that a row of a list becomes.

    Raises:
        Invalid: a number, a unit or a word cannot be read.
    """
    said = {field: text.strip() for field, text in row.values.items()}
    nominal, unit = said.pop("nominal", ""), said.pop("nominal_unit", "")
    kind, level = said.pop("kind", ""), level_of(said.pop("level", ""))
    values: dict[str, Any] = {**said, "name_en": said.get("name_en") or said.get("name_vi", "")}
    values["quantity"] = quantity_of(said.get("quantity", ""))
    unit = check_unit(unit).text if unit else ""
    check_nominal_unit(values["quantity"], nominal, unit)
    return Instrument(
        **{field: text for field, text in values.items() if field != "code"},
        code=said.get("code") or code(),
        level=level,
        kind="item" if choice.owner_id else kind_of(kind or choice.kind),
        owner_id=choice.owner_id or choice.centre_id,
        keeper_id=None if choice.owner_id else choice.centre_id,
        nominal=read_number(nominal).canonical if nominal else None,
        nominal_unit=unit or None,
    )


def _located(found: Headed, mapping: Mapping[str, str], row: ListRow, problem: Stated) -> RowProblem:
    """A problem of a row at the cell that it speaks of."""
    field = str(problem.values.get("field", ""))
    if not field:
        field = "nominal_unit" if "unit" in problem.values else "nominal" if "text" in problem.values else "code"
    value = row.values.get(field, "")
    if problem.values.get("field") in fields_of(INSTRUMENTS):
        problem = type(problem)(problem.key, **{**problem.values, "field": Phrase(f"lists.field.{field}", {})})
    return RowProblem(found.sheet.name, row.row, found.column_of(mapping, field), value[:60], problem)
