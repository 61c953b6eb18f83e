"""What a shift of a standard does to certificates: verdicts judged again, who may see them, and `lims impact`."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from instruments.impact import Amount, MovedResult, Shift
from lims import impacts
from lims.errors import Refused
from lims.impact_verdicts import JudgedPoint, verdict_after
from lims.laboratory import Laboratory
from lims.people import OPERATOR_ACTOR
from tests.lims.conftest import Command

pytestmark = pytest.mark.timeout(300)
OF_A_ROW = {
    "certificate", "customer", "shift", "unit", "U", "shift_over_U", "verdict_before", "verdict_after", "judged",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The laboratories of these tests keep their own files."""
    monkeypatch.delenv("CHUAN_DATABASE_URL", raising=False)
    monkeypatch.delenv("CHUAN_HOME", raising=False)


def evaluated(estimate: str, rule: str, *, guard: str | None = None) -> JudgedPoint:
    """An evaluated point of 1 kg as it is kept: U = 0.50 mg, limits +-1.60 mg about the nominal value."""
    kept: dict[str, Any] = {
        "unit": "g", "kind": "value", "nominal": ["1", "kg"],
        "output": {"estimate": float(estimate), "expanded_uncertainty": 0.0005},
        "conformity": {"verdict": "pass", "rule": rule, "limit_lower": "-0.0016", "limit_upper": "0.0016"},
        "circumstances": {"conformity": {"rule": rule} | ({"guard": guard} if guard else {})},
    }  # fmt: skip
    point = JudgedPoint.of(kept)
    assert point is not None
    return point


def moved_by(shift: float | None) -> MovedResult:
    """A result that moves by so many grams."""
    return MovedResult("r", 0, "conventional mass", "1", "kg", "g", shift, 0.0005, shift, None)


@pytest.mark.parametrize(
    ("estimate", "rule", "guard", "shift", "after"),
    [
        # guarded by U: a pass needs |error| <= 1.60 - 0.50 = 1.10 mg; -1.070 - 0.035 = -1.105 mg is beyond it
        ("999.998930", "guarded", None, -0.000035, "cannot_be_stated"),
        ("999.998930", "guarded", None, -0.000030, "pass"),
        # a guard band of 0.30 mg: a pass up to 1.30 mg
        ("999.998930", "guarded", "0.3 mg", -0.000035, "pass"),
        # the value alone: a pass up to 1.60 mg
        ("999.998430", "simple", None, -0.000035, "fail"),
        ("999.998430", "simple", None, -0.000029, "pass"),
        ("999.998430", "simple", None, None, None),
    ],
)
def test_a_verdict_is_judged_again_by_its_own_rule(
    estimate: str, rule: str, guard: str | None, shift: float | None, after: str | None
) -> None:
    """The shifted error is held against the limits by the agreed rule; figures in the comments, by hand."""
    assert verdict_after(evaluated(estimate, rule, guard=guard), moved_by(shift)) == after


def test_the_shift_of_the_national_kilogram_reaches_every_certificate(command: Command, demonstration: Path) -> None:
    """35 ug at 1 kg is 350 ug at 10 kg, whose certificate of U = 0.059 g moves by 0.00035/0.059 = 0.593 % of U."""
    words = ("impact", "VQG-KL-01", "--shift", "35 ug", "--home", demonstration)
    status, found, said = command(*words, "--json")
    assert (status, said) == (0, "")
    rows = found["affected"]
    assert all(set(row) >= OF_A_ROW for row in rows)
    assert {row["judged"] for row in rows} == {True}
    shares = [row["shift_over_U"] for row in rows]
    assert shares == sorted(shares, reverse=True)
    ten = [row for row in rows if row["own"] and row["point"] == "10 kg"]
    assert ten
    for row in ten:
        assert (row["unit"], row["U"]) == ("g", 0.059)
        assert row["shift"] == pytest.approx(0.00035)
        assert row["shift_over_U"] == pytest.approx(0.00035 / 0.059)
    assert found["counts"]["not_judged"] == 0
    status, table, said = command(*words)
    assert (status, said) == (0, "")
    assert ten[0]["certificate"] in table and f"{len(rows)} certificates" in table


def test_the_story_of_35_micrograms_is_in_the_demonstration(command: Command, demonstration: Path) -> None:
    """BIPM corrects KRISS no. 72 by 35 ug; every figure below is by hand, sensitivity times shift over U.

    national kilogram 35/40 = 0.875; E1 1 kg 35/60; E1 2 kg (national + E1) 70/330; E2 1 kg 35/500; F1 10 kg
    5 x 70 = 350 ug of 16 mg; a customer's 10 kg follows ten times the kilogram: 350 ug of 59 mg.
    """
    status, found, _ = command("impact", "BIPM-MH-KL-72", "--shift", "35 ug", "--home", demonstration, "--json")
    assert status == 0
    by_hand = {
        "KRISS-MH-KL-0001": (0.035, 0.875), "VQG-MH-KL-E1-1": (0.035, 35 / 60), "VQG-MH-KL-E1-2": (0.07, 70 / 330),
        "VQG-MH-KL-MB-E2": (0.035, 35 / 500), "VQG-MH-KL-MT-F1": (0.35, 350 / 16000),
    }  # fmt: skip
    rows = {row["certificate"]: row for row in found["affected"]}
    for number, (shift, share) in by_hand.items():
        assert (rows[number]["shift"], rows[number]["unit"]) == (pytest.approx(shift), "mg")
        assert rows[number]["shift_over_U"] == pytest.approx(share)
    assert [row["certificate"] for row in found["affected"]][:4] == list(by_hand)[:4]
    assert found["counts"] == {
        "flips": 0, "large": 2, "noticeable": 1, "listed": len(rows) - 3, "not_judged": 0
    }  # fmt: skip
    own = [row for row in found["affected"] if row["own"] and row["point"] == "10 kg"]
    assert own and all(row["shift_over_U"] == pytest.approx(0.35 / 59) for row in own)


