"""The specimens of the documentation: certificates that the demonstration issued, one of each kind and centre."""

import hashlib
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificate

from certificates.agreement import text_of_pages
from certificates.carried import dcc_of
from certificates.dcc_elements import DCC
from certificates.hostile_xml import read_hostile
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


def test_a_replaced_certificate_lies_beside_what_replaced_it() -> None:
    """The new certificate names the old one with the hash of these very bytes, and says what changed."""
    old, new = (FOLDER / f"calibration_{number}.pdf" for number in ("MB-KL-25-000003", "MB-KL-26-000001"))
    root = read_hostile(dcc_of(new.read_bytes()) or b"")
    assert root.findtext(f".//{{{DCC}}}replacedUniqueIdentifier") == "MB-KL-25-000003"
    assert root.findtext(f".//{{{DCC}}}previousReport/{{{DCC}}}value") == hashlib.sha256(old.read_bytes()).hexdigest()
    text = " ".join(text_of_pages(new.read_bytes()).replace("\u00a0", " ").split())
    assert "Changes from certificate No. MB-KL-25-000003" in text
    assert "1 000,0145 g" in text and "1 000,0147 g" in text
    assert "1 000,0147" not in text_of_pages(old.read_bytes()).replace("\u00a0", " ")
