"""Credentials as signed text (VC-JWT): a JSON Web Signature with Ed25519, written and read.

A reader checks against the keys that the issuer publishes, never against one that the text brings along.
"""

import base64
import binascii
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from rubrica.domain.credential import STATUS_BITS
from rubrica.domain.problems import as_object
from rubrica.formats.strict_json import MalformedJsonError, loads

MOST_BYTES: Final = 100_000
ALGORITHM: Final = "EdDSA"
_PART: Final = re.compile(rb"[A-Za-z0-9_-]*")
_BITS: Final = 8
Jwk = dict[str, str]


class Finding(StrEnum):
    """What a look at a signed credential has shown."""

    VALID = "valid"
    TAMPERED = "tampered"
    WRONG_KEY = "wrong_key"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Signed:
    """A credential that was read: what was found, and its content where that can be trusted.

    Attributes
    ----------
    payload
        Empty where the signature does not vouch for it.
    """

    finding: Finding
    payload: Mapping[str, object]


def new_key() -> Jwk:
    """Return a fresh key of Ed25519 with its private part, as a JSON Web Key."""
    # Slow import, here and below: 6 MB, which a server that never signs should not load.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  (slow import)

    private = Ed25519PrivateKey.generate()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": _encoded(private.public_key().public_bytes_raw()),
        "d": _encoded(private.private_bytes_raw()),
    }


def public_part(key: Jwk) -> Jwk:
    """Return a key without its private part, with its identifier."""
    return {"kty": key["kty"], "crv": key["crv"], "x": key["x"], "kid": key_id(key), "alg": ALGORITHM, "use": "sig"}


def key_id(key: Jwk) -> str:
    """Return the thumbprint of a key (RFC 7638), by which it is called."""
    canonical = json.dumps({"crv": key["crv"], "kty": key["kty"], "x": key["x"]}, separators=(",", ":"))
    return _encoded(hashlib.sha256(canonical.encode()).digest())


def sign(credential: Mapping[str, object], key: Jwk, did: str) -> str:
    """Return a credential as signed text.

    The claims that JWT names stand beside the credential, so that ordinary libraries check validity too.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415  (slow import)

    header = {"alg": ALGORITHM, "typ": "JWT", "kid": f"{did}#{key_id(key)}"}
    claims = {
        **credential,
        "iss": did,
        "jti": credential["id"],
        "nbf": _seconds(str(credential["validFrom"])),
        "iat": _seconds(str(credential["validFrom"])),
        "exp": _seconds(str(credential["validUntil"])),
    }
    signed = f"{_encoded(_json(header))}.{_encoded(_json(claims))}".encode()
    private = Ed25519PrivateKey.from_private_bytes(_decoded(key["d"].encode()))
    return f"{signed.decode()}.{_encoded(private.sign(signed))}"


def read(token: str, keys: Mapping[str, Jwk], did: str, *, now: datetime) -> Signed:
    """Check signed text against published keys, by their identifiers; whether it was revoked is not looked at.

    Parameters
    ----------
    token
        As it came, from anybody.
    keys
        Public keys of the issuer, old ones too.
    did
        The issuer, which the text must name.
    """
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415  (slow import)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415  (slow import)

    parts = token.strip().encode("utf-8", "replace").split(b".")
    if len(token) > MOST_BYTES or len(parts) != 3 or not all(map(_PART.fullmatch, parts)):  # noqa: PLR2004  (header, claims, signature)
        return Signed(Finding.UNREADABLE, {})
    try:
        header, claims = (as_object(loads(_decoded(part), most_bytes=MOST_BYTES)) for part in parts[:2])
        signature = _decoded(parts[2])
    except (MalformedJsonError, ValueError):
        # Somebody has changed it so far that it is no longer the text of a credential.
        return Signed(Finding.UNREADABLE, {})
    if header is None or claims is None:
        return Signed(Finding.UNREADABLE, {})
    issuer, _, kid = str(header.get("kid", "")).partition("#")
    key = keys.get(kid)
    if key is None or issuer != did or header.get("alg") != ALGORITHM:
        return Signed(Finding.WRONG_KEY, {})
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(key["x"].encode())).verify(signature, b".".join(parts[:2]))
    except InvalidSignature:
        return Signed(Finding.TAMPERED, {})
    expires = claims.get("exp")
    is_expired = not isinstance(expires, int) or now.timestamp() >= expires
    return Signed(Finding.EXPIRED if is_expired else Finding.VALID, claims)


def status_list(revoked: Iterable[int]) -> str:
    """Return a list of revocations as the standard encodes it: bits, compressed, in base 64."""
    bits = bytearray(STATUS_BITS // _BITS)
    for index in revoked:
        bits[index // _BITS] |= 0x80 >> (index % _BITS)
    return "u" + _encoded(gzip.compress(bytes(bits), mtime=0))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: bytes) -> bytes:
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base 64") from error
    # Two spellings of the same bytes would be two texts of one credential.
    if _encoded(data).encode() != text:
        raise ValueError("not the usual spelling of base 64")
    return data


def _seconds(moment: str) -> int:
    return int(datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
