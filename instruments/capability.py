"""Who can calibrate a point or a range: the scopes in force of all bodies, the smallest uncertainty first.

Source: ILAC-P14:09/2020, 4; ISO/IEC 17025:2017, 6.6.1 and 7.1.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.bodies import Recognitions, all_names
from instruments.cmc import cmc_spread
from instruments.dated import in_force_or_first
from instruments.models import Body, BodyName, Recognition, ScopeLine
from instruments.points import SAME, absolute, lies_between
from instruments.spelling import folded


@dataclass(frozen=True)
class Wanted:
    """What is to be calibrated: a quantity over a closed range (one point: equal ends), in a unit."""

    quantity: str
    lower: str
    upper: str
    unit: str


@dataclass(frozen=True)
class Offer:
    """One scope line that includes what is wanted.

    ``cmc`` is the largest CMC over what is wanted, in its unit; one that depends on the value is evaluated at the ends,
    between which it cannot be larger. ``meets`` says whether the CMC is within the U asked for everywhere in the range,
    None where none was.
    """

    body: Body
    name: BodyName | None
    recognition: Recognition
    line: ScopeLine
    cmc: float
    meets: bool | None


def quantities_in_scopes(session: Session) -> list[str]:
    """Every quantity that some scope names, in the order of the alphabet."""
    return sorted(set(session.exec(select(ScopeLine.quantity).distinct())))


def units_of_scopes(session: Session, quantity: str) -> list[str]:
    """The units in which scope lines of a quantity, as one of them names it, state their ranges."""
    return sorted(set(session.exec(select(ScopeLine.unit).where(ScopeLine.quantity == quantity).distinct())))


def who_can(
    session: Session, wanted: Wanted, day: date, *, service: str = "calibration", most_u: float | None = None,
    relative: bool = False,
) -> list[Offer]:  # fmt: skip
    """The bodies recognised for what is wanted on a day, the smallest uncertainty first.

    Args:
        session: a session on the registry.
        wanted: quantity and range; quantities are compared without case and diacritics, units are converted.
        day: the day on which recognition and scope line have to be in force.
        service: calibration, verification or testing.
        most_u: the largest U that will do, in the unit of what is wanted.
        relative: whether `most_u` is a share of the value instead, at each value of the range.
    """
    known = {one for one in quantities_in_scopes(session) if folded(one) == folded(wanted.quantity)}
    naming = (
        select(ScopeLine.body_id).where(col(ScopeLine.quantity).in_(known), ScopeLine.service == service).distinct()
    )
    bodies = {one.id: one for one in session.exec(select(Body).where(col(Body.id).in_(set(session.exec(naming)))))}
    book, names = Recognitions.of(session, bodies), all_names(session, bodies)
    offers = []
    for body_id, body in bodies.items():
        name = in_force_or_first(names[body_id], day)
        for recognition in book.in_force(body_id, day):
            lines = [one for one in book.lines(recognition, day) if one.service == service and one.quantity in known]
            for line, cmc in _covering(lines, wanted):
                meets = None if most_u is None else _meets(line, wanted, most_u, relative=relative)
                offers.append(Offer(body, name, recognition, line, cmc, meets))
    return sorted(offers, key=lambda one: (one.meets is False, one.cmc, one.body.code, one.line.line))


def _covering(lines: Iterable[ScopeLine], wanted: Wanted) -> Iterable[tuple[ScopeLine, float]]:
    for line in lines:
        ends = (wanted.lower, wanted.upper)
        if not all(lies_between(end, wanted.unit, line.lower, line.upper, line.unit) for end in ends):
            continue
        found = [_cmc(line, end, wanted) for end in ends]
        if all(one is not None for one in found):
            yield line, max(one for one in found if one is not None)


def _cmc(line: ScopeLine, value: str, wanted: Wanted) -> float | None:
    return absolute(cmc_spread(line, value, wanted.unit), wanted.unit)


def _meets(line: ScopeLine, wanted: Wanted, most_u: float, *, relative: bool) -> bool:
    """Whether a CMC is within a U everywhere in a range: a CMC less a share of |x| is largest at an end, or at zero."""
    values = {wanted.lower, wanted.upper}
    if float(wanted.lower) < 0 < float(wanted.upper):
        values.add("0")
    limits = {value: most_u * (abs(float(value)) if relative else 1) for value in values}
    found = {value: _cmc(line, value, wanted) for value in values}
    return all(cmc is not None and cmc <= limits[value] * (1 + SAME) for value, cmc in found.items())
