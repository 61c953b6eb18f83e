"""What the tests of the laboratory share."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lims.cli import run
from tests.demonstration_fixtures import demonstration, own_demonstration  # noqa: F401  (they are fixtures)

Command = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Calls `lims` with words; gives its status, its answer (read as JSON where asked for) and what it said aside."""

    def call(*words: str | Path) -> tuple[int, Any, str]:
        capsys.readouterr()
        status = run(["--language", "en", *map(str, words)])
        out, said = capsys.readouterr()
        return status, json.loads(out) if "--json" in words and out else out, said

    return call
