"""The specimens of the documentation: certificates that the demonstration issued, one of each kind and centre."""

from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificate

from certificates.offline import judge_offline
from lims.clock import SystemClock

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "specimens"
SPECIMENS = sorted(FOLDER.glob("*.pdf"))


def test_there_is_a_specimen_of_each_kind_and_centre() -> None:
    """Calibration, verification and test; North, Central and South."""
    assert {one.stem.split("_")[0] for one in SPECIMENS} == {"calibration", "verification", "testing"}
    assert {one.stem.split("_")[1][:2] for one in SPECIMENS} == {"MB", "MT", "MN"}


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda one: one.stem)
def test_a_specimen_is_sound_by_the_root_beside_it(specimen: Path, font_cache: Path) -> None:
    """Signatures, DCC inside and pages of a specimen agree, judged by the demonstration's own root alone."""
    root = load_pem_x509_certificate((FOLDER / "root.pem").read_bytes())
    found = judge_offline(specimen.read_bytes(), [root], SystemClock().now())
    assert found.verdict == "sound"
    assert found.number == specimen.stem.split("_")[1]
