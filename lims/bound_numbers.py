"""What a binding of a procedure stands for in given circumstances: always a text, so that anyone can recompute it."""

from collections.abc import Mapping
from decimal import Context, Decimal, DivisionByZero, InvalidOperation

from lims.circumstances import Circumstances, Property
from lims.constants import constant
from lims.procedure_format import Binding, BoundExpression, Label, Procedure, Source
from lims.quantity_text import in_unit, text_of
from uncertainty.dimensions import Kind, kind_of, kind_of_unit
from uncertainty.errors import Invalid, InvalidExpression
from uncertainty.expression import Name, Node, Number, Operation, read_expression
from uncertainty.program import Program
from uncertainty.quantity import read_quantity
from uncertainty.rounding import exact
from uncertainty.units import Unit, check_unit

_PRECISION = Context(prec=34, traps=[InvalidOperation, DivisionByZero])
_ARITHMETIC = {"+": _PRECISION.add, "-": _PRECISION.subtract, "*": _PRECISION.multiply, "/": _PRECISION.divide}


class Missing(Invalid):
    """Something that a result needs and that is not there yet; `place` says where it belongs."""

    def __init__(self, key: str, place: str, /, **values: object) -> None:
        super().__init__(key, **values)
        self.place = place


def resolve(source: Source, procedure: Procedure, circumstances: Circumstances) -> tuple[str, str | None]:
    """The number that a source stands for.

    Returns:
        The number with its unit as text, and the id of the dated record it comes from (None where it has none,
        or comes from several).

    Raises:
        Missing: where the circumstances do not hold it yet.
        Invalid: where an expression has no value or its units do not fit.
    """
    if isinstance(source, str):
        return source, None
    if isinstance(source, Binding):
        return _bound(source, procedure, circumstances)
    return expression_text(source, procedure, circumstances), None


def expression_text(bound: BoundExpression, procedure: Procedure, circumstances: Circumstances) -> str:
    """The value of an expression of bound numbers, in the unit of the result, else of one of them, where it fits."""
    texts = {name: _bound(one, procedure, circumstances)[0] for name, one in bound.names.items()}
    if bound.expression in texts:
        return texts[bound.expression]
    tree = read_expression(bound.expression).tree
    units = {name: read_quantity(text).unit for name, text in texts.items()}
    kind = kind_of(tree, {name: kind_of_unit(unit) for name, unit in units.items()})
    value = number_of(tree, {name: in_unit(text, _base(units[name])) for name, text in texts.items()})
    candidates = [check_unit(procedure.output.unit), *units.values()]
    unit = next((one for one in candidates if kind_of_unit(one) == kind), None) or check_unit(_base_of(kind))
    scaled = _PRECISION.divide(value, Decimal(repr(unit.factor)))
    return text_of(_short(scaled), unit.text)


def number_of(tree: Node, values: Mapping[str, Decimal]) -> Decimal:
    """The value of an expression between numerical values: exact for + - * /, else to double precision.

    Raises:
        InvalidExpression: where it has no value.
    """
    try:
        return _arithmetic(tree, values)
    except (InvalidOperation, DivisionByZero) as problem:
        raise InvalidExpression("uncertainty.expression_no_value", operation="/", at="0") from problem
    except KeyError:
        program = Program(tuple(values))
        program.define("result", tree)
        found = program.values_at_estimate([float(value) for value in values.values()])  # type: ignore[misc]
        return exact(float(found[program.slots["result"]]))


def _arithmetic(tree: Node, values: Mapping[str, Decimal]) -> Decimal:
    match tree:
        case Number(value=value):
            return exact(value)
        case Name(name=name):
            return values[name]
        case Operation(operation="neg", arguments=(one,)):
            return -_arithmetic(one, values)
        case Operation(operation=operation, arguments=(one, other)):
            return _ARITHMETIC[operation](_arithmetic(one, values), _arithmetic(other, values))
    raise KeyError("not arithmetic")


def _short(value: Decimal) -> Decimal:
    """A number without the digits that only a division made, trailing zeros removed."""
    return value.normalize(Context(prec=16))


def _base(unit: Unit) -> str:
    return _base_of(kind_of_unit(unit))


def _base_of(kind: Kind) -> str:
    """The coherent SI unit of a dimension."""
    return kind.written().replace("·", "*")


def _bound(binding: Binding, procedure: Procedure, circumstances: Circumstances) -> tuple[str, str | None]:
    match binding.holder:
        case "standards":
            return _of_standard(binding, procedure, circumstances)
        case "equipment":
            role = procedure.equipment[binding.role]
            equipment = circumstances.equipment.get(binding.role)
            place = f"equipment.{binding.role}"
            if equipment is None:
                raise Missing("procedures.need_equipment", place, role=role.label)
            return _property(equipment.properties, binding.name, role.properties, place, equipment.code)
        case "constant":
            return constant(binding.role, binding.name)
        case "environment":
            return _of_environment(binding, procedure, circumstances), None
        case "item":
            return _given(circumstances.item, binding, procedure.item[binding.name].label), None
        case "point":
            return _given(circumstances.point, binding, binding.name), None
    return _given(circumstances.range, binding, binding.name), None


def _given(values: Mapping[str, str], binding: Binding, label: Label | str) -> str:
    if not values.get(binding.name):
        raise Missing(f"procedures.need_{binding.holder}", str(binding), name=label)
    return values[binding.name]


def _of_standard(binding: Binding, procedure: Procedure, circumstances: Circumstances) -> tuple[str, str | None]:
    role = procedure.standards[binding.role]
    standard = circumstances.standards.get(binding.role)
    place = f"standards.{binding.role}"
    if standard is None:
        raise Missing("procedures.need_standard", place, role=role.label)
    own = {
        "nominal": (standard.nominal, standard.nominal_unit),
        "value": (standard.value, standard.unit),
        "expanded_uncertainty": (standard.expanded_uncertainty, standard.uncertainty_unit),
    }
    text, unit = own.get(binding.name, (None, None))
    if text is not None:
        return f"{text} {unit or ''}".strip(), standard.result_id
    return _property(standard.properties, binding.name, role.properties, place, standard.code)


def _property(
    properties: Mapping[str, Property], name: str, labels: Mapping[str, Label], place: str, code: str
) -> tuple[str, str | None]:
    if name not in properties:
        label = labels.get(name, name)
        raise Missing("procedures.need_property", f"{place}.{name}", name=label, code=code or place)
    return properties[name].quantity(), properties[name].record


def _of_environment(binding: Binding, procedure: Procedure, circumstances: Circumstances) -> str:
    texts = circumstances.environment.get(binding.name, ())
    quantity = procedure.environment[binding.name]
    if not texts:
        raise Missing("procedures.need_environment", str(binding), name=quantity.label)
    mean = sum((Decimal(text) for text in texts), Decimal(0)) / len(texts)
    return text_of(_short(mean), quantity.unit)
