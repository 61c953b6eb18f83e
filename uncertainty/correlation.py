"""Correlation of input quantities: stated, found in rows observed together, or due to influences that they share."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidInput
from uncertainty.inputs import InputQuantity, require_same
from uncertainty.type_a import correlation_of_means

Matrix = NDArray[np.float64]
ROUNDING = 1e-9


@dataclass(frozen=True)
class ObservedTogether:
    """Inputs observed in the same rows.

    Attributes:
        members: places of the inputs in the model.
        correlation: correlation coefficients of their means.
    """

    members: tuple[int, ...]
    correlation: Matrix


@dataclass(frozen=True)
class SharedInfluence:
    """One unknown on which two or more inputs depend.

    Attributes:
        id: its id.
        members: place of each input in the model, and of the cause among its components.
    """

    id: str
    members: tuple[tuple[int, int], ...]

    def joins(self, one: int, other: int) -> bool:
        """Whether the inputs at two places both depend on it."""
        return {one, other} <= {place for place, _ in self.members}


@dataclass(frozen=True)
class Correlation:
    """How the inputs of a model are correlated.

    Attributes:
        matrix: correlation coefficients of all inputs.
        stated: (place, place, r) of the stated ones that are not zero.
        tables: the groups observed together, by table.
        shared: the influences that several inputs share.
    """

    matrix: Matrix
    stated: tuple[tuple[int, int, float], ...] = ()
    tables: dict[str, ObservedTogether] = field(default_factory=dict)
    shared: tuple[SharedInfluence, ...] = ()

    @cached_property
    def any(self) -> bool:
        """Whether any two inputs are correlated."""
        return bool(np.any(self.matrix[~np.eye(len(self.matrix), dtype=bool)]))


def observed_together(tables: dict[str, list[tuple[int, Matrix]]]) -> dict[str, ObservedTogether]:
    """The groups of two or more inputs whose observations stand in the same table.

    Args:
        tables: by table, the place of each input and its value in every row.
    """
    groups = {}
    for name, columns in tables.items():
        if len(columns) > 1:
            rows = np.column_stack([values for _, values in columns])
            groups[name] = ObservedTogether(tuple(place for place, _ in columns), correlation_of_means(rows))
    return groups


def shared_influences(inputs: Sequence[InputQuantity]) -> tuple[SharedInfluence, ...]:
    """The influences on which two or more inputs depend.

    Raises:
        InvalidInput: where one id stands for two different distributions.
    """
    places: dict[str, list[tuple[int, int]]] = {}
    for place, quantity in enumerate(inputs):
        for number, component in enumerate(quantity.components):
            if component.influence is not None and component.standard_uncertainty:
                places.setdefault(component.influence, []).append((place, number))
    found = {id_: tuple(members) for id_, members in places.items() if len(members) > 1}
    for members in found.values():
        (place, number), *others = members
        for other, at in others:
            require_same(inputs[place].components[number], inputs[other].components[at])
    return tuple(SharedInfluence(id_, members) for id_, members in found.items())


def correlate(
    inputs: Sequence[InputQuantity], stated: Sequence[tuple[int, int, float]], tables: dict[str, ObservedTogether]
) -> Correlation:
    """The correlation of all inputs.

    Args:
        inputs: the inputs of the model.
        stated: places of two inputs and their coefficient.
        tables: the groups observed together.

    Raises:
        InvalidInput: where a coefficient is stated twice, or for inputs whose rows or shared influences already
            tell it, and where the whole is not positive semi-definite.

    Source: GUM (JCGM 100), 5.2.2, 5.2.3.
    """
    matrix = np.eye(len(inputs))
    observed, seen = set[tuple[int, int]](), set[tuple[int, int]]()
    for group in tables.values():
        for row, one in enumerate(group.members):
            for column, other in enumerate(group.members):
                if one != other:
                    observed.add((one, other))
                    share = _observed_share(inputs[one]) * _observed_share(inputs[other])
                    matrix[one, other] = group.correlation[row, column] * share
    shared = shared_influences(inputs)
    sharing = _add_shared(matrix, inputs, shared)
    for one, other, r in stated:
        if (one, other) in sharing:
            names = {"one": inputs[one].name, "other": inputs[other].name, "id": sharing[one, other][:80]}
            raise InvalidInput("uncertainty.correlation_shared", **names)
        if (one, other) in observed | seen:
            key = "correlation_twice" if (one, other) in observed else "correlation_again"
            raise InvalidInput(f"uncertainty.{key}", one=inputs[one].name, other=inputs[other].name)
        seen |= {(one, other), (other, one)}
        matrix[one, other] = matrix[other, one] = r
    if len(inputs) and float(np.linalg.eigvalsh(matrix)[0]) < -ROUNDING:
        raise InvalidInput("uncertainty.correlation_not_possible")
    return Correlation(matrix, tuple((one, other, r) for one, other, r in stated if r), tables, shared)


def _observed_share(quantity: InputQuantity) -> float:
    """How much of an input's uncertainty was observed in the table: 1 where it has no other cause."""
    if not quantity.standard_uncertainty:
        return 0.0
    return quantity.components[0].standard_uncertainty / quantity.standard_uncertainty


