"""No file but the issued one is genuine, whatever it is made of (promises A3 and H3)."""

import datetime as dt
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from certificates.fonts import register_fonts
from certificates.identification import Identification
from certificates.offline import judge_offline
from certificates.verify import KnownCertificate, judge
from tests.certificates.signing_examples import AT, signers
from tests.certificates.whole_examples import CONTENTS, whole
from tests.hostile.hostile_certificates import hostile

ROOT = Path(__file__).resolve().parents[2]
NOW = AT + dt.timedelta(hours=1)
LONGEST_S = 30
TRULY_SIGNED = ("first revision only",)
"""What the signatory signed, before the seal: the same certificate, though not the file that was issued."""


@pytest.fixture
def type_faces(faces: Path) -> Path:
    """The folder of the derived faces, which are registered."""
    register_fonts(faces / "fonts")
    return faces / "fonts"


def register() -> Callable[[Identification], KnownCertificate | None]:
    """A record of the example files as they were issued."""
    known = {}
    for name in ("weight", "caliper"):
        content = CONTENTS[name]
        assert content.issue
        digest = hashlib.sha256(whole(name)).hexdigest()
        known[content.issue.number] = KnownCertificate(content.issue.number, digest, "issued")
    return lambda said: known.get(said.number)


@pytest.mark.timeout(600)
def test_no_hostile_file_is_genuine(type_faces: Path, figure: Callable[[str], None]) -> None:
    """By the record and by itself no hostile file is genuine; each is answered in time, the next honest one as ever."""
    lookup, words, slowest, count = register(), dict[str, int](), 0.0, 0
    for said, file in hostile():
        assert judge(file, lookup).verdict in ("altered", "unknown"), said
        begun = time.monotonic()
        found = judge_offline(file, signers().roots, NOW)
        slowest = max(slowest, time.monotonic() - begun)
        assert found.verdict != "sound" or said in TRULY_SIGNED, said
        words[found.verdict] = words.get(found.verdict, 0) + 1
        count += 1
    assert slowest < LONGEST_S
    assert judge_offline(whole("weight"), signers().roots, NOW).verdict == "sound"
    assert judge(whole("weight"), lookup).verdict == "genuine"
    figure(f"{count} hostile files: {words}, the slowest after {slowest:.1f} s")


@pytest.mark.timeout(600)
def test_hostile_files_reach_nothing(type_faces: Path, figure: Callable[[str], None]) -> None:
    """While hostile files are judged nothing is opened, nothing connected to and no process started."""
    command = [sys.executable, "-m", "tests.hostile.hostile_certificates", str(type_faces)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    found = json.loads(done.stdout)
    assert found["events"] == []
    assert all(one["signatures"] for one in found["honest"])
    assert "root:" not in json.dumps(found["answers"])
    figure(f"{len(found['answers'])} hostile files judged under an audit hook: 0 opened, 0 connected")
