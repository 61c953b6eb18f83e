"""Draws of the input quantities of a model, correlated where they are.

Independent causes are drawn from their own distributions. Inputs observed together come from
a joint t distribution with the correlation of their rows (JCGM 102, 5.3.2), and so do inputs
with stated correlations that all are t of the same degrees of freedom. Other inputs with a
stated correlation come from a Gaussian copula whose parameters are chosen so that the
quantities themselves have the stated coefficient; where all are normal, that is the
multivariate normal distribution.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.copula import Copula
from uncertainty.correlation import root
from uncertainty.inputs import Component
from uncertainty.measurement_model import MeasurementModel
from uncertainty.program import Values

Array = NDArray[np.float64]


@dataclass(frozen=True)
class _JointT:
    """Causes drawn from one multivariate t: places of the inputs, their u, root of the correlation, dof."""

    members: tuple[int, ...]
    uncertainties: tuple[float, ...]
    root: Array
    dof: float


class Sampler:
    """Draws of all inputs of a model, one array of trials per input (a number for an exact constant)."""

    def __init__(self, model: MeasurementModel) -> None:
        self.inputs = model.inputs
        self._copulas: list[tuple[list[int], Copula]] = []
        self._joint: list[_JointT] = []
        whole: set[int] = set()
        for members in _clusters(model):
            matrix = model.correlation.matrix[np.ix_(members, members)]
            common = _common_t([self.inputs[member].components for member in members])
            if common is None:
                self._copulas.append((members, Copula([self.inputs[member] for member in members], matrix)))
            else:
                self._joint.append(self._joint_t(tuple(members), matrix, common))
            whole |= set(members)
        rows: set[int] = set()
        for name, group in model.correlation.tables.items():
            if not whole & set(group.members) and _has_joint_t(model, name, group.members):
                dof = self.inputs[group.members[0]].components[0].dof
                self._joint.append(self._joint_t(group.members, group.correlation, dof))
                rows |= set(group.members)
        alone = [place for place in range(len(self.inputs)) if place not in whole]
        self._single: list[tuple[int, Component]] = [
            (place, component)
            for place in alone
            for component in self.inputs[place].components[1 if place in rows else 0 :]
            if component.standard_uncertainty
        ]

    def _joint_t(self, members: tuple[int, ...], correlation: Array, dof: float) -> _JointT:
        spreads = tuple(self.inputs[member].components[0].standard_uncertainty for member in members)
        return _JointT(members, spreads, root(correlation), dof)

    def draw(self, random: np.random.Generator, size: int) -> list[Values]:
        """Draws of every input, in base units, in the order of the model."""
        drawn: list[Values] = [np.float64(quantity.estimate) for quantity in self.inputs]
        for members, copula in self._copulas:
            for member, row in zip(members, copula.draw(random, size), strict=True):
                drawn[member] = drawn[member] + row
        for joint in self._joint:
            normal = joint.root @ random.standard_normal((len(joint.members), size))
            normal /= np.sqrt(random.chisquare(joint.dof, size) / joint.dof)
            for member, u, row in zip(joint.members, joint.uncertainties, normal, strict=True):
                drawn[member] = drawn[member] + u * row
        for place, component in self._single:
            term = component.distribution.draw(random, size)
            term *= component.standard_uncertainty
            term += drawn[place]
            drawn[place] = term
        return drawn


def _common_t(causes: list[tuple[Component, ...]]) -> float | None:
    """The degrees of freedom of inputs that each have one cause, a t, all with the same; else None."""
    shapes = {
        one[0].distribution.shape if len(one) == 1 and one[0].distribution.name == "t" else None for one in causes
    }
    return shapes.pop() if len(shapes) == 1 else None


def _has_joint_t(model: MeasurementModel, table: str, members: tuple[int, ...]) -> bool:
    return all(model.inputs[member].components[0].observed_in == table for member in members)


def _clusters(model: MeasurementModel) -> list[list[int]]:
    """Inputs that must be drawn by a copula: connected by stated correlations or by pooled rows."""
    edges = [(one, other) for one, other, _ in model.correlation.stated]
    groups = model.correlation.tables
    for name, group in groups.items():
        touched = any(place in group.members for edge in edges for place in edge)
        if touched or not _has_joint_t(model, name, group.members):
            edges += [(group.members[0], member) for member in group.members[1:]]
    clusters: list[set[int]] = []
    for one, other in edges:
        near = [cluster for cluster in clusters if cluster & {one, other}]
        clusters = [cluster for cluster in clusters if cluster not in near] + [{one, other}.union(*near)]
    return [sorted(cluster) for cluster in clusters]
