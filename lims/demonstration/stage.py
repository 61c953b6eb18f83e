"""Where the demonstration is played: its plan, its clock, its people signed in, and the agenda of what happens when."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event

from lims import access
from lims.clock import SetClock
from lims.config import Settings
from lims.errors import Stated
from lims.laboratory import Laboratory
from lims.passwords import FOR_ALL_TO_KNOW
from lims.people import Actor
from lims.store.engine import Store
from uncertainty.data_folder import data_folder

BEGINNING = 731
"""Days of history."""
TICK_S = 10.0
SATURDAY = 5
Plan = dict[str, Any]


def read_plan() -> Plan:
    """What the files of `data/demo` say: network, standards, jobs, another laboratory's DCC, an impact."""
    plan: Plan = {}
    for name in ("network", "standards", "history", "jobs", "foreign", "impact"):
        plan |= tomllib.loads((data_folder() / "demo" / f"{name}.toml").read_text(encoding="utf-8"))
    return plan


def _wait_for_no_disk(store: Store) -> None:
    """Let SQLite hand its pages to the system and go on: after a power cut the demonstration is simply made again."""
    if store.sqlite:
        store.writer.dispose()
        event.listen(store.writer, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


@dataclass(frozen=True, order=True)
class Event:
    """Something that happens at a moment; of equal moments the one planned first comes first."""

    moment: datetime
    order: int
    said: str = field(compare=False)
    act: Callable[[], object] = field(compare=False)


@dataclass
class Stage:
    """The demonstration being made."""

    lab: Laboratory
    clock: SetClock
    plan: Plan
    today: date
    end: datetime
    actors: dict[str, Actor] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @classmethod
    def open(cls, settings: Settings, plan: Plan, today: date, end: datetime) -> "Stage":
        """Found the laboratory on the first day of its history."""
        clock = SetClock(end, tick_s=TICK_S)
        lab = Laboratory.found(settings, clock)
        _wait_for_no_disk(lab.store)
        lab.passwords = FOR_ALL_TO_KNOW
        stage = cls(lab, clock, plan, today, end)
        clock.put(stage.at(BEGINNING, "08:00"))
        return stage

    def day(self, days_ago: int, *, later: int = 0) -> date:
        """The working day that many days before the last one (never a Saturday or Sunday), or some working days on."""
        day = self.today - timedelta(days=days_ago)
        while day.weekday() >= SATURDAY:
            day -= timedelta(days=1)
        for _ in range(later):
            day += timedelta(days=3 if day.weekday() == SATURDAY - 1 else 1)
        return day

    def at(self, days_ago: int, clock_time: str, *, later: int = 0) -> datetime:
        """A time of that working day; on the last day counted back from the end, so that nothing lies after it."""
        day = self.day(days_ago, later=later)
        zone = ZoneInfo(self.lab.settings.time_zone)
        moment = datetime.combine(day, time.fromisoformat(clock_time), zone).astimezone(UTC)
        return min(moment, self.end - timedelta(minutes=40))

    def plan_event(self, moment: datetime, said: str, act: Callable[[], object]) -> None:
        """Put something on the agenda."""
        self.events.append(Event(moment, len(self.events), said, act))

    def perform(self, done: Callable[[str, int], None]) -> None:
        """Let everything on the agenda happen, in the order of time."""
        for one in sorted(self.events):
            if one.moment > self.clock.moment:
                self.clock.put(one.moment)
            one.act()
            done(one.said, len(self.events))

    def sign_in(self, user_name: str) -> None:
        """Sign a person in with the password of the demonstration."""
        signed_in = access.sign_in(self.lab, user_name, self.plan["password"])
        self.actors[user_name], self.tokens[user_name] = signed_in.actor, signed_in.token

    def person_id(self, user_name: str) -> str:
        """The id of a person."""
        found = self.actors[user_name].person_id
        assert found is not None
        return found

    def refused(self, key: str, act: Callable[[], object]) -> None:
        """Do what the laboratory has to refuse for this very reason; the refusal goes into its record.

        Raises:
            RuntimeError: it was not refused, or for another reason.
        """
        try:
            act()
        except Stated as answer:
            if answer.key != f"lims.{key}":
                raise RuntimeError(f"refused as {answer.key}, not as {key}: {answer}") from answer
            return
        raise RuntimeError(f"not refused: {key}")
