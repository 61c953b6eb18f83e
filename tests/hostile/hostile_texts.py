"""Texts that try to be more than they are, and their mutations; run in a process of its own under an audit hook.

Called as `python -m tests.hostile.hostile_texts expressions|units COUNT [SEED]`; prints one JSON object.
"""

import contextlib
import gc
import json
import random
import sys
import time
from collections.abc import Callable

import numpy as np
from pint import UnitRegistry

from uncertainty.dimensions import NUMBER, kind_of
from uncertainty.errors import InvalidExpression, InvalidUnit
from uncertainty.expression import read_expression
from uncertainty.program import Program
from uncertainty.quantity import read_quantity
from uncertainty.second_order import directional_derivatives
from uncertainty.units import Unit, check_unit, permitted_units

RETIMED_S = 0.002
SEED = 20260101
DANGEROUS = {"exec", "import", "open", "os.system", "subprocess.Popen", "socket.connect"}

EXPRESSIONS = [
    "__import__('os').system('true')", "().__class__.__bases__[0].__subclasses__()", "open('/etc/passwd').read()",
    "exec('1')", "eval('1')", "(lambda: 1)()", "[x for x in (1,2)]", "{x: 1}", "x.__class__", "x[0]", "f'{x}'",
    "'a' * 9",
    "x if y else z", "x := 1", "await x", "yield x", "*x", "**x", "max(*x)", "sin(x=1)", "getattr(x, 'y')", "x == y",
    "x < y", "not x", "x and y", "x or y", "True", "None", "False", "...", "1j", "0x10", "0b1", "0o7", "1_000",
    "b'x'",
    "9**9**9**9", "10**10**10", "2**-1e9", "(-1)**0.5", "1/0", "0**-1", "log(0)", "exp(1e9)", "tan(1e308)", "1e999",
    "1" * 499, "(" * 240 + "1" + ")" * 240, "-" * 480 + "1",
    "+".join(["x"] * 240), "x" * 500, "x" * 501, "sin(" * 120,
    "x\x00", "x\u202ey", "x\u200b", "ｘ", "x²", "α", "x\\y", "x;y", "x\ny", "x#y", "import os", "print(x)", "abs",
    "sqrt()", "sqrt(x, y)", "atan2(x)", "max(x, y, x)", "()", "(x,)", "x,y", "x//y", "x%y", "x@y", "x<<y", "~x",
    "x|y",
    "global x", "del x", "assert x", "x = 1", "x: int", "`x`", "$x", "{{x}}", "%s", "{0.__class__}", "${x}", "pi()",
    "pi.x",
    "x + y", "x * y / x", "sqrt(x**2 + y**2)", "hypot(x, y)", "atan2(x, y)", "x**0.5", "x**y", "min(x, y)", "exp(-x)",
]  # fmt: skip
UNITS = [
    "9**9**9**9", "10**10**10", "m**1e400", "nan*m", "inf", "m\x00", "m\u200fk", "m\u202ek", "m k", "ｍ", "m²",
    "m⁻²", "m^-9",
    "m^10", "m^99999999999999999999", "(" * 40 + "m" + ")" * 40, "m" * 200_000, "1" * 100_000, "m/" * 60, "kg/m^3",
    "J/(mol K)",
    "degC", "°C", "µm", "Ω", "kΩ", "%", "ppm", "dBm", "dBm/s", "delta_degC", "kelvn", "m + s", "m - s", "m // s",
    "__import__('os')", "m; s", "m\ns", "m.real", "m[0]", "'m'", "pixel", "furlong", "year", "m^(2)", "m^(-2)",
    "m^²", "10^-6/K",
    "10^99", "1/s", "/s", "s/", "* m", "m **", "m ** 2 ** 2", "()", "(m", "m)", "m,s", "5 m", "ｋg", "кг", "ﾒ", "㎜",
    "℃", "",
]  # fmt: skip
ALPHABET = "xyzmkgsKAV019.eE+-*/^()[]{}<>=!,;:_'\"\\ \t\n\x00%#@$&|~`²⁻µΩ°αｘ\u202e\u200b\u00a0"


