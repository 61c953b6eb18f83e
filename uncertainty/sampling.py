"""Draws of the input quantities of a model, correlated where they are.

Independent causes are drawn from their own distributions. Inputs observed together come from
a joint t distribution with the correlation of their rows (JCGM 102, 5.3.2), and so do inputs
with stated correlations that all are t of the same degrees of freedom. An influence that several
inputs share is drawn once for all of them. Other inputs with a
stated correlation come from a Gaussian copula whose parameters are chosen so that the
quantities themselves have the stated coefficient; where all are normal, that is the
multivariate normal distribution.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uncertainty.copula import Copula
from uncertainty.correlation import clusters, has_joint_rows, root
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
        for members in clusters(model.inputs, model.correlation):
            matrix = model.correlation.matrix[np.ix_(members, members)]
            common = _common_t([self.inputs[member].components for member in members])
            if common is None:
                self._copulas.append((members, Copula([self.inputs[member] for member in members], matrix)))
            else:
                self._joint.append(self._joint_t(tuple(members), matrix, common))
            whole |= set(members)
        # Causes that are drawn together with others: of each input, the places among its components.
        together: set[tuple[int, int]] = set()
        for name, group in model.correlation.tables.items():
            if not whole & set(group.members) and has_joint_rows(self.inputs, name, group.members):
                dof = self.inputs[group.members[0]].components[0].dof
                self._joint.append(self._joint_t(group.members, group.correlation, dof))
                together |= {(member, 0) for member in group.members}
        self._shared = [
            [(place, self.inputs[place].components[number]) for place, number in one.members]
            for one in model.correlation.shared
            if not whole & {place for place, _ in one.members}
        ]
        together |= {member for one in model.correlation.shared for member in one.members}
        self._single: list[tuple[int, Component]] = [
            (place, component)
            for place, quantity in enumerate(self.inputs)
            for number, component in enumerate(quantity.components)
            if place not in whole and (place, number) not in together and component.standard_uncertainty
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
        for common in self._shared:
            row = common[0][1].distribution.draw(random, size)
            for place, component in common:
                drawn[place] = drawn[place] + component.sign * component.standard_uncertainty * row
        for place, component in self._single:
            term = component.distribution.draw(random, size)
            term *= component.sign * component.standard_uncertainty
            term += drawn[place]
            drawn[place] = term
        return drawn


def _common_t(causes: list[tuple[Component, ...]]) -> float | None:
    """The degrees of freedom of inputs that each have one cause, a t, all with the same; else None."""
    shapes = {
        one[0].distribution.shape if len(one) == 1 and one[0].distribution.name == "t" else None for one in causes
    }
    return shapes.pop() if len(shapes) == 1 else None
