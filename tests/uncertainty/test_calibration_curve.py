"""Calibration curves: NIST StRD, and brute force where nobody publishes a figure; more in tests/reference."""

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from uncertainty.calibration_curve import fit_curve
from uncertainty.errors import InvalidInput
from uncertainty.least_squares import solve
from uncertainty.straight_line import fit_line

SETS = tomllib.loads((Path(__file__).parent / "nist_strd.toml").read_text(encoding="utf-8"))["sets"]
ONE_TO_SIX = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


T = [21.521, 22.012, 22.512, 23.003, 23.507, 23.999, 24.513, 25.002, 25.503, 26.010, 26.511]
B = [-0.171, -0.169, -0.166, -0.159, -0.164, -0.165, -0.156, -0.157, -0.159, -0.161, -0.160]


def test_an_origin_in_the_middle_removes_the_correlation():
    """GUM H.3.5: counted from the mean temperature, intercept and slope are uncorrelated; the line is the same."""
    middle = fit_line(T, B, origin=float(np.mean(T)))
    assert middle.correlation == pytest.approx(0.0, abs=1e-12)
    assert middle.predict(30.0) == fit_line(T, B, origin=20.0).predict(30.0)
    assert middle.intercept.value == pytest.approx(-0.1625, abs=0.5e-4)
    assert middle.intercept.standard_uncertainty == pytest.approx(0.0011, abs=0.5e-4)


@pytest.mark.parametrize("case", SETS, ids=[case["name"] for case in SETS])
def test_reference_data_of_nist(case):
    """Certified coefficients, their deviations and the residual deviation are met to many digits."""
    curve = fit_curve(case["x"], case["y"], case["degree"])
    assert curve.coefficients == pytest.approx(np.array(case["certified"], dtype=float), rel=case["tolerance"], abs=0)
    deviations = np.array(case["certified_deviations"], dtype=float)
    if deviations.any():
        assert curve.standard_uncertainties == pytest.approx(deviations, rel=1e-10)
        assert curve.fit.residual_standard_deviation == pytest.approx(case["residual_standard_deviation"], rel=1e-10)
    else:
        assert curve.fit.residual_standard_deviation < 1e-9
    assert curve.fit.dof == len(case["x"]) - case["degree"] - 1


LONGLEY_Y = [60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169, 66513, 68655, 69564, 69331,
             70551]  # fmt: skip
LONGLEY_X = [
    [83.0, 88.5, 88.2, 89.5, 96.2, 98.1, 99.0, 100.0, 101.2, 104.6, 108.4, 110.8, 112.6, 114.2, 115.7, 116.9],
    [234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180, 442769, 444546, 482704, 502601,
     518173, 554894],
    [2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578, 2904, 2822, 2936, 4681, 3813, 3931, 4806, 4007],
    [1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350, 3048, 2857, 2798, 2637, 2552, 2514, 2572, 2827],
    [107608, 108632, 109773, 110929, 112075, 113270, 115094, 116219, 117388, 118734, 120445, 121950, 123366, 125368,
     127852, 130081],
    list(range(1947, 1963)),
]  # fmt: skip


def test_longleys_data():
    """Six nearly dependent columns: the certified values of NIST are met to nine digits."""
    design = np.column_stack([np.ones(16), *np.array(LONGLEY_X, dtype=float)])
    found = solve(design, np.array(LONGLEY_Y, dtype=float))
    certified = [-3482258.63459582, 15.0618722713733, -0.358191792925910e-01, -2.02022980381683, -1.03322686717359,
                 -0.511041056535807e-01, 1829.15146461355]  # fmt: skip
    assert found.parameters == pytest.approx(certified, rel=1e-9)
    assert found.residual_standard_deviation == pytest.approx(304.854073561965, rel=1e-10)
    deviation = found.residual_standard_deviation * np.sqrt(np.diag(found.covariance))
    assert deviation[0] == pytest.approx(890420.383607373, rel=1e-9)
    assert deviation[6] == pytest.approx(455.478499142212, rel=1e-9)


NO_INTERCEPT = {
    "NoInt1": (
        np.arange(60.0, 71.0), np.arange(130.0, 141.0), 2.07438016528926, 0.165289256198347e-01, 3.56753034006338
    ),
    "NoInt2": (np.array([4.0, 5.0, 6.0]), np.array([3.0, 4.0, 4.0]), 0.727272727272727, 0.420827318078432e-01,
               0.369274472937998),
}  # fmt: skip


@pytest.mark.parametrize("case", NO_INTERCEPT.values(), ids=NO_INTERCEPT)
def test_a_line_through_the_origin(case):
    """NIST NoInt1 and NoInt2: one column, no intercept."""
    x, y, slope, deviation, residual = case
    found = solve(x[:, None], y)
    assert found.parameters[0] == pytest.approx(slope, rel=1e-14)
    assert found.residual_standard_deviation == pytest.approx(residual, rel=1e-13)
    u = found.residual_standard_deviation * math.sqrt(found.covariance[0, 0])
    assert u == pytest.approx(deviation, rel=1e-13)


def covariance(count: int, seed: int) -> np.ndarray:
    """A random positive definite matrix with diagonal elements of about 0.01."""
    root = np.random.default_rng(seed).normal(size=(count, count))
    return 0.01 * (root @ root.T / count + 0.3 * np.eye(count))


def brute_force(x, y, joint, degree: int):
    """Coefficients and chi-square of the full problem: every stimulus and coefficient free, general optimiser."""
    root = np.linalg.inv(np.linalg.cholesky(joint))
    count = len(x)

    def apart(unknown):
        fitted = np.polynomial.polynomial.polyval(unknown[:count], unknown[count:])
        return root @ np.concatenate([x - unknown[:count], y - fitted])

    start = np.concatenate([x, np.polynomial.polynomial.polyfit(x, y, degree)])
    found = optimize.least_squares(apart, start, xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale="jac")
    return found.x[count:], 2 * found.cost, found.x[:count]


@pytest.mark.parametrize("degree", [1, 2, 3])
@pytest.mark.parametrize("form", ["both axes", "pairs", "all"])
def test_distance_regression_is_that_of_a_general_optimiser(degree, form):
    """Uncorrelated, correlated in pairs, or all correlated: coefficients, chi-square and adjusted stimuli agree."""
    random = np.random.default_rng(5)
    x = np.linspace(0.0, 4.0, 9)
    y = np.polynomial.polynomial.polyval(x, [1.0, 2.0, -0.3, 0.05][: degree + 1]) + random.normal(0, 0.1, 9)
    joint = covariance(18, 11)
    if form != "all":
        keep = np.eye(18) if form == "both axes" else np.eye(18) + np.eye(18, k=9) + np.eye(18, k=-9)
        joint = joint * keep
    v_x, v_y, v_xy = joint[:9, :9], joint[9:, 9:], joint[:9, 9:]
    if form == "all":
        curve = fit_curve(x, y, degree, u_x=v_x, u_y=v_y, covariance_xy=v_xy)
    else:
        pairs = np.diag(v_xy) if form == "pairs" else None
        curve = fit_curve(x, y, degree, u_x=np.sqrt(np.diag(v_x)), u_y=np.sqrt(np.diag(v_y)), covariance_xy=pairs)
    coefficients, chi_square, stimuli = brute_force(x, y, joint, degree)
    assert curve.coefficients == pytest.approx(coefficients, rel=1e-5, abs=1e-6)
    assert curve.fit.chi_square == pytest.approx(chi_square, rel=1e-8)
    assert curve.adjusted_x == pytest.approx(stimuli, abs=1e-5)


def test_generalised_least_squares_is_the_closed_form():
    """With a covariance matrix of y the coefficients and their covariance are those of the normal equations."""
    x, v = np.linspace(1.0, 3.0, 8), covariance(8, 2)
    y = 1 + 2 * x + np.random.default_rng(1).normal(0, 0.1, 8)
    design = np.vander(x, 3, increasing=True)
    inverse = np.linalg.inv(v)
    wanted = np.linalg.inv(design.T @ inverse @ design)
    curve = fit_curve(x, y, 2, u_y=v)
    assert curve.coefficients == pytest.approx(wanted @ design.T @ inverse @ y, rel=1e-8)
    assert curve.covariance == pytest.approx(wanted, rel=1e-8)
    assert math.isinf(curve.dof)


