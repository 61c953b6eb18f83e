"""A laboratory of which nobody here has heard: entered by the one who brings its certificate."""

from instruments.models import Body
from lims.registering import NewName, new_body
from lims.step import Act, step


@step(permission="registry.standard", clause="ISO/IEC 17025, 6.4.13 e", network=True)
def register_laboratory(act: Act, *, code: str, name: NewName) -> Body:
    """Enter a laboratory that has calibrated a standard, with name and address from today on."""
    return new_body(act.session, act.day, code, "laboratory", name)
