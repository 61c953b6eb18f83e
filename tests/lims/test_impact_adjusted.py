"""An item adjusted to a wrong standard moves with it, and with it what used the item by the limits of its class."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from instruments.history_models import Adjustment
from instruments.impact import Amount, Shift
from instruments.models import Calibration
from lims import impacts
from lims.circumstances import StandardInUse
from lims.impact_evaluation import _shift_of
from lims.impacts import Affected
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from lims.procedures import circumstances_of, read_procedure
from uncertainty.data_folder import data_folder

CALIPER = read_procedure(data_folder() / "procedures" / "length-vernier-caliper.toml")


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratories of these tests keep their own files."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    monkeypatch.delenv("CHUAN_HOME", raising=False)


def caliper_shift(amount: float, unit: str, kind: str = "value") -> float | None:
    """How far E_X at 150 mm moves where the result of the gauge block moves, stated in a unit and of a kind."""
    at_hand = circumstances_of(CALIPER.examples[0])
    block = replace(at_hand.standards["reference"], value="0.1", unit=unit, result_id="block")
    point = {"circumstances": replace(at_hand, standards={"reference": block}).to_json()}
    return _shift_of(point, CALIPER, {"block": amount}, {"block": -1 if kind == "measurement_error" else 1})


def test_the_nominal_value_moves_in_the_unit_of_the_model() -> None:
    """By hand, E_X = l_iX - l_S + ...: a block longer by 1 um makes it 0.001 mm smaller, whatever unit says so.

    Where the block's result is its error (nominal less true length), an error that grows by 1 um is a shorter block.
    """
    assert caliper_shift(0.001, "mm") == pytest.approx(-0.001, rel=1e-9)
    assert caliper_shift(1.0, "um") == pytest.approx(-0.001, rel=1e-9)
    assert caliper_shift(1.0, "um", "measurement_error") == pytest.approx(0.001, rel=1e-9)
    assert caliper_shift(1.0, "g") is None


@settings(max_examples=12, deadline=None)
@given(st.integers(min_value=-5000, max_value=5000).filter(bool))
def test_any_shift_of_the_block_is_carried_whole(nanometres: int) -> None:
    """Whatever the block moves by, the error of indication moves by as much the other way."""
    assert caliper_shift(float(nanometres), "nm") == pytest.approx(-nanometres * 1e-6, rel=1e-6)


def test_a_standard_without_a_result_is_not_moved() -> None:
    """A block that was used by its class alone, with no result on record, says nothing."""
    at_hand = circumstances_of(CALIPER.examples[0])
    bare = StandardInUse(nominal="150", nominal_unit="mm", accuracy_class="1")
    point = {"circumstances": replace(at_hand, standards={"reference": bare}).to_json()}
    assert _shift_of(point, CALIPER, {"block": 1.0}) is None


def of_blocks(lab: Laboratory) -> dict[str, Affected]:
    """What a shift of the gauge blocks by 1 um reaches, by certificate."""
    found = impacts.impact_of(lab, OPERATOR_ACTOR, "MB-CT-DD-01", shift=Shift((Amount("1", "um"),)))
    return {one.moved.certificate: one for one in found.affected}


def test_adjustments_on_record_decide_what_is_judged(demonstration: Path, tmp_path: Path) -> None:
    """Calipers measured on blocks by their class are not judged; once an adjustment is entered they move by -1 um.

    Those that rest on another certificate of the same blocks, at which nothing was adjusted, stay not judged.
    """
    home = tmp_path / "home"
    shutil.copytree(demonstration, home, ignore=shutil.ignore_patterns("vault", "cache", "backups"))
    lab = Laboratory.open(home)
    try:
        assert not any(one.moved.judged for one in of_blocks(lab).values())
        with lab.store.writing() as session:
            named = select(Calibration).where(col(Calibration.certificate_number) == "VQG-MH-DD-MB-1")
            first = session.exec(named).one()
            session.add(
                Adjustment(
                    instrument_id=first.instrument_id, calibration_id=first.id, performed_on=first.performed_on,
                    description="điều chỉnh theo chuẩn",
                )
            )  # fmt: skip
        found = of_blocks(lab)
    finally:
        lab.close()
    judged = [one for one in found.values() if one.moved.judged]
    assert 0 < len(judged) < len(found)
    for one in judged:
        shifts = [result.value_shift for result in one.moved.results]
        assert shifts and shifts == [pytest.approx(-0.001, rel=1e-6)] * len(shifts)
