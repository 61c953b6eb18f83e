"""The result of a point: complete, provisional or absent with the reason, and as it is printed."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.bound_numbers import Missing
from lims.circumstances import Circumstances, EquipmentInUse, Property, StandardInUse
from lims.measurement import measurement_model
from lims.procedure_file import read_procedure
from lims.procedures import circumstances_of, library
from lims.readings import unusual
from lims.results import check_environment, coverage_factor_text, evaluate_point, needs, risk_percent
from uncertainty.conformity import RULES
from uncertainty.errors import Invalid
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.risk import specific_risk
from uncertainty.state_of_knowledge import Trials
from uncertainty.state_of_result import state_of

LIBRARY = library()
MASS = LIBRARY.newest("mass-weight-comparison")
CALIPER = LIBRARY.newest("length-vernier-caliper")
RESISTOR = LIBRARY.newest("resistance-standard-resistor-substitution")
ENVIRONMENT = {"temperature": ("20.1", "20.3"), "humidity": ("50",), "pressure": ("1005",)}
S2 = replace(circumstances_of(MASS.examples[0]), environment=ENVIRONMENT)
S3 = circumstances_of(RESISTOR.examples[0])
S10 = circumstances_of(CALIPER.examples[0])
POINT = {"nominal": "10 kg"}


def with_rows(*rows: tuple[str | None, ...]) -> Circumstances:
    """The published weighing with other rows."""
    return S2.with_readings("weighing", rows)


def test_the_published_weighing_is_printed_as_published() -> None:
    """EA-4/02 S2 gives (10000.025 ± 0.059) g with k = 2, from readings to printed text."""
    result = evaluate_point(MASS, POINT, S2)
    assert (result.value, result.expanded_uncertainty, result.unit) == ("10000.025", "0.059", "g")
    assert (result.coverage_factor, result.deviation, result.provisional) == ("2", "0.025", False)
    assert result.result is not None
    assert result.result.standard_uncertainty == pytest.approx(0.02926, abs=5e-6)
    assert [row.text for row in result.observed["dm"]] == ["10", "30", "20"]
    assert result.needs == ()


def test_the_published_resistor_is_printed_as_published() -> None:
    """EA-4/02 S3, a non-linear model, gives (10000.178 ± 0.017) ohm with k = 2."""
    result = evaluate_point(RESISTOR, {"nominal": "10 kohm"}, S3)
    assert (result.value, result.expanded_uncertainty, result.unit) == ("10000.178", "0.017", "ohm")
    assert result.coverage_factor == "2"


def test_the_published_caliper_takes_its_factor_from_the_distribution() -> None:
    """EA-4/02 S10 gives an error of (0.10 ± 0.06) mm with k = 1.83 once distributions are propagated."""
    result = evaluate_point(CALIPER, {"nominal": "150 mm"}, S10, monte_carlo=True, trials=1_000_000)
    assert (result.value, result.expanded_uncertainty, result.unit) == ("0.10", "0.06", "mm")
    assert (result.coverage_factor, result.coverage_probability) == ("1.83", 0.95)
    assert result.deviation is None


def test_a_live_result_looks_ahead_to_its_distribution() -> None:
    """While readings are typed, S10 already shows the k and U of its record, as a preview; a normal result has none."""
    live = evaluate_point(CALIPER, {"nominal": "150 mm"}, S10)
    assert live.is_preview and live.result is not None and live.result.monte_carlo is None
    assert (live.value, live.expanded_uncertainty) == ("0.10", "0.06")
    assert live.result.coverage_factor == pytest.approx(1.83, abs=0.01)
    record = evaluate_point(CALIPER, {"nominal": "150 mm"}, S10, monte_carlo=True, trials=100_000)
    assert not record.is_preview and record.result is not None
    assert live.result.expanded_uncertainty == pytest.approx(record.result.expanded_uncertainty, rel=0.01)
    assert not evaluate_point(MASS, POINT, S2).is_preview


def test_a_caliper_that_scatters_is_evaluated_from_its_scatter() -> None:
    """Indications that differ become a Type A contribution; equal ones are none, with the reason in the model."""
    equal = evaluate_point(CALIPER, {"nominal": "150 mm"}, S10)
    assert equal.model["inputs"]["l_iX"]["type_a"] == "none"
    assert equal.model["inputs"]["l_iX"]["reason"]
    scattered = S10.with_readings("indications", (("150.10",), ("150.15",), ("150.10",)))
    result = evaluate_point(CALIPER, {"nominal": "150 mm"}, scattered)
    assert result.result is not None
    row = next(row for row in result.result.budget if row.input == "l_iX")
    assert row.standard_uncertainty == pytest.approx(0.0166667, rel=1e-4)


def test_missing_readings_make_the_result_provisional() -> None:
    """Rows that are complete are used; the result says that it is provisional, and what is missing."""
    result = evaluate_point(
        MASS, POINT, with_rows(("0", "10", "10", "0"), ("0", "30", "30", "0"), ("0", "20", None, None))
    )
    assert result.provisional
    assert result.value == "10000.025"
    assert [row.text for row in result.observed["dm"]] == ["10", "30", None]
    assert [need.place for need in result.needs] == ["readings.weighing"]
    assert result.needs[0].text("en") == "Weighing indications: 2 cells are empty; at least 3 repetitions are needed."


def test_more_rows_than_needed_are_not_missing() -> None:
    """Empty rows beyond the least number of repetitions make nothing provisional."""
    result = evaluate_point(MASS, POINT, with_rows(*S2.readings["weighing"], (None,) * 4))
    assert not result.provisional


def test_without_readings_there_is_no_result_but_a_reason() -> None:
    """A point without a complete row has no result, and says so in both languages."""
    result = evaluate_point(MASS, POINT, with_rows(("0", None, None, None)))
    assert result.value is None
    assert result.why is not None
    assert "0 repetitions are complete; 1 are needed" in result.why.text("en")
    assert result.why.text("vi")


def test_without_a_standard_the_reason_names_the_role() -> None:
    """A point without its standard names the role that is empty."""
    result = evaluate_point(MASS, POINT, replace(S2, standards={}))
    assert result.value is None
    assert [need.place for need in result.needs] == ["standards.reference"]
    assert "Reference weight" in result.needs[0].text("en")
    with pytest.raises(Missing):
        measurement_model(MASS, POINT, replace(S2, standards={}))


def test_a_standard_of_another_nominal_value_is_refused() -> None:
    """A standard of 1 kg does not serve at 10 kg; the same value in another unit does."""
    other = replace(S2.standards["reference"], code="CT-1", nominal="1", nominal_unit="kg")
    result = evaluate_point(MASS, POINT, replace(S2, standards={"reference": other}))
    assert "CT-1 has the nominal value 1\u00a0kg" in str(result.why)
    same = replace(other, nominal="10000", nominal_unit="g")
    assert evaluate_point(MASS, POINT, replace(S2, standards={"reference": same})).value == "10000.025"


def test_a_missing_property_is_named_with_the_equipment() -> None:
    """Equipment without a property that the model needs is named by its code."""
    comparator = EquipmentInUse("CMP-7", properties={"pooled_standard_deviation": Property("25", "mg")})
    result = evaluate_point(MASS, POINT, replace(S2, equipment={"comparator": comparator}))
    assert "CMP-7 has no Limit of eccentricity and magnetism" in str(result.why)


def test_a_property_in_a_wrong_unit_is_a_reason_not_a_crash() -> None:
    """A property whose unit does not fit gives no result, naming the input."""
    comparator = EquipmentInUse(
        "CMP-7",
        properties={"pooled_standard_deviation": Property("25", "mm"), "eccentricity_limit": Property("10", "mg")},
    )
    result = evaluate_point(MASS, POINT, replace(S2, equipment={"comparator": comparator}))
    assert result.value is None
    assert "input dm" in str(result.why)


def test_the_model_stands_alone() -> None:
    """The model of a point, written out as JSON and read again, gives the same numbers without the laboratory."""
    result = evaluate_point(MASS, POINT, S2)
    again = evaluate(read_model(json.loads(json.dumps(result.model))), monte_carlo=False)
    assert result.result is not None
    assert again.outputs["m_X"].expanded_uncertainty == result.result.expanded_uncertainty
    assert result.model["inputs"]["dB"]["half_width"] == "0.01 g"
    assert result.model["inputs"]["m_S"]["value"] == "10000.005 g"


def test_influences_carry_the_ids_of_their_records() -> None:
    """A standard's result and its dated drift are shared with other evaluations; what happens once is not."""
    standard = replace(
        S2.standards["reference"], influence_id="result-1", properties={"drift_limit": Property("15", "mg", "record-9")}
    )
    comparator = S2.equipment["comparator"]
    dated = {name: Property(one.text, one.unit, f"record-{name}") for name, one in comparator.properties.items()}
    inputs = measurement_model(
        MASS,
        POINT,
        replace(S2, standards={"reference": standard}, equipment={"comparator": replace(comparator, properties=dated)}),
    )["inputs"]
    assert inputs["m_S"]["shared"] == "result-1"
    assert inputs["dm_D"]["shared"] == "record-9"
    assert all("shared" not in inputs[name] for name in ("dm", "dm_C", "dB"))


