"""The tools that read the source: formatting, linting, types and the direction of imports."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.tree import ROOT, modules

PROGRAMS = Path(sys.executable).parent


def answer_of(*command: str) -> tuple[int, str]:
    """The exit status of a tool and what it said."""
    ran = subprocess.run(
        [str(PROGRAMS / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_the_source_passes_the_linter() -> None:
    """Ruff finds nothing in any tracked module."""
    status, said = answer_of("ruff", "check", "--output-format=concise", *map(str, modules()))
    assert status == 0, said


def test_the_source_is_formatted() -> None:
    """Ruff would format no tracked module otherwise."""
    status, said = answer_of("ruff", "format", "--check", *map(str, modules()))
    assert status == 0, said


@pytest.mark.timeout(300)
def test_the_types_are_right() -> None:
    """Mypy finds nothing in the program."""
    status, said = answer_of("mypy", "--no-error-summary")
    assert status == 0, said


def test_imports_have_one_direction() -> None:
    """The layers are ui, lims, certificates and instruments, uncertainty, and the numbers know no world."""
    status, said = answer_of("lint-imports", "--no-cache")
    assert status == 0, said
