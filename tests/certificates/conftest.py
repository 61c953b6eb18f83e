"""What the tests of the document share: derived faces in one cache, and the reader of PDF text."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from certificates.dcc_schema import DccSchemas, read_schemas
from certificates.fonts import register_fonts
from tests.certificates.good_practice import GoodPractice
from tests.certificates.verapdf import VeraPdf, missing
from tests.demonstration_fixtures import demonstration  # noqa: F401  (it is a fixture)

SOFTHSM = (
    "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so",
)  # fmt: skip


def _missing(reason: str) -> NoReturn:
    """Say that a foreign program is missing: a counted skip, in CI a failure."""
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def softhsm() -> str:
    """The library of a token made of software; without it a counted skip that says so, in CI a failure."""
    library = next((path for path in SOFTHSM if Path(path).is_file()), None)
    if library is None or shutil.which("softhsm2-util") is None:
        _missing("no SoftHSM on this computer (Debian: apt-get install softhsm2)")
    return library


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
    _missing("poppler-utils (pdftotext, pdffonts, pdftoppm) is not installed")


@pytest.fixture(scope="session")
def schemas(dcc_folder: Path) -> DccSchemas:
    """PTB's schemas, compiled once."""
    return read_schemas(dcc_folder)


@pytest.fixture(scope="session")
def good_practice() -> GoodPractice:
    """PTB's own check of the good practice, which dcclib carries."""
    return GoodPractice()


@pytest.fixture(scope="session")
def xmlsec1() -> str:
    """The independent verifier of XML signatures; missing it skips, in CI it fails."""
    program = shutil.which("xmlsec1")
    if program:
        return program
    reason = "xmlsec1 is not installed"
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def verapdf() -> Iterator[VeraPdf]:
    """A running veraPDF; without Java a counted skip that says so, in CI a failure."""
    lacks = missing()
    if lacks:
        _missing(lacks)
    machine = VeraPdf()
    yield machine
    machine.close()
