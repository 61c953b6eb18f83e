"""Lines of a file, for messages."""

from uncertainty.errors import InvalidInput
from uncertainty.places import Places, failing_key, find_lines

TEXT = """\
title = "a"   # not [a.table]
[inputs.t]
value = "20 degC"
[[inputs.t.contributions]]
name = "one = 1"
[inputs.t.contributions.label]
vi = "một"
[[inputs.t.contributions]]
name = "two"
[readings."a b"]
rows = [
    ["1", "x = 2"],
    ["[inputs.q]"],
]
unit = "mm"
a.b = 5
"""


def test_every_key_has_its_line():
    """Tables, arrays of tables, quoted and dotted keys are found; what stands inside an array is not a key."""
    lines = find_lines(TEXT)
    assert lines["title",] == 1
    assert lines["inputs", "t", "value"] == 3
    assert lines["inputs", "t", "contributions", 0, "name"] == 5
    assert lines["inputs", "t", "contributions", 0, "label", "vi"] == 7
    assert lines["inputs", "t", "contributions", 1] == 8
    assert lines["readings", "a b", "unit"] == 15
    assert lines["readings", "a b", "a", "b"] == 16
    assert ("inputs", "q") not in lines


def test_an_unknown_key_has_the_line_of_its_table():
    """Where a key is not in the file, the table around it is named; without a table, nothing."""
    places = Places("file.toml", find_lines(TEXT))
    assert places.line(("inputs", "t", "half_width")) == 2
    assert places.line(("outputs", "y")) is None
    assert str(places.refusal("wrong", ("outputs",), None)) == "file.toml: wrong"


def test_the_key_that_fails_is_the_one_that_is_quoted():
    """A problem that quotes what stands at a key speaks of that key."""
    description = {"value": "5 mq", "half_width": "1 mm"}
    assert failing_key(InvalidInput("uncertainty.unit_unknown", unit="mq"), description) == "value"
    assert failing_key(InvalidInput("uncertainty.input_unused"), description) is None
