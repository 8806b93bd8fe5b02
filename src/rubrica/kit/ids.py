"""Public identifiers and secrets: random, URL-safe, never derived from a row number."""

import hashlib
import secrets

PUBLIC_ID_LENGTH = 22
"""Characters of a public id: 16 random bytes in URL-safe base 64."""


def new_id() -> str:
    """Return a fresh public identifier of 128 random bits."""
    return secrets.token_urlsafe(16)


def new_secret(prefix: str = "") -> str:
    """Return a fresh secret of 256 random bits; ``prefix`` lets scanners recognise a leaked one."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret: what is stored, since a high-entropy secret needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
