"""Every procedure in `data/procedures/`: read, released, dimensionally right, its examples by both methods."""

import tomllib
from dataclasses import replace

import pytest

from lims.circumstances import EquipmentInUse
from lims.measurement import measurement_model
from lims.procedure_file import read_procedure
from lims.procedures import EDITIONS, check_examples, circumstances_of, file_hash, points_for
from lims.readings import check_cell, grid, unusual
from lims.results import evaluate_point
from uncertainty.data_folder import data_folder
from uncertainty.errors import Invalid
from uncertainty.evaluation import evaluate
from uncertainty.model_file import read_model

FOLDER = data_folder() / "procedures"
FILES = sorted(path.name for path in FOLDER.glob("*.toml") if path.name != EDITIONS)
RELEASED = tomllib.loads((FOLDER / EDITIONS).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_a_released_edition_never_changes(name: str) -> None:
    """The file of every edition has the hash under which it was released."""
    procedure = read_procedure(FOLDER / name)
    released = RELEASED[procedure.id][procedure.edition]
    assert (released["file"], released["sha256"]) == (name, file_hash(FOLDER / name))


def test_no_released_edition_is_missing() -> None:
    """Every released edition still has its file: jobs keep the edition they started with."""
    assert {one["file"] for editions in RELEASED.values() for one in editions.values()} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_examples_agree_to_first_order(name: str) -> None:
    """The published numbers come out of the law of propagation, within the tolerance of their source."""
    assert check_examples(read_procedure(FOLDER / name)) == ()


@pytest.mark.parametrize("name", FILES)
def test_examples_agree_by_monte_carlo(name: str) -> None:
    """The published numbers come out of the propagation of distributions, coverage factor included."""
    assert check_examples(read_procedure(FOLDER / name), monte_carlo=True) == ()


@pytest.mark.parametrize("name", FILES)
def test_both_methods_agree(name: str) -> None:
    """First order and Monte Carlo give the same estimate and standard uncertainty within 1 %."""
    procedure = read_procedure(FOLDER / name)
    for example in procedure.examples:
        model = read_model(measurement_model(procedure, {}, circumstances_of(example)))
        found = evaluate(model, monte_carlo=True, trials=1_000_000).outputs[procedure.output.name]
        first = evaluate(model, monte_carlo=False).outputs[procedure.output.name]
        assert found.monte_carlo is not None
        assert found.monte_carlo.standard_uncertainty == pytest.approx(first.standard_uncertainty, rel=0.01)
        assert found.monte_carlo.estimate == pytest.approx(first.estimate, abs=0.01 * first.standard_uncertainty)


@pytest.mark.parametrize("name", FILES)
def test_dimensions_are_checked(name: str) -> None:
    """Each number of the example's equipment in a wrong unit is refused by name, so no budget mixes dimensions."""
    procedure = read_procedure(FOLDER / name)
    bound = {str(one) for given in procedure.inputs.values() for one in given.bindings()}
    for role, equipment in circumstances_of(procedure.examples[0]).equipment.items():
        for key, value in equipment.properties.items():
            if f"equipment.{role}.{key}" not in bound:
                continue
            at_hand = circumstances_of(procedure.examples[0])
            wrong = EquipmentInUse(role, properties={**equipment.properties, key: value._replace(unit="cd")})
            with pytest.raises(Invalid):
                read_model(
                    measurement_model(procedure, {}, replace(at_hand, equipment={**at_hand.equipment, role: wrong}))
                )


@pytest.mark.parametrize("name", FILES)
def test_the_example_goes_through_the_readings_table(name: str) -> None:
    """The example's readings pass the checks of the grid cell by cell, and nothing in them is unusual."""
    procedure = read_procedure(FOLDER / name)
    at_hand = circumstances_of(procedure.examples[0])
    for table, rows in at_hand.readings.items():
        cells = grid(procedure, table, len(rows))
        texts = [text for row in rows for text in row]
        assert len(cells) == len(texts)
        for cell, text in zip(cells, texts, strict=True):
            assert check_cell(procedure, table, cell.column, str(text)).canonical == text
        assert unusual(procedure, table, rows, at_hand) == ()


@pytest.mark.parametrize("name", FILES)
def test_every_point_can_be_resolved(name: str) -> None:
    """The points of the example's item include the example's point, and the item fits the procedure."""
    procedure = read_procedure(FOLDER / name)
    at_hand = circumstances_of(procedure.examples[0])
    assert dict(at_hand.point) in points_for(procedure, at_hand.item)
    procedure.item_fits(at_hand.item)


@pytest.mark.parametrize("name", FILES)
def test_every_output_and_input_has_both_names(name: str) -> None:
    """Whatever is printed or shown has a Vietnamese and an English name."""
    procedure = read_procedure(FOLDER / name)
    result = evaluate_point(procedure, {}, circumstances_of(procedure.examples[0]))
    assert result.result is not None
    assert all(row.input in procedure.inputs for row in result.result.budget if row.kind == "input")
    labels = [one.label for one in procedure.inputs.values()] + [one.label for one in procedure.outputs.values()]
    labels += [one.label for one in procedure.environment.values()]
    labels += [one.label for one in procedure.standards.values()]
    assert all(label.vi and label.en for label in labels)
