"""The folder of data files: `data/` of a checkout, `chuan_data/` beside installed packages."""

from functools import cache
from pathlib import Path


@cache
def data_folder() -> Path:
    """The folder that holds units, wording, procedures and tables.

    Returns:
        An absolute path. In a checkout it is `data/` beside the packages; in an
        installed wheel it is `chuan_data/` beside them.

    Raises:
        FileNotFoundError: where neither exists (a broken installation).
    """
    packages = Path(__file__).resolve().parent.parent
    for candidate in (packages / "data", packages / "chuan_data"):
        if (candidate / "wording").is_dir():
            return candidate
    raise FileNotFoundError(f"no data folder beside {packages}")
