"""What people ask about clauses of the guideline, and what they are answered."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id
from rubrica.records.models.guideline import GuidelineVersion
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class ClauseQuestion(models.Model):
    """A question, or a remark, about a clause. Until it is settled it has an owner and a moment until when."""

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    guideline = models.ForeignKey(GuidelineVersion, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=40)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    scope = Scope(project="project", organisation="project__organisation", account="author")
    objects = ScopedManager["ClauseQuestion"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, owner__isnull=False, due_at__isnull=False)
                | models.Q(settled_at__isnull=False, owner__isnull=True, due_at__isnull=True),
                name="clause_question_waits_for_somebody",
            ),
        ]
        indexes = [models.Index(fields=["project", "settled_at"], name="clause_question_open")]

    @override
    def __str__(self) -> str:
        return f"the question about {self.clause}"


class ClauseAnswer(models.Model):
    """Something said in answer to a question about a clause. The database refuses to change it."""

    question = models.ForeignKey(ClauseQuestion, on_delete=models.PROTECT, related_name="answers")
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()

    scope = Scope(project="question__project", organisation="question__project__organisation", account="author")
    objects = ScopedManager["ClauseAnswer"]()

    @override
    def __str__(self) -> str:
        return self.text
