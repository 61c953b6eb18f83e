"""Rules about the text of every tracked file: nothing of one machine, nothing unfinished, nothing invisible."""

import ast
import re
import unicodedata
from pathlib import Path

from tests.rules.tree import ROOT, dotted, imported, modules, nodes, ours, place, report, syntax, text, tracked

BINARY = {".png", ".jpg", ".pdf", ".ttf", ".otf", ".woff", ".woff2", ".ico", ".gz", ".zip", ".sqlite"}
# Written in two pieces, since this file is read as well.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb.debian" + ".org")
MACHINE = re.compile(r"(?<![\w.$}-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|Us" + r"ers)/[A-Za-z]")
UNFINISHED = re.compile(r"#.*\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
# Characters that are not seen but change what is read: bidirectional, zero-width, controls.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
WAYS_OUT = {"pytest." + way for way in ("skip", "xfail", "importorskip", "mark.skip", "mark.skipif", "mark.xfail")}


def readable() -> list[Path]:
    """The tracked files that are text."""
    return [path for path in tracked() if path.suffix.lower() not in BINARY and b"\0" not in raw(path)[:8000]]


def raw(path: Path) -> bytes:
    """The bytes of a tracked file."""
    return (ROOT / path).read_bytes()


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """The places where a pattern is found."""
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_registry() -> None:
    """No tracked file, locks included, names the host of a package registry."""
    findings = lines_with(re.compile("|".join(map(re.escape, REGISTRIES))), readable())
    assert not findings, report(findings)


def test_no_file_names_a_folder_of_one_machine() -> None:
    """No tracked file holds an absolute path that exists on one computer only."""
    findings = lines_with(MACHINE, readable())
    assert not findings, report(findings)


def test_nothing_is_left_unfinished() -> None:
    """No comment postpones work, and nothing raises NotImplementedError."""
    findings = lines_with(UNFINISHED, [path for path in readable() if path.suffix in {".py", ".toml", ".css", ".js"}])
    for path in ours():
        for node in nodes(syntax(path)):
            if isinstance(node, ast.Raise) and node.exc and "NotImplemented" + "Error" in ast.unparse(node.exc):
                findings.append(place(path, node, "raises NotImplementedError"))
    assert not findings, report(findings)


def test_no_character_is_invisible() -> None:
    """No tracked text holds bidirectional, zero-width or control characters; escapes are written out."""
    findings = lines_with(INVISIBLE, readable())
    assert not findings, report(findings)


def test_every_text_is_composed() -> None:
    """Every tracked text is in normalisation form C, as the texts typed at the door are."""
    findings = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in readable()
        for number, line in enumerate(text(path).splitlines(), start=1)
        if not unicodedata.is_normalized("NFC", line)
    ]
    assert not findings, report(findings)


def test_our_own_code_is_never_mocked() -> None:
    """No test takes a mock in place of our own code, skips itself, or is expected to fail."""
    findings = []
    for path in modules("tests"):
        if path.name == "conftest.py":  # fixtures say what foreign thing is missing on a user's computer
            continue
        tree = syntax(path)
        findings += [
            place(path, node, f"imports {name}") for node, name in imported(tree) if name.startswith("unittest")
        ]
        findings += [
            place(path, node, dotted(node))
            for node in nodes(tree)
            if isinstance(node, ast.Attribute) and dotted(node) in WAYS_OUT
        ]
    assert not findings, report(findings)
