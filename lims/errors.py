"""What an act may answer instead of its result: the input is wrong, a rule refuses, or the record is broken."""

from uncertainty.errors import Broken, Invalid, Refused, Stated

__all__ = ["Broken", "Invalid", "Refused", "Stated"]
