"""The shares of causes in the variance of an output, and the ends of coverage factors.

Some changes of the code cannot be noticed: `strict` in the loop over the causes of one input, whose two lists are made
of each other; which member of a shared influence tells its distribution, since all must have the same; `<` for `<=`
where dominance is judged, since an allowance for binary rounding stands beside it; the words in the name of a group,
which only tell groups apart; a division by the sign of a cause, which is 1 or -1; the sign with which a group is
summed, since the sum is squared; and `frozen` of a share.
"""

import math

import numpy as np
import pytest

from uncertainty.coverage import Share, dominating, effective_dof, factor_from_t, probability_from_t, shares_of
from uncertainty.model_file import read_model
from uncertainty.propagation import propagate

CAUSES = [
    {"name": "certificate", "standard_uncertainty": "3", "dof": 9},
    {"name": "drift", "distribution": "rectangular", "half_width": f"{4 * math.sqrt(3)!r}"},
]
ROWS = [["1", "7"], ["3", "6"], ["2", "2"], ["6", "5"]]


def shares(equation: str, inputs: dict, **more) -> list[Share]:
    """The shares in the variance of the output of one equation, dimension one."""
    model = read_model({"model": {"y": equation}, "outputs": {"y": {"unit": "1"}}, "inputs": inputs, **more})
    found = propagate(model)
    contributions = (found.sensitivities * found.uncertainties)[0]
    joint = model.correlation
    return shares_of(model.inputs, contributions, joint.matrix, joint.shared, joint.stated)


def test_each_cause_of_an_input_has_its_share():
    """Two causes of one input share its variance by their squares, each with its own dof, name and distribution."""
    found = shares("2 * a + b", {"a": {"value": "1", "contributions": CAUSES}, "b": {"value": "1",
                   "standard_uncertainty": "6"}})  # fmt: skip
    assert [one.variance for one in found] == pytest.approx([36.0, 64.0, 36.0])
    assert [one.dof for one in found] == [9, math.inf, math.inf]
    assert [one.gaussian for one in found] == [True, False, True]
    assert len({one.group for one in found}) == 3


def test_a_correlation_is_shared_by_the_causes():
    """A covariance is split over the causes of an input as its variance is; the shares add up to u squared."""
    inputs = {"a": {"value": "1", "contributions": CAUSES}, "b": {"value": "1", "standard_uncertainty": "6"}}
    found = shares("2 * a + b", inputs, correlations=[{"between": ["a", "b"], "r": 0.5}])
    # Variance of 2a: 100, of b: 36, half of the covariance term to each: 0.5 * 10 * 6 = 30.
    assert [one.variance for one in found] == pytest.approx([0.36 * 130, 0.64 * 130, 66.0])
    assert sum(one.variance for one in found) == pytest.approx(100 + 36 + 60)


def test_a_covariance_of_rows_belongs_to_what_was_observed():
    """Of inputs observed together the observed causes carry their covariance; a further cause keeps its own square."""
    further = [{"name": "resolution", "distribution": "rectangular", "half_width": f"{math.sqrt(3)!r}"}]
    inputs = {
        "a": {"observed": "p", "in": "t", "contributions": further},
        "b": {"observed": "q", "in": "t"},
    }
    found = shares("a + 2 * b", inputs, readings={"t": {"unit": "1", "columns": ["p", "q"], "rows": ROWS}})
    p, q = (np.array(column, dtype=float) for column in zip(*ROWS, strict=True))
    s = np.cov(p, q) / len(ROWS)
    cross = 2 * s[0, 1]
    rows = {one.group for one in found if one.dof == 3}
    assert len(rows) == 1 and len(found) == 3
    assert sorted(one.variance for one in found) == pytest.approx(
        sorted([s[0, 0] + cross, 1.0, 4 * s[1, 1] + cross])
    )  # fmt: skip
    assert sum(one.variance for one in found if one.dof == 3) == pytest.approx(np.var(p + 2 * q, ddof=1) / 4)


def test_two_tables_are_two_groups():
    """Rows of different tables are independent: each table is a cause of its own."""
    inputs = {"a": {"observed": "p", "in": "t"}, "b": {"observed": "q", "in": "s"}}
    tables = {
        "t": {"unit": "1", "columns": ["p"], "rows": [["1"], ["2"], ["4"]]},
        "s": {"unit": "1", "columns": ["q"], "rows": [["1"], ["2"], ["4"], ["4"]]},
    }
    found = shares("a + b", inputs, readings=tables)
    assert [one.dof for one in found] == [2, 3]
    assert found[0].group != found[1].group


def test_shared_influences_are_one_cause_each():
    """An influence that inputs share has the square of its sum, once, and its own degrees of freedom and group."""

    def cause(influence: str, u: str, dof: int) -> dict:
        return {"name": influence, "shared": influence, "standard_uncertainty": u, "dof": dof}

    inputs = {
        "a": {"value": "1", "contributions": [cause("scale", "3", 5), cause("zero", "1", 7)]},
        "b": {"value": "1", "contributions": [cause("scale", "3", 5), cause("zero", "1", 7)]},
        "c": {"value": "1", "standard_uncertainty": "2", "dof": 9},
    }
    found = [one for one in shares("a + 2 * b - c", inputs) if abs(one.variance) > 1e-9]
    assert {one.dof: one.variance for one in found} == pytest.approx({5: 81.0, 7: 9.0, 9: 4.0})
    assert len(found) == 3 and len({one.group for one in found}) == 3
    assert effective_dof(math.sqrt(94), found) == pytest.approx(94**2 / (81**2 / 5 + 9**2 / 7 + 4**2 / 9))