def mutated(random_: random.Random, corpus: list[str]) -> str:
    """One text of the corpus with a few changes, or two of them joined."""
    text = random_.choice(corpus)[:600]
    for _ in range(random_.randrange(5)):
        place = random_.randrange(len(text) + 1)
        match random_.randrange(4):
            case 0:
                text = text[:place] + random_.choice(ALPHABET) + text[place:]
            case 1:
                text = text[:place] + text[place + random_.randrange(1, 4) :]
            case 2:
                text = text[:place] + random_.choice(corpus)[:80] + text[place:]
            case _:
                text = text[:place] + text[place : place + 9] * random_.randrange(2, 5) + text[place:]
    return text


def try_expression(text: str) -> None:
    """Read, check, evaluate and differentiate one text, twice and three times too."""
    expression = read_expression(text)
    if set(expression.names) - {"x", "y"}:
        return
    kind_of(expression.tree, {"x": NUMBER, "y": NUMBER})
    program = Program(("x", "y"))
    program.define("result", expression.tree)
    values = program.values_at_estimate([np.float64(1.5), np.float64(2.5)])
    program.gradient(values, "result")
    directional_derivatives(program, np.array([1.5, 2.5]), np.eye(2), "result")


def try_unit(text: str) -> None:
    """Read one text as a unit, and as the unit of a number; what is accepted is built from the list."""
    unit: Unit = check_unit(text)
    known = set(permitted_units()) | {"10"}
    atoms = "".join(c if c.isalpha() or c in "_%" else " " for c in unit.text).split()
    assert all(atom in known for atom in atoms), unit.text
    assert check_unit(unit.text).factor == unit.factor
    read_quantity(f"1 {text}"[:100])


def run(what: str, count: int, seed: int = SEED) -> dict[str, object]:
    """Try the corpus and its mutations with the hook armed; any other exception ends the process."""
    corpus, attempt, refusal = (
        (EXPRESSIONS, try_expression, InvalidExpression) if what == "expressions" else (UNITS, try_unit, InvalidUnit)
    )
    random_ = random.Random(seed)
    texts = corpus + [mutated(random_, corpus) for _ in range(count)]
    events: list[str] = []
    armed = [False]
    reached = _watch_pint()
    _warm(attempt, refusal)
    sys.addaudithook(lambda event, _: events.append(event) if armed[0] and event in DANGEROUS else None)
    counts = {"accepted": 0, "refused": 0}
    slowest = 0.0
    gc.disable()
    armed[0] = True
    for text in texts:
        began = time.thread_time()
        try:
            attempt(text)
            counts["accepted"] += 1
        except refusal:
            counts["refused"] += 1
        spent = time.thread_time() - began
        if spent > RETIMED_S:  # the first run of a path, or a busy computer: what counts is the text itself
            spent = min(spent, *(_spent(attempt, refusal, text) for _ in range(3)))
        slowest = max(slowest, spent)
    armed[0] = False
    found = {"tried": len(texts), **counts, "slowest_ms": 1e3 * slowest, "events": events}
    return {**found, "reached": len(reached)}


def _spent(attempt: Callable[[str], None], refusal: type[Exception], text: str) -> float:
    began = time.thread_time()
    with contextlib.suppress(refusal):
        attempt(text)
    return time.thread_time() - began


def _watch_pint() -> set[str]:
    """Every text that pint is given to read from now on."""
    reached: set[str] = set()
    reads = UnitRegistry.parse_units

    def watched(registry: UnitRegistry, text: str, *rest: object, **more: object) -> object:
        reached.add(text)
        return reads(registry, text, *rest, **more)

    UnitRegistry.parse_units = watched
    return reached


def _warm(attempt: Callable[[str], None], refusal: type[Exception]) -> None:
    for text in ("x + y", "m", "no such thing", "sqr(x)"):
        try:
            attempt(text)
        except refusal:
            continue


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], *map(int, sys.argv[2:]))))
