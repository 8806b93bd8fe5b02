"""Credentials: a work record, signed by the installation, for its owner to show anywhere; and looking at one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from rubrica.domain.credential import (
    STATUS_BITS,
    Issuer,
    Status,
    did_document,
    status_credential,
    work_credential,
)
from rubrica.formats.credential_jwt import Finding, Jwk, read, sign, status_list
from rubrica.kit.ids import new_id
from rubrica.records.models import Account, WorkCredential
from rubrica.usecases.access import record
from rubrica.usecases.errors import ConflictError, NotFoundError
from rubrica.usecases.signing_keys import signing_keys
from rubrica.usecases.work_records import work_in

LIFETIME: Final = timedelta(days=2 * 365)
STATUS_LIFETIME: Final = timedelta(days=1)
"""For how long whoever fetched a list of revocations may rely on it."""
_EVERYBODY = "a list of revocations is public and names nobody"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a credential has shown, and its content where that can be trusted."""

    finding: Finding
    credential: Mapping[str, object]


def issuer() -> Issuer:
    """Return who signs here."""
    return Issuer(settings.BASE_URL)


@transaction.atomic
def issue_credential(account: Account, slug: str, *, now: datetime) -> WorkCredential:
    """Sign what others are told of a person's work in a project. It says what is true now, and goes on saying it.

    Raises
    ------
    ConflictError
        Others are told nothing of it.
    """
    work = work_in(account, slug, now=now)
    if work.told is None:
        message = "Others are told nothing of this work. Choose first what may be told."
        raise ConflictError(message)
    row = WorkCredential.objects.create(
        account=account, project=work.project, issued_at=now, valid_until=now + LIFETIME
    )
    by = issuer()
    status = Status(_status_url(row.pk // STATUS_BITS), row.pk % STATUS_BITS)
    credential = work_credential(
        work.told,
        by,
        url=credential_url(row),
        email=account.email,
        salt=new_id(),
        status=status,
        valid_from=now,
        valid_until=row.valid_until,
    )
    row.token = sign(credential, signing_keys().current, by.did)
    row.save(update_fields=["token"])
    record("credential.issued", row.public_id, at=now, actor=account)
    return row


def credentials_of(account: Account) -> Sequence[WorkCredential]:
    """Return a person's credentials, newest first."""
    return list(WorkCredential.objects.of_account(account).select_related("project").order_by("-pk"))


@transaction.atomic
def revoke_credential(account: Account, public_id: str, *, now: datetime) -> None:
    """Take back a credential of one's own, for good."""
    rows = WorkCredential.objects.of_account(account).filter(public_id=public_id, revoked_at=None)
    if not rows.update(revoked_at=now):
        message = "There is no such credential, or it was revoked already."
        raise NotFoundError(message)
    record("credential.revoked", public_id, at=now, actor=account)


def credential_by_id(public_id: str) -> WorkCredential:
    """Return the credential that an address names, for whoever was given the address."""
    rows = WorkCredential.objects.everywhere("its owner gave somebody the address")
    row = rows.filter(public_id=public_id).exclude(token="").first()
    if row is None:
        message = "There is no such credential."
        raise NotFoundError(message)
    return row


def check_credential(token: str, *, now: datetime) -> Checked:
    """Look at a credential that anybody brings: whole, signed here, in force, not revoked."""
    signed = read(token, published_keys(), issuer().did, now=now)
    if signed.finding in {Finding.VALID, Finding.EXPIRED} and _is_revoked(str(signed.payload.get("id"))):
        return Checked(Finding.REVOKED, signed.payload)
    return Checked(signed.finding, signed.payload)


def published_keys() -> dict[str, Jwk]:
    """Return the public keys with which credentials of this installation are checked."""
    return signing_keys().published()


def own_did_document() -> dict[str, object]:
    """Return the document that the installation's identifier resolves to."""
    return did_document(issuer(), published_keys())


def signed_status_list(number: int, *, now: datetime) -> str:
    """Return one list of revocations, signed."""
    last = WorkCredential.objects.everywhere(_EVERYBODY).order_by("pk").values_list("pk", flat=True).last() or 0
    if number > last // STATUS_BITS:
        message = "There is no such list."
        raise NotFoundError(message)
    rows = WorkCredential.objects.everywhere(_EVERYBODY).filter(
        revoked_at__isnull=False, pk__gte=number * STATUS_BITS, pk__lt=(number + 1) * STATUS_BITS
    )
    encoded = status_list(pk % STATUS_BITS for pk in rows.values_list("pk", flat=True))
    by = issuer()
    listed = status_credential(
        by, url=_status_url(number), encoded=encoded, valid_from=now, valid_until=now + STATUS_LIFETIME
    )
    return sign(listed, signing_keys().current, by.did)


def credential_url(row: WorkCredential) -> str:
    """Return the address of a credential."""
    return f"{settings.BASE_URL}/credentials/{row.public_id}/"


def _status_url(number: int) -> str:
    return f"{settings.BASE_URL}/credentials/status/{number}/"


def _is_revoked(url: str) -> bool:
    """Tell whether a credential of ours was revoked; one that we do not know is not in force either."""
    public_id = url.removeprefix(f"{settings.BASE_URL}/credentials/").rstrip("/")
    row = WorkCredential.objects.everywhere(_EVERYBODY).filter(public_id=public_id).first()
    return row is None or row.revoked_at is not None
