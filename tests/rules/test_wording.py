"""Rules about wording: whatever is said to people is there in every language, with the same values in it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.rules.tree import calls, ours, place, report, syntax, tracked
from uncertainty.wording import sentences

LANGUAGES = ("vi", "en")
FOLDER = Path("data/wording")
PLACEHOLDER = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
KEY = re.compile(r"[a-z][a-z_]*(\.[a-z0-9_-]+)+")
PROGRAM_WORD = re.compile(r"(?<![\w$.{])[a-z]+_[a-z_]+|dd/mm/yyyy")
FOR_FILES = {"command", "uncertainty", "procedures"}  # their readers write files and commands, with these very words
SETTINGS = {
    "public_address",
    "smtp_host",
    "smtp_tls",
    "smtp_sender",
    "time_stamp_authority",
}  # of settings.toml, keys.toml: named to be written


@cache
def texts(language: str) -> dict[str, str]:
    """Every text of a language by its key, `area.name`."""
    found: dict[str, str] = {}
    for path in sorted(path for path in tracked() if path.parent == FOLDER / language and path.suffix == ".toml"):
        found |= {f"{path.stem}.{name}": said for name, said in sentences(path.stem, language).items()}
    return found


def placeholders(said: str) -> set[str]:
    """The names of the values that stand in a text."""
    return {braced or plain for braced, plain in PLACEHOLDER.findall(said)}


def keys_in_the_program() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call whose first argument is written as a key of a known area."""
    areas = {key.split(".")[0] for key in texts("en")} | {key.split(".")[0] for key in texts("vi")}
    for path in ours():
        for call, _ in calls(syntax(path)):
            key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if isinstance(key, str) and KEY.fullmatch(key) and key.split(".")[0] in areas and is_wording(call):
                yield path, call, key


def is_wording(call: ast.Call) -> bool:
    """Whether a call takes a key of the wording: `wording` itself, or an exception that states one."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name == "wording" or name.startswith(("Invalid", "Refused", "Broken", "Stated"))


def test_every_text_exists_in_every_language() -> None:
    """Vietnamese and English have the same areas and the same keys."""
    vi, en = texts("vi"), texts("en")
    findings = [f"only in Vietnamese: {key}" for key in vi.keys() - en.keys()]
    findings += [f"only in English: {key}" for key in en.keys() - vi.keys()]
    assert not findings, report(findings)


def test_every_text_takes_the_same_values() -> None:
    """A text has the same placeholders in every language."""
    vi, en = texts("vi"), texts("en")
    findings = [
        f"{key}: vi {sorted(placeholders(vi[key]))}, en {sorted(placeholders(en[key]))}"
        for key in vi.keys() & en.keys()
        if placeholders(vi[key]) != placeholders(en[key])
    ]
    assert not findings, report(findings)


def test_no_text_is_empty() -> None:
    """No text is empty or carries spaces around it."""
    findings = [
        f"{language}: {key}" for language in LANGUAGES for key, said in texts(language).items() if not said.strip()
    ]
    assert not findings, report(findings)


def test_people_are_told_in_words() -> None:
    """Outside of what explains files and commands no text has a word of the program; days are asked for in words."""
    findings = [
        f"{language}: {key}: {word}"
        for language in LANGUAGES
        for key, said in texts(language).items()
        if key.partition(".")[0] not in FOR_FILES
        for word in PROGRAM_WORD.findall(said)
        if word not in SETTINGS
    ]
    assert not findings, report(findings)


def test_readers_are_addressed_in_one_way() -> None:
    """The screens say "bạn"; letters and what customers read say "quý khách" or "quý vị", nobody "anh chị"."""
    findings = [key for key, said in texts("vi").items() if "anh chị" in said.lower() or "anh/chị" in said.lower()]
    assert not findings, report(findings)


def test_every_key_of_the_program_has_a_text() -> None:
    """Every key that is written in the program exists, and gets the values that its text names."""
    findings = []
    for path, call, key in keys_in_the_program():
        if key not in texts("en"):
            findings.append(place(path, call, f"no text for {key}"))
            continue
        given = {word.arg for word in call.keywords}
        lacking = placeholders(texts("en")[key]) - given
        if None not in given and lacking:
            findings.append(place(path, call, f"{key} gets no value for {sorted(lacking)}"))
    assert not findings, report(findings)
