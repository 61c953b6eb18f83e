"""Pictures of results: well-formed, to scale, labelled, and deaf to what a name holds."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model
from uncertainty.monte_carlo import simulate
from uncertainty.plot_axis import plot_axis
from uncertainty.result_plot import LEFT, MOST_BARS, RIGHT, result_plot
from uncertainty.svg import drawing, element, number

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '<script>alert(1)</script> & "q" \x07 ]]>'


def described(label: str = "Độ trôi của chuẩn", **evaluation):
    """A model with a label, a correlation and a few readings."""
    return read_model(
        {
            "title": f"Hiệu chuẩn {label}"[:60], "model": {"y": "a + b + c"}, "outputs": {"y": {"unit": "mm"}},
            "inputs": {
                "a": {"value": "10 mm", "standard_uncertainty": "2 um", "label": {"vi": label, "en": label}},
                "b": {"distribution": "rectangular", "half_width": "3 um"},
                "c": {"readings": ["1 um", "3 um", "2 um", "4 um"]},
            },
            "correlations": [{"between": ["a", "b"], "r": -0.5}],
            "evaluation": {"coverage_probability": 0.95, **evaluation},
        }
    )  # fmt: skip


def drawn(model, language: str = "en"):
    """The picture of a model's results, read back as XML, with the evaluation."""
    evaluation = evaluate(model, trials=20_000)
    found = result_plot(list(evaluation.outputs.values()), language, model, simulate(model, 20_000, 1))
    return ElementTree.fromstring(found), evaluation


def texts(root) -> list[str]:
    """All texts of a picture."""
    return [one.text for one in root.iter(f"{SVG}text")]


def test_a_picture_says_what_it_shows():
    """Title, description, result, intervals and contributions are in words, in both languages."""
    for language, first, percent in (("vi", "Bậc nhất", " %"), ("en", "First order", " %")):
        root, evaluation = drawn(described(), language)
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text.startswith("Hiệu chuẩn")
        description = root.find(f"{SVG}desc").text
        assert first in description and percent in description
        assert first in texts(root) and "Độ trôi của chuẩn" in texts(root)
    assert evaluation.outputs["y"].reported.replace(",", ".") in texts(root)


def test_intervals_and_bars_are_to_scale():
    """The brackets stand for the intervals and the bars for the shares, on one scale each."""
    root, evaluation = drawn(described())
    result = evaluation.outputs["y"]
    lines = [(float(one.get("x1")), float(one.get("x2"))) for one in root.iter(f"{SVG}line")
             if one.get("stroke-width") == "2" and one.get("y1") == one.get("y2")]  # fmt: skip
    brackets = [pair for pair in lines if pair[0] >= LEFT]
    ends = [(result.estimate - result.expanded_uncertainty, result.estimate + result.expanded_uncertainty)]
    ends += [result.monte_carlo.coverage_interval, result.monte_carlo.shortest_interval]
    assert len(brackets) == 3
    scale = (brackets[0][1] - brackets[0][0]) / (ends[0][1] - ends[0][0])
    for bracket, interval in zip(brackets, ends, strict=True):
        assert bracket[1] - bracket[0] == pytest.approx(scale * (interval[1] - interval[0]), abs=0.05)
        assert LEFT <= bracket[0] < bracket[1] <= RIGHT
    bars = [float(one.get("width")) for one in root.iter(f"{SVG}rect") if one.get("height") == "18"]
    shares = [abs(row.share) for row in result.budget]
    assert [bar / bars[0] for bar in bars] == pytest.approx([share / shares[0] for share in shares], abs=0.02)


def test_the_area_of_histogram_and_curve_are_equal():
    """Curve and histogram are densities of the same quantity: their tops are alike for a linear normal model."""
    model = read_model({"model": {"y": "a"}, "outputs": {"y": {"unit": "mm"}},
                        "inputs": {"a": {"value": "1 mm", "standard_uncertainty": "1 um"}}})  # fmt: skip
    root, _ = drawn(model)
    tops = []
    for name in ("polygon", "polyline"):
        points = root.find(f".//{SVG}{name}").get("points").split()
        tops.append(min(float(point.split(",")[1]) for point in points))
    assert tops[0] == pytest.approx(tops[1], abs=16)


def test_names_stay_text():
    """Markup in a label is shown and never an element; control characters become spaces."""
    root, _ = drawn(described(NASTY.replace("\x07", "")))
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg", "title", "desc", "g", "rect", "text", "line", "polyline", "polygon",
    }  # fmt: skip
    assert "script" in "".join(filter(None, texts(root)))


