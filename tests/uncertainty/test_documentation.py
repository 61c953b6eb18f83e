"""The page on the model format: every example on it is evaluated, or refused as it says."""

import json
import re

import pytest

from uncertainty.archive import archive
from uncertainty.cause_text import CAUSE_KEYS
from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid
from uncertainty.evaluation import evaluate
from uncertainty.expression import FUNCTIONS
from uncertainty.input_text import INPUT_KEYS
from uncertainty.measurement_model import OUTPUT_KINDS
from uncertainty.model_file import KEYS, read_model
from uncertainty.settings_text import EVALUATION_KEYS
from uncertainty.type_b import FAMILIES

PAGE = (data_folder().parent / "docs" / "measurement-model.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n# (evaluate|refused): (.+?)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EVALUATED = [(names.partition(" > ")[0].split(", "), text) for what, names, text in EXAMPLES if what == "evaluate"]
KEPT = {names.partition(" > ")[2]: text for what, names, text in EXAMPLES if what == "evaluate" and " > " in names}
REFUSED = [(reason, text) for what, reason, text in EXAMPLES if what == "refused"]


def kept_results() -> dict[str, dict]:
    """The results that examples keep for later ones, by the name of their file."""
    found = {}
    for name, text in KEPT.items():
        model = read_model(text)
        found[name] = archive(model, evaluate(model, monte_carlo=False), name.removesuffix(".json"))
    return found


def test_every_example_says_what_comes_of_it():
    """No example on the page is left out of these tests."""
    assert len(EXAMPLES) == PAGE.count("```toml") == PAGE.count("\n```\n")
    assert len(EVALUATED) >= 8
    assert len(REFUSED) >= 3


@pytest.mark.parametrize(("names", "text"), EVALUATED, ids=[names[0] for names, _ in EVALUATED])
def test_an_example_is_evaluated(names, text):
    """An example gives a finite result for each output that it names, with a budget whose shares add up to one."""
    evaluation = evaluate(read_model(text, results=kept_results()), trials=20_000)
    assert list(evaluation.outputs) == names
    for result in evaluation.outputs.values():
        assert result.expanded_uncertainty > 0
        assert sum(row.share for row in result.budget) == pytest.approx(1)


@pytest.mark.parametrize(("reason", "text"), REFUSED, ids=[reason for reason, _ in REFUSED])
def test_an_example_is_refused(reason, text):
    """An example of a mistake is refused, and the sentence says what the page says."""
    with pytest.raises(Invalid, match=reason):
        read_model(text)


def test_the_result_of_the_first_example_is_the_one_printed():
    """The result under the first example is what comes of it."""
    result = evaluate(read_model(EVALUATED[0][1]), monte_carlo=False).outputs["m_X"]
    assert f"`{result.reported}`" in PAGE


def test_every_key_of_the_format_is_on_the_page():
    """Tables, keys, distributions, functions and kinds that are accepted are named on the page."""
    keys = {*KEYS, *INPUT_KEYS, *CAUSE_KEYS, *EVALUATION_KEYS, *FAMILIES, *FUNCTIONS, *OUTPUT_KINDS}
    assert sorted(key for key in keys if not re.search(rf"\b{key}\b", PAGE)) == []


def test_every_key_of_the_result_is_on_the_page():
    """What `--json` prints is described, key by key."""
    written = json.loads(json.dumps(evaluate(read_model(EVALUATED[0][1]), trials=1000).to_json("en")))
    output = written["outputs"]["m_X"]
    keys = {*written, *output, *output["budget"][0], *output["monte_carlo"], *written["correlations"]}
    assert sorted(key for key in keys if f"`{key}`" not in PAGE) == []
