"""The matrix of a procedure file: conditions side by side, and the points in each row of it."""

from collections.abc import Mapping

from lims.procedure_format import Matrix, MatrixColumn, Procedure, Source
from lims.procedure_parts import read_point
from lims.procedure_place import Place
from uncertainty.errors import Invalid, did_you_mean
from uncertainty.quantity import read_quantity

LEAST_COLUMNS = 2
Points = tuple[Mapping[str, Source], ...]


def read_matrix(head: Place) -> Matrix | None:
    """The `[matrix]` table; None where the results are no matrix. Raises: InvalidProcedure."""
    if "matrix" not in head.table:
        return None
    place = head.inside("matrix")
    place.only(("label", "columns"))
    rows = place.rows("columns")
    if len(rows) < LEAST_COLUMNS:
        place.refuse("matrix_columns", "columns", least=LEAST_COLUMNS)
    columns = tuple(_column(row) for row in rows)
    for number, one in enumerate(columns):
        if one.at in [other.at for other in columns[:number]]:
            place.refuse("matrix_twice", "columns", number, "at", value=one.at)
        for key in columns[0].numbers:
            rows[number].need(key)
    return Matrix(place.label(), columns)


def _column(place: Place) -> MatrixColumn:
    at = place.text("at")
    try:
        read_quantity(at)
    except Invalid as problem:
        place.refuse(problem, "at")
    numbers = {key: place.text(key) for key in place.table if key not in ("at", "quantity")}
    return MatrixColumn(at, place.optional_text("quantity"), numbers)


def read_points(head: Place, matrix: Matrix | None) -> tuple[Points, tuple[int, ...]]:
    """The points in their order, those of a matrix row by row.

    Returns:
        The points, a point of a matrix with the numbers of its column; and for each the number of its `[[points]]`.

    Raises:
        InvalidProcedure: a column that the matrix does not have, or columns without a matrix.
    """
    points: list[Mapping[str, Source]] = []
    rows: list[int] = []
    for number, place in enumerate(head.rows("points")):
        for column in _columns(place, matrix):
            own = read_point(Place(place.places, place.path, {k: v for k, v in place.table.items() if k != "columns"}))
            points.append({**own, "at": column.at, **column.numbers} if column else own)
            rows.append(number)
    return tuple(points), tuple(rows)


def _columns(place: Place, matrix: Matrix | None) -> tuple[MatrixColumn | None, ...]:
    """The columns in which a row of the matrix is measured: those it names, else all."""
    if matrix is None:
        return (None,)
    named = place.texts("columns")
    known = [one.at for one in matrix.columns]
    for one in named:
        if one not in known:
            place.refuse("matrix_no_column", "columns", name=one, hint=did_you_mean(one, known))
    return tuple(one for one in matrix.columns if not named or one.at in named)


def check_matrix(head: Place, procedure: Procedure) -> None:
    """Refuse what a matrix cannot carry: a curve over its points, classes of its rows. Raises: InvalidProcedure."""
    if procedure.matrix is None:
        return
    for key, asked in (("curve", procedure.report.curve is not None), ("classes", procedure.report.classes)):
        if asked:
            head.inside("report").refuse("matrix_without", key, entry=key)
