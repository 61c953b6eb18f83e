"""Policies of checks and calibration intervals as data (`data/intervals/*.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from instruments.checks import CheckRule
from instruments.interval_methods import METHODS, Bounds
from lims.errors import Invalid
from lims.procedure_format import Label
from uncertainty.data_folder import data_folder

RULE = "checks"
WHEN_OUT = ("hold", "warn")


@dataclass(frozen=True)
class IntervalPolicy:
    """A way of reviewing intervals: its method, the numbers it works with, and the bounds of what it may propose."""

    id: str
    method: str
    name: Label
    source: str
    bounds: Bounds
    parameters: dict[str, float]


@cache
def check_rule() -> CheckRule:
    """How intermediate checks are judged.

    Raises:
        Invalid: the file is wrong; the sentence names it.
    """
    path = folder() / f"{RULE}.toml"
    rule = _read(path).get("rule", {})
    try:
        found = CheckRule(
            int(rule["least_checks"]), float(rule["warning"]), float(rule["action"]), str(rule["when_out"])
        )
    except (KeyError, TypeError, ValueError):
        raise Invalid("drift.policy_wrong", file=path.name) from None
    if found.least_checks < 2 or not 0 < found.warning < found.action or found.when_out not in WHEN_OUT:
        raise Invalid("drift.policy_wrong", file=path.name)
    return found


@cache
def interval_policies() -> dict[str, IntervalPolicy]:
    """Every policy of calibration intervals, by its id, in the order of the file names.

    Raises:
        Invalid: a file is wrong; the sentence names it.
    """
    paths = sorted(path for path in folder().glob("*.toml") if path.stem != RULE)
    return {path.stem: _policy(path) for path in paths}


def policy_named(name: str) -> IntervalPolicy:
    """The policy with an id.

    Raises:
        Invalid: there is none.
    """
    known = interval_policies()
    if name not in known:
        raise Invalid("drift.policy_unknown", name=name, known=", ".join(known))
    return known[name]


def folder() -> Path:
    """Where the policies lie."""
    return data_folder() / "intervals"


def _policy(path: Path) -> IntervalPolicy:
    read = _read(path)
    try:
        bounds = Bounds(**{name: float(number) for name, number in read["bounds"].items()})
        parameters = {name: float(number) for name, number in read["parameters"].items()}
        found = IntervalPolicy(path.stem, read["method"], Label(**read["name"]), read["source"], bounds, parameters)
        sound = found.method in METHODS and set(parameters) == set(METHODS[found.method])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Invalid("drift.policy_wrong", file=path.name) from None
    if not sound or not 0 < bounds.least_months <= bounds.most_months or bounds.most_change < 1:
        raise Invalid("drift.policy_wrong", file=path.name)
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        raise Invalid("drift.policy_wrong", file=path.name) from None
