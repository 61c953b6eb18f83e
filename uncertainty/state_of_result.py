"""What is known of a measurand after its evaluation: the distribution from which the risk of a statement comes."""

import numpy as np

from uncertainty.evaluation import OutputResult
from uncertainty.measurement_model import MeasurementModel
from uncertainty.monte_carlo import simulate
from uncertainty.state_of_knowledge import ScaledT, StateOfKnowledge, Trials

TRIALS = 200_000
"""A risk of 2.5 % is then known within 0.1 %."""


def state_of(result: OutputResult, model: MeasurementModel) -> StateOfKnowledge | None:
    """The state of knowledge that a result stands for, in its unit.

    Args:
        result: of `evaluate`.
        model: what was evaluated.

    Returns:
        Normal or t with the estimate, u and effective degrees of freedom; the trials where the coverage interval comes
        from the distribution. None for a preview, and for a result without uncertainty.

    Source: JCGM 106:2012, 6.2, 7; JCGM 101, 6.4.9.
    """
    if result.coverage_basis == "preview" or not result.standard_uncertainty > 0:
        return None
    if result.coverage_basis == "distribution":
        place = [output.name for output in model.outputs].index(result.name)
        return Trials(np.sort(simulate(model, TRIALS, model.settings.seed)[place]))
    return ScaledT(result.estimate, result.standard_uncertainty, max(1.0, result.effective_dof))
