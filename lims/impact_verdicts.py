"""Statements of conformity judged again after a shift, from what the evaluation records of their jobs keep.

Source: ISO/IEC 17025:2017, 7.8.6 and 7.10.1; JCGM 106:2012, 8.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Text, cast
from sqlmodel import Session, col, select

from instruments.among import among
from instruments.impact import MovedCalibration, MovedResult
from lims.quantity_text import in_unit
from lims.store.tables import EvaluationRecord
from uncertainty.conformity import verdict
from uncertainty.rounding import exact

AT_ONCE = 500
"""Jobs in one statement."""


class JudgedPoint(NamedTuple):
    """What a statement of conformity about an evaluated point rests on, and what it said."""

    kind: str
    unit: str
    nominal: Sequence[str] | None
    estimate: float
    expanded_uncertainty: float
    said: Mapping[str, Any]
    agreed: Mapping[str, Any]

    @classmethod
    def of(cls, point: Mapping[str, Any]) -> "JudgedPoint | None":
        """That of a point as an evaluation record keeps it; None where nothing was stated."""
        if (said := point.get("conformity")) is None:
            return None
        output, agreed = point["output"], point["circumstances"]["conformity"] or {}
        return cls(
            point["kind"], point["unit"], point["nominal"], output["estimate"], float(output["expanded_uncertainty"]),
            said, agreed,
        )  # fmt: skip


def judged_points(session: Session, job_ids: Iterable[str]) -> dict[str, list[JudgedPoint | None]]:
    """The evaluated points of some jobs; the last evaluation counts.

    A record is long and little of it is kept: it is read as text and taken apart alone, so that no two are held.
    """
    found: dict[str, list[JudgedPoint | None]] = {}
    wanted = sorted(set(job_ids))
    record = EvaluationRecord
    chosen = select(record.job_id, cast(col(record.points), Text())).order_by(col(record.id))
    for first in range(0, len(wanted), AT_ONCE):
        for job_id, points in session.exec(
            chosen.where(among(session, col(record.job_id), wanted[first : first + AT_ONCE]))
        ):
            found[job_id] = [JudgedPoint.of(point) for point in json.loads(points)]
    return found


def verdicts(one: MovedCalibration, points: Sequence[JudgedPoint | None]) -> tuple[str | None, str | None]:
    """The statement of conformity before and after the shift; of a point where it changes, if there is one."""
    found: dict[int, tuple[str, str | None]] = {}
    for result in one.results:
        point = points[result.position] if result.position < len(points) else None
        if point is None:
            continue
        after = verdict_after(point, result)
        found[result.position] = (str(point.said["verdict"]), after)
        if after is not None and after != point.said["verdict"]:
            return found[result.position]
    return found.get(one.worst.position, (None, None))


def verdict_after(point: JudgedPoint, result: MovedResult) -> str | None:
    """The statement of conformity of an evaluated point after a shift, on unrounded values by the rule agreed on.

    Args:
        point: what the statement rested on.
        result: the shift of its value; without one the verdict is not known.

    Source: ISO/IEC 17025:2017, 7.8.6; JCGM 106:2012, 8.
    """
    said, unit = point.said, point.unit
    if result.value_shift is None:
        return None
    error = exact(point.estimate) + exact(result.value_shift)
    if point.kind == "value" and point.nominal:
        error -= in_unit(" ".join(point.nominal), unit)
    guard = float(in_unit(point.agreed["guard"], unit)) if point.agreed.get("guard") else None
    limits = float(said["limit_lower"]), float(said["limit_upper"])
    return verdict(float(error), point.expanded_uncertainty, *limits, said["rule"], guard)
