"""Marks of accreditation on a certificate: only where a result lies inside the scope in force that day.

Source: ISO/IEC 17011:2017, 8.3; ILAC-P8:03/2019; ILAC-P14:09/2020, 5.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from certificates.content import Mark
from instruments.bodies import Recognitions, policy_on
from instruments.models import ScopeLine
from lims.content_results import both

MOST_MARKS = 3
POLICY = "accreditation_mark"
MARKED = ("ilac",)
"""The kinds of recognition that come with a mark."""
INSIDE, PARTLY, OUTSIDE = "inside", "partly", "outside"
"""Where results lie to the scope of accreditation."""


def marks(session: Session, centre_id: str, points: list[dict[str, Any]], day: date) -> tuple[Mark, ...]:
    """The marks that the certificate of these results may carry, as words and numbers; none where none lies in scope.

    Args:
        session: a session on laboratory and registry.
        centre_id: the centre; its policy says whether it uses its marks.
        points: the evaluated points, each with the scope line that held on the day of the measurement.
        day: the day on which the certificate is authorised.
    """
    if policy_on(session, centre_id, POLICY, day) != "yes":
        return ()
    ids = {one["scope_line"] for one in points if one.get("scope_line")}
    lines = session.exec(select(ScopeLine).where(col(ScopeLine.id).in_(ids))).all()
    numbers = sorted({line.number for line in lines if line.kind in MARKED and line.body_id == centre_id})
    return tuple(Mark(both("documents.mark"), number) for number in numbers[:MOST_MARKS])


def outside_scope(points: list[dict[str, Any]]) -> bool:
    """Whether some results lie inside the scope and others do not: then each of the others is marked."""
    inside = [bool(one.get("scope_line")) for one in points]
    return any(inside) and not all(inside)


def scope_standing(session: Session, centre_id: str, points: Sequence[Mapping[str, Any]], day: date) -> str:
    """Where the results of a certificate lie to the accreditation of its centre, for a label.

    Args:
        session: a session on laboratory and registry.
        centre_id: the centre.
        points: the evaluated points, each with the scope line that held on the day of the measurement.
        day: of the measurement.

    Returns:
        "inside", "partly" or "outside" the scope; "" of a centre without an accreditation, which has nothing to say.

    Source:
        ILAC-P8:03/2019; ISO/IEC 17011:2017, 8.3.
    """
    held = Recognitions.of(session, [centre_id])
    if not any(held.in_force(centre_id, day, kind) for kind in MARKED):
        return ""
    inside = [bool(one.get("scope_line")) for one in points]
    return INSIDE if all(inside) else PARTLY if any(inside) else OUTSIDE
