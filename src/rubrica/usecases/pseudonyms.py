"""Names that stand for raters: one person has the same one in every report and export of a project."""

import base64
import hashlib
import hmac

from django.conf import settings

from rubrica.domain.roles import Permission
from rubrica.records.models import Account
from rubrica.usecases.access import ProjectAccess

_PURPOSE = b"rater pseudonym"
_BYTES = 5


def pseudonym(project_id: int, rater_public_id: str) -> str:
    """Return the rater's pseudonym in a project.

    A hash keyed with the installation's secret: nobody without it can tell whose it is, and nobody can join what one
    person did in two projects.
    """
    key = hashlib.sha256(_PURPOSE + settings.SECRET_KEY.encode()).digest()
    digest = hmac.digest(key, f"{project_id}:{rater_public_id}".encode(), "sha256")
    return "rater-" + base64.b32encode(digest[:_BYTES]).decode().lower()


def name_shown(access: ProjectAccess, account: Account) -> str:
    """Return what a reader knows somebody by: leads know everybody, everybody knows themselves, else the pseudonym."""
    if access.may(Permission.LIST_PEOPLE) or account.pk == access.account.pk:
        return account.name
    return pseudonym(access.project.pk, account.public_id)
