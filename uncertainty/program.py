"""A model as a list of operations: evaluated and differentiated on floats or on arrays of trials."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uncertainty.errors import InvalidExpression
from uncertainty.expression import Name, Node, Number, Operation, literal

# A quantity's values: one number at the estimate, or one number a trial.
Values = np.float64 | NDArray[np.float64]
_Function = Callable[..., Any]

_EVALUATE: dict[str, _Function] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power, "neg": np.negative,
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "log10": np.log10, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "abs": np.abs, "atan2": np.arctan2, "min": np.minimum, "max": np.maximum, "hypot": np.hypot,
}  # fmt: skip


def _power_of_base(result: Values, base: Values, exponent: Values) -> Any:
    return np.where(exponent == 0, 0.0, exponent * np.power(base, exponent - 1))


def _power_of_exponent(result: Values, base: Values, exponent: Values) -> Any:
    return np.where(result == 0, 0.0, result * np.log(np.where(base > 0, base, 1.0)))


# Partial derivatives by each argument; the result comes first. At the kink of `abs` the slope is
# taken as 1, so that an uncertainty never vanishes there; where `min` and `max` tie, the first counts.
_PARTIALS: dict[str, tuple[_Function, ...]] = {
    "+": (lambda y, a, b: 1.0, lambda y, a, b: 1.0),
    "-": (lambda y, a, b: 1.0, lambda y, a, b: -1.0),
    "*": (lambda y, a, b: b, lambda y, a, b: a),
    "/": (lambda y, a, b: 1.0 / b, lambda y, a, b: -y / b),
    "**": (_power_of_base, _power_of_exponent),
    "neg": (lambda y, a: -1.0,),
    "sqrt": (lambda y, a: 0.5 / y,),
    "exp": (lambda y, a: y,),
    "log": (lambda y, a: 1.0 / a,),
    "log10": (lambda y, a: 1.0 / (a * np.log(10.0)),),
    "sin": (lambda y, a: np.cos(a),),
    "cos": (lambda y, a: -np.sin(a),),
    "tan": (lambda y, a: 1.0 + y * y,),
    "asin": (lambda y, a: 1.0 / np.sqrt(1.0 - a * a),),
    "acos": (lambda y, a: -1.0 / np.sqrt(1.0 - a * a),),
    "atan": (lambda y, a: 1.0 / (1.0 + a * a),),
    "sinh": (lambda y, a: np.cosh(a),),
    "cosh": (lambda y, a: np.sinh(a),),
    "tanh": (lambda y, a: 1.0 - y * y,),
    "abs": (lambda y, a: np.where(a < 0, -1.0, 1.0),),
    "atan2": (lambda y, a, b: b / (a * a + b * b), lambda y, a, b: -a / (a * a + b * b)),
    "min": (lambda y, a, b: np.where(a <= b, 1.0, 0.0), lambda y, a, b: np.where(a <= b, 0.0, 1.0)),
    "max": (lambda y, a, b: np.where(a >= b, 1.0, 0.0), lambda y, a, b: np.where(a >= b, 0.0, 1.0)),
    "hypot": (lambda y, a, b: a / y, lambda y, a, b: b / y),
}


@dataclass(frozen=True)
class Affine:
    """How a quantity enters an equation between numerical values: value * scale + shift."""

    scale: float
    shift: float


@dataclass
class Program:
    """Operations in the order of evaluation; slots 0 .. n-1 hold the input quantities.

    Attributes:
        inputs: names of the input quantities, in the order of their slots.
        steps: (operation, slots of its arguments); slot n + i holds the result of step i.
        constants: values of the slots that hold numbers.
        slots: the slot of every named quantity, lines of the model included.
    """

    inputs: tuple[str, ...]
    steps: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    constants: dict[int, np.float64] = field(default_factory=dict)
    slots: dict[str, int] = field(default_factory=dict)
    _used: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.slots = {name: slot for slot, name in enumerate(self.inputs)}

    def define(self, name: str, tree: Node, numeric: Mapping[str, Affine] | None = None, result: float = 1.0) -> None:
        """Append one line of the model.

        Args:
            name: the quantity on the left.
            tree: the right-hand side.
            numeric: for an equation between numerical values, how each name enters.
            result: the factor from the equation's result to the base unit.
        """
        slot = self._add(tree, numeric or {})
        if result != 1.0:
            slot = self._step("*", (slot, self._constant(result)))
        self.slots[name] = slot
        self._used.clear()

    def _step(self, operation: str, arguments: tuple[int, ...]) -> int:
        self.steps.append((operation, arguments))
        return len(self.inputs) + len(self.steps) - 1

    def _constant(self, value: float) -> int:
        slot = self._step("number", ())
        self.constants[slot] = np.float64(value)
        return slot

    def _add(self, tree: Node, numeric: Mapping[str, Affine]) -> int:
        match tree:
            case Number(value=value):
                return self._constant(value)
            case Name(name=name):
                return self._entering(self.slots[name], numeric.get(name))
            case Operation(operation=operation, arguments=arguments):
                folded = literal(tree)
                if folded is not None:
                    return self._constant(folded)
                return self._step(operation, tuple(self._add(argument, numeric) for argument in arguments))

    def _entering(self, slot: int, affine: Affine | None) -> int:
        if affine is None:
            return slot
        if affine.scale != 1.0:
            slot = self._step("*", (slot, self._constant(affine.scale)))
        return self._step("+", (slot, self._constant(affine.shift))) if affine.shift else slot

    def values(self, inputs: Sequence[Values]) -> list[Values]:
        """The values of every slot.

        Args:
            inputs: one number, or one array of trials, per input quantity, in base units.
        """
        found: list[Values] = list(inputs)
        first = len(self.inputs)
        with np.errstate(all="ignore"):
            for index, (operation, arguments) in enumerate(self.steps):
                if operation == "number":
                    found.append(self.constants[first + index])
                else:
                    found.append(_EVALUATE[operation](*(found[slot] for slot in arguments)))
        return found

    def values_at_estimate(self, inputs: Sequence[Values]) -> list[Values]:
        """The values of every slot at the estimates, each finite.

        Raises:
            InvalidExpression: for a domain error at the estimate, naming the operation.
        """
        found = self.values(inputs)
        first = len(self.inputs)
        for slot, value in enumerate(found):
            if not math.isfinite(value):
                operation, arguments = self.steps[slot - first] if slot >= first else ("number", ())
                at = "; ".join(f"{float(found[argument]):g}" for argument in arguments)
                raise InvalidExpression("uncertainty.expression_no_value", operation=operation, at=at)
        return found

    def gradient(self, values: Sequence[Values], output: str) -> list[Values]:
        """Sensitivity coefficients of one output by every input, by reverse accumulation.

        Args:
            values: the values of every slot, from `values`.
            output: a name of the model.

        Returns:
            One value per input quantity, in base units, of the shape of the trials.

        Raises:
            InvalidExpression: where a derivative has no finite value.
        """
        found = self.slopes(values, output)
        for name, sensitivity in zip(self.inputs, found, strict=True):
            if not (math.isfinite(sensitivity) if isinstance(sensitivity, float) else np.all(np.isfinite(sensitivity))):
                raise InvalidExpression("uncertainty.expression_no_slope", name=name, output=output)
        return found

    def slopes(self, values: Sequence[Values], output: str) -> list[Values]:
        """What `gradient` finds, whether or not it is finite: for those who look at the whole result."""
        first = len(self.inputs)
        adjoints: dict[int, Any] = {self.slots[output]: np.float64(1.0)}
        with np.errstate(all="ignore"):
            for slot in range(self.slots[output], first - 1, -1):
                operation, arguments = self.steps[slot - first]
                adjoint = adjoints.pop(slot, None)
                if adjoint is None or operation == "number":
                    continue
                given = [values[argument] for argument in arguments]
                for argument, partial in zip(arguments, _PARTIALS[operation], strict=True):
                    if argument in self.constants:
                        continue
                    slope = partial(values[slot], *given)
                    term = adjoint if type(slope) is float and slope == 1.0 else adjoint * slope
                    adjoints[argument] = adjoints[argument] + term if argument in adjoints else term
        return [adjoints.get(slot, np.float64(0.0)) for slot in range(first)]

    def used_by(self, output: str) -> frozenset[str]:
        """The names of the inputs on which an output depends."""
        if output not in self._used:
            first = len(self.inputs)
            self._used[output] = frozenset(self.inputs[slot] for slot in self.slots_behind(output) if slot < first)
        return self._used[output]

    def slots_behind(self, output: str) -> set[int]:
        """The slots on which an output depends, its own included."""
        first, reached, waiting = len(self.inputs), set[int](), [self.slots[output]]
        while waiting:
            slot = waiting.pop()
            if slot not in reached:
                reached.add(slot)
                waiting += self.steps[slot - first][1] if slot >= first else ()
        return reached
