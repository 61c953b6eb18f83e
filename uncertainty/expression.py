"""The text of one equation -> a checked tree. Nothing is ever executed.

A text passes a gate of tokens (no quotes, brackets, dots, comparisons, keywords), Python's
grammar turns it into a syntax tree, an allow-list turns that into our own tree, and only our
own tree is evaluated (reliability.md, 5).
"""

import ast
import keyword
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from uncertainty.errors import InvalidExpression, did_you_mean

MOST_CHARACTERS = 500
MOST_NODES = 200
GREATEST_DEPTH = 50
GREATEST_EXPONENT = 64
MOST_NAME_CHARACTERS = 64
FUNCTIONS = {
    "sqrt": 1, "exp": 1, "log": 1, "log10": 1, "sin": 1, "cos": 1, "tan": 1, "asin": 1, "acos": 1, "atan": 1,
    "sinh": 1, "cosh": 1, "tanh": 1, "abs": 1, "atan2": 2, "min": 2, "max": 2, "hypot": 2,
}  # fmt: skip
CONSTANTS = {"pi": math.pi}
OPERATIONS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.USub: "neg", ast.UAdd: "pos",
}  # fmt: skip
_NUMERAL = r"((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(?![A-Za-z0-9_.])"
_TOKEN = re.compile(rf"[ \t\r\n]*(?:{_NUMERAL}|([A-Za-z_][A-Za-z0-9_]*)|(\*\*|[-+*/(),]))")
_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Number:
    """A number of dimension one."""

    value: float


@dataclass(frozen=True)
class Name:
    """A quantity of the model."""

    name: str


@dataclass(frozen=True)
class Operation:
    """An operation (`+ - * / ** neg`) or a function on its arguments."""

    operation: str
    arguments: tuple["Node", ...]


Node = Number | Name | Operation


@dataclass(frozen=True)
class Expression:
    """One equation's right-hand side: its text, its tree, and the names it uses in order of appearance."""

    text: str
    tree: Node
    names: tuple[str, ...]


def check_name(name: str) -> None:
    """Refuse what cannot name a quantity: keywords, functions, constants, underscore-led and foreign letters.

    Raises:
        InvalidExpression: naming the name and the rule.
    """
    if keyword.iskeyword(name):
        raise InvalidExpression("uncertainty.name_is_keyword", name=name)
    if name in FUNCTIONS or name in CONSTANTS:
        raise InvalidExpression("uncertainty.name_is_taken", name=name)
    if not _NAME.fullmatch(name) or len(name) > MOST_NAME_CHARACTERS:
        raise InvalidExpression("uncertainty.name_not_accepted", name=name[:MOST_NAME_CHARACTERS])