def _add_shared(
    matrix: Matrix, inputs: Sequence[InputQuantity], shared: Sequence[SharedInfluence]
) -> dict[tuple[int, int], str]:
    """Add what shared influences make of the coefficients; which pairs they correlate, with the id of the last."""
    sharing: dict[tuple[int, int], str] = {}
    for influence in shared:
        parts = [(place, _part(inputs[place], number)) for place, number in influence.members]
        for one, part in parts:
            for other, others_part in parts:
                if one != other:
                    matrix[one, other] += part * others_part
                    sharing[one, other] = influence.id
    return sharing


def _part(quantity: InputQuantity, number: int) -> float:
    """A cause's share of an input's standard uncertainty, with the sign of its influence."""
    component = quantity.components[number]
    return component.sign * component.standard_uncertainty / quantity.standard_uncertainty


def has_joint_rows(inputs: Sequence[InputQuantity], table: str, members: Sequence[int]) -> bool:
    """Whether the spread of all members of a table comes from its own rows, so that they are jointly t."""
    return all(inputs[member].components[0].observed_in == table for member in members)


def clusters(inputs: Sequence[InputQuantity], correlation: Correlation) -> list[list[int]]:
    """Inputs correlated otherwise than by common rows or shared influences alone.

    They are connected by stated coefficients or by rows with a pooled spread; what touches one of them
    by its rows or a shared influence belongs to them.
    """
    edges = [(one, other) for one, other, _ in correlation.stated]
    groups: list[tuple[tuple[int, ...], bool]] = [
        (group.members, has_joint_rows(inputs, name, group.members)) for name, group in correlation.tables.items()
    ]
    groups += [(tuple(place for place, _ in one.members), True) for one in correlation.shared]
    pending = len(groups) + 1
    while len(groups) < pending:
        pending = len(groups)
        kept: list[tuple[tuple[int, ...], bool]] = []
        reached = {place for edge in edges for place in edge}
        for members, alone in groups:
            if alone and not reached & set(members):
                kept.append((members, alone))
            else:
                edges += [(members[0], member) for member in members[1:]]
        groups = kept
    found: list[set[int]] = []
    for one, other in edges:
        near = [cluster for cluster in found if cluster & {one, other}]
        found = [cluster for cluster in found if cluster not in near] + [{one, other}.union(*near)]
    return [sorted(cluster) for cluster in found]


def one_dof(quantities: Sequence[InputQuantity]) -> float | None:
    """The finite degrees of freedom that inputs of one cause each have in common; else None."""
    dofs = [quantity.components[0].dof for quantity in quantities if len(quantity.components) == 1]
    alike = len(dofs) == len(quantities) and all(math.isclose(dof, dofs[0], rel_tol=1e-9) for dof in dofs)
    return dofs[0] if dofs and alike and math.isfinite(dofs[0]) else None


def fitted_together(
    inputs: Sequence[InputQuantity], stated: Sequence[tuple[int, int, float]]
) -> list[tuple[int, int, float]]:
    """The stated correlations of quantities that come from one evaluation, such as the coefficients of one fit.

    They are those between inputs of one cause each with the same finite degrees of freedom: both
    uncertainties rest on the same residuals. The trials draw such inputs from one joint t likewise.

    Args:
        inputs: the inputs of the model.
        stated: places of two inputs and their coefficient.

    Source: GUM (JCGM 100), H.3 (intercept and slope: 9 degrees of freedom, and so has every value read off the line).
    """
    return [one for one in stated if one_dof([inputs[one[0]], inputs[one[1]]]) is not None]


def root(matrix: Matrix) -> Matrix:
    """A matrix L with L L' = matrix, for a positive semi-definite matrix; small negative eigenvalues are cut."""
    values, vectors = np.linalg.eigh(matrix)
    scaled = vectors * np.sqrt(np.clip(values, 0.0, None))
    lengths = np.sqrt((scaled**2).sum(axis=1))
    return np.asarray(scaled / np.where(lengths > 0, lengths, 1.0)[:, None])