def test_class_limits_stand_for_a_value() -> None:
    """A gauge block used by its class has the nominal length, rectangular within the limit of its grade."""
    block = measurement_model(CALIPER, {"nominal": "150 mm"}, S10)["inputs"]["l_S"]
    assert (block["value"], block["distribution"], block["half_width"]) == ("150 mm", "rectangular", "0.80 um")
    finer = replace(S10, standards={"reference": StandardInUse("BLOCKS", accuracy_class="0")})
    block = measurement_model(CALIPER, {"nominal": "41.3 mm"}, finer)["inputs"]["l_S"]
    assert block["half_width"] == "0.20 um"
    unknown = replace(S10, standards={"reference": StandardInUse("BLOCKS", accuracy_class="7")})
    assert 'no accuracy class "7"' in str(evaluate_point(CALIPER, {"nominal": "150 mm"}, unknown).why)


def test_a_standard_that_is_too_coarse_is_refused() -> None:
    """A procedure may bound the relative uncertainty of its standard; a coarser one is named."""
    text = MASS.text.replace('use = "certificate"', 'use = "certificate"\nlargest_relative_uncertainty = "4e-6"')
    result = evaluate_point(read_procedure(text), POINT, replace(S2, conformity=None))
    assert "is larger than the procedure allows for Reference weight" in str(result.why)
    finer = replace(S2.standards["reference"], expanded_uncertainty="39")
    assert evaluate_point(read_procedure(text), POINT, replace(S2, standards={"reference": finer})).value is not None


