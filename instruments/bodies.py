"""Bodies on a day: what they are called, what they have decided, and for which results they are recognised.

Source: ISO/IEC 17025:2017, 6.5.2 and Annex A; ILAC-P10:07/2020; ILAC-P14:09/2020, section 4 and 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.cmc import better
from instruments.dated import each_in_force, in_force
from instruments.models import DESIGNATION, Body, BodyName, BodyPolicy, Recognition, ScopeLine
from instruments.points import lies_between
from instruments.spelling import folded
from uncertainty.errors import Invalid

POLICIES: dict[str, tuple[str, ...]] = {
    "cmc": ("refuse", "raise"),
    "reviewer_may_approve": ("no", "yes"),
    "data_attachments": ("no", "yes"),
    "accreditation_mark": ("no", "yes"),
}
"""The choices a body has for its own work; the first text of each holds where nothing was decided.

``cmc``: what happens to an expanded uncertainty below the CMC inside the scope; ``reviewer_may_approve``: whether the
person who reviewed a job may also approve it; ``data_attachments``: whether certificates carry readings, budget and
measurement model for machines (a customer's wish, or a centre's for all its customers); ``accreditation_mark``:
whether certificates with a result inside the accredited scope carry the mark.
"""
CUSTOMERS_CHOICES: dict[str, tuple[str, ...]] = {
    "public_name": ("withheld", "shown"),
    "label_due": ("withheld", "printed"),
    "issue_notice": ("none", "link", "file"),
}
"""What a customer settles: whether the public check of a certificate may name it (ISO/IEC 17025, 4.2.1), whether
calibration labels name the due date (7.8.4.3), and whether it is told by e-mail of each certificate that is issued to
it: with the address of the certificate's page, or with the file."""

BY_SCOPE = ("cipm_mra", "ilac", DESIGNATION)
"""Recognitions that hold only for what their scope names; the others hold for all where no scope line is given."""


@dataclass(frozen=True)
class Covering:
    """A recognition in force that covers a point, and the scope line that says so (None where it needs none)."""

    recognition: Recognition
    line: ScopeLine | None


def name_on(session: Session, body_id: str, day: date) -> BodyName | None:
    """The name and address of a body on a day, or None where none was recorded for it.

    Args:
        session: a session on the registry.
        body_id: the body.
        day: the day asked about.
    """
    return in_force(session.exec(select(BodyName).where(col(BodyName.body_id) == body_id)), day)


def all_names(session: Session, body_ids: Iterable[str]) -> dict[str, list[BodyName]]:
    """Every name that some bodies have had, by body; ``in_force`` picks the one of a day."""
    names: dict[str, list[BodyName]] = {body_id: [] for body_id in body_ids}
    for name in session.exec(select(BodyName).where(col(BodyName.body_id).in_(names))):
        names[name.body_id].append(name)
    return names


def body_by_code(session: Session, code: str) -> Body | None:
    """The body with a code, or None."""
    return session.exec(select(Body).where(col(Body.code) == code)).one_or_none()


def policy_on(session: Session, body_id: str, name: str, day: date) -> str:
    """What a body has decided on a matter, as it held on a day.

    Args:
        session: a session on the registry.
        body_id: the body.
        name: one of ``POLICIES`` or ``CUSTOMERS_CHOICES``.
        day: the day asked about.

    Returns:
        One of the texts that they permit; its first where nothing was decided.

    Raises:
        KeyError: no such policy exists.
    """
    permitted = (POLICIES | CUSTOMERS_CHOICES)[name]
    rows = session.exec(select(BodyPolicy).where(col(BodyPolicy.body_id) == body_id, col(BodyPolicy.name) == name))
    row = in_force(rows, day)
    return permitted[0] if row is None else row.text


def decide_for_customer(session: Session, body_id: str, name: str, text: str, valid_from: date) -> BodyPolicy:
    """A decision of a customer, from a day on, added to the record; ``CUSTOMERS_CHOICES`` lists names and texts."""
    if text not in CUSTOMERS_CHOICES.get(name, ()):
        permitted = ", ".join(f"{policy} = {'|'.join(texts)}" for policy, texts in CUSTOMERS_CHOICES.items())
        raise Invalid("instruments.policy_unknown", name=name, text=text, permitted=permitted)
    return _decided(session, body_id, name, text, valid_from)


def decide_policy(session: Session, body_id: str, name: str, text: str, valid_from: date) -> BodyPolicy:
    """A decision of a body on a matter, from a day on, added to the record.

    Raises:
        Invalid: no such policy, or it does not permit this text.
    """
    if text not in POLICIES.get(name, ()):
        permitted = ", ".join(f"{policy} = {'|'.join(texts)}" for policy, texts in POLICIES.items())
        raise Invalid("instruments.policy_unknown", name=name, text=text, permitted=permitted)
    return _decided(session, body_id, name, text, valid_from)


