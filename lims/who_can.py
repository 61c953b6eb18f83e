"""Who can calibrate this: the search over the scopes of all bodies, as screens and commands ask it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from instruments.capability import Offer, Wanted, quantities_in_scopes, units_of_scopes, who_can
from instruments.cmc import CmcText
from instruments.points import same_dimension
from instruments.spelling import folded
from lims.disciplines import quantity_name
from lims.errors import Invalid
from lims.procedure_format import Label
from lims.quantity_text import Shown, in_unit
from lims.step import Act, query
from uncertainty.quantity import read_quantity
from uncertainty.rounding import canonical, exact
from uncertainty.units import convert, display_unit

RANGE = re.compile(r"\.\.+|…|\s[-–]\s")
DIGITS = 3


@dataclass(frozen=True)
class Found:
    """The answer: what was asked, read, and the offers, best first."""

    wanted: Wanted
    day: date
    most_u: str
    offers: tuple[Offer, ...]

    @property
    def quantity(self) -> Label:
        """The quantity in words."""
        return quantity_name(self.wanted.quantity)

    def asked(self, language: str) -> str:
        """What was asked, in words: the point or the range."""
        ends = dict.fromkeys((self.wanted.lower, self.wanted.upper))
        shown = [Shown(one, self.wanted.unit).text(language) for one in ends]
        return " … ".join(shown)


@query(permission="scope.search")
def search(act: Act, *, quantity: str, point: str, most_u: str = "", on: date | None = None) -> Found:
    """The scopes in force that include a point or a range, over all centres, the best uncertainty first.

    Args:
        act: the read.
        quantity: its key or its name in either language.
        point: a value with its unit (`10 kg`) or a range (`1..20 kg`).
        most_u: the largest U that will do, with its unit; a relative one (`0.01 %`) is a share of each value.
        on: the day; today where none is named.

    Raises:
        Invalid: the quantity is in no scope, or a text cannot be read or does not fit; the sentence says how to write
            it.
    """
    wanted = _wanted(quantity_of(act, quantity), point)
    known = units_of_scopes(act.session, wanted.quantity)
    if not any(same_dimension(one, wanted.unit) for one in known):
        units = ", ".join(dict.fromkeys(display_unit(one) for one in known))
        raise Invalid("scopes.unit_of_quantity", text=point, quantity=quantity_name(wanted.quantity), units=units)
    limit, relative = _limit(most_u, wanted) if most_u.strip() else (None, False)
    day = on or act.day
    offers = who_can(act.session, wanted, day, most_u=limit, relative=relative)
    return Found(wanted, day, most_u.strip(), tuple(offers))


@query(permission="scope.search")
def quantities(act: Act) -> list[tuple[str, Label]]:
    """The quantities that scopes name, with their names."""
    return [(one, quantity_name(one)) for one in quantities_in_scopes(act.session)]


def quantity_of(act: Act, typed: str) -> str:
    """The quantity that a text means: a key of the scopes, a name of it, or words of only one name.

    Raises:
        Invalid: no scope names such a quantity, or several do.
    """
    known = quantities_in_scopes(act.session)
    meant = folded(typed)
    said = {key: quantity_name(key) for key in known}
    names = {key: {folded(key), folded(name.vi), folded(name.en)} for key, name in said.items()}
    same = [key for key in known if meant in names[key]]
    within = [key for key in known if meant and any(f" {meant} " in f" {name} " for name in names[key])]
    for found in (same, within):
        if len(found) == 1:
            return found[0]
    raise Invalid("scopes.quantity_unknown", text=typed, known=_Names(tuple(said[key] for key in within or known)))


@dataclass(frozen=True)
class _Names:
    """Names of quantities, said in one language."""

    labels: tuple[Label, ...]

    def text(self, language: str) -> str:
        """The names, parted by commas."""
        return ", ".join(one.text(language) for one in self.labels) or "–"


def _wanted(quantity: str, point: str) -> Wanted:
    """A point or a range; the unit of the upper end serves for the lower one where that has none."""
    parts = [one.strip() for one in RANGE.split(point.strip()) if one.strip()]
    if not 1 <= len(parts) <= 2:
        raise Invalid("scopes.point_form", text=point)
    upper = read_quantity(parts[-1])
    unit = upper.unit.text
    lower = parts[0] if len(parts) == 1 or " " in parts[0].strip() else f"{parts[0]} {unit}".strip()
    first = in_unit(lower, unit)
    if first > upper.typed.number:
        raise Invalid("scopes.range_order", text=point)
    return Wanted(quantity, canonical(first), upper.typed.canonical, unit)


def _limit(most_u: str, wanted: Wanted) -> tuple[float, bool]:
    """The largest U that will do in the unit of what is wanted, or the share of the value that it is."""
    read = read_quantity(most_u)
    if read.typed.number <= 0:
        raise Invalid("scopes.u_not_positive", text=most_u)
    relative = not same_dimension(read.unit.text, wanted.unit)
    if relative and not same_dimension(read.unit.text, "1"):
        raise Invalid("scopes.u_unit", text=most_u, unit=display_unit(wanted.unit))
    unit = "1" if relative else wanted.unit
    return convert(float(read.typed.number), read.unit.text, unit, difference=True), relative


def shown_cmc(offer: Offer, wanted: Wanted, language: str) -> str:
    """The CMC of an offer over what is wanted, in the unit of the scope where that is no relative one."""
    unit = offer.line.cmc_unit if same_dimension(offer.line.cmc_unit, wanted.unit) else wanted.unit
    number = convert(offer.cmc, wanted.unit, unit, difference=True)
    return Shown(canonical(exact(float(f"{number:.{DIGITS}g}")).normalize()), unit).text(language)


def shown_range(offer: Offer, language: str) -> str:
    """The range of a scope line."""
    line = offer.line
    lower, *upper = dict.fromkeys((line.lower, line.upper))
    if not upper:
        return Shown(lower, line.unit).text(language)
    return f"{Shown(lower).text(language)}…{Shown(upper[0], line.unit).text(language)}"


def to_json(found: Found) -> dict[str, Any]:
    """The answer as plain data; `cmc` and `U` in the unit asked about."""
    wanted = found.wanted
    return {
        "quantity": wanted.quantity, "lower": wanted.lower, "upper": wanted.upper, "unit": wanted.unit,
        "day": found.day, "U_wanted": found.most_u or None,
        "offers": [
            {
                "body": one.body.code, "kind": one.body.kind, "name_vi": one.name.name_vi if one.name else "",
                "name_en": one.name.name_en if one.name else "", "recognition": one.recognition.kind,
                "number": one.recognition.number, "line": one.line.line, "lower": one.line.lower,
                "upper": one.line.upper, "range_unit": one.line.unit, "cmc": float(f"{one.cmc:.12g}"),
                "cmc_as_published": CmcText(one.line).text("en"), "unit": wanted.unit, "meets": one.meets,
            }
            for one in found.offers
        ],
    }  # fmt: skip
