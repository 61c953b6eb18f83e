"""An input quantity of a measurement model: estimate, standard uncertainty, distribution, degrees of freedom."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from uncertainty.dimensions import Kind
from uncertainty.errors import InvalidInput
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
        sign: 1 where the input grows with the influence, -1 where it falls.
        together: causes with the same word here count as one in effective degrees of freedom.
        is_shared: whether other evaluations may name the influence; inputs of one model always may.
    """

    name: str
    standard_uncertainty: float
    distribution: Distribution
    dof: float = math.inf
    evaluation_type: str = "B"
    influence: str | None = None
    observed_in: str | None = None
    sign: int = 1
    together: str | None = None
    is_shared: bool = True


def combined(components: Iterable[Component]) -> tuple[Component, ...]:
    """Causes in which every influence appears once: what one unknown does in two ways is added with its sign.

    Raises:
        InvalidInput: where one id stands for two different distributions.
    """
    found: dict[str, Component] = {}
    for component in components:
        key = component.name if component.influence is None else f"influence {component.influence}"
        if component.influence is None or key not in found:
            found[key if key not in found else f"{key} {len(found)}"] = component
            continue
        before = found[key]
        require_same(before, component)
        total = before.sign * before.standard_uncertainty + component.sign * component.standard_uncertainty
        found[key] = replace(before, standard_uncertainty=abs(total), sign=-1 if total < 0 else 1)
    return tuple(found.values())


def require_same(one: Component, other: Component) -> None:
    """Refuse two causes of one influence that are not the same unknown: other distribution, other dof, observed rows.

    Raises:
        InvalidInput: naming the id and both causes.
    """
    alike = one.distribution.name == other.distribution.name and not (one.observed_in or other.observed_in)
    numbers = ((one.distribution.shape, other.distribution.shape), (one.dof, other.dof))
    if not alike or not all(math.isclose(first, second, rel_tol=1e-9) for first, second in numbers):
        values = {"id": str(one.influence)[:80], "one": one.name, "other": other.name}
        raise InvalidInput("uncertainty.influence_differs", **values)


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
        variances: dict[tuple[str, float], float] = defaultdict(float)
        for number, one in enumerate(self.components):
            variances[one.together or str(number), one.dof] += one.standard_uncertainty**2
        below = math.fsum(variance**2 / dof for (_, dof), variance in variances.items())
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
