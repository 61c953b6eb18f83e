"""Scopes of recognition: one line at a time, checked, as the quality manager enters it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from instruments.cmc import check_cmc
from instruments.models import ENTERED_KINDS, Body, ScopeLine
from lims.errors import Invalid, Refused
from lims.procedure_file import SERVICES
from lims.step import Act, step
from uncertainty.typed import clean_text, read_number
from uncertainty.units import check_unit


@dataclass(frozen=True)
class NewScopeLine:
    """What is entered of a scope line: a quantity over a closed range, with its CMC (ILAC-P14, 4).

    The CMC is `cmc`, or grows with the value by `cmc_slope`; `cmc_form` says how the two terms combine, a key of
    `data/cmc-forms.toml`, the first of them where it is empty.
    """

    kind: str
    number: str
    quantity: str
    lower: str
    upper: str
    unit: str
    cmc: str
    cmc_unit: str
    service: str = "calibration"
    cmc_slope: str = ""
    cmc_slope_unit: str = ""
    cmc_form: str = ""


@step(permission="registry.scope", clause="ILAC-P14:09/2020, 4")
def add_scope_line(act: Act, *, centre_id: str, body_id: str, new: NewScopeLine, valid_from: date) -> ScopeLine:
    """Enter one line of the scope of a body that is recognised.

    Raises:
        Invalid: a number, a unit or the range cannot be used.
        Refused: the body does not exist, or is another centre, which states its own scope.
    """
    return _entered(act, centre_id, body_id, (new,), valid_from)[0]


@step(permission="registry.scope", clause="ILAC-P14:09/2020, 4")
def add_scope_lines(
    act: Act, *, centre_id: str, body_id: str, lines: Sequence[NewScopeLine], valid_from: date
) -> list[ScopeLine]:
    """Enter many lines of the scope of a body that is recognised, all or none (see `scope_table.read_scope`).

    Raises:
        Invalid: there is no line, or one cannot be used.
        Refused: the body does not exist, or is another centre, which states its own scope.
    """
    if not lines:
        raise Invalid("scope_lines.no_line")
    return _entered(act, centre_id, body_id, lines, valid_from)


def _entered(
    act: Act, centre_id: str, body_id: str, lines: Sequence[NewScopeLine], valid_from: date
) -> list[ScopeLine]:
    """The lines as they are kept, each with the next number of its recognition."""
    body = act.session.get(Body, body_id)
    if body is None or (body.kind == "centre" and body_id != centre_id):
        raise Refused("lims.not_found")
    made = []
    for new in lines:
        number = clean_text(new.number, field="number", most=60)
        taken = act.session.exec(
            select(ScopeLine.line).where(
                col(ScopeLine.body_id) == body_id, col(ScopeLine.kind) == new.kind, col(ScopeLine.number) == number
            )
        ).all()
        place = 1 + max((int(one) for one in taken if one.isdecimal()), default=0)
        made.append(checked_line(body_id, new, str(place), valid_from))
        act.session.add(made[-1])
        act.session.flush()
    return made


def checked_line(body_id: str, new: NewScopeLine, line: str, valid_from: date) -> ScopeLine:
    """The row that a new line becomes, in canonical form.

    Raises:
        Invalid: a number, a unit, the range or the CMC cannot be used.
    """
    if new.kind not in ENTERED_KINDS:
        raise Invalid("lims.recognition_unknown", kind=new.kind)
    if new.service not in SERVICES:
        raise Invalid("scope_lines.service_unknown", service=new.service, known=", ".join(SERVICES))
    quantity = clean_text(new.quantity, field="quantity", most=80)
    lower, upper = read_number(new.lower), read_number(new.upper)
    unit = check_unit(new.unit)
    if lower.number > upper.number:
        raise Invalid("lims.range_reversed", lower=new.lower, upper=new.upper)
    if not quantity:
        raise Invalid("lims.field_empty", field="quantity")
    number = clean_text(new.number, field="number", most=60)
    found = ScopeLine(
        body_id=body_id, kind=new.kind, number=number, line=line, service=new.service, quantity=quantity,
        lower=lower.canonical, upper=upper.canonical, unit=unit.text, cmc=new.cmc, cmc_unit=new.cmc_unit,
        cmc_slope=new.cmc_slope, cmc_slope_unit=new.cmc_slope_unit, cmc_form=new.cmc_form or None,
        valid_from=valid_from,
    )  # fmt: skip
    check_cmc(found)
    return found
