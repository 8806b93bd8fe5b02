"""Imports of items, and a line with a reason for every file or row that could not be taken."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class ImportState(models.TextChoices):
    """How far an import has come."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Failed"


class ItemImport(models.Model):
    """One batch of items on its way in."""

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=ImportState.choices, default=ImportState.WAITING)
    total = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="Rows whose key the project already had.")
    failure = models.CharField(max_length=500, blank=True)
    started_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["ItemImport"]()

    @override
    def __str__(self) -> str:
        return self.source


class ItemImportProblem(models.Model):
    """Why one row or file was refused, in words that say what to do."""

    item_import = models.ForeignKey(ItemImport, on_delete=models.CASCADE, related_name="+")
    line = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=300)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)

    scope = Scope(project="item_import__project", organisation="item_import__project__organisation")
    objects = ScopedManager["ItemImportProblem"]()

    @override
    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"