@given(st.text(max_size=60))
def test_any_text_makes_a_readable_picture(text):
    """Whatever a title, a text or an attribute holds, the drawing is well-formed XML."""
    root = ElementTree.fromstring(drawing(10, 10, text, text, element("text", text, class_=text)))
    assert root.find(f"{SVG}text") is not None


def test_a_long_name_breaks_into_two_lines():
    """A label too long for its column stands on two lines; what is left out is in its title."""
    long = "Khối lượng quy ước của quả cân chuẩn hạng E2 do viện đo lường quốc gia hiệu chuẩn"
    root, _ = drawn(described(long), "vi")
    assert max(len(one) for one in texts(root) if one) <= 100
    assert long in [one.text for one in root.iter(f"{SVG}title")]


def test_many_contributions_are_gathered():
    """Of very many contributions the largest have a bar each, and the others one together."""
    names = [f"x{place}" for place in range(20)]
    inputs = {name: {"value": "1 mm", "standard_uncertainty": f"{place + 1} um"} for place, name in enumerate(names)}
    model = read_model({"model": {"y": " + ".join(names)}, "outputs": {"y": {"unit": "mm"}}, "inputs": inputs})
    root, _ = drawn(model)
    assert len([one for one in root.iter(f"{SVG}rect") if one.get("height") == "18"]) == MOST_BARS + 1
    assert "8 others" in texts(root)


def test_an_exact_result_and_one_without_trials():
    """A result without uncertainty, and one without Monte Carlo, have a picture too."""
    exact = read_model({"model": {"y": "2 * a"}, "outputs": {"y": {"unit": "mm"}}, "inputs": {"a": {"value": "1 mm"}}})
    results = list(evaluate(exact, monte_carlo=False).outputs.values())
    assert "polyline" not in result_plot(results, "en")
    plain = evaluate(described(), monte_carlo=False)
    found = result_plot(list(plain.outputs.values()), "vi")
    assert "polyline" in found and "polygon" not in found


def test_a_result_whose_first_order_vanishes():
    """A square at zero has no first-order uncertainty: its histogram and its Monte Carlo intervals are drawn alone."""
    model = read_model({"model": {"y": "a ** 2"}, "outputs": {"y": {"unit": "mm^2"}},
                        "inputs": {"a": {"value": "0 mm", "standard_uncertainty": "1 mm"}},
                        "evaluation": {"coverage_factor": "t"}})  # fmt: skip
    root, _ = drawn(model)
    assert root.find(f".//{SVG}polygon") is not None and root.find(f".//{SVG}polyline") is None
    assert "Monte Carlo, shortest" in texts(root)


def test_the_basis_distribution_has_no_curve():
    """Where the result is its own distribution no first-order curve is drawn over it."""
    model = described(coverage_factor="distribution")
    root, _ = drawn(model)
    assert root.find(f".//{SVG}polyline") is None and root.find(f".//{SVG}polygon") is not None


def test_the_same_result_gives_the_same_picture():
    """A picture is a function of its result: the same bytes each time."""
    assert ElementTree.tostring(drawn(described())[0]) == ElementTree.tostring(drawn(described())[0])


@given(st.floats(-1e6, 1e6), st.floats(1e-4, 1e9))
def test_axes_have_round_steps(low, span):
    """An axis has a few ticks inside its range, a step apart, with figures that read back as the ticks."""
    axis = plot_axis(low, low + span, 0.0, 100.0)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 9
    for tick in ticks:
        assert -0.1 <= axis.at(tick) <= 100.1
        assert float(axis.figure(tick)) == pytest.approx(tick, abs=1e-6 * span + 1e-12 * abs(tick))


def test_axes_of_one_value_and_of_tens():
    """Equal ends get room, and a step of tens writes no decimals."""
    assert len(plot_axis(5.0, 5.0, 0.0, 1.0).ticks()) >= 2
    assert len(plot_axis(0.0, 0.0, 0.0, 1.0).ticks()) >= 2
    tens = plot_axis(0.0, 90.0, 0.0, 1.0)
    assert [tens.figure(tick) for tick in tens.ticks()] == ["0", "50"] or all(
        re.fullmatch(r"\d+", tens.figure(tick)) for tick in tens.ticks()
    )


def test_coordinates():
    """Coordinates have two decimals at most, and no negative zero."""
    assert [number(one) for one in (1.0, 0.125, -0.001, 100.0, -2.5, 0.0)] == ["1", "0.12", "0", "100", "-2.5", "0"]
    assert math.isclose(float(number(np.pi)), 3.14)
