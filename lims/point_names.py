"""What tells a point of a job from others of the same nominal value."""

from collections.abc import Mapping

from lims.procedure_format import Label, Procedure
from lims.quantity_text import shown
from uncertainty.wording import wording


def where_of(procedure: Procedure, point: Mapping[str, str]) -> Label | None:
    """Its name or range, its column, and whether as found or as left; None where its nominal value says it all."""
    within, column, phase = procedure.range_of(point), procedure.column_of(point), point.get("phase")
    said: dict[str, str] = {}
    for language in ("vi", "en"):
        parts = [point.get(f"name_{language}", ""), within.label.text(language) if within else ""]
        parts.append(shown(column.at).text(language) if column else "")
        parts.append(wording(f"documents.phase_{phase}", language).lower() if phase else "")
        said[language] = ", ".join(part for part in parts if part)
    return Label(said["vi"], said["en"]) if said["vi"] else None
