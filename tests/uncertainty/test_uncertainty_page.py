"""The page from a model file to a certificate sentence: every example on it is run."""

import doctest
import re

import pytest

from lims.cli import run
from uncertainty.conformity import RULES
from uncertainty.data_folder import data_folder

PAGE = (data_folder().parent / "docs" / "uncertainty.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```toml\n# file: (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CALLS = re.findall(r"^```console\n\$ lims (.+?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PYTHON = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A folder with the files of the page, in which its examples are run."""
    for name, text in FILES:
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_no_example_is_left_out():
    """Every block of the page is a file, a call, or Python."""
    assert PAGE.count("\n```\n") == len(FILES) + len(CALLS) + len(PYTHON)
    assert len(FILES) >= 1 and len(CALLS) >= 1 and len(PYTHON) >= 7


@pytest.mark.parametrize(("words", "shown"), CALLS, ids=[words for words, _ in CALLS])
def test_a_call_says_what_the_page_shows(bench, capsys, words, shown):
    """Every line under a call is among those that the command prints, and the picture that it names is there."""
    assert run(["--language", "en", *words.split()]) == 0
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert [line for line in shown.splitlines() if " ".join(line.split()) not in said] == []
    for picture in re.findall(r"\S+\.svg", words):
        assert (bench / picture).read_text(encoding="utf-8").startswith("<svg")


def test_the_python_examples(bench):
    """The examples in Python, one after the other, give what the page shows."""
    text = "\n".join(PYTHON)
    found = doctest.DocTestParser().get_doctest(text, {}, "uncertainty.md", "uncertainty.md", 0)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    assert runner.run(found, out=said.append).failed == 0, "".join(said)
    assert len(found.examples) >= 25


def test_every_rule_is_on_the_page():
    """The decision rules are those of the table on the page."""
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(RULES)
