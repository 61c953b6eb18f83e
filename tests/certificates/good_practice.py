"""PTB's Schematron of the DCC good practice, as `dcclib` carries it, and what it finds."""

from dcclib.validation import SchematronValidator


class GoodPractice:
    """The compiled Schematron."""

    def __init__(self) -> None:
        self._validator = SchematronValidator.for_dcc()

    def findings(self, dcc: bytes) -> list[str]:
        """Every error and warning as "role: text"; what is only information is left out."""
        found = self._validator.validate_str(dcc.decode("utf-8"))
        reports = [*found.failed_assertions, *found.successful_reports]
        return [f"{one.role}: {one.text}" for one in reports if one.role != "information"]
