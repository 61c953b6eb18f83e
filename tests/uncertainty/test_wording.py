"""The sentences of the numerical core exist in both languages and are all used."""

import re
from pathlib import Path

import pytest

from uncertainty.errors import InvalidUnit, did_you_mean
from uncertainty.wording import LANGUAGES, Phrase, placeholders, sentences, wording

PACKAGE = Path(__file__).resolve().parents[2] / "uncertainty"


CODE = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py"))
# What the code completes itself: the beginnings of keys such as `where_{kind}`.
BEGINNINGS = (*re.findall(r'f"uncertainty\.([a-z_]+_)\{', CODE), "coverage_dominated_")


def is_said(key: str) -> bool:
    """Whether the code names a key, in full or by its beginning."""
    return f'"uncertainty.{key}"' in CODE or f'"{key}"' in CODE or key.startswith(BEGINNINGS)


def test_both_languages_say_the_same_things():
    """Vietnamese and English have the same keys with the same placeholders."""
    vi, en = (sentences("uncertainty", language) for language in LANGUAGES)
    assert vi.keys() == en.keys()
    assert {key: placeholders(text) for key, text in vi.items()} == {
        key: placeholders(text) for key, text in en.items()
    }


def test_every_sentence_that_the_code_says_exists():
    """A key named in the code is a sentence in the files."""
    named = set(re.findall(r'"uncertainty\.([a-z_0-9]+)"', CODE))
    assert named - sentences("uncertainty", "en").keys() == set()


def test_no_sentence_is_left_over():
    """A sentence in the files is said somewhere in the code."""
    assert [key for key in sentences("uncertainty", "en") if not is_said(key)] == []


def test_nested_phrases_are_said_in_the_same_language():
    """A phrase inside a sentence is put into the language of the sentence."""
    error = InvalidUnit(
        "uncertainty.unit_unknown", name="kelvn", suggestion=Phrase("uncertainty.did_you_mean", {"name": "K"})
    )
    assert error.text("en") == 'unit "kelvn" is not known; did you mean "K"?'
    assert error.text("vi") == 'không biết đơn vị "kelvn"; có phải ý bạn là "K"?'


def test_a_value_is_never_read_as_a_placeholder():
    """A value that looks like a placeholder or a format is printed as it is."""
    said = wording("uncertainty.text_character", "en", field="$most {0.__class__}", character="U+0000", position=1)
    assert said.startswith("$most {0.__class__}: the character")


@pytest.mark.parametrize("key", ["uncertainty.no_such", "nothing.here", "../x.y"])
def test_an_unknown_key_is_an_error_of_the_program(key):
    """A missing sentence is never replaced by something else."""
    with pytest.raises(KeyError):
        wording(key, "en")


def test_a_phrase_is_english_where_no_language_is_asked():
    """Logs and tracebacks show the English sentence."""
    assert str(Phrase("uncertainty.line_u")) == "Standard uncertainty"


def test_tables_of_sentences_are_named_with_dots(tmp_path, monkeypatch):
    """A sentence in a table of the file has the table's name before its own; two dollars are one."""
    for language in LANGUAGES:
        folder = tmp_path / "wording" / language
        folder.mkdir(parents=True)
        (folder / "prices.toml").write_text('[fee]\ncalibration = "$$$amount"\n', encoding="utf-8")
    monkeypatch.setattr("uncertainty.wording.data_folder", lambda: tmp_path)
    assert wording("prices.fee.calibration", "vi", amount=5) == "$5"


def test_names_that_are_far_too_long_get_no_guess():
    """The nearest known name is not sought for a text that cannot be a mistyped one."""
    assert did_you_mean("x" * 41, ["x" * 40]) == ""
