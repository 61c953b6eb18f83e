"""Complete example contents: the published EA-4/02 calibrations as three invented centres would certify them."""

from tests.certificates.example_bodies import CENTRAL, ISSUE, NORTH, SOUTH
from tests.certificates.example_caliper import caliper
from tests.certificates.example_resistor import resistor
from tests.certificates.example_weight import replacement, weight

__all__ = ["CENTRAL", "ISSUE", "NORTH", "SOUTH", "caliper", "replacement", "resistor", "weight"]