def test_uncertainties_are_those_of_repeated_calibrations():
    """Coefficients, prediction and inverse prediction scatter over simulated calibrations as they say."""
    random, x = np.random.default_rng(9), np.linspace(0.0, 5.0, 8)
    u_x, u_y, slope = 0.03, 0.04, 1.5
    lines = [
        fit_line(x + random.normal(0, u_x, 8), 1 + slope * x + random.normal(0, u_y, 8), u_x=u_x, u_y=u_y)
        for _ in range(500)
    ]
    stated = lines[0]
    for read in (lambda line: line.intercept, lambda line: line.slope, lambda line: line.predict(7.0)):
        spread = np.std([read(line).value for line in lines])
        assert read(stated).standard_uncertainty == pytest.approx(spread, rel=0.1)
    backs = [line.inverse(1 + slope * 2.2 + random.normal(0, 0.1)).value for line in lines]
    assert stated.inverse(1 + slope * 2.2, 0.1).standard_uncertainty == pytest.approx(np.std(backs), rel=0.1)
    assert np.mean([line.chi_square for line in lines]) == pytest.approx(6, rel=0.08)


def test_the_inverse_of_a_line_has_the_closed_form():
    """u²(x) of ISO/TS 28037, 11.1: u²(a), u²(b), their covariance and u²(y), over b²."""
    line = fit_line(ONE_TO_SIX, [3.3, 5.6, 7.1, 9.3, 10.7, 12.1], u_y=0.5)
    found = line.inverse(10.5, 0.3)
    v, x, b = line.curve.covariance, found.value, line.slope.value
    wanted = math.sqrt(v[0, 0] + x**2 * v[1, 1] + 2 * x * v[0, 1] + 0.3**2) / b
    assert found.standard_uncertainty == pytest.approx(wanted)