def correlated(*pairs: str) -> list[dict]:
    """A stated coefficient of 0.3 for each pair."""
    return [{"between": list(pair), "r": 0.3} for pair in pairs]


def dofs_together(*dofs: object, **more) -> list[int]:
    """How many inputs a, b, c, ... with a stated uncertainty and degrees of freedom count as one, for each of these."""
    names = "abcde"[: len(dofs)]
    inputs = {
        name: {"value": "1", "standard_uncertainty": "1"} | ({} if dof is None else {"dof": dof})
        for name, dof in zip(names, dofs, strict=True)
    }
    groups = [one.group for one in shares(" + ".join(names), inputs, **more)]
    return [groups.count(group) for group in groups]


def test_coefficients_of_one_fit_count_as_one():
    """Inputs with a stated correlation and the same degrees of freedom are one group; others stay apart."""
    assert dofs_together(9, 9, 9, correlations=correlated("ab")) == [2, 2, 1]
    assert dofs_together(9, 9, 9, 9, 9, correlations=correlated("ab", "de", "cb", "ca")) == [3, 3, 3, 2, 2]
    assert dofs_together(9, 9, 9, 9, 9, correlations=correlated("ab", "cd", "bd", "ea")) == [5] * 5
    assert dofs_together(9, 8, None, None, correlations=correlated("ab", "cd", "bc")) == [1] * 4
    assert dofs_together(9, 9, correlations=[{"between": ["a", "b"], "r": 0}]) == [1, 1]


def test_a_further_cause_keeps_an_input_out_of_a_fit():
    """An input of several causes, or an exact one, is of no fit: what it has from where is not known."""
    causes = [{"name": name, "standard_uncertainty": "1", "dof": 9} for name in ("one", "two")]
    inputs = {
        "a": {"value": "1", "contributions": causes},
        "b": {"value": "1", "standard_uncertainty": "1", "dof": 9},
        "c": {"value": "2"},
    }
    found = shares("a + b + c", inputs, correlations=correlated("ab", "cb"))
    assert len({one.group for one in found}) == len(found) == 3


def test_a_fit_with_rows_of_as_many_degrees_of_freedom():
    """A coefficient correlated with one of two inputs observed together, with their dof, joins both."""
    inputs = {name: {"observed": name, "in": "t"} for name in ("p", "q")}
    inputs["c"] = {"value": "1", "standard_uncertainty": "1", "dof": 3}
    rows = {"t": {"unit": "1", "columns": ["p", "q"], "rows": ROWS}}
    found = shares("p + q + c", inputs, readings=rows, correlations=correlated("pc"))
    assert len({one.group for one in found}) == 1


def test_an_input_without_effect_has_no_share():
    """An input of sensitivity zero takes no part."""
    found = shares("0 * a + b", {"a": {"value": "1", "standard_uncertainty": "1"}, "b": {"value": "1",
                   "standard_uncertainty": "2"}})  # fmt: skip
    assert [one.variance for one in found] == pytest.approx([4.0])


def test_as_many_contributions_as_inputs():
    """Contributions of another number than the inputs are a mistake of the program, and said so."""
    model = read_model({"model": {"y": "a + b"}, "outputs": {"y": {"unit": "1"}}, "inputs": {
        name: {"value": "1", "standard_uncertainty": "1"} for name in "ab"}})  # fmt: skip
    with pytest.raises(ValueError):
        shares_of(model.inputs[:1], np.ones(2), np.eye(2))


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_degrees_of_freedom_have_no_unit(size):
    """Effective degrees of freedom are the same in any unit, and a single cause keeps its own."""
    one = [Share(size**2, 5.0, "a", True)]
    assert effective_dof(size, one) == pytest.approx(5.0)
    assert effective_dof(size * math.sqrt(2), [*one, Share(size**2, math.inf, "b", True)]) == pytest.approx(20.0)


def test_less_than_one_degree_of_freedom_counts_as_one():
    """Fewer degrees of freedom than one have the factor and the probability of one."""
    assert factor_from_t(0.95, 0.7) == factor_from_t(0.95, 1.0) == pytest.approx(12.706, abs=5e-4)
    assert probability_from_t(1.0, 0.7) == probability_from_t(1.0, 1.0) == pytest.approx(0.5)


def test_probabilities_of_a_normal_distribution():
    """One, two and three standard uncertainties cover 68.27, 95.45 and 99.73 %."""
    found = [100 * probability_from_t(k, math.inf) for k in (1.0, 2.0, 3.0)]
    assert found == pytest.approx([68.27, 95.45, 99.73], abs=0.005)
    assert probability_from_t(2.0, 3.9999999999) == probability_from_t(2.0, 4.0)


@pytest.mark.parametrize(
    ("variances", "count"),
    [((0.01, 1.0), 1), ((1.0, 0.01), 1), ((0.0,), 0), ((0.5, 0.02, 1.0), 2), ((1.0, 1.0, 1.0), 0)],
)
def test_the_largest_dominate_wherever_they_stand(variances, count):
    """Dominance does not depend on the order of the budget, and nothing dominates a variance of zero."""
    assert dominating([Share(one, math.inf, f"{place}", False) for place, one in enumerate(variances)]) == count