@lru_cache(maxsize=2048)
def read_expression(text: str) -> Expression:
    """The checked tree of an expression.

    Args:
        text: `+ - * / **`, parentheses, numbers, names, `pi` and the functions of FUNCTIONS.

    Raises:
        InvalidExpression: for everything else, naming the place and the remedy.

    >>> read_expression("(B1 + B2 - A1 - A2) / 2").names
    ('B1', 'B2', 'A1', 'A2')
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidExpression("uncertainty.expression_too_long", length=len(text), most=MOST_CHARACTERS)
    _gate(text)
    plain = re.sub(r"[ \t\r\n]+", " ", text).strip()
    try:
        body = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InvalidExpression("uncertainty.expression_not_readable", text=plain) from None
    counted = sum(1 for _ in ast.walk(body))
    if counted > 4 * MOST_NODES:
        raise InvalidExpression("uncertainty.expression_too_large", most=MOST_NODES)
    tree = _allowed(body, 0)
    if sum(1 for _ in nodes(tree)) > MOST_NODES:
        raise InvalidExpression("uncertainty.expression_too_large", most=MOST_NODES)
    names = dict.fromkeys(node.name for node in nodes(tree) if isinstance(node, Name))
    return Expression(plain, tree, tuple(names))


def _gate(text: str) -> None:
    position, end = 0, len(text.rstrip(" \t\r\n"))
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position:].lstrip(" \t\r\n")
            shown = rest[0] if rest[0].isprintable() else f"U+{ord(rest[0]):04X}"
            key = "uncertainty.expression_caret" if shown == "^" else "uncertainty.expression_character"
            raise InvalidExpression(key, character=shown, rest=_printable(rest[:20]))
        name = match[2]
        if name and keyword.iskeyword(name):
            raise InvalidExpression("uncertainty.name_is_keyword", name=name)
        if name and (name.startswith("_") or len(name) > MOST_NAME_CHARACTERS):
            raise InvalidExpression("uncertainty.name_not_accepted", name=name[:MOST_NAME_CHARACTERS])
        position = match.end()
    if end == 0:
        raise InvalidExpression("uncertainty.expression_empty")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _allowed(node: ast.AST, depth: int) -> Node:
    """Our own tree for one node of Python's; a long sum leans to the left and counts as one level."""
    if depth > GREATEST_DEPTH:
        raise InvalidExpression("uncertainty.expression_too_deep", most=GREATEST_DEPTH)
    match node:
        case ast.Constant(value=value) if type(value) in (int, float):
            return _number(value)
        case ast.Name(id=name):
            return Number(CONSTANTS[name]) if name in CONSTANTS else _quantity(name)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATIONS:
            inner = _allowed(operand, depth + 1)
            return inner if isinstance(op, ast.UAdd) else Operation("neg", (inner,))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATIONS:
            step = 0 if isinstance(left, ast.BinOp) else 1
            return Operation(OPERATIONS[type(op)], (_allowed(left, depth + step), _allowed(right, depth + 1)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, arguments, depth)
    raise InvalidExpression("uncertainty.expression_not_allowed", what=type(node).__name__)


def _number(value: object) -> Number:
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InvalidExpression("uncertainty.expression_number_range")
    return Number(number)


def _quantity(name: str) -> Name:
    if name in FUNCTIONS:
        raise InvalidExpression("uncertainty.expression_arguments", name=name, wanted=FUNCTIONS[name], given=0)
    return Name(name)


def _call(name: str, arguments: list[ast.expr], depth: int) -> Operation:
    if name not in FUNCTIONS:
        raise InvalidExpression(
            "uncertainty.expression_function_unknown", name=name, suggestion=did_you_mean(name, FUNCTIONS)
        )
    if len(arguments) != FUNCTIONS[name]:
        raise InvalidExpression(
            "uncertainty.expression_arguments", name=name, wanted=FUNCTIONS[name], given=len(arguments)
        )
    return Operation(name, tuple(_allowed(argument, depth + 1) for argument in arguments))


def nodes(tree: Node) -> Iterator[Node]:
    """Every node of a tree, arguments before their operation."""
    if isinstance(tree, Operation):
        for argument in tree.arguments:
            yield from nodes(argument)
    yield tree


def literal(tree: Node) -> float | None:
    """The value of a tree without names, as an exponent must be for a quantity with a unit; None if it has names.

    Raises:
        InvalidExpression: where the literal has no finite value.
    """
    match tree:
        case Number(value=value):
            return value
        case Operation(operation=operation, arguments=arguments):
            values = [literal(argument) for argument in arguments]
            if None in values or operation not in ("+", "-", "*", "/", "neg"):
                return None
            return _folded(operation, [value for value in values if value is not None])
    return None


def _folded(operation: str, values: list[float]) -> float:
    try:
        match operation:
            case "neg":
                return -values[0]
            case "+":
                return values[0] + values[1]
            case "-":
                return values[0] - values[1]
            case "*":
                return values[0] * values[1]
        return values[0] / values[1]
    except ZeroDivisionError:
        raise InvalidExpression("uncertainty.expression_no_value", operation="/", at="0") from None


def written(tree: Node) -> str:
    """A tree as text again, for messages."""
    match tree:
        case Number(value=value):
            return f"{value:g}"
        case Name(name=name):
            return name
        case Operation(operation="neg", arguments=(one,)):
            return f"-{written(one)}"
        case Operation(operation=operation, arguments=(one, other)) if operation in ("+", "-", "*", "/", "**"):
            return f"({written(one)} {operation} {written(other)})"
        case Operation(operation=operation, arguments=arguments):
            return f"{operation}({', '.join(written(argument) for argument in arguments)})"