def test_a_point_knows_its_range() -> None:
    """A point that names its range has the numbers of that range at hand."""
    text = MASS.text.replace('nominal = { item = "nominal" }', 'nominal = "10 kg"\nrange = "high"').replace(
        "[evaluation]", '[[ranges]]\nrange = "high"\nbuoyancy = "20 mg"\n\n[evaluation]'
    )
    text = text.replace('{ expression = "nominal * 1e-6", nominal = "point.nominal" }', '{ range = "buoyancy" }')
    model = measurement_model(read_procedure(text), {"nominal": "10 kg", "range": "high"}, S2)
    assert model["inputs"]["dB"]["half_width"] == "20 mg"


NUMBERS = st.one_of(
    st.none(),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.sampled_from(["0", "-0", "1e99", "-9e99", "1e-99", "0.0000001", "123456789012345678901234567890", "100.0020"]),
)


@given(rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=5), step=NUMBERS, spread=NUMBERS)
def test_no_reading_breaks_the_screen(rows: list[tuple[str | None, ...]], step: str | None, spread: str | None) -> None:
    """Whatever numbers stand in the cells and in the records, there is a result or a reason, and never a crash."""
    comparator = EquipmentInUse(
        "CMP", properties={
            "resolution": Property(step or "1", "mg"),
            "pooled_standard_deviation": Property(spread or "25", "mg"),
            "eccentricity_limit": Property("10", "mg"),
        },
    )  # fmt: skip
    at_hand = replace(
        with_rows(*rows), equipment={"comparator": comparator}, conformity={"rule": "guarded", "accuracy_class": "M1"}
    )
    result = evaluate_point(MASS, POINT, at_hand)
    assert (result.value is None) == (result.why is not None)
    for odd in unusual(MASS, "weighing", at_hand.readings["weighing"], at_hand):
        assert odd.text("vi") and odd.text("en")


