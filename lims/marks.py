"""Marks on a certificate (accreditation, designation): only where a result lies inside the scope in force that day.

Source: ISO/IEC 17011:2017, 8.3; ILAC-P8:03/2019; ILAC-P14:09/2020, 5; for designations Circular 24/2013/TT-BKHCN.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlmodel import Session, col, select

from certificates.content import Bilingual, Mark
from instruments.bodies import Recognitions, name_on, policy_on
from instruments.models import Recognition, ScopeLine
from lims.content_results import both
from uncertainty.data_folder import data_folder
from uncertainty.wording import Phrase

MOST_MARKS = 3
ACCREDITATION = "ilac"
INSIDE, PARTLY, OUTSIDE = "inside", "partly", "outside"
"""Where results lie to the scope of accreditation."""
Point = Mapping[str, Any]


@dataclass(frozen=True)
class Marking:
    """One kind of mark: whose recognition it shows, and how a result outside that scope is marked."""

    recognition: str
    kind: str
    line: str
    name: str
    sign: str
    outside: str
    policy: str = ""
    says: str = ""


@cache
def markings() -> tuple[Marking, ...]:
    """The kinds of marks, in the order of `data/marks.toml`."""
    with (data_folder() / "marks.toml").open("rb") as file:
        return tuple(Marking(**one) for one in tomllib.load(file)["mark"])


@dataclass(frozen=True)
class Carried:
    """What a certificate carries: its marks, what is said of them, and their kinds, which mark results outside."""

    marks: tuple[Mark, ...] = ()
    said: tuple[Bilingual, ...] = ()
    kinds: tuple[Marking, ...] = ()


def carried(session: Session, centre_id: str, points: Sequence[Point], day: date, service: str) -> Carried:
    """The marks that the certificate of these results may carry, as words and numbers; none where none lies in scope.

    Args:
        session: a session on laboratory and registry.
        centre_id: the centre; its policy says whether it uses its mark of accreditation.
        points: the evaluated points, each with the scope lines that held on the day of the measurement.
        day: the day on which the certificate is authorised; the recognition has to hold on it as well.
        service: calibration, verification or testing; a line of another service gives no mark.
    """
    marks: list[Mark] = []
    said: list[Bilingual] = []
    kinds = []
    book = Recognitions.of(session, [centre_id])
    for one in markings():
        if one.policy and policy_on(session, centre_id, one.policy, day) != "yes":
            continue
        numbers = _numbers(session, centre_id, one, points, service)
        held = [row for row in book.in_force(centre_id, day, one.recognition) if row.number in numbers]
        if held:
            kinds.append(one)
            marks += [Mark(both(one.name), row.number, one.kind) for row in held]
            said += [_said(session, one, row, day, service) for row in held if one.says]
    return Carried(tuple(marks[:MOST_MARKS]), (*said, *_outside(points, kinds)), tuple(kinds))


def _numbers(session: Session, centre_id: str, one: Marking, points: Sequence[Point], service: str) -> set[str]:
    """The numbers of the recognitions of a kind in whose scope a result lies."""
    ids = {point[one.line] for point in points if point.get(one.line)}
    lines = session.exec(select(ScopeLine).where(col(ScopeLine.id).in_(ids))).all()
    about = (centre_id, one.recognition, service)
    return {line.number for line in lines if (line.body_id, line.kind, line.service) == about}


def _said(session: Session, one: Marking, row: Recognition, day: date, service: str) -> Bilingual:
    authority = name_on(session, row.authority_id, day) if row.authority_id else None
    texts = []
    for language, name in (("vi", "name_vi"), ("en", "name_en")):
        known = {"service": Phrase(f"documents.service_{service}", {}).text(language), "number": row.number}
        texts.append(Phrase(one.says, known | {"authority": getattr(authority, name, "–")}).text(language))
    return Bilingual(texts[0], texts[1])


def signs(point: Point, kinds: Iterable[Marking]) -> str:
    """The signs of the scopes that a result lies outside of, of those whose marks the certificate carries."""
    return "".join(one.sign for one in kinds if not point.get(one.line))


def _outside(points: Sequence[Point], kinds: Iterable[Marking]) -> tuple[Bilingual, ...]:
    """What the sign of a result outside a scope means, for each sign that stands on the certificate."""
    return tuple(both(one.outside) for one in kinds if not all(point.get(one.line) for point in points))


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
    if not held.in_force(centre_id, day, ACCREDITATION):
        return ""
    inside = [bool(one.get("scope_line")) for one in points]
    return INSIDE if all(inside) else PARTLY if any(inside) else OUTSIDE
