"""Guidelines: one editable draft a project, and published versions that never change."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id, sha256
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class ChangeClass(models.TextChoices):
    """What a new version asks of the people who work under it."""

    EDITORIAL = "editorial", "Editorial"
    CLARIFICATION = "clarification", "Clarification"
    BREAKING = "breaking", "Breaking"


class Which(models.TextChoices):
    """Which of the items that a change reaches are judged anew."""

    NONE = "none", "None"
    SAMPLE = "sample", "A sample"
    DISPUTED = "disputed", "Those on which raters differ"
    ALL = "all", "All"


class GuidelineDraft(models.Model):
    """What the lead is writing. ``revision`` rises with each save, so that two editors cannot overwrite each other."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="+")
    markdown = models.TextField()
    rubric = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["GuidelineDraft"]()

    @override
    def __str__(self) -> str:
        return f"draft guideline of {self.project}"


class Acknowledgement(models.Model):
    """That a person has read a version of the guideline, and when. The database refuses to change it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey("records.GuidelineVersion", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField()

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["Acknowledgement"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "version"], name="acknowledgement_once")]

    @override
    def __str__(self) -> str:
        return f"{self.account} has read {self.version}"


class GuidelineVersion(models.Model):
    """A published guideline with its rubric. The database refuses to change it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    markdown = models.TextField()
    rubric = models.JSONField()
    content_hash = sha256()
    change_class = models.CharField(max_length=16, choices=ChangeClass.choices)
    summary = models.CharField(max_length=400)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["GuidelineVersion"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="guideline_number_unique")]

    @override
    def __str__(self) -> str:
        return f"{self.project} guideline v{self.number}"


class ScheduledPublication(models.Model):
    """A text that becomes the next version at a time to come; at most one of a project waits."""

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    markdown = models.TextField()
    rubric = models.JSONField()
    summary = models.CharField(max_length=400)
    change_class = models.CharField(max_length=16, choices=ChangeClass.choices)
    which = models.CharField(max_length=8, choices=Which.choices)
    sample = models.PositiveIntegerField(default=0)
    effective_at = models.DateTimeField()
    scheduled_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="When it was published, cancelled or found impossible.")
    version = models.OneToOneField(GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="scheduled")
    failure = models.CharField(max_length=500, blank=True)

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["ScheduledPublication"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project"], name="scheduled_publication_once", condition=models.Q(ended_at__isnull=True)
            )
        ]

    @override
    def __str__(self) -> str:
        return f"{self.project} from {self.effective_at:%Y-%m-%d %H:%M}"


class Reevaluation(models.Model):
    """That a version had items judged anew: which, and how many. The database refuses to change it."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    version = models.OneToOneField(GuidelineVersion, on_delete=models.PROTECT, related_name="reevaluation")
    which = models.CharField(max_length=8, choices=Which.choices)
    reached = models.PositiveIntegerField(help_text="Items that the change reaches.")
    queued = models.PositiveIntegerField(help_text="Items that were queued again.")
    ordered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["Reevaluation"]()

    @override
    def __str__(self) -> str:
        return f"{self.queued} items again under {self.version}"
