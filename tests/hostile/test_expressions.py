"""Model expressions cannot execute anything (promise H1)."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.hostile_texts import EXPRESSIONS, SEED
from uncertainty.errors import InvalidExpression
from uncertainty.expression import read_expression

ROOT = Path(__file__).resolve().parents[2]
COUNT, BLOCKS = 10_000, 100
"""Texts of the short form; the long one tries so many blocks of as many, each with other mutations: a million."""
LAST_OF_THE_HARMLESS = 9


def tried(what: str, blocks: int, cache: pytest.Cache) -> dict:
    """What came of the corpus and its mutations, in blocks; a long form that was interrupted goes on after the last.

    What earlier blocks gave is kept in pytest's cache as long as the program is the same.
    """
    key = f"chuan/hostile-{what}"
    kept = cache.get(key, {}) if blocks > 1 else {}
    done = kept.get("blocks", []) if kept.get("program") == program() else []
    while len(done) < blocks:
        done.append(one_block(what, SEED + len(done)))
        if blocks > 1:
            cache.set(key, {"program": program(), "blocks": done})
    found = {name: sum(one[name] for one in done) for name in ("tried", "accepted", "refused", "reached")}
    events = [event for one in done for event in one["events"]]
    return {**found, "events": events, "slowest_ms": max(one["slowest_ms"] for one in done)}


def program() -> str:
    """The hash of what is tried, and of the texts."""
    files = [*sorted((ROOT / "uncertainty").glob("*.py")), Path(__file__).with_name("hostile_texts.py")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def one_block(what: str, seed: int) -> dict:
    """One block in a process of its own, since an audit hook cannot be removed."""
    command = [sys.executable, "-m", "tests.hostile.hostile_texts", what, str(COUNT), str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long_form("texts")
def test_hostile_expressions_do_nothing(long_form, record_property, request):
    """Of 10 000 hostile texts, each within 10 ms, none does anything, or raises anything but InvalidExpression."""
    found = tried("expressions", BLOCKS if long_form else 1, request.config.cache)
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
