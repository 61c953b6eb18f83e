"""Whether the units of an equation fit: dimensions, and points against differences on a scale."""

from dataclasses import dataclass
from fractions import Fraction

from uncertainty.errors import InvalidExpression
from uncertainty.expression import GREATEST_EXPONENT, Name, Node, Number, Operation, literal, written
from uncertainty.unit_definitions import BASES, ONE, Dimension
from uncertainty.units import Unit

_SAME = {"min", "max", "abs", "hypot", "neg", "+", "-"}


@dataclass(frozen=True)
class Kind:
    """What a quantity is: its dimension, and the scale it is a point of, if any.

    Attributes:
        dimension: exponents of the bases.
        scale: the scale of which it is a point, None for any other quantity.
        is_difference: whether it is known to be a difference of two points of a scale; plain kelvin are not, since
            they could be an absolute temperature as well.
    """

    dimension: Dimension
    scale: str | None = None
    is_difference: bool = False

    def written(self) -> str:
        """The dimension in base units, for messages."""
        parts = [b if e == 1 else f"{b}^{e}" for b, e in zip(BASES, self.dimension, strict=True) if e]
        return "·".join(parts) or "1"


NUMBER = Kind(ONE)


def kind_of_unit(unit: Unit, difference: bool = False) -> Kind:
    """The kind of a quantity given in a unit: in `degC` a point unless it is said to be a difference."""
    known = (difference or unit.is_difference) and unit.dimension != ONE
    return Kind(unit.dimension, None if difference else unit.scale, known)


def kind_of(tree: Node, kinds: dict[str, Kind]) -> Kind:
    """The kind of an expression, from the kinds of the quantities in it.

    Point + difference is a point, point - point a difference; a product with a point, or a
    sum of two, is refused and names the key `kind`.

    Args:
        tree: a checked tree.
        kinds: the kind of every name in it.

    Raises:
        InvalidExpression: where units do not fit.
    """
    match tree:
        case Number():
            return NUMBER
        case Name(name=name):
            return kinds[name]
        case Operation(operation="**", arguments=(base, exponent)):
            return _power(tree, kind_of(base, kinds), exponent, kinds)
        case Operation(operation=operation, arguments=arguments):
            given = [kind_of(argument, kinds) for argument in arguments]
            if operation in ("+", "-") or operation in ("min", "max"):
                return _sum(tree, operation, given)
            _refuse_points(tree, given)
            return _combined(tree, operation, given)


def _refuse_points(tree: Node, given: list[Kind]) -> None:
    for kind in given:
        if kind.scale:
            raise InvalidExpression("uncertainty.dimension_point_product", text=written(tree))


def _sum(tree: Operation, operation: str, given: list[Kind]) -> Kind:
    one, other = given
    if one.dimension != other.dimension:
        left, right = (written(argument) for argument in tree.arguments)
        raise InvalidExpression(
            "uncertainty.dimension_sum", left=left, right=right, one=one.written(), other=other.written()
        )
    if operation in ("min", "max"):
        fits = one.scale == other.scale
    elif operation == "+":
        fits = not (one.scale and other.scale)
    else:
        fits = one.scale == other.scale or other.scale is None
    if not fits:
        raise InvalidExpression("uncertainty.dimension_point_sum", text=written(tree))
    if operation == "-" and other.scale:
        return Kind(one.dimension, is_difference=True)
    scale = one.scale or other.scale
    return Kind(one.dimension, scale, scale is None and (one.is_difference or other.is_difference))


def _combined(tree: Operation, operation: str, given: list[Kind]) -> Kind:
    first = given[0].dimension
    match operation:
        case "*":
            product = tuple(a + b for a, b in zip(first, given[1].dimension, strict=True))
            return Kind(product, is_difference=any(one.is_difference and one.dimension == product for one in given))
        case "/":
            quotient = tuple(a - b for a, b in zip(first, given[1].dimension, strict=True))
            return Kind(quotient, is_difference=given[0].is_difference and first == quotient)
        case "sqrt":
            return Kind(tuple(Fraction(a, 2) for a in first))
        case "neg" | "abs":
            return given[0]
        case "hypot" | "atan2":
            if first != given[1].dimension:
                left, right = (written(argument) for argument in tree.arguments)
                raise InvalidExpression(
                    "uncertainty.dimension_sum",
                    left=left,
                    right=right,
                    one=given[0].written(),
                    other=given[1].written(),
                )
            return given[0] if operation == "hypot" else NUMBER
    if first != ONE:
        raise InvalidExpression("uncertainty.dimension_function", text=written(tree), unit=given[0].written())
    return NUMBER


def _power(tree: Operation, base: Kind, exponent: Node, kinds: dict[str, Kind]) -> Kind:
    _refuse_points(tree, [base])
    value = literal(exponent)
    if value is not None and abs(value) > GREATEST_EXPONENT:
        raise InvalidExpression("uncertainty.dimension_exponent_range", text=written(tree), most=GREATEST_EXPONENT)
    if base.dimension == ONE:
        raised = kind_of(exponent, kinds)
        if raised != NUMBER:
            raise InvalidExpression("uncertainty.dimension_function", text=written(tree), unit=raised.written())
        return NUMBER
    if value is None:
        raise InvalidExpression("uncertainty.dimension_exponent", text=written(tree))
    power = Fraction(value).limit_denominator(1000)
    return Kind(tuple(Fraction(a) * power for a in base.dimension))
