"""What the tests of the document share: derived faces in one cache, and the reader of PDF text."""

import os
import shutil
from pathlib import Path

import pytest

from certificates.fonts import register_fonts


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the derived faces, made once for all tests of this process."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent / "faces" if "PYTEST_XDIST_WORKER" in os.environ else base / "faces"  # shared by all workers
    register_fonts(folder)
    return folder


@pytest.fixture(scope="session")
def poppler() -> None:
    """The command-line readers of poppler; missing they skip, in CI they fail."""
    if shutil.which("pdftotext") and shutil.which("pdffonts") and shutil.which("pdftoppm"):
        return
    reason = "poppler-utils (pdftotext, pdffonts, pdftoppm) is not installed"
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
