"""The words of other programs and the symbols of the GUM are not known here, and the refusal says ours."""

import pytest

from uncertainty.errors import InvalidModel
from uncertainty.model_file import read_model


def refusal(description: dict, expression: str = "x") -> str:
    """What is said of a model with one input."""
    with pytest.raises(InvalidModel) as refused:
        read_model({"model": {"y": expression}, "outputs": {"y": {"unit": "mm"}}, "inputs": {"x": description}})
    assert refused.value.text("vi") != refused.value.text("en")
    return refused.value.text("en")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("u", "standard_uncertainty"), ("U", "expanded_uncertainty"), ("k", "coverage_factor"), ("sigma", "standard_u"),
        ("tolerance", "half_width"), ("df", "dof"), ("dist", "distribution"), ("estimate", "value"),
    ],
)  # fmt: skip
def test_a_key_of_other_programs_is_answered_with_ours(written, meant):
    """A symbol or a common word in place of a key is refused with the key that is meant."""
    said = refusal({"value": "5 mm", written: "1 mm"})
    assert f'"{written}" is not known; did you mean "{meant}' in said


@pytest.mark.parametrize(
    ("written", "meant"),
    [("uniform", "rectangular"), ("gaussian", "normal"), ("arcsine", "u_shaped"), ("U-shaped", "u_shaped")],
)
def test_a_distribution_has_its_name_of_jcgm_101(written, meant):
    """Another name of a distribution is refused with the one of JCGM 101."""
    assert f'did you mean "{meant}"' in refusal({"value": "5 mm", "half_width": "1 mm", "distribution": written})


def test_a_function_of_other_languages_is_answered_with_ours():
    """`ln` and `arctan` are refused, and `log` and `atan` named."""
    given = {"value": "5 mm", "standard_uncertainty": "1 mm"}
    assert 'did you mean "log"' in refusal(given, "ln(x)")
    assert 'did you mean "atan"' in refusal(given, "arctan(x)")


def test_a_share_in_place_of_a_quantity_is_answered_with_where_it_belongs():
    """An uncertainty in ppm of a length is refused, and the key for shares named."""
    said = refusal({"value": "5 mm", "expanded_uncertainty": "3 ppm", "coverage_factor": 2})
    assert "relative_standard_uncertainty" in said and "ppm" in said
