"""A calibration entered by hand rests on what it names: links to the results used, and sensitivities where given."""

import json
from datetime import date
from typing import Any

import pytest

from instruments.impact import Amount, Shift, impact
from instruments.models import Calibration, CalibrationResult
from instruments.registry import results_of
from lims.resting import links_upwards
from tests.instruments.network import Network, registry_in_memory
from uncertainty.errors import Invalid


def _entered(nominal: str, unit: str = "g", **columns: str) -> CalibrationResult:
    """A result of a weight with U = 12 mg, k = 2."""
    given: dict[str, Any] = {
        "expanded_uncertainty": "12",
        "uncertainty_unit": "mg",
        "coverage_factor": "2",
        "value": "10000",
    } | columns
    return CalibrationResult(calibration_id="", quantity="mass", nominal=nominal, nominal_unit="kg", unit=unit, **given)


def test_a_sensitivity_is_kept_in_the_units_of_both_results() -> None:
    """10 for a weight in mg made up from one in g is 10 000 mg/g; what is left of u is the result's own."""
    with registry_in_memory() as session:
        network = Network(session)
        one = {"nominal": "1", "value": "1000", "expanded_uncertainty": "1"}
        upper = network.calibrate(network.standard("U"), date(2026, 1, 1), results=[one])
        result = _entered("10", "mg", value="10000000")
        links = links_upwards(session, "c", [result], [upper.id], "10")
        used = results_of(session, upper.id)[0]
        assert [link.upstream_result_id for link in links] == [used.id]
        first, own = json.loads(result.influences)
        assert first == [used.id, pytest.approx(0.0005), pytest.approx(10_000), None]
        assert own == [result.id, pytest.approx((6**2 - 5**2) ** 0.5), 1.0, None]  # u = 6 mg, of it 10 x 0.5 mg


def test_each_point_follows_the_one_above_it() -> None:
    """Of two points each uses the upper result of its own nominal value."""
    with registry_in_memory() as session:
        network = Network(session)
        points = [{"nominal": "1"}, {"nominal": "2"}]
        upper = network.calibrate(network.standard("U"), date(2026, 1, 1), results=points)
        lower = [_entered("2"), _entered("1"), _entered("5")]
        links = links_upwards(session, "c", lower, [upper.id], "1")
        first, second = (one.id for one in results_of(session, upper.id))
        assert [json.loads(one.influences)[0][0] for one in lower[:2]] == [second, first]
        assert (lower[2].influences, [link.upstream_result_id for link in links]) == ("", [second, first])


def test_without_a_sensitivity_only_the_certificate_is_named() -> None:
    """Nothing is guessed: the link names no result, and an impact lists the certificate without judging it."""
    with registry_in_memory() as session:
        network = Network(session)
        upper = network.calibrate(network.standard("U"), date(2026, 1, 1))
        lower = network.calibrate(network.standard("L"), date(2026, 2, 1))
        (link,) = links_upwards(session, lower.id, results_of(session, lower.id), [upper.id])
        assert (link.upstream_calibration_id, link.upstream_result_id) == (upper.id, None)
        session.add(link)
        session.flush()
        assert not impact(session, [upper.id], Shift((Amount("1", "mg"),)))[0].judged
        assert session.get_one(Calibration, lower.id).certificate_number == "L/2026"


def test_a_sensitivity_that_is_no_number_is_refused() -> None:
    """A wrong text in the field is refused and named."""
    with registry_in_memory() as session:
        network = Network(session)
        upper = network.calibrate(network.standard("U"), date(2026, 1, 1))
        with pytest.raises(Invalid, match="ten"):
            links_upwards(session, "c", [_entered("10")], [upper.id], "ten")
