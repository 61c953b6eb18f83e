"""The specimens of the documentation: every kind of document, issued by jobs of each of three centres."""

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
from tests.archive.specimen_maker import CENTRES, KINDS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "specimens"
SPECIMENS = sorted(FOLDER.glob("*.pdf"))
MOST_BYTES = 6_000_000


def specimen(kind: str, centre: str) -> Path:
    """The specimen of a kind and centre."""
    (found,) = FOLDER.glob(f"{kind}_{centre}-*.pdf")
    return found


def test_there_is_a_specimen_of_every_kind_and_centre() -> None:
    """Eleven files for each of North, Central and South, all named in the list beside them, and together small."""
    found = sorted((kind, number[:2]) for kind, number in (one.stem.split("_") for one in SPECIMENS))
    assert found == sorted((kind, centre.code) for kind in KINDS for centre in CENTRES)
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [one.name for one in SPECIMENS if f"({one.name})" not in listed] == []
    assert sum(one.stat().st_size for one in FOLDER.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda one: one.stem)
def test_a_specimen_is_sound_by_the_root_beside_it(specimen: Path) -> None:
    """Signatures, DCC inside and pages of a specimen agree, judged by the specimens' own root alone."""
    root = load_pem_x509_certificate((FOLDER / "root.pem").read_bytes())
    found = judge_offline(specimen.read_bytes(), [root], SystemClock().now())
    assert found.verdict == "sound"
    assert found.number == specimen.stem.split("_")[1]


@pytest.mark.parametrize("centre", [one.code for one in CENTRES])
def test_a_replaced_certificate_lies_beside_what_replaced_it(centre: str) -> None:
    """The new certificate names the old one with the hash of these very bytes, and says what changed."""
    old, new = specimen("replaced", centre), specimen("replacement", centre)
    number = old.stem.split("_")[1]
    root = read_hostile(dcc_of(new.read_bytes()) or b"")
    assert root.findtext(f".//{{{DCC}}}replacedUniqueIdentifier") == number
    assert root.findtext(f".//{{{DCC}}}previousReport/{{{DCC}}}value") == hashlib.sha256(old.read_bytes()).hexdigest()
    text = " ".join(text_of_pages(new.read_bytes()).replace("\u00a0", " ").split())
    assert f"Changes from certificate No. {number}" in text
    wrong, right = ("1 000.0191", "1 000.0146") if centre == "MN" else ("1 000,0191", "1 000,0146")
    assert f"{wrong} g" in text and f"{right} g" in text
    assert right not in text_of_pages(old.read_bytes()).replace("\u00a0", " ")


@pytest.mark.parametrize("centre", [one.code for one in CENTRES])
def test_an_amendment_lies_beside_what_it_amends(centre: str) -> None:
    """The amendment bears the number of the certificate with a suffix of its own, and leaves that file alone."""
    first, second = specimen("single-point", centre), specimen("amendment", centre)
    number = first.stem.split("_")[1]
    assert second.stem.split("_")[1].startswith(f"{number}-")
    text = text_of_pages(second.read_bytes())
    assert number in text and "one scratch" in text
    assert "one scratch" not in text_of_pages(first.read_bytes())
