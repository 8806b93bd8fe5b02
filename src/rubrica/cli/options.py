"""Options and texts that several commands share."""

import click
from django.conf import settings

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535), help="Port.")


def sign_in_link(secret: str, base: str | None = None) -> str:
    """Return the address that signs somebody in, once."""
    return f"{base or settings.BASE_URL}/sign-in/{secret}/"
