"""A checked measurement model: equations, input and output quantities, and how to evaluate them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from uncertainty.correlation import Correlation
from uncertainty.inputs import InputQuantity
from uncertainty.program import Program
from uncertainty.quantity import from_base, point_from_base
from uncertainty.units import Unit

OUTPUT_KINDS = ("value", "measurement_error", "correction")


@dataclass(frozen=True)
class OutputQuantity:
    """What is measured.

    Attributes:
        name: its name in the model.
        unit: the unit of the result.
        kind: one of OUTPUT_KINDS.
        is_point: whether it is a point on a scale (`degC`, `dBm`) rather than a difference.
        label: what it is called on paper, by language.
        symbol: how it is written on paper.
    """

    name: str
    unit: Unit
    kind: str = "value"
    is_point: bool = False
    label: Mapping[str, str] = field(default_factory=dict)
    symbol: str | None = None

    def shown(self, value: float) -> float:
        """A value in base units in the unit of the result."""
        return point_from_base(value, self.unit) if self.is_point else from_base(value, self.unit)

    @property
    def signed(self) -> bool:
        """Whether a positive result is written with its sign, as errors and corrections are."""
        return self.kind != "value"


@dataclass(frozen=True)
class Settings:
    """How a model is evaluated.

    Attributes:
        coverage_probability: p.
        probability_is_stated: whether the model states p.
        coverage_factor: "auto", "t", "distribution", or a stated number.
        order: 1, or 2 for second-order terms in u.
        monte_carlo: whether distributions are propagated.
        trials: number of Monte Carlo trials, or "adaptive".
        seed: of the random numbers.
        digits: significant digits of U in `reported`.
    """

    coverage_probability: float = 0.95
    probability_is_stated: bool = False
    coverage_factor: str | float = "auto"
    monte_carlo: bool = True
    trials: int | str = "adaptive"
    seed: int = 20260101
    digits: int = 2
    order: int = 1


@dataclass(frozen=True, eq=False)
class MeasurementModel:
    """A checked measurement model.

    Attributes:
        title: what is measured.
        source: where the model comes from.
        program: the equations; its inputs are in the order of `inputs`.
        inputs: the input quantities.
        outputs: the output quantities.
        correlation: of the inputs.
        settings: of the evaluation.
        sha256: hash of the content from which it was read.
    """

    title: str
    source: str
    program: Program
    inputs: tuple[InputQuantity, ...]
    outputs: tuple[OutputQuantity, ...]
    correlation: Correlation
    settings: Settings
    sha256: str