def test_a_ramp_without_days_runs_from_the_certificate_to_the_next_calibration(
    command: Command, demonstration: Path
) -> None:
    """The certificate of a standard that drifted away until it was calibrated again: no use lies outside its ramp."""
    words = ("impact", "MB-NB-KL-10-2", "--shift", "10 mg", "--ramp", "--home", demonstration, "--json")
    _, found, _ = command(*words)
    assert found["from"] < found["to"]
    own = [row for row in found["affected"] if row["own"]]
    assert own
    days = [date.fromisoformat(found[key]) for key in ("from", "to")]
    for row in own:
        share = (date.fromisoformat(row["performed_on"]) - days[0]).days / (days[1] - days[0]).days
        assert row["shift"] == pytest.approx(0.01 * share, rel=1e-6)
    _, dated, _ = command(
        "impact", "MB-NB-KL-10-2", "--shift", f"{found['to']}: 10 mg", "--home", demonstration, "--json"
    )
    assert all(row["performed_on"] >= found["to"] for row in dated["affected"])


def test_a_large_shift_changes_verdicts(command: Command, demonstration: Path) -> None:
    """A weight that was stated to conform does not any more, and stands first in the list."""
    _, found, _ = command(
        "impact", "CT-KL-017", "--shift", "10 kg = 900 mg", "--home", demonstration, "--json"
    )  # fmt: skip
    first = found["affected"][0]
    assert (first["weight"], first["verdict_before"]) == ("flips", "pass")
    assert first["verdict_after"] in ("fail", "cannot_be_stated")
    assert found["counts"]["flips"] >= 1


def test_a_corrected_certificate_reaches_only_what_used_it(command: Command, demonstration: Path) -> None:
    """Of two certificates of one standard, the correction of one moves the results of its own time."""
    home = ("--home", demonstration, "--json")
    _, all_of_it, _ = command("impact", "CT-KL-017", "--shift", "1 mg", *home)
    _, corrected, _ = command("impact", "MB-NB-KL-10-3", "--shift", "1 mg", *home)
    numbers = {row["certificate"] for row in corrected["affected"]}
    assert numbers < {row["certificate"] for row in all_of_it["affected"]}
    assert corrected["of"] == ["MB-NB-KL-10-3"]


def test_uses_by_class_limits_are_listed_and_not_judged(command: Command, demonstration: Path) -> None:
    """Gauge blocks that a caliper was checked with by their class say nothing about its readings' shift."""
    _, found, _ = command("impact", "MB-CT-DD-01", "--shift", "1 um", "--home", demonstration, "--json")
    assert found["affected"]
    assert {(row["judged"], row["shift"]) for row in found["affected"]} == {(False, None)}
    assert all("class" in row["reason"] for row in found["affected"])


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nothing", "--shift", "1 mg"), "nothing"),
        (("VQG-KL-01", "--shift", "1 V"), "V"),
        (("VQG-KL-01", "--shift", "much"), "much"),
        (("VQG-KL-01", "--shift", "35"), "g"),
        (("VQG-KL-01", "--shift", "3 kg = 1 mg"), "mg"),
        (("VQG-KL-01", "--shift", "1 mg", "--from", "2026-02-02", "--to", "2026-01-01"), "2026-02-02"),
        (("CT-KL-017", "--shift", "1 mg", "--ramp"), "ramp"),
        (("VQG-KL-01", "--shift", "soon: 1 mg"), "soon"),
        (("VQG-KL-01", "--shift", "2026-02-02: 1 mg", "--shift", "1 mg"), "every amount"),
        (("VQG-KL-01", "--shift", "1 mg", "--from", "soon"), "soon"),
        (("VQG-KL-01",), "--shift"),
    ],
)
def test_a_mistake_in_the_call_ends_with_status_two(
    command: Command, demonstration: Path, words: tuple[str, ...], named: str
) -> None:
    """What is wrong is said on standard error with the word that is wrong; nothing goes to standard output."""
    status, out, said = command("impact", *words, "--home", demonstration)
    assert (status, out) == (2, "")
    assert named in said


def test_an_unknown_standard_is_refused(demonstration: Path) -> None:
    """What is not there and what may not be seen are refused with the same sentence."""
    lab = Laboratory.open(demonstration)
    try:
        with pytest.raises(Refused):
            impacts.impact_of(lab, OPERATOR_ACTOR, "XX", shift=Shift((Amount("1", "mg"),)))
    finally:
        lab.close()
