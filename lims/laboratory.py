"""One laboratory put together: settings, clock, database, vault, procedures. The only place where parts meet."""

from functools import cached_property
from pathlib import Path

from lims.clock import Clock, SystemClock
from lims.config import CERTIFICATE_FONTS, Settings, read_settings
from lims.errors import Refused
from lims.keys import KeyRing
from lims.passwords import Passwords
from lims.procedures import Library, Procedure, library
from lims.store.engine import Store
from lims.store.migrating import migrate, newest, revision
from lims.vault import Vault
from uncertainty.data_folder import data_folder


class Laboratory:
    """A laboratory that is open for work."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Put the parts together; nothing is read yet."""
        self.settings = settings
        self.clock = clock
        self.store = Store(settings.database_url)
        self.vault = Vault(settings.vault)
        self.received = Vault(settings.received, "file")
        self.passwords = Passwords()

    @classmethod
    def found(cls, settings: Settings, clock: Clock | None = None) -> "Laboratory":
        """Found a new laboratory in an empty folder: settings, database, vault.

        Raises:
            Refused: a laboratory lives there already.
        """
        if (settings.home / "settings.toml").exists():
            raise Refused("lims.laboratory_exists", home=str(settings.home))
        settings.save()
        settings.vault.mkdir(parents=True, exist_ok=True)
        lab = cls(settings, clock or SystemClock())
        if revision(lab.store) is not None:
            raise Refused("lims.database_not_empty")
        migrate(lab.store)
        return lab

    @classmethod
    def open(cls, home: Path, clock: Clock | None = None) -> "Laboratory":
        """Open the laboratory in the folder `home`.

        Raises:
            Refused: none lives there, or its database has another form than this software.
        """
        lab = cls(read_settings(home), clock or SystemClock())
        found = revision(lab.store)
        if found != newest():
            raise Refused("lims.upgrade_needed", found=found or "", newest=newest() or "")
        return lab

    def close(self) -> None:
        """Close the database, and the sessions with tokens."""
        self.store.close()
        if "keys" in self.__dict__:
            self.keys.close()

    @cached_property
    def procedures(self) -> Library:
        """The procedures that are offered, by id and edition."""
        return library(data_folder() / "procedures")

    @cached_property
    def keys(self) -> KeyRing:
        """The keys that sign its certificates; there may be none."""
        return KeyRing(self.settings)

    @property
    def fonts(self) -> Path:
        """The folder in which the certificate's type faces are kept; drawing derives them at its first use."""
        return self.settings.cache / CERTIFICATE_FONTS

    def procedure(self, procedure_id: str, edition: str) -> Procedure:
        """Return one edition of a procedure.

        Raises:
            Refused: it is not offered.
        """
        found = self.procedures.get((procedure_id, edition))
        if found is None:
            raise Refused("lims.procedure_unknown", procedure=procedure_id, edition=edition)
        return found