@settings(max_examples=25, deadline=None)
@given(st.floats(-5, 5), st.floats(0.2, 5), st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
def test_the_curve_does_not_depend_on_unit_or_origin(shift, slope, factor, offset):
    """Rescaled and shifted stimuli give the same line, the same chi-square and the same predictions."""
    x = np.array(ONE_TO_SIX)
    y = shift + slope * x + np.array([0.1, -0.2, 0.15, 0.0, -0.1, 0.05])
    one = fit_line(x, y, u_x=0.05, u_y=0.1)
    other = fit_line(factor * x + offset, y, u_x=0.05 * factor, u_y=0.1, origin=offset)
    assert other.slope.value == pytest.approx(one.slope.value / factor, rel=1e-6)
    assert other.intercept.value == pytest.approx(one.intercept.value, rel=1e-6, abs=1e-6)
    assert other.chi_square == pytest.approx(one.chi_square, rel=1e-6)
    there = other.predict(factor * 2.5 + offset)
    assert there.standard_uncertainty == pytest.approx(one.predict(2.5).standard_uncertainty, rel=1e-6)


def test_relative_weights_and_unknown_ones():
    """A common factor of the uncertainties is found from the residuals, and equal unknown ones are ordinary."""
    y = [3.3, 5.6, 7.1, 9.3, 10.7, 12.1]
    plain, scaled = fit_line(ONE_TO_SIX, y), fit_line(ONE_TO_SIX, y, u_y=7.0, relative=True)
    assert scaled.slope.standard_uncertainty == pytest.approx(plain.slope.standard_uncertainty)
    assert (scaled.slope.dof, plain.slope.dof) == (4, 4)
    assert plain.curve.consistent


def test_points_that_no_line_fits():
    """Chi-square tells when the line or the uncertainties are wrong."""
    line = fit_line(ONE_TO_SIX, [1.0, 4.0, 9.0, 16.0, 25.0, 36.0], u_y=0.5)
    assert not line.curve.consistent
    assert line.curve.fit.probability < 1e-6
    assert fit_curve(ONE_TO_SIX, [1.0, 4.0, 9.0, 16.0, 25.0, 36.0], 2, u_y=0.5).consistent


def test_a_parabola_is_read_backwards_where_it_has_one_stimulus():
    """Within the calibrated range there is one answer; past the vertex there are two, and it is refused."""
    x = np.linspace(0.0, 3.0, 7)
    curve = fit_curve(x, x**2 + x, 2, u_y=0.01)
    assert curve.inverse(6.0).value == pytest.approx(2.0)
    assert fit_curve(x, -x, 1, u_y=0.1).inverse(-1.5, 0.2).value == pytest.approx(1.5)
    both = fit_curve(x - 1.5, (x - 1.5) ** 2, 2, u_y=0.01)
    for refused in (1.0, -1.0, 0.0):
        with pytest.raises(InvalidInput):
            both.inverse(refused)


def test_a_mean_is_a_polynomial_of_degree_zero():
    """Degree 0 is the mean with its standard uncertainty; it has no inverse."""
    curve = fit_curve([5.0, 5.0, 5.0], [1.0, 2.0, 3.0], 0)
    assert (curve.coefficients[0], curve.standard_uncertainties[0]) == pytest.approx((2.0, 1 / math.sqrt(3)))
    with pytest.raises(InvalidInput):
        curve.inverse(2.0)


GOOD = ([1.0, 2.0, 3.0], [1.0, 2.0, 3.5])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: fit_line([1.0], [1.0], u_y=0.1), lambda: fit_line([1.0, 2.0], [1.0, 2.0]),
        lambda: fit_line([1.0, 2.0], [1.0], u_y=0.1), lambda: fit_line([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]),
        lambda: fit_line([1.0, math.nan, 2.0], [1.0, 2.0, 3.0]), lambda: fit_line(*GOOD, u_y=0.0),
        lambda: fit_line(*GOOD, u_y=-0.1), lambda: fit_line(*GOOD, u_y=[0.1, 0.1]),
        lambda: fit_line(*GOOD, u_y=math.inf), lambda: fit_line(*GOOD, u_x=0.1), lambda: fit_curve(*GOOD, 13),
        lambda: fit_curve(*GOOD, -1), lambda: fit_curve(*GOOD, 1.5), lambda: fit_line(*GOOD, u_x=0.0, u_y=0.0),
        lambda: fit_line(*GOOD, u_y=np.ones((3, 3))), lambda: fit_line(*GOOD, u_y=np.array([[1, 0.5, 0], [0, 1, 0],
                                                                                         [0, 0, 1.0]])),
        lambda: fit_line(*GOOD, u_x=0.1, u_y=0.1, covariance_xy=[0.02, 0.0, 0.0]),
        lambda: fit_line(*GOOD, u_y=0.1, covariance_xy=[0.0, 0.0, 0.0]),
        lambda: fit_line(*GOOD, u_x=0.1, u_y=0.1, covariance_xy=[0.0]),
        lambda: fit_line(*GOOD).predict(math.nan), lambda: fit_line(*GOOD).predict(1.0, -0.1),
        lambda: fit_line(*GOOD).inverse(math.inf), lambda: fit_line(*GOOD).inverse(99.0),
        lambda: fit_line([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], u_y=0.1).inverse(1.0),
        lambda: solve(np.zeros((3, 1)), np.ones(3)), lambda: fit_line(range(2001), range(2001), u_y=np.eye(2001)),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_is_refused(wrong):
    """Too few points, equal stimuli, impossible uncertainties and responses out of reach are refused."""
    with pytest.raises(InvalidInput):
        wrong()


def test_exact_stimuli_make_distance_regression_weighted_least_squares():
    """With u_x of zero, or very small, both axes give what one axis gives."""
    y = [3.2, 4.3, 7.6, 8.6, 11.7, 12.8]
    plain = fit_line(ONE_TO_SIX, y, u_y=[0.5, 0.5, 0.5, 1.0, 1.0, 1.0])
    for u_x in (0.0, 1e-9):
        both = fit_line(ONE_TO_SIX, y, u_x=u_x, u_y=[0.5, 0.5, 0.5, 1.0, 1.0, 1.0])
        assert both.slope.value == pytest.approx(plain.slope.value, rel=1e-12)
        assert both.curve.covariance == pytest.approx(plain.curve.covariance, rel=1e-9)
        assert both.chi_square == pytest.approx(plain.chi_square, rel=1e-9)


def test_exchanged_axes_give_the_inverse_line():
    """Distance regression does not care which axis is called x: slopes are reciprocal, chi-square is the same."""
    x, y = [1.2, 1.9, 2.9, 4.0, 4.7, 5.9], [3.4, 4.4, 7.2, 8.5, 10.8, 13.5]
    one = fit_line(x, y, u_x=0.2, u_y=0.3)
    other = fit_line(y, x, u_x=0.3, u_y=0.2)
    assert other.slope.value == pytest.approx(1 / one.slope.value, rel=1e-9)
    assert other.intercept.value == pytest.approx(-one.intercept.value / one.slope.value, rel=1e-9)
    assert other.chi_square == pytest.approx(one.chi_square, rel=1e-9)
