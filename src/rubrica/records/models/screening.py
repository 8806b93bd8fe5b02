"""Screenings of applicants: what a project asks, what was answered, written and scored, and what is paid."""

from decimal import Decimal
from typing import Final

from django.db import models
from typing_extensions import override

from rubrica.domain.money import Money
from rubrica.records.models.account import Account
from rubrica.records.models.application import Application
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.opening import StoredOpening
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

SECONDS_OF_AN_HOUR: Final = 3_600


class ScreeningPlan(models.Model):
    """What a project asks of those who apply, before their application is read."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=False)
    guideline = models.ForeignKey(
        GuidelineVersion, on_delete=models.PROTECT, null=True, related_name="+", help_text="What the questions are on."
    )
    questions = models.JSONField(default=list)
    writing = models.JSONField(default=dict, help_text="The writing task; empty for none.")
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["ScreeningPlan"]()

    @override
    def __str__(self) -> str:
        return f"screening plan of {self.project}"


class Screening(models.Model):
    """The screening of one application, with what was asked when it began and what it pays."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    minutes = models.JSONField(help_text="About how many minutes each of its parts takes, by part.")
    questions = models.JSONField(default=list)
    writing = models.JSONField(default=dict)
    rate_minor = models.PositiveBigIntegerField(null=True, help_text="Least pay of the opening for an hour.")
    currency = models.CharField(max_length=3, blank=True)
    role_before = models.CharField(max_length=24, blank=True, help_text="The person's former role in the project.")
    texts = models.JSONField(default=list, help_text="What was written; empty once the account is deleted.")
    saved_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True, help_text="When the texts were handed in.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, help_text="From when the application is read.")
    ended_at = models.DateTimeField(null=True, help_text="From when the person has no access any more.")

    scope = Scope(
        project="application__project",
        organisation="application__project__organisation",
        account="application__account",
    )
    objects = ScopedManager["Screening"]()

    @override
    def __str__(self) -> str:
        return f"screening of {self.application}"

    @property
    def rate(self) -> Money | None:
        """The least that the opening pays for an hour; None where it says none."""
        return Money(self.rate_minor, self.currency) if self.rate_minor is not None else None


class ScreeningAnswer(models.Model):
    """What an applicant answered to a question on the guideline, one time. The database refuses to change it."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="answers")
    question = models.PositiveSmallIntegerField(help_text="Its place, from 0.")
    chosen = models.JSONField()
    is_right = models.BooleanField()
    number = models.PositiveSmallIntegerField(help_text="1 for the first try.")
    at = models.DateTimeField()

    scope = Scope(
        project="screening__application__project",
        organisation="screening__application__project__organisation",
        account="screening__application__account",
    )
    objects = ScopedManager["ScreeningAnswer"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["screening", "question", "number"], name="screening_answer_once"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.question + 1} of {self.screening}"


class WritingScore(models.Model):
    """How one person scored what an applicant wrote, before seeing other scores. The database refuses to change it."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="scores")
    reader = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    scores = models.JSONField(help_text="1 to 5, by criterion.")
    comment = models.CharField(max_length=2000, help_text="The applicant reads it.")
    at = models.DateTimeField()

    scope = Scope(
        project="screening__application__project",
        organisation="screening__application__project__organisation",
        account="reader",
    )
    objects = ScopedManager["WritingScore"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["screening", "reader"], name="writing_scored_once_by_each")]

    @override
    def __str__(self) -> str:
        return f"score of {self.screening}"


class ScreeningCredit(models.Model):
    """Screening time that is owed to a person, whatever came of it. The database refuses to change it."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="credits")
    opening = models.ForeignKey(StoredOpening, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    seconds = models.PositiveIntegerField()
    total_seconds = models.PositiveIntegerField(help_text="Of all screenings for the opening, paid or not, by then.")
    rate_minor = models.PositiveBigIntegerField(null=True, help_text="For an hour; none where the opening says none.")
    currency = models.CharField(max_length=3, blank=True)
    at = models.DateTimeField()

    scope = Scope(project="opening__project", organisation="opening__project__organisation", account="account")
    objects = ScopedManager["ScreeningCredit"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opening", "account", "total_seconds"], name="screening_credited_once"),
            models.CheckConstraint(condition=models.Q(seconds__gte=1), name="screening_credit_positive"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.seconds} s for {self.screening}"

    @property
    def amount(self) -> Money | None:
        """What it is worth; None where the opening said no rate."""
        if self.rate_minor is None:
            return None
        return Money(self.rate_minor, self.currency).times(Decimal(self.seconds) / SECONDS_OF_AN_HOUR)
