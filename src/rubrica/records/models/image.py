"""Images: facts about the original, and where its renditions lie."""

from django.db import models
from typing_extensions import override

from rubrica.records.models.fields import public_id, sha256
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class Image(models.Model):
    """One picture of a project, known by the SHA-256 of its original bytes. Raters only ever see renditions."""

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    sha256 = sha256()
    media_type = models.CharField(max_length=40)
    byte_size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(help_text="Pixels as displayed, after EXIF orientation.")
    height = models.PositiveIntegerField(help_text="Pixels as displayed, after EXIF orientation.")
    view_width = models.PositiveIntegerField()
    view_height = models.PositiveIntegerField()
    view_type = models.CharField(max_length=40)
    thumbnail_type = models.CharField(max_length=40)
    has_pyramid = models.BooleanField(default=False)
    fingerprint = models.CharField(max_length=16, help_text="64-bit difference hash in hexadecimal.")
    facts = models.JSONField(default=dict, help_text="Technical checks and what decoding had to change.")
    created_at = models.DateTimeField()

    scope = Scope(project="project", organisation="project__organisation")
    objects = ScopedManager["Image"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "sha256"], name="image_sha256_unique")]

    @override
    def __str__(self) -> str:
        return self.public_id

    def storage_key(self, rendition: str) -> str:
        """Return where a rendition (``original``, ``view``, ``thumbnail``, ``pyramid``) lies in the storage."""
        return f"images/{self.sha256[:2]}/{self.sha256}/{rendition}"


class ImageDescriptor(models.Model):
    """What an image looks like, as one embedder puts it; images stored before it have none until a job made theirs."""

    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="descriptors")
    embedder = models.CharField(max_length=60)
    vector = models.BinaryField(help_text="As rubrica.imaging.descriptors.describe returns it.")

    scope = Scope(project="image__project", organisation="image__project__organisation")
    objects = ScopedManager["ImageDescriptor"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "embedder"], name="image_descriptor_unique")]

    @override
    def __str__(self) -> str:
        return f"{self.embedder} of {self.image}"
