"""An input quantity of a measurement model: estimate, standard uncertainty, distribution, degrees of freedom."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from uncertainty.dimensions import Kind
from uncertainty.type_b import Distribution
from uncertainty.units import Unit


@dataclass(frozen=True)
class Component:
    """One cause of the uncertainty of an input.

    Attributes:
        name: the input, or `input: name of the cause`.
        standard_uncertainty: in base units.
        distribution: in standard form.
        dof: degrees of freedom.
        evaluation_type: "A" (statistics of indications) or "B" (otherwise).
        influence: the id under which other evaluations know the same unknown value.
        observed_in: the readings table in which it was observed together with others, if any.
    """

    name: str
    standard_uncertainty: float
    distribution: Distribution
    dof: float = math.inf
    evaluation_type: str = "B"
    influence: str | None = None
    observed_in: str | None = None


@dataclass(frozen=True)
class InputQuantity:
    """An input quantity. All numbers are in base units; `unit` is the one to show.

    Attributes:
        name: its name in the model.
        estimate: its value.
        unit: the unit in which it was given.
        kind: its dimension, and its scale where it is a point.
        components: the causes of its uncertainty; none for an exact constant.
        label: what it is called on paper, by language.
        symbol: how it is written on paper.
    """

    name: str
    estimate: float
    unit: Unit
    kind: Kind
    components: tuple[Component, ...] = ()
    label: Mapping[str, str] = field(default_factory=dict)
    symbol: str | None = None

    @cached_property
    def standard_uncertainty(self) -> float:
        """Root sum of squares of the causes, base units."""
        return math.sqrt(math.fsum(component.standard_uncertainty**2 for component in self.components))

    @property
    def dof(self) -> float:
        """Degrees of freedom, of several causes by the Welch-Satterthwaite formula (GUM G.4.1)."""
        if len(self.components) == 1:
            return self.components[0].dof
        below = math.fsum(component.standard_uncertainty**4 / component.dof for component in self.components)
        return self.standard_uncertainty**4 / below if below else math.inf

    @property
    def distribution(self) -> str:
        """The name of its distribution: `constant`, one of FAMILIES, or `combined` for several causes."""
        if not self.components:
            return "constant"
        return self.components[0].distribution.name if len(self.components) == 1 else "combined"

    @property
    def evaluation_type(self) -> str | None:
        """ "A" where any cause was evaluated from indications, else "B"; None for an exact constant."""
        types = [component.evaluation_type for component in self.components]
        return min(types) if types else None
