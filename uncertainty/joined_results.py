"""Results of earlier evaluations joined with weights into one result that keeps the influences behind all of them.

A value between two calibrated points is such a result, and so is one that was entered with what it rests on: both stay
correlated with everything else that rests on the same unknowns.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from uncertainty.archive import SCHEMA, VERSION, Archive, Printed
from uncertainty.earlier_results import NEGLIGIBLE, causes_of
from uncertainty.inputs import Component, combined
from uncertainty.type_b import Distribution

OUTPUT = "result"
LEAST_DOF = 1e-6


@dataclass(frozen=True)
class Part:
    """An earlier result with one output, and the change of the joined result for a unit change of it in its unit."""

    archive: Archive
    slope: float


def single(id_: str, unit: str, printed: Printed, dof: float = math.inf) -> dict[str, Any]:
    """The archive of a result of which nothing is known but what is printed: it is its own only influence.

    Args:
        id_: of the result; other evaluations know the influence by it.
        unit: of the result; no point on a scale.
        printed: value, U and k.
        dof: degrees of freedom of U.

    >>> single("r", "ohm", Printed("1000", "0.2", "2"))["influences"][0]["standard_uncertainty"]
    0.1
    """
    u = float(printed.expanded_uncertainty) / float(printed.coverage_factor)
    shape = Distribution("t", dof) if math.isfinite(dof) else Distribution("normal")
    return _content(id_, unit, printed, [Component(id_, u, shape, dof, influence=id_)], u, dof)


def joined(
    id_: str, unit: str, printed: Printed, parts: Sequence[Part], *, own: str, dof: float = math.inf
) -> dict[str, Any]:
    """The archive of a result made up from earlier ones: their influences, each once, and what is its own.

    What its printed uncertainty holds beyond the influences of its parts is an influence of its own, with such degrees
    of freedom that the whole has those stated. Where the parts make more than is printed, all are scaled alike when
    the result is used, so that its u is as printed.

    Args:
        id_: of the joined result.
        unit: of the joined result; no point on a scale unless its parts are.
        printed: its value, U and k.
        parts: what it is made from.
        own: the id of its own influence.
        dof: effective degrees of freedom of its U.

    Source: GUM (JCGM 100), 5.2.2 and F.1.2.3 (correlation by common influences), G.4.1.

    >>> from uncertainty.archive import read_archive
    >>> upper = read_archive(single("S", "ohm", Printed("1000", "0.2", "2")), "S")
    >>> made = joined("X", "ohm", Printed("2000", "0.5", "2"), [Part(upper, 2.0)], own="X/own")
    >>> [(one["id"], round(one["standard_uncertainty"], 12)) for one in made["influences"]]
    [('S', 0.2), ('X/own', 0.15)]
    """
    causes: list[Component] = []
    difference = False
    for part in parts:
        (key, output), *_ = part.archive.outputs.items()
        difference = output.difference
        for one in causes_of(id_, part.archive, key, output):
            if one.is_shared:
                weighted = part.slope * one.sign * one.standard_uncertainty / output.unit.factor
                causes.append(_carried(one, weighted))
    kept = [one for one in combined(causes) if one.standard_uncertainty]
    known = math.fsum(one.standard_uncertainty**2 for one in kept)
    whole = (float(printed.expanded_uncertainty) / float(printed.coverage_factor)) ** 2
    rest = whole - known
    if rest > NEGLIGIBLE * whole:
        kept.append(
            Component(own, math.sqrt(rest), Distribution("normal"), _dof_left(kept, rest, whole, dof), "B", own)
        )
        known = whole
    return _content(id_, unit, printed, kept, math.sqrt(known), dof, difference=difference)


def _carried(one: Component, contribution: float) -> Component:
    return Component(
        one.name, abs(contribution), one.distribution, one.dof, one.evaluation_type, one.influence,
        sign=-1 if contribution < 0 else 1, together=one.together,
    )  # fmt: skip


def _dof_left(kept: Sequence[Component], rest: float, whole: float, dof: float) -> float:
    """The degrees of freedom of the rest with which the whole has those stated (Welch-Satterthwaite)."""
    if not math.isfinite(dof):
        return math.inf
    left = whole**2 / dof - math.fsum(one.standard_uncertainty**4 / one.dof for one in kept)
    return max(rest**2 / left, LEAST_DOF) if left > 0 else math.inf


def _content(
    id_: str,
    unit: str,
    printed: Printed,
    causes: Sequence[Component],
    u: float,
    dof: float,
    *,
    difference: bool = False,
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "id": id_,
        "title": "",
        "outputs": {
            OUTPUT: {
                "unit": unit,
                "difference": difference,
                "value": printed.value,
                "expanded_uncertainty": printed.expanded_uncertainty,
                "coverage_factor": printed.coverage_factor,
                "standard_uncertainty": u,
                "effective_dof": dof if math.isfinite(dof) else None,
            }
        },
        "influences": [
            {
                "id": one.influence,
                "standard_uncertainty": one.standard_uncertainty,
                "unit": unit,
                "dof": one.dof if math.isfinite(one.dof) else None,
                "distribution": one.distribution.name,
                "shape": one.distribution.shape,
                "together": one.together,
                "sensitivity": {OUTPUT: float(one.sign)},
            }
            for one in causes
        ],
    }
