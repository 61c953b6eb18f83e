"""Instruments held from use while it is looked into what was wrong with them (ISO/IEC 17025, 6.4.9 and 7.10.1).

A failed intermediate check holds an instrument, and so does an impact case. Whatever holds it, there is one rule: it is
held from the day on until a person releases it with a reason, and while it is held nobody chooses it, reads with it or
approves with it. Everything that asks whether an instrument may be used asks here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from instruments.chain import Chain, Finding
from instruments.history_models import HoldRelease, IntermediateCheck
from instruments.identity import records_of
from instruments.models import Instrument
from instruments.points import Amount, shown_day
from lims.clock import local_day
from lims.config import Settings
from lims.disciplines import quantity_name
from lims.errors import Refused
from lims.store.impact_tables import ImpactCase, StandardHold, StandardRelease
from lims.store.tables import AuditRecord, Person
from uncertainty.wording import Phrase

CHECK, CASE = "check", "case"
ON_CHAIN = "holds.on_chain"
"""The key of the warning that marks a held instrument in a chain."""


@dataclass(frozen=True)
class Hold:
    """One hold of an instrument: by what, from which day, why; and who released it when, and with what reason.

    ``id`` is that of the check, or of the hold of the case; ``case_id`` and ``case`` are empty for a check.
    """

    by: str
    id: str
    instrument_id: str
    since: date
    why: Phrase | str
    case_id: str = ""
    case: str = ""
    released_on: date | None = None
    released_by: str = ""
    released_why: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody has released it."""
        return self.released_on is None

    def on(self, day: date) -> bool:
        """Whether it held the instrument on a day: from its first day to the day before the release."""
        return self.since <= day and (self.released_on is None or day < self.released_on)

    def reason(self, language: str) -> str:
        """Why it holds, in words."""
        return self.why if isinstance(self.why, str) else self.why.text(language)

    def what(self) -> Phrase:
        """What holds it, in words."""
        return Phrase("holds.by_case", {"case": self.case}) if self.by == CASE else Phrase("holds.by_check", {})


def holds_of(session: Session, instrument_id: str, time_zone: str = Settings.time_zone) -> list[Hold]:
    """Every hold of an instrument and of the records merged into it, the oldest first.

    Args:
        session: a session on laboratory and registry.
        instrument_id: the instrument.
        time_zone: of the days.
    """
    records = records_of(session, instrument_id)
    found = [*_by_checks(session, records), *_by_cases(session, records, time_zone)]
    return sorted(found, key=lambda one: (one.since, one.id))


def hold_of(session: Session, instrument_id: str) -> Hold | None:
    """The first hold of an instrument that nobody has released; None where it may be used."""
    return next((one for one in holds_of(session, instrument_id) if one.open), None)


def held_on(session: Session, instrument_id: str, day: date) -> Hold | None:
    """The first hold of an instrument on a day, as it is known now; None where nothing held it."""
    return next((one for one in holds_of(session, instrument_id) if one.on(day)), None)


def with_holds(session: Session, found: Chain, time_zone: str = Settings.time_zone) -> Chain:
    """A chain whose warnings also name every instrument of it that was held on the day asked about, as is known now.

    A hold breaks no chain: what was calibrated before it is judged by the impact of what was found, not by the hold.
    """
    ids = {link.instrument_id for link in found.links}
    merged = select(Instrument.id, Instrument.merged_into_id).where(col(Instrument.merged_into_id).in_(ids))
    kept_as = {one: one for one in ids} | dict(session.exec(merged).all())
    records = tuple(kept_as)
    held: dict[str | None, Hold] = {}
    for hold in sorted(
        [*_by_checks(session, records), *_by_cases(session, records, time_zone)], key=lambda one: (one.since, one.id)
    ):
        if hold.on(found.day):
            held.setdefault(kept_as[hold.instrument_id], hold)
    marks, said = [], set()
    for link in found.links:
        mark = held.get(link.instrument_id)
        if mark is not None and link.calibration_id not in said:
            said.add(link.calibration_id)
            values = {"code": link.instrument_code, "since": shown_day(mark.since), "what": mark.what()}
            marks.append(Finding(link, ON_CHAIN, {**values, "reason": mark.why}))
    return replace(found, warnings=(*found.warnings, *marks))


def not_held(session: Session, instrument_id: str, code: str) -> None:
    """Refuse an instrument that is held from use, by what, since when and why.

    Raises:
        Refused: it is held.
    """
    hold = hold_of(session, instrument_id)
    if hold is not None:
        since = shown_day(hold.since)
        raise Refused("holds.held", code=code, since=since, what=hold.what(), reason=hold.why)


def _by_checks(session: Session, records: Sequence[str]) -> list[Hold]:
    holding = (
        select(IntermediateCheck, HoldRelease)
        .join(HoldRelease, col(HoldRelease.check_id) == col(IntermediateCheck.id), isouter=True)
        .where(col(IntermediateCheck.instrument_id).in_(records), col(IntermediateCheck.held).is_(True))
    )
    found = []
    for check, release in session.exec(holding):
        limits = {"value": Amount(check.value, check.unit)} | {
            name: Amount(_limit(getattr(check, name), check.value), check.unit) for name in ("lower", "upper")
        }
        why = Phrase("holds.check_out", {"quantity": quantity_name(check.quantity), **limits})
        hold = Hold(CHECK, check.id, check.instrument_id, check.performed_on, why)
        found.append(hold if release is None else _released(session, hold, release))
    return found


def _limit(limit: str, value: str) -> str:
    """A limit as it is read beside a value: one digit finer, and no more than it has."""
    places = max(0, -int(Decimal(value).as_tuple().exponent)) + 1
    had = max(0, -int(Decimal(limit).as_tuple().exponent))
    return f"{Decimal(limit):.{min(places, had)}f}"


def _released(session: Session, hold: Hold, release: HoldRelease) -> Hold:
    """A hold of a check with its release; who decided it stands in the audit chain."""
    decided = select(AuditRecord.person_name).where(
        AuditRecord.object_id == hold.instrument_id,
        AuditRecord.act == "release_hold",
        AuditRecord.outcome == "done",
        AuditRecord.reason == release.reason,
    )
    who = session.exec(decided.order_by(col(AuditRecord.sequence).desc())).first() or ""
    return Hold(
        hold.by, hold.id, hold.instrument_id, hold.since, hold.why, released_on=release.released_on, released_by=who,
        released_why=release.reason,
    )  # fmt: skip


def _by_cases(session: Session, records: Sequence[str], time_zone: str) -> list[Hold]:
    holding = (
        select(StandardHold, ImpactCase, StandardRelease, Person)
        .join(ImpactCase, col(ImpactCase.id) == col(StandardHold.case_id))
        .join(StandardRelease, col(StandardRelease.hold_id) == col(StandardHold.id), isouter=True)
        .join(Person, col(Person.id) == col(StandardRelease.person_id), isouter=True)
        .where(col(StandardHold.instrument_id).in_(records))
    )
    found = []
    for hold, case, release, person in session.exec(holding):
        ended = _day(release.at if release else None, time_zone)
        found.append(
            Hold(
                CASE, hold.id, hold.instrument_id, local_day(hold.held_at, time_zone), hold.reason, case.id,
                case.number, ended, person.name if person else "", release.reason if release else "",
            )
        )  # fmt: skip
    return found


def _day(moment: datetime | None, time_zone: str) -> date | None:
    return None if moment is None else local_day(moment, time_zone)
