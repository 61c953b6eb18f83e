"""The demonstration: a network with two years of history, made by performing the acts, never by inserting rows.

The clock is set, not waited for; everything else is what people do: they sign in, enter, measure, review, approve, and
are refused. What happens is data (`data/demo/*.toml`); how a job runs is in `jobs`, what else befalls it in `stories`.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from lims import access
from lims.clock import Clock, SystemClock, local_day
from lims.config import SETTINGS_FILE, Settings, read_settings
from lims.demonstration.description import describe
from lims.demonstration.foreign import plan_foreign
from lims.demonstration.impact import plan_impact
from lims.demonstration.jobs import plan_jobs
from lims.demonstration.network import found_network
from lims.demonstration.observations import plan_histories
from lims.demonstration.stage import Stage, read_plan
from lims.demonstration.standards import plan_standards
from lims.errors import Refused
from lims.preparing import prepared

LAST_HOUR = time(17, 0)
LONG_MINUTES = 60 * 24 * 1000
"""While the history is made nobody has to sign in anew each day: hashing the passwords would take half its time."""

__all__ = ["build", "describe", "is_demonstration", "last_moment"]

Done = Callable[[str, int], None]
"""Told what has just been done, and how much there is to do in all."""


def last_moment(today: date | None, clock: Clock, time_zone: str) -> datetime:
    """The end of the history: on `today` at 17:00, but never later than it is now when that is today.

    Acts dated later than the clock would make it seem to step back, and then nothing is signed.
    """
    now = clock.now()
    day = today or local_day(now, time_zone)
    evening = datetime.combine(day, LAST_HOUR, ZoneInfo(time_zone)).astimezone(UTC)
    return min(now, evening) if local_day(now, time_zone) >= day else evening


def build(
    home: Path, public_address: str, *, today: date | None = None, done: Done | None = None,
    schemas: Path | None = None,
) -> None:  # fmt: skip
    """Make the demonstration in the empty folder `home`: whole or not at all, except in a PostgreSQL database.

    Args:
        home: a folder that is empty or does not exist.
        public_address: address that the QR codes lead to.
        today: the day on which the history ends; the present day without it.
        done: told what has just been done.
        schemas: folder of PTB's schemas of the DCC; where it is given, the DCC of another laboratory is taken over.

    Raises:
        Refused: something lives in the folder, or in the database that the environment names.
    """
    if home.exists() and any(home.iterdir()):
        raise Refused("lims.home_not_empty", home=str(home))
    home.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{home.name}-", dir=home.parent))
    settings = Settings(home=making, public_address=public_address, demonstration=True)
    try:
        with prepared(settings.cache), _undisturbed():
            _perform(settings, today, done, schemas)
        if home.exists():
            home.rmdir()
        making.rename(home)
    finally:
        shutil.rmtree(making, ignore_errors=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Save time: nobody looks for garbage in so short a life."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _perform(settings: Settings, today: date | None, done: Done | None, schemas: Path | None) -> None:
    end = last_moment(today, SystemClock(), settings.time_zone)
    plan = read_plan()
    stage = Stage.open(settings, plan, today or local_day(end, settings.time_zone), end)
    try:
        lab = stage.lab
        lab.settings = replace(settings, session_hours=LONG_MINUTES, idle_minutes=LONG_MINUTES)
        found_network(stage)
        plan_standards(stage)
        plan_histories(stage)
        plan_jobs(stage)
        if schemas is not None:
            plan_foreign(stage, schemas)
        plan_impact(stage)
        stage.perform(done or (lambda _said, _of: None))
        for token in stage.tokens.values():
            access.sign_out(lab, token)
    finally:
        stage.lab.close()
    if lab.store.sqlite:  # nothing was waited for while it was made (see `stage`), so it is now
        with open(str(lab.store.url.database), "rb+") as file:
            os.fsync(file.fileno())


def is_demonstration(home: Path) -> bool:
    """Whether a demonstration lives in the folder.

    Raises:
        Refused: a real laboratory lives there.
    """
    if not (home / SETTINGS_FILE).is_file():
        return False
    if not read_settings(home).demonstration:
        raise Refused("lims.laboratory_exists", home=str(home))
    return True
