"""The acts on what befalls a standard between its calibrations: checks, adjustments, the release of a held one."""

from collections.abc import Sequence
from datetime import date

from instruments import checks
from instruments.checks import NewCheck, NewFound
from instruments.history_models import Adjustment, HoldRelease, IntermediateCheck
from instruments.models import Instrument
from lims.calibration_entry import kept_here
from lims.chains import instrument_named
from lims.errors import Invalid, Refused
from lims.interval_policies import check_rule
from lims.step import Act, query, step


@step(on=Instrument, permission="registry.check", clause="ISO/IEC 17025, 6.4.10", network=True)
def record_intermediate_check(act: Act, instrument: Instrument, *, new: NewCheck) -> IntermediateCheck:
    """Enter an intermediate check; out of its limits the standard is held from use where the rule says so."""
    kept_here(act, instrument, "registry.check")
    not_later(act, new.performed_on)
    return checks.record_check(act.session, instrument, new, check_rule())


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.4.9", reason=True, network=True)
def release_hold(act: Act, instrument: Instrument) -> list[HoldRelease]:
    """Let a standard that a check held be used again, with the reason."""
    kept_here(act, instrument, "registry.standard")
    return checks.release(act.session, instrument, act.day, act.reason)


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.4.13", network=True)
def record_adjustment(
    act: Act, instrument: Instrument, *, performed_on: date, description: str, calibration_id: str | None = None,
    found: Sequence[NewFound] = (),
) -> Adjustment:  # fmt: skip
    """Enter an adjustment or repair of a standard, and what the calibration had found before it."""
    kept_here(act, instrument, "registry.standard")
    not_later(act, performed_on)
    return checks.record_adjustment(act.session, instrument, performed_on, description, calibration_id, found)


def not_later(act: Act, day: date) -> None:
    """Refuse a day that has not come yet."""
    if day > act.day:
        raise Invalid("drift.day_ahead", day=day.strftime("%d/%m/%Y"))


@query(permission="registry.check")
def standard_to_check(act: Act, code: str) -> Instrument:
    """A standard that the actor may check, by its code."""
    return _named(act, code, "registry.check")


@query(permission="registry.standard")
def standard_to_adjust(act: Act, code: str) -> Instrument:
    """A standard whose adjustments the actor may enter, by its code."""
    return _named(act, code, "registry.standard")


def _named(act: Act, code: str, permission: str) -> Instrument:
    found = instrument_named(act.session, code)
    if found is None:
        raise Refused("lims.not_found")
    kept_here(act, found, permission)
    return found
