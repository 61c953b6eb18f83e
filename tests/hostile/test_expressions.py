"""Model expressions cannot execute anything (promise H1)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.hostile_texts import EXPRESSIONS
from uncertainty.errors import InvalidExpression
from uncertainty.expression import read_expression

ROOT = Path(__file__).resolve().parents[2]
COUNT, LONG_COUNT = 10_000, 1_000_000
LAST_OF_THE_HARMLESS = 9


def tried(what: str, count: int) -> dict:
    """What came of the corpus and its mutations in a process of its own, since an audit hook cannot be removed."""
    command = [sys.executable, "-m", "tests.hostile.hostile_texts", what, str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long_form("texts")
def test_hostile_expressions_do_nothing(long_form, record_property):
    """Of 10 000 hostile texts, each within 10 ms, none does anything, or raises anything but InvalidExpression."""
    found = tried("expressions", LONG_COUNT if long_form else COUNT)
    record_property("figure", f"{found['tried']} hostile expressions, slowest {found['slowest_ms']:.1f} ms, 0 events")
    assert found["events"] == []
    assert found["refused"] > found["tried"] / 2
    assert found["slowest_ms"] < 10


@pytest.mark.parametrize("text", EXPRESSIONS[:-LAST_OF_THE_HARMLESS], ids=lambda text: repr(text[:30]))
def test_a_hostile_expression_is_refused_or_has_no_value(text):
    """What is not arithmetic is refused; what is arithmetic without a value is refused when it is evaluated."""
    harmless = {"2**-1e9", "(-1)**0.5", "1/0", "0**-1", "log(0)", "exp(1e9)", "tan(1e308)", "9**9**9**9", "10**10**10"}
    if text in harmless or text in ("+".join(["x"] * 240), "1" * 499):
        return
    with pytest.raises(InvalidExpression) as refusal:
        read_expression(text)
    assert refusal.value.text("vi") and refusal.value.text("en")


@pytest.mark.parametrize("text", EXPRESSIONS[-LAST_OF_THE_HARMLESS:])
def test_arithmetic_is_accepted(text):
    """The corpus ends with plain arithmetic, so that a refusal of everything would be noticed."""
    assert read_expression(text).names


@pytest.mark.parametrize("name", ["lambda", "class", "import", "async", "None"])
def test_a_keyword_is_refused_by_name(name):
    """A Python keyword in an expression is refused with its name."""
    with pytest.raises(InvalidExpression, match=name):
        read_expression(f"x + {name}")