def test_circumstances_survive_json_and_keep_their_hash() -> None:
    """Circumstances written as JSON and read again are the same; one changed reading changes the hash."""
    again = Circumstances.from_json(json.loads(json.dumps(S2.to_json())))
    assert again == S2
    assert again.sha256 == S2.sha256
    assert with_rows(("0", "10", "10", "0")).sha256 != S2.sha256
    with pytest.raises(Invalid):
        Circumstances.from_json({"point": {}})


def test_conformity_is_judged_on_unrounded_values() -> None:
    """25 mg ± 59 mg passes M1 (500 mg), passes F2 (160 mg) with a warning about U, and F1 (50 mg) stays open."""
    agreed = {"rule": "guarded", "accuracy_class": "M1"}
    first = evaluate_point(MASS, POINT, replace(S2, conformity=agreed)).conformity
    assert first is not None
    assert (first.verdict, first.limit, first.warnings) == ("pass", "0.5", ())
    assert first.guard is not None
    assert first.guard.startswith("0.0585")
    second = evaluate_point(MASS, POINT, replace(S2, conformity={"rule": "simple", "accuracy_class": "F₂"})).conformity
    assert second is not None
    assert (second.verdict, second.guard) == ("pass", None)
    assert "2.7 times U" in second.warnings[0].text("en")
    third = evaluate_point(MASS, POINT, replace(S2, conformity={"rule": "guarded", "accuracy_class": "F1"})).conformity
    assert third is not None
    assert third.verdict == "cannot_be_stated"


def test_conformity_without_class_or_rule_is_a_need() -> None:
    """A statement of conformity that lacks rule, class or limit is named before review, and no verdict is given."""
    for agreed, said in (
        ({"rule": "guarded"}, "no accuracy class"),
        ({"rule": "best", "accuracy_class": "M1"}, "choose one of: simple, guarded"),
        ({"rule": "simple", "accuracy_class": "M9"}, 'no accuracy class "M9"'),
    ):
        result = evaluate_point(MASS, POINT, replace(S2, conformity=agreed))
        assert result.conformity is None
        assert said in result.needs[0].text("en")
        assert result.value == "10000.025"


def test_needs_name_everything_once() -> None:
    """An empty job lists each thing that is missing, with its place, once."""
    places = [need.place for need in needs(MASS, Circumstances(point=POINT))]
    assert places == [
        "item.nominal", "standards.reference", "equipment.comparator", "readings.weighing",
        "environment.temperature", "environment.humidity", "environment.pressure",
    ]  # fmt: skip
    for need in needs(RESISTOR, Circumstances()):
        assert need.text("vi")
        assert need.text("en")


def test_the_environment_is_compared_with_its_limits() -> None:
    """A reading outside the limits is named with both limits; the limits themselves are allowed."""
    assert check_environment(MASS, {"temperature": ("18", "24.0")}) == ()
    (outside,) = check_environment(MASS, {"temperature": ("20.1", "32.0")})
    assert "32,0\u00a0°C ngoài giới hạn 18…24 °C" in outside.text("vi")
    assert "32.0\u00a0°C is outside 18…24 °C" in outside.text("en")
    assert check_environment(MASS, {"temperature": "17.99"})


def test_a_coverage_factor_is_printed_with_two_decimals() -> None:
    """2.00 is printed as 2, anything else with two decimals."""
    assert [coverage_factor_text(k) for k in (2.000024, 1.8339, 2.13)] == ["2", "1.83", "2.13"]


