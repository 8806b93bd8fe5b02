"""Items: what is judged, one image or a pair of them, and its place in the queue."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.fields import public_id
from rubrica.records.models.image import Image
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class Item(models.Model):
    """A unit of judgement.

    ``places_left`` is the overlap not yet handed out, guarded by a conditional update. ``queue_position`` orders the
    queue; an item whose place becomes free again moves to the tail, so that each rater only ever looks forward.
    """

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    prompt = models.TextField(max_length=20_000, blank=True)
    metadata = models.JSONField(default=dict)
    # Planted defects with place and kind, where they are known. Never shown to raters.
    known_defects = models.JSONField(default=list)
    is_withdrawn = models.BooleanField(default=False)
    places_left = models.IntegerField()
    evaluation_count = models.PositiveIntegerField(default=0)
    pass_number = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Rises when changed rules have the item judged anew; counters start again."
    )
    extra_places = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Evaluations wanted beyond the overlap, because raters differ."
    )
    queue_position = models.BigIntegerField()
    created_at = models.DateTimeField()

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["Item"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "key"], name="item_key_unique"),
            models.CheckConstraint(condition=models.Q(places_left__gte=0), name="item_places_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["project", "queue_position"], name="item_queue", condition=models.Q(places_left__gt=0)
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.key


class ItemImage(models.Model):
    """An image in a slot of an item: slot 0, and slot 1 for pairs."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    slot = models.PositiveSmallIntegerField()
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="item_images")
    # What made the picture: the hidden variable of every comparison.
    source_model = models.CharField(max_length=120, blank=True)

    scope = Scope(project="item__project", organisation="item__project__organisation")
    objects = ScopedManager["ItemImage"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "slot"], name="item_image_slot_unique")]

    @override
    def __str__(self) -> str:
        return f"{self.item} slot {self.slot}"
