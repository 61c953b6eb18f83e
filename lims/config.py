"""The settings of one laboratory: a folder with `settings.toml`, and the environment.

The folder (`--home`) holds everything of the laboratory: settings, vault, caches, and the SQLite file unless
`CHUAN_DATABASE_URL` names a PostgreSQL database.
"""

import os
import secrets
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from lims.errors import Invalid, Refused

DATABASE_VARIABLE = "CHUAN_DATABASE_URL"
SETTINGS_FILE = "settings.toml"
CERTIFICATE_FONTS = "fonts"
"""Folder of the certificates' type faces in the cache."""


@dataclass(frozen=True)
class Settings:
    """What a laboratory has settled about itself (architecture: where things live)."""

    home: Path
    public_address: str = ""
    """Address under which anyone reaches the verification page; without it nothing is issued."""
    time_zone: str = "Asia/Ho_Chi_Minh"
    language: str = "vi"
    demonstration: bool = False
    storage_secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)
    session_hours: int = 12
    idle_minutes: int = 60
    smtp_host: str = ""
    """Server that takes e-mail; without it notices wait. Its password is in the environment, `CHUAN_SMTP_PASSWORD`."""
    smtp_port: int = 587
    smtp_tls: str = "starttls"
    """`starttls`, `tls` (from the first byte) or `none`."""
    smtp_user: str = ""
    smtp_sender: str = ""
    """Address from which notices come, such as `Trung tâm <chungnhan@co-quan.vn>`."""

    @property
    def database_url(self) -> str:
        """Address of the database: PostgreSQL where the environment names one, else the file in the folder."""
        named = os.environ.get(DATABASE_VARIABLE, "")
        if named:
            return _with_driver(named)
        return f"sqlite:///{self.home / 'laboratory.sqlite'}"

    @property
    def vault(self) -> Path:
        """Folder of the issued files."""
        return self.home / "vault"

    @property
    def received(self) -> Path:
        """Folder of the files that came from outside: certificates of other laboratories, imported lists."""
        return self.home / "received"

    @property
    def dcc_schemas(self) -> Path:
        """Folder of the XML schemas of DCC and D-SI, which `lims dcc schemas add` fills."""
        return self.home / "schemas" / "dcc"

    @property
    def cache(self) -> Path:
        """Folder of what can be made again at any time: fonts, page pictures."""
        return self.home / "cache"

    def save(self) -> None:
        """Write the settings into the laboratory's folder, readable by its owner only."""
        self.home.mkdir(parents=True, exist_ok=True)
        lines = ["# Settings of this laboratory. Keep this file secret: it holds the key of the sign-in cookies.\n"]
        for one in fields(self):
            if one.name != "home":
                lines.append(f"{one.name} = {_toml(getattr(self, one.name))}\n")
        path = self.home / SETTINGS_FILE
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(lines)


def read_settings(home: Path) -> Settings:
    """Return the settings kept in the folder `home`.

    Raises:
        Refused: no laboratory lives there.
        Invalid: a setting is not known or not of its kind.
    """
    path = home / SETTINGS_FILE
    if not path.is_file():
        raise Refused("lims.no_laboratory", home=str(home))
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {one.name: one for one in fields(Settings) if one.name != "home"}
    for name, value in given.items():
        if name not in known or (type(value) is not type(known[name].default) and name != "storage_secret"):
            raise Invalid("lims.setting_wrong", file=str(path), setting=name, value=str(value))
    return Settings(home=home, **given)


def _with_driver(url: str) -> str:
    """Name the one PostgreSQL driver that is used, however the address was written."""
    for start in ("postgresql://", "postgres://"):
        if url.startswith(start):
            return "postgresql+psycopg://" + url[len(start) :]
    return url


def _toml(value: object) -> str:
    """Write a setting as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
