"""How each number of a result came about, in sentences with the clause they rest on."""

import math

from uncertainty.correlation import fitted_together
from uncertainty.evaluation import OutputResult
from uncertainty.measurement_model import MeasurementModel
from uncertainty.report_text import shown, shown_dof
from uncertainty.rounding import display, report
from uncertainty.units import display_unit
from uncertainty.wording import Phrase

LARGEST = 3


def explanation(model: MeasurementModel, result: OutputResult, language: str) -> list[str]:
    """The way to one result, step by step: estimate, u, degrees of freedom, coverage, second order, validation.

    Args:
        model: what was evaluated.
        result: of one of its outputs.
        language: `vi` (decimal comma) or `en` (decimal point).
    """
    said = _Said(model, result, "," if language == "vi" else ".")
    phrases = [said.estimate(), *said.uncertainty(), said.dof(), *said.coverage(), said.curvature(), said.validation()]
    return [
        phrase.text(language)
        for phrase in [*phrases, Phrase("uncertainty.explain_reported", {"reported": result.reported})]
    ]


class _Said:
    def __init__(self, model: MeasurementModel, result: OutputResult, decimal: str) -> None:
        self.model, self.result, self.decimal = model, result, decimal
        self.unit = display_unit(result.unit)

    def number(self, value: float, digits: int = 3) -> str:
        """A number with the unit of the result."""
        return f"{shown(value, self.decimal, digits)} {self.unit}".strip()

    def estimate(self) -> Phrase:
        """How the estimate came about."""
        value = display(report(self.result.estimate, self.result.standard_uncertainty, 2).value, decimal=self.decimal)
        values: dict[str, object] = {"value": f"{value} {self.unit}".strip()}
        if self.result.coverage_basis == "distribution":
            return Phrase("uncertainty.explain_estimate_trials", values)
        return Phrase("uncertainty.explain_estimate", values)

    def uncertainty(self) -> list[Phrase]:
        """How u came about, what contributes most, and which inputs depend on the same influence."""
        rows = self.result.budget
        values: dict[str, object] = {"u": self.number(self.result.standard_uncertainty)}
        kinds = {row.kind for row in rows}
        if self.result.coverage_basis == "distribution":
            found = [Phrase("uncertainty.explain_u_trials", values)]
        elif "second_order" in kinds:
            found = [Phrase("uncertainty.explain_u_second_order", values)]
        elif "covariance" in kinds:
            found = [Phrase("uncertainty.explain_u_covariance", values)]
        else:
            found = [Phrase("uncertainty.explain_u", values)]
        largest = sorted((row for row in rows if row.kind == "input"), key=lambda row: -row.share)[:LARGEST]
        names = [
            f"{row.input} ({display(report(100 * row.share, 1, 1).value, decimal=self.decimal)} %)" for row in largest
        ]
        if names:
            found.append(Phrase("uncertainty.explain_largest", {"names": ", ".join(names)}))
        for one in self.model.correlation.shared:
            inputs = ", ".join(dict.fromkeys(self.model.inputs[place].name for place, _ in one.members))
            found.append(Phrase("uncertainty.explain_shared", {"id": one.id[:80], "names": inputs}))
        return found

    def dof(self) -> Phrase:
        """How the effective degrees of freedom came about."""
        if math.isinf(self.result.effective_dof):
            return Phrase("uncertainty.explain_dof_unlimited")
        dof = shown_dof(self.result.effective_dof, self.decimal)
        if self.model.correlation.tables:
            return Phrase("uncertainty.explain_dof_together", {"dof": dof})
        if fitted_together(self.model.inputs, self.model.correlation.stated):
            return Phrase("uncertainty.explain_dof_fit", {"dof": dof})
        return Phrase("uncertainty.explain_dof", {"dof": dof})

    def coverage(self) -> list[Phrase]:
        """On what k rests, and U."""
        result = self.result
        clauses = {"t": "GUM G.3, G.4", "stated": "GUM 6.3", "distribution": "JCGM 101, 7.7; EA-4/02 S9"}
        values: dict[str, object] = {
            "k": display(report(result.coverage_factor, 0.01, 1).value, decimal=self.decimal),
            "p": shown(100 * result.coverage_probability, self.decimal),
            "expanded": self.number(result.expanded_uncertainty),
            "clause": clauses[result.coverage_basis],
        }
        return [result.coverage_reason, Phrase("uncertainty.explain_coverage", values)]

    def curvature(self) -> Phrase:
        """What second-order terms would change."""
        verdict = self.result.second_order
        if verdict is None:
            return Phrase("uncertainty.explain_curvature_unknown")
        if verdict.matters:
            return verdict.phrase("uncertainty.explain_curved", "uncertainty.explain_curved_from_zero")
        change = f"{100 * verdict.change:.1f}"
        return Phrase("uncertainty.explain_straight", {"change": display(change, decimal=self.decimal)})

    def validation(self) -> Phrase:
        """Whether Monte Carlo validates the law of propagation."""
        trials = self.result.monte_carlo
        if trials is None:
            return Phrase("uncertainty.explain_not_simulated")
        beyond = self.result.second_order
        exact = self.result.standard_uncertainty == 0 and beyond is not None and beyond.standard_uncertainty == 0
        if exact or trials.validates_gum is None or trials.numerical_tolerance is None:
            return Phrase("uncertainty.explain_not_judged", {"trials": trials.trials})
        values: dict[str, object] = {
            "trials": trials.trials,
            "low": self.number(trials.d_low, 2),
            "high": self.number(trials.d_high, 2),
            "tolerance": self.number(trials.numerical_tolerance, 1),
        }
        if trials.validates_gum:
            return Phrase("uncertainty.explain_validated", values)
        return Phrase("uncertainty.explain_not_validated", values)
