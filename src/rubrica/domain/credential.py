"""A work record as a credential: Open Badges 3.0 on the W3C's data model for verifiable credentials, version 2.0.

The subject is known by a salted hash of an e-mail address: whoever is shown the credential by its owner can check whose
it is, and nobody can read an address from it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlsplit

from rubrica.domain.work_record import WorkEntry

CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
STATUS_BITS: Final = 131_072
"""Places of a list of revocations: the fewest that the standard allows, so that one place says little about whom."""
_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who vouches: the instance, by the address at which it is served."""

    base_url: str
    name: str = "Rubrica"

    @property
    def did(self) -> str:
        """Return the decentralised identifier, which resolves to ``/.well-known/did.json`` (did:web)."""
        return f"did:web:{quote(urlsplit(self.base_url).netloc, safe='')}"


@dataclass(frozen=True, slots=True)
class Status:
    """Where it will say that a credential is revoked: a place in a list."""

    list_url: str
    index: int


def work_credential(
    entry: WorkEntry,
    issuer: Issuer,
    *,
    url: str,
    email: str,
    salt: str,
    status: Status,
    valid_from: datetime,
    valid_until: datetime,
) -> dict[str, object]:
    """Return the credential of a work record, not yet signed.

    Parameters
    ----------
    entry
        What is told: everything in it is.
    url
        Address of the credential, which is its identifier.
    email, salt
        Of the person; only their hash goes in.
    """
    results, descriptions = _results(entry, issuer)
    achievement = {
        "id": f"{issuer.did}#work-record",
        "type": ["Achievement"],
        "name": f"{entry.role}: {entry.task}",
        "description": f"Work as {entry.role.lower()} in calibrated human evaluation, as this Rubrica has recorded it.",
        "criteria": {"narrative": "Rubrica issues this from its own record of submitted evaluations."},
        **({"resultDescription": descriptions} if descriptions else {}),
    }
    return {
        "@context": list(CONTEXTS),
        "id": url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"Work record: {entry.project}",
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": issuer.name, "url": issuer.base_url},
        "validFrom": _moment(valid_from),
        "validUntil": _moment(valid_until),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": identity_hash(email, salt),
                    "identityType": "emailAddress",
                    "salt": salt,
                }
            ],
            "role": entry.role,
            "activityStartDate": f"{entry.first:%Y-%m-%d}T00:00:00Z",
            "activityEndDate": f"{entry.last:%Y-%m-%d}T00:00:00Z",
            "narrative": _narrative(entry),
            "achievement": achievement,
            **({"result": results} if results else {}),
        },
        "credentialStatus": {
            "id": f"{status.list_url}#{status.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status.index),
            "statusListCredential": status.list_url,
        },
    }


def identity_hash(email: str, salt: str) -> str:
    """Return the hash by which Open Badges name a person who is not named."""
    return "sha256$" + hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()


def status_credential(
    issuer: Issuer, *, url: str, encoded: str, valid_from: datetime, valid_until: datetime
) -> dict[str, object]:
    """Return the list of revocations as a credential of its own, not yet signed."""
    return {
        "@context": [CONTEXTS[0]],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": _moment(valid_from),
        "validUntil": _moment(valid_until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }


def did_document(issuer: Issuer, keys: dict[str, dict[str, str]]) -> dict[str, object]:
    """Return the document that the issuer's identifier resolves to, with its public keys by key identifier."""
    methods = [
        {"id": f"{issuer.did}#{kid}", "type": "JsonWebKey", "controller": issuer.did, "publicKeyJwk": key}
        for kid, key in keys.items()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": issuer.did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _results(entry: WorkEntry, issuer: Issuer) -> tuple[list[object], list[object]]:
    hours = None if entry.active_seconds is None else f"{entry.active_seconds / _HOUR:.1f}"
    passed = None if entry.calibration is None else str(entry.calibration.passed)
    told = (
        ("items", "Items evaluated", entry.items),
        ("hours", "Hours at work, as the workbench measured them", hours),
        ("calibrations", "Tests and calibrations passed", passed),
    )
    results: list[object] = []
    descriptions: list[object] = []
    for key, name, value in told:
        if value is not None:
            url = f"{issuer.did}#work-record-{key}"
            descriptions.append({"id": url, "type": ["ResultDescription"], "name": name, "resultType": "RawScore"})
            results.append({"type": ["Result"], "resultDescription": url, "value": str(value)})
    return results, descriptions


def _narrative(entry: WorkEntry) -> str:
    where = f"{entry.project}, {entry.organisation}" if entry.organisation else entry.project
    return f"{entry.task}. {where}."


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
