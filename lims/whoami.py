"""Who is at this browser, for the top bar; never for a permission."""

from dataclasses import dataclass

from instruments.bodies import name_on
from lims.procedure_format import Label
from lims.step import Act, query


@dataclass(frozen=True)
class Me:
    """Who is at this browser, as the top bar shows it."""

    person_id: str
    name: str
    roles: tuple[tuple[str, str], ...]
    """Pairs of role and body id."""
    bodies: dict[str, Label]
    language: str
    demonstration: bool

    def is_a(self, *roles: str) -> bool:
        """Tell whether one of `roles` is held anywhere; for choosing pages, never for permission."""
        return any(role in roles for role, _ in self.roles)


@query(permission="self.read")
def me(act: Act) -> Me:
    """Return who the actor is, for the top bar."""
    bodies = {}
    for _, body_id in act.rights.roles:
        name = name_on(act.session, body_id, act.day)
        bodies[body_id] = Label(name.name_vi, name.name_en) if name else Label("", "")
    settings = act.lab.settings
    return Me(
        act.person_id,
        act.actor.name,
        tuple(sorted(act.rights.roles)),
        bodies,
        act.actor.language,
        settings.demonstration,
    )
