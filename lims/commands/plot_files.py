"""The picture of an evaluation as a file: `lims evaluate --plot FILE.svg` or `FILE.png`."""

from pathlib import Path

from lims.commands.console import language
from lims.errors import Invalid
from uncertainty.evaluation import Evaluation
from uncertainty.measurement_model import MeasurementModel
from uncertainty.monte_carlo import simulate
from uncertainty.result_plot import result_plot

TRIALS = 200_000
"""Trials of the histogram; the intervals are those of the evaluation itself."""
KINDS = (".svg", ".png")
ZOOM = 2.0
"""Pixels of a PNG per pixel of the drawing: sharp in print and on dense screens."""


def check_plot_file(file: Path, models: int) -> None:
    """Refuse, before anything is evaluated, a picture that could not be written.

    Args:
        file: the picture.
        models: the number of model files.

    Raises:
        Invalid: for another kind of file than SVG and PNG, a folder that does not exist, and several models.
    """
    if models != 1:
        raise Invalid("command.plot_of_several")
    if file.suffix.lower() not in KINDS:
        raise Invalid("command.plot_kind", file=str(file))
    if not file.parent.is_dir() or file.is_dir():
        raise Invalid("command.folder_missing", folder=str(file.parent if not file.is_dir() else file))


def write_plot(file: Path, model: MeasurementModel, evaluation: Evaluation) -> None:
    """Write the picture of all results of one model, of the kind that the file's name says."""
    results = list(evaluation.outputs.values())
    drawn = None
    if any(result.monte_carlo is not None for result in results):
        drawn = simulate(model, TRIALS, model.settings.seed)
    picture = result_plot(results, language(), model, drawn or ())
    if file.suffix.lower() == ".png":
        file.write_bytes(png_of(picture))
    else:
        file.write_text(picture, encoding="utf-8")


def png_of(drawing: str) -> bytes:
    """A drawing as PNG, its text set in IBM Plex Sans, and in Inter where Plex has no sign.

    Args:
        drawing: an SVG that stands alone.
    """
    import fontpkg_ibm_plex_sans  # they take time to load, and serve this alone
    import fontpkg_inter
    import resvg_py

    faces = (
        fontpkg_ibm_plex_sans.ROOT / "files" / "IBMPlexSans[wdth,wght].ttf",
        fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf",
    )
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            zoom=ZOOM,
            skip_system_fonts=True,  # the same picture on every computer
            font_files=[str(face) for face in faces],
            font_family="IBM Plex Sans",
            sans_serif_family="IBM Plex Sans",
        )
    )
