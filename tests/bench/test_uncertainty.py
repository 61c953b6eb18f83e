"""The benchmark of the numerical core measures what it says: the engines agree, and the table has its form."""

import json

import numpy as np
import pytest

from tests.bench import hand_written as hand
from tests.bench import uncertainty as bench
from uncertainty.batch import evaluate_batch
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model


@pytest.mark.parametrize("kind", ["comparison", "balance"])
def test_both_engines_compute_the_same_batch(kind):
    """The batch and its hand-written limit agree in value, u, degrees of freedom and contributions."""
    table, text = (hand.COMPARISON, hand.COMPARISON_TEXT) if kind == "comparison" else (hand.BALANCE, hand.BALANCE_TEXT)
    varied = hand.varied_comparison(50) if kind == "comparison" else hand.varied_balance(50)
    x = hand.columns(table, varied, 50)
    by_hand = (hand.many_comparisons if kind == "comparison" else hand.many_balances)(x)
    found = evaluate_batch(bench.plain_model(table, text), varied).outputs["y"]
    parts = np.array([found.contributions[name] for name in table])
    for ours, other in zip(
        (found.estimates, found.standard_uncertainties, found.effective_dof, parts), by_hand, strict=True
    ):
        assert ours == pytest.approx(other, rel=1e-12)


def test_both_engines_compute_the_same_end_gauge():
    """GUM H.1 by hand and by the program agree in value, u, degrees of freedom and contributions."""
    value, u, dof, parts = hand.one_end_gauge()
    found = evaluate(read_model(bench.END_GAUGE), monte_carlo=False).outputs["l"]
    assert found.estimate == pytest.approx(value)
    assert found.standard_uncertainty == pytest.approx(u, rel=1e-12)
    assert found.effective_dof == pytest.approx(dof, rel=1e-12)
    rows = {row.input: row.contribution for row in found.budget if row.kind == "input"}
    assert rows == pytest.approx(parts, rel=1e-12)


def test_the_table_has_its_form(tmp_path, monkeypatch, capsys):
    """The written rows have the promised keys; ours have a target and a verdict, the limit has none."""
    monkeypatch.setattr(bench, "measure", lambda rounds, large: list(bench.batches(1, {})))
    bench.main(["--quick", "--json", str(tmp_path / "table.json")])
    rows = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))["rows"]
    assert {tuple(row) for row in rows} == {("task", "engine", "median_s", "figure", "unit", "target", "met")}
    assert [row["engine"] for row in rows] == ["numpy by hand", bench.OURS] * 2
    for row in rows:
        assert (row["target"] is not None) == (row["engine"] == bench.OURS) == (row["met"] is not None)
    assert len(capsys.readouterr().out.splitlines()) == 5
