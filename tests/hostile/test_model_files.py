"""A model file whose values are of the wrong kind is refused with a sentence, never with a fault of the program."""

import copy
import random
import tomllib
from pathlib import Path

import pytest

from uncertainty.data_folder import data_folder
from uncertainty.errors import Stated
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model

FILES = sorted((data_folder() / "reference").glob("*.toml"))
WRONG = [
    5,
    -1,
    0,
    2.5,
    True,
    None,
    "",
    "x",
    "1",
    "1 mm",
    "nan",
    "1e400 K",
    "\u202e",
    "=1+1",
    [],
    ["x"],
    [1, 2],
    {},
    {"name": "x"},
    {"value": "1"},
]


def places(node: object, path: tuple = ()) -> list[tuple]:
    """The path of every value of a structure."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = [path] if path else []
    for key, value in items:
        found += places(value, (*path, key))
    return found


def with_value(structure: dict, path: tuple, value: object) -> dict:
    """The structure with another value at one place."""
    changed = copy.deepcopy(structure)
    node = changed
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return changed


def answer(structure: dict) -> tuple[str, str] | None:
    """The refusal of a structure in both languages, or None where it is evaluated."""
    try:
        evaluate(read_model(structure), monte_carlo=False)
    except Stated as refusal:
        return refusal.text("vi"), refusal.text("en")
    return None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_value_of_the_wrong_kind_is_refused_with_a_sentence(path: Path):
    """Whatever stands at whatever place, the answer is a result or a sentence in both languages."""
    structure = tomllib.loads(path.read_text(encoding="utf-8"))
    chosen = random.Random(path.stem)
    for place in places(structure):
        for wrong in chosen.sample(WRONG, 6):
            said = answer(with_value(structure, place, wrong))
            assert said is None or all(said)


def test_a_text_that_is_not_toml_is_refused():
    """Broken, deeply nested and binary texts are refused by name."""
    for text in ("[", "a = ", "x = [" * 5000, "\x00", "a = 1\na = 2", "\ud800", "=" * 1000):
        with pytest.raises(Stated):
            read_model(text)
