"""What an act may answer instead of its result: the input is wrong, a rule refuses, or the record is broken."""

from uncertainty.errors import Broken, Invalid, Refused, Stated

__all__ = ["Broken", "DiskFull", "Invalid", "Refused", "Stated"]


class DiskFull(Refused):
    """Nothing can be written any more: the act was not done, and cannot even be recorded as refused."""

    def __init__(self) -> None:
        super().__init__("lims.disk_full")