@pytest.mark.parametrize(
    ("rule", "rows", "said"),
    [
        ("simple", "0 505 505 0", "fail"), ("guarded", "0 470 470 0", "cannot_be_stated"),
        ("guarded_acceptance", "0 470 470 0", "fail"), ("guarded_rejection", "0 510 510 0", "pass"),
        ("non_binary", "0 470 470 0", "conditional_pass"), ("non_binary", "0 510 510 0", "conditional_fail"),
        ("non_binary", "0 30 30 0", "pass"), ("non_binary", "0 700 700 0", "fail"),
    ],
)  # fmt: skip
def test_a_procedure_offers_every_rule_of_ilac_g8(rule: str, rows: str, said: str) -> None:
    """The rules and their factor r are data; each states its verdict, and the risk that it is wrong."""
    offer = 'rules = ["simple", "guarded"]'
    rules = '["simple", "guarded", "guarded_acceptance", "guarded_rejection", "non_binary"]'
    procedure = read_procedure(MASS.text.replace(offer, f"rules = {rules}, guard_factor = 0.83"))
    at_hand = replace(
        with_rows(*(tuple(rows.split()) for _ in range(3))), conformity={"rule": rule, "accuracy_class": "M1"}
    )
    found = evaluate_point(procedure, POINT, at_hand)
    assert found.conformity is not None and found.result is not None
    assert (found.conformity.verdict, found.conformity.rule) == (said, rule)
    if rule != "simple":
        assert float(found.conformity.guard or 0) == pytest.approx(0.83 * found.result.expanded_uncertainty)
    if said == "cannot_be_stated":
        assert found.conformity.risk is None
        return
    beyond = (0.5 - float(found.conformity.error)) / found.result.standard_uncertainty
    outside = 0.5 * math.erfc(beyond / math.sqrt(2))
    assert found.conformity.risk == pytest.approx(outside if "pass" in said else 1 - outside, abs=1e-9)


def test_a_risk_comes_from_the_distribution_where_the_result_does() -> None:
    """For S10 the trials themselves say how probable it is that the error is within limits; a risk is rounded up."""
    model = read_model({**measurement_model(CALIPER, {"nominal": "150 mm"}, S10)})
    result = evaluate(model, monte_carlo=True, trials=100_000).outputs["E_X"]
    state = state_of(result, model)
    assert isinstance(state, Trials)
    assert specific_risk("pass", state, -0.15, 0.15) == pytest.approx(0.063, abs=0.003)
    assert specific_risk("pass", state, -0.1, 0.1) == pytest.approx(0.5, abs=0.01)
    assert state_of(evaluate(model, monte_carlo="preview").outputs["E_X"], model) is None
    assert [risk_percent(risk) for risk in (0.0, 0.00009, 0.0001, 0.02271, 1.0)] == [
        "0.00", "0.00", "0.01", "2.28", "100.00",
    ]  # fmt: skip


@pytest.mark.parametrize("factor", ["0", "-1", "11", '"0.83"', "true"])
def test_a_guard_band_has_a_sensible_width(factor: str) -> None:
    """The factor of a guard band is a number above 0 and at most 10."""
    text = MASS.text.replace('rules = ["simple", "guarded"]', f'rules = ["guarded"], guard_factor = {factor}')
    with pytest.raises(Invalid, match="r of a guard band"):
        read_procedure(text)


@pytest.mark.parametrize("offer", ['rules = ["non_binary"]', 'rules = ["guarded"], guard_factor = 0.83'])
def test_several_points_have_one_sentence_for_their_rule(offer: str) -> None:
    """A procedure of several points offers no rule whose guard band its one sentence could not state."""
    several = MASS.text.replace("[[points]]", '[[points]]\nnominal = "1 kg"\n\n[[points]]', 1)
    assert len(read_procedure(several).points) == len(MASS.points) + 1
    with pytest.raises(Invalid, match="several points"):
        read_procedure(several.replace('rules = ["simple", "guarded"]', offer))


def test_one_point_has_every_rule() -> None:
    """A procedure of one point offers every decision rule of ILAC-G8, with a guard band of its own."""
    every = ", ".join(f'"{name}"' for name in RULES)
    assert len(MASS.points) == 1
    offered = read_procedure(MASS.text.replace('["simple", "guarded"]', f"[{every}], guard_factor = 0.83"))
    assert offered.report.conformity is not None
    assert set(offered.report.conformity.rules) == set(RULES) >= {"simple", "guarded", "non_binary"}