def _decided(session: Session, body_id: str, name: str, text: str, valid_from: date) -> BodyPolicy:
    policy = BodyPolicy(body_id=body_id, name=name, text=text, valid_from=valid_from)
    session.add(policy)
    session.flush()
    return policy


class Recognitions:
    """The recognitions and scopes of some bodies, read once and asked for any day and point."""

    def __init__(self, recognitions: Iterable[Recognition], lines: Iterable[ScopeLine]) -> None:
        """Sort the rows by body."""
        self._recognitions: dict[str, list[Recognition]] = {}
        self._lines: dict[str, list[ScopeLine]] = {}
        for recognition in recognitions:
            self._recognitions.setdefault(recognition.body_id, []).append(recognition)
        for line in lines:
            self._lines.setdefault(line.body_id, []).append(line)

    @classmethod
    def of(cls, session: Session, body_ids: Iterable[str]) -> "Recognitions":
        """Read what is recorded about some bodies, in two statements."""
        wanted = sorted(set(body_ids))
        recognitions = session.exec(select(Recognition).where(col(Recognition.body_id).in_(wanted))).all()
        lines = session.exec(select(ScopeLine).where(col(ScopeLine.body_id).in_(wanted))).all()
        return cls(recognitions, lines)

    def in_force(self, body_id: str, day: date, kind: str | None = None) -> list[Recognition]:
        """The recognitions of a body that hold on a day, of one kind or of all; designations only where asked for."""
        rows = self._recognitions.get(body_id, ())
        return each_in_force((row for row in rows if row.kind == kind or (not kind and row.kind != DESIGNATION)), day)

    def lines(self, recognition: Recognition, day: date) -> list[ScopeLine]:
        """The scope of a recognition on a day."""
        about = (recognition.kind, recognition.number)
        return each_in_force(
            (row for row in self._lines.get(recognition.body_id, ()) if (row.kind, row.number) == about), day
        )

    def covering(
        self,
        body_id: str,
        quantity: str,
        value: str,
        unit: str,
        day: date,
        *,
        service: str = "calibration",
        kind: str | None = None,
    ) -> list[Covering]:
        """Every recognition of a body that covers a point on a day, each with the scope lines that cover it.

        Args:
            body_id: the body.
            quantity: the quantity; compared without case and diacritics.
            value: the point, a number as text.
            unit: its unit; converted to that of the scope line.
            day: the day asked about.
            service: calibration, verification or testing.
            kind: only recognitions of this kind.

        Returns:
            One entry for each covering line, or one without line for a recognition that needs none.
        """
        found: list[Covering] = []
        for recognition in self.in_force(body_id, day, kind):
            lines = self.lines(recognition, day)
            if not lines and recognition.kind not in BY_SCOPE:
                found.append(Covering(recognition, None))
            for line in lines:
                same = line.service == service and folded(line.quantity) == folded(quantity)
                if same and lies_between(value, unit, line.lower, line.upper, line.unit):
                    found.append(Covering(recognition, line))
        return found


def recognised(
    session: Session,
    body_id: str,
    quantity: str,
    value: str,
    unit: str,
    day: date,
    *,
    service: str = "calibration",
    kind: str | None = None,
) -> Covering | None:
    """The recognition that makes a body's result at a point acceptable on a day, or None.

    Args:
        session: a session on the registry.
        body_id: the provider.
        quantity: the quantity measured.
        value: the point, a number as text.
        unit: the unit of the point.
        day: the day on which the work was performed.
        service: calibration, verification or testing.
        kind: only recognitions of this kind.

    Source: ILAC-P10:07/2020, section 2; the point has to be in the provider's scope on that date.
    """
    book = Recognitions.of(session, [body_id])
    found = book.covering(body_id, quantity, value, unit, day, service=service, kind=kind)
    return found[0] if found else None


def scope_line(
    session: Session, body_id: str, quantity: str, value: str, unit: str, service: str, day: date,
    kind: str | None = None,
) -> ScopeLine | None:  # fmt: skip
    """The line of a body's scope that a point falls under on a day, or None outside the scope.

    Where several lines cover the point (two methods, or the common end of two ranges) it is the one with the smallest
    CMC: the best the body is recognised for, which no certificate may go below.

    Args:
        session: a session on the registry.
        body_id: the centre or institute.
        quantity: the quantity measured.
        value: the point, a number as text.
        unit: the unit of the point.
        service: calibration, verification or testing.
        day: the day on which the work is performed.
        kind: only of recognitions of this kind; designations are looked at only where they are asked for.

    Source: ILAC-P14:09/2020, 4 and 5.4.
    """
    book = Recognitions.of(session, [body_id])
    found = book.covering(body_id, quantity, value, unit, day, service=service, kind=kind)
    lines = [covering.line for covering in found if covering.line is not None]
    if not lines:
        return None
    best = lines[0]
    for line in lines[1:]:
        if better(line, best, value, unit):
            best = line
    return best
