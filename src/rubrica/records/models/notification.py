"""News for people, and the ways in which they want it."""

from django.db import models
from typing_extensions import override

from rubrica.domain.notification import DEFAULT_WAY, Topic, Way
from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager

TOPICS = [
    (Topic.REVIEW.value, "Reviews of my work"),
    (Topic.APPEAL.value, "Appeals"),
    (Topic.CASE.value, "Edge cases and rulings"),
    (Topic.PROPOSAL.value, "Proposals to change the rules"),
    (Topic.GUIDELINE.value, "New versions of a guideline"),
    (Topic.TEST.value, "Tests and calibrations"),
    (Topic.TIME.value, "My time and claims"),
    (Topic.APPLYING.value, "Applications and engagements"),
]
WAYS = [
    (Way.APP.value, "On Today"),
    (Way.DIGEST.value, "On Today, and in the daily mail"),
    (Way.NOW.value, "On Today, and by mail at once"),
]


class Notification(models.Model):
    """One piece of news for one person, stored in the transaction of what it tells of."""

    public_id = public_id()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=10, choices=TOPICS)
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=200, help_text="Where it leads, from the root of the site.")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=6, choices=WAYS)
    mailed_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    scope = Scope(project="project", organisation="project__organisation", account="account")
    objects = ScopedManager["Notification"]()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="notification_of_account"),
            models.Index(
                fields=["account", "way"], name="notification_unmailed", condition=models.Q(mailed_at__isnull=True)
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.text


class NotificationChoice(models.Model):
    """How a person wants news of one topic."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=10, choices=TOPICS)
    way = models.CharField(max_length=6, choices=WAYS, default=DEFAULT_WAY.value)

    scope = Scope(account="account")
    objects = ScopedManager["NotificationChoice"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "topic"], name="notification_choice_once")]

    @override
    def __str__(self) -> str:
        return f"{self.topic}: {self.way}"
