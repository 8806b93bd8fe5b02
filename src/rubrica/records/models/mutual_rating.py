"""What specialist and project said of each other after an engagement."""

from typing import Final

from django.db import models
from typing_extensions import override

from rubrica.domain.mutual_rating import Side
from rubrica.records.models.account import Account
from rubrica.records.models.engagement import Engagement
from rubrica.records.scoping import Scope, ScopedManager

SIDES: Final = [(Side.SPECIALIST.value, "Specialist"), (Side.PROJECT.value, "Project")]


class MutualRating(models.Model):
    """What one side said of the other, once. The database refuses to change it."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="ratings")
    side = models.CharField(max_length=10, choices=SIDES)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    scores = models.JSONField(help_text="By the name of the question, from 1 to 5.")
    comment = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    scope = Scope(project="engagement__project", organisation="engagement__project__organisation", account="author")
    objects = ScopedManager["MutualRating"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "side"], name="mutual_rating_once_by_each_side")]

    @override
    def __str__(self) -> str:
        return f"{self.engagement}: rated by the {self.side}"


class MutualRatingReply(models.Model):
    """What the rated side answered, once. The database refuses to change it."""

    rating = models.OneToOneField(MutualRating, on_delete=models.CASCADE, related_name="reply")
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()

    scope = Scope(
        project="rating__engagement__project",
        organisation="rating__engagement__project__organisation",
        account="author",
    )
    objects = ScopedManager["MutualRatingReply"]()

    @override
    def __str__(self) -> str:
        return f"reply to {self.rating}"
