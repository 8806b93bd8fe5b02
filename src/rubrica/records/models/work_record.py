"""What people let others know of their work, and the credentials that say it."""

from django.db import models
from typing_extensions import override

from rubrica.domain.work_record import DISCLOSURES, Disclosure
from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

_LEVELS = [(level.value, words) for level, words in DISCLOSURES.items()]


class WorkDisclosure(models.Model):
    """How much a person lets others know of the work in one project; nothing where there is no row."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=12, choices=_LEVELS, default=Disclosure.NOTHING.value)

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["WorkDisclosure"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "project"], name="work_disclosure_once")]

    @override
    def __str__(self) -> str:
        return f"{self.project_id}: {self.level}"


class WorkCredential(models.Model):
    """A signed work record. It outlives the account without saying whose it was, so that it stays revoked."""

    public_id = public_id()
    account = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    token = models.TextField(blank=True, help_text="The signed text; empty once nobody may have it any more.")
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["WorkCredential"]()

    @override
    def __str__(self) -> str:
        return self.public_id


class Portfolio(models.Model):
    """A public page on which a person shows what others are told. It is there as long as the row is."""

    public_id = public_id()
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, help_text="What the page calls the person.")
    opened_at = models.DateTimeField()

    scope = Scope(account="account")
    objects = ScopedManager["Portfolio"]()

    @override
    def __str__(self) -> str:
        return self.name
