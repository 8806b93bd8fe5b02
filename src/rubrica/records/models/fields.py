"""Fields that several models share."""

from typing import Any

from django.db import models

from rubrica.kit.ids import PUBLIC_ID_LENGTH, new_id


def public_id() -> "models.CharField[str, str]":
    """Return the field of a random identifier that may be shown in a URL."""
    return models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True, editable=False, default=new_id)


def sha256(**options: Any) -> "models.CharField[str, str]":
    """Return the field of a SHA-256 in hexadecimal."""
    return models.CharField(max_length=64, **options)
