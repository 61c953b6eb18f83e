"""Correlation of input quantities: stated by the metrologist, or found in rows observed together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidInput
from uncertainty.inputs import InputQuantity
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
class Correlation:
    """How the inputs of a model are correlated.

    Attributes:
        matrix: correlation coefficients of all inputs.
        stated: (place, place, r) of the stated ones that are not zero.
        tables: the groups observed together, by table.
    """

    matrix: Matrix
    stated: tuple[tuple[int, int, float], ...] = ()
    tables: dict[str, ObservedTogether] = field(default_factory=dict)

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


def correlate(
    inputs: Sequence[InputQuantity], stated: Sequence[tuple[int, int, float]], tables: dict[str, ObservedTogether]
) -> Correlation:
    """The correlation of all inputs.

    Args:
        inputs: the inputs of the model.
        stated: places of two inputs and their coefficient.
        tables: the groups observed together.

    Raises:
        InvalidInput: where a coefficient is stated for inputs whose rows already tell it, and
            where the whole is not positive semi-definite.

    Source: GUM (JCGM 100), 5.2.2, 5.2.3.
    """
    matrix = np.eye(len(inputs))
    known: set[tuple[int, int]] = set()
    for group in tables.values():
        for row, one in enumerate(group.members):
            for column, other in enumerate(group.members):
                if one != other:
                    known.add((one, other))
                    share = _observed_share(inputs[one]) * _observed_share(inputs[other])
                    matrix[one, other] = group.correlation[row, column] * share
    for one, other, r in stated:
        if (one, other) in known:
            names = {"one": inputs[one].name, "other": inputs[other].name}
            raise InvalidInput("uncertainty.correlation_twice", **names)
        known |= {(one, other), (other, one)}
        matrix[one, other] = matrix[other, one] = r
    if len(inputs) and float(np.linalg.eigvalsh(matrix)[0]) < -ROUNDING:
        raise InvalidInput("uncertainty.correlation_not_possible")
    return Correlation(matrix, tuple((one, other, r) for one, other, r in stated if r), tables)


def _observed_share(quantity: InputQuantity) -> float:
    """How much of an input's uncertainty was observed in the table: 1 where it has no other cause."""
    if not quantity.standard_uncertainty:
        return 0.0
    return quantity.components[0].standard_uncertainty / quantity.standard_uncertainty


def root(matrix: Matrix) -> Matrix:
    """A matrix L with L L' = matrix, for a positive semi-definite matrix; small negative eigenvalues are cut."""
    values, vectors = np.linalg.eigh(matrix)
    scaled = vectors * np.sqrt(np.clip(values, 0.0, None))
    lengths = np.sqrt((scaled**2).sum(axis=1))
    return np.asarray(scaled / np.where(lengths > 0, lengths, 1.0)[:, None])
