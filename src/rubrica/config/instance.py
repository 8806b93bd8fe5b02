"""One installation on disk: the folder, its secret, its database."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import dj_database_url

_SECRET_BYTES = 48


@dataclass(frozen=True, slots=True)
class Instance:
    """Where an installation lives and what it must keep secret."""

    home: Path
    secret_key: str
    database_url: str

    @property
    def media(self) -> Path:
        """Return the folder of image bytes, unless another storage is configured."""
        return self.home / "media"

    @property
    def incoming(self) -> Path:
        """Return the folder where uploads wait to be decoded."""
        return self.home / "incoming"

    def database(self) -> dict[str, object]:
        """Return Django's settings for the database: SQLite in the home, or what ``RUBRICA_DATABASE_URL`` names."""
        if not self.database_url:
            return _sqlite(self.home / "rubrica.sqlite3")
        parsed = dict(dj_database_url.parse(self.database_url, conn_max_age=None))
        if parsed["ENGINE"] == "django.db.backends.sqlite3":
            return _sqlite(Path(str(parsed["NAME"])))
        return parsed


def open_instance(environ: dict[str, str] | os._Environ[str]) -> Instance:
    """Open the installation that the environment names, creating its folder and secret when they are missing."""
    home = Path(environ.get("RUBRICA_HOME") or "var").expanduser().resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Instance(home, _secret_key(home / "secret_key"), environ.get("RUBRICA_DATABASE_URL", ""))


def _secret_key(path: Path) -> str:
    """Read the installation's secret, generating it on the first start. A racing start reads the winner's."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _sqlite(path: Path) -> dict[str, object]:
    """Return settings under which an acknowledged write survives a power cut and writers queue instead of failing."""
    return {
        "ENGINE": "rubrica.records.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-16000;"
            ),
        },
    }
