"""What a specialist says of himself or herself."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.account import Account
from rubrica.records.scoping import Scope, ScopedManager


class SpecialistProfile(models.Model):
    """A person's profile as a document (``domain/profile.py``). It is the person's own: no project owns it."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    declared = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    scope = Scope(account="account")
    objects = ScopedManager["SpecialistProfile"]()

    @override
    def __str__(self) -> str:
        return f"profile of {self.account_id}"
