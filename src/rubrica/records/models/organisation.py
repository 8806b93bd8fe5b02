"""Organisations, who belongs to them, and how one is invited."""

from django.db import models
from typing_extensions import override

from rubrica.domain.roles import ORGANISATION_ROLES
from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id, sha256
from rubrica.records.scoping import Scope, ScopedManager

_ROLE_CHOICES = [(role.value, role.value.replace("_", " ").capitalize()) for role in ORGANISATION_ROLES]


class Organisation(models.Model):
    """A tenant: projects, people and data of one organisation are invisible to all others."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    objects = models.Manager["Organisation"]()

    @override
    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's standing in an organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=24, choices=_ROLE_CHOICES)
    created_at = models.DateTimeField()

    scope = Scope(organisation="organisation", account="account")
    objects = ScopedManager["Membership"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "account"], name="membership_unique")]

    @override
    def __str__(self) -> str:
        return f"{self.account} in {self.organisation} as {self.role}"


class Invitation(models.Model):
    """A link that lets one e-mail address join an organisation, and perhaps one project, once."""

    public_id = public_id()
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey("records.Project", on_delete=models.CASCADE, null=True, related_name="+")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=24, choices=_ROLE_CHOICES)
    secret_sha256 = sha256(unique=True)
    invited_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    scope = Scope(project="project", organisation="organisation")
    objects = ScopedManager["Invitation"]()

    @override
    def __str__(self) -> str:
        return f"invitation of {self.email} to {self.organisation}"
