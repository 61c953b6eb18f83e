"""docs/verify.md: every command in it does what the page says, on a file that was issued."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certificates.signing_examples import signers
from tests.certificates.whole_examples import whole

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verify.md"
EXPECTED = {
    "openssl": ("sha256 Fingerprint=",),
    "lims": ("HN-KL-26-004127", "Signatures cover the whole file", "holds"),
    "sha256sum": ("certificate.pdf",),
    "pdfsig": ("Signature is Valid.", "Total document signed"),
    "pdfdetach": (),
    "xmlsec1": ("(ok/all): 3/3",),
    "pdftotext": (),
}
"""What each program has to say, by its name."""


def commands() -> list[list[str]]:
    """The commands of the page, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def said(words: list[str], folder: Path) -> tuple[int, str]:
    """The status of a command in a folder, and what it said."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs, "LC_ALL": "en_US.UTF-8", "LANG": "en_US.UTF-8", "CHUAN_HOME": ""}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def issued(font_cache: Path, tmp_path: Path) -> Path:
    """A folder with an issued file and the root that is trusted."""
    (tmp_path / "certificate.pdf").write_bytes(whole("weight"))
    (tmp_path / "ca.pem").write_bytes(signers().roots[0].public_bytes(Encoding.PEM))
    return tmp_path


@pytest.mark.usefixtures("poppler", "xmlsec1")
def test_every_command_of_the_page_does_what_it_says(issued: Path, figure: Callable[[str], None]) -> None:
    """Each command runs as it is written and confirms the issued file."""
    found = commands()
    assert {words[0] for words in found} == set(EXPECTED)
    for words in found:
        status, answer = said(words, issued)
        assert status == 0, (words, answer)
        assert all(text in answer for text in EXPECTED[words[0]]), (words, answer)
    assert (issued / "dcc.xml").read_bytes().startswith(b"<?xml")
    assert "HN-KL-26-004127" in (issued / "certificate.txt").read_text(encoding="utf-8")
    figure(f"{len(found)} commands of docs/verify.md")


@pytest.mark.usefixtures("poppler", "xmlsec1")
def test_the_commands_of_the_page_find_a_change(issued: Path) -> None:
    """On a file with one changed byte, and on a changed DCC, the same commands no longer confirm it."""
    file = issued / "certificate.pdf"
    content = bytearray(file.read_bytes())
    content[content.index(b"/Contents <") // 2] ^= 1
    file.write_bytes(bytes(content))
    for words in commands():
        if words[0] == "pdfsig":
            assert "Signature is Valid." not in said(words, issued)[1]
        if words[0] == "lims":
            assert "Changed after it was signed" in said(words, issued)[1]
    file.write_bytes(whole("weight"))
    for words in commands():
        if words[0] == "xmlsec1":
            dcc = issued / "dcc.xml"
            dcc.write_bytes(dcc.read_bytes().replace(b"10000.025", b"10000.026"))
            assert said(words, issued)[0] != 0
        elif words[0] == "pdfdetach":
            assert said(words, issued)[0] == 0


def test_no_home_is_needed(issued: Path, tmp_path: Path) -> None:
    """With a root and no home the command reads and writes no laboratory."""
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    for name in ("certificate.pdf", "ca.pem"):
        shutil.copy(issued / name, nowhere / name)
    status, answer = said(["lims", "certificate", "verify", "certificate.pdf", "--trust", "ca.pem", "--json"], nowhere)
    assert status == 0 and '"verdict": "sound"' in answer
    assert sorted(one.name for one in nowhere.iterdir()) == ["ca.pem", "certificate.pdf"]
