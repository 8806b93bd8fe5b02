"""The audit trail: who did what, when, to what. Rows are only ever appended."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.account import Account
from rubrica.records.models.organisation import Organisation
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class AuditEvent(models.Model):
    """One thing that somebody did."""

    at = models.DateTimeField()
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    scope = Scope(project="project", organisation="organisation", account="actor")
    objects = ScopedManager["AuditEvent"]()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="audit_of_organisation")]

    @override
    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
