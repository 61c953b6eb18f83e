"""The documentation of the workflow is what the acts declare."""

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "workflow.md"


def test_the_page_on_the_workflow_is_what_the_acts_declare() -> None:
    """The documented states, acts, clauses and permissions are those of the program."""
    written = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "lims.workflow"], capture_output=True, text=True, check=True
    )
    assert DOCS.read_text(encoding="utf-8") == written.stdout
