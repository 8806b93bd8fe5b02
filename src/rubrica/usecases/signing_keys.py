"""The keys with which the installation signs credentials: kept in its folder, like its secret.

The newest key signs. Older ones stay, so that what they signed can still be checked.
"""

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from rubrica.formats.credential_jwt import Jwk, key_id, new_key, public_part

FILE: Final = "signing_keys.json"


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """Keys with their private parts, oldest first."""

    keys: tuple[Jwk, ...]

    @property
    def current(self) -> Jwk:
        """The key that signs."""
        return self.keys[-1]

    def published(self) -> dict[str, Jwk]:
        """Return the public parts by identifier, newest first."""
        return {key_id(key): public_part(key) for key in reversed(self.keys)}


def signing_keys() -> SigningKeys:
    """Return the installation's keys, making the first on the first use. Of two that make one, one wins."""
    path = Path(settings.HOME) / FILE
    if not path.exists():
        draft = _written([new_key()])
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return SigningKeys(tuple(json.loads(path.read_text())["keys"]))


def rotate_signing_key(*, now: datetime) -> str:
    """Let a fresh key sign from now on, and return its identifier. What older keys signed stays valid."""
    fresh = {**new_key(), "made_at": now.isoformat()}
    draft = _written([*signing_keys().keys, fresh])
    draft.replace(Path(settings.HOME) / FILE)
    return key_id(fresh)


def _written(keys: list[Jwk]) -> Path:
    """Write keys into a file of another name that only the installation's user can read."""
    draft = Path(settings.HOME) / f".{FILE}.{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"keys": keys}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft
