"""Images: who may see which rendition of which picture."""

from typing import Final, Literal

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery

from rubrica.domain.roles import Permission, Role, may
from rubrica.records.models import (
    Account,
    Assignment,
    EdgeCase,
    Image,
    ItemImage,
    Membership,
    ProjectMembership,
    Screening,
)
from rubrica.records.models.assignment import AssignmentState
from rubrica.usecases.errors import NotAllowedError, NotFoundError
from rubrica.usecases.guidelines import examples_of_version

Rendition = Literal["view", "thumbnail", "pyramid", "original"]

_SEEN_STATES: Final = (AssignmentState.OPEN, AssignmentState.SUBMITTED)


def open_image(account: Account, public_id: str, rendition: Rendition) -> Image:
    """Return the image, when this person may see this rendition of it. One statement: it stands before every tile.

    Reviewers and those above see every image of the project. A specialist sees those of items that the specialist has
    open or has judged, those that the guideline in force shows as examples, and those of edge cases. The original, with
    whatever its file carries, is for those who export.

    Raises
    ------
    NotFoundError
        There is no such image in the person's world.
    NotAllowedError
        The person's role does not show this image, or not its original.
    """
    images = Image.objects.visible_to(account, while_screened=True).annotate(
        project_role=Subquery(_own_roles(account).values("role")[:1], output_field=CharField()),
        is_administered=Exists(_administered(account)),
        is_assigned=Exists(_assigned(account)),
    )
    image = images.filter(public_id=public_id).first()
    if image is None:
        message = "There is no such image, or you are not part of its project."
        raise NotFoundError(message)
    role = Role.ORGANISATION_ADMIN if image.is_administered else Role(str(image.project_role))
    if rendition == "original" and not may(role, Permission.EXPORT):
        message = f"As {role.replace('_', ' ')} you see images as they are shown, not their original files."
        raise NotAllowedError(message)
    if not (
        may(role, Permission.SEE_ITEMS)
        or image.is_assigned
        or _is_example(image)
        or (may(role, Permission.DISCUSS_EDGE_CASES) and _is_discussed(image))
        or (role == Role.APPLICANT and _is_written_about(account, image))
    ):
        message = "You see the images of items that you evaluate, and this is not one of them."
        raise NotAllowedError(message)
    return image


def _is_example(image: Image) -> bool:
    """Tell whether the guideline in force shows the image, in its text or beside a level of its rubric."""
    version = image.project.guideline
    if version is None:
        return False
    named = examples_of_version(version.pk, version.content_hash)
    return bool(named) and ItemImage.objects.of(image.project).filter(image=image, item__key__in=named).exists()


def _is_discussed(image: Image) -> bool:
    """Tell whether somebody has raised an edge case on an item of the image, which all of the project may discuss."""
    items = ItemImage.objects.of(image.project).filter(image=image)
    return EdgeCase.objects.of(image.project).filter(item__in=items.values("item")).exists()


def _is_written_about(account: Account, image: Image) -> bool:
    """Tell whether the writing task of the person's own screening shows the image."""
    asked = Screening.objects.of_account(account).filter(application__project=image.project, ended_at=None)
    keys = {
        prompt.get("item")
        for writing in asked.values_list("writing", flat=True)
        for prompt in writing.get("prompts", ())
    }
    return ItemImage.objects.of(image.project).filter(image=image, item__key__in=keys - {""}).exists()


def _own_roles(account: Account) -> QuerySet[ProjectMembership]:
    memberships = ProjectMembership.objects.of_account(account)
    return memberships.filter(project=OuterRef("project"), is_active=True)


def _administered(account: Account) -> QuerySet[Membership]:
    memberships = Membership.objects.of_account(account).filter(role=Role.ORGANISATION_ADMIN)
    return memberships.filter(organisation=OuterRef("project__organisation"))


def _assigned(account: Account) -> QuerySet[ItemImage]:
    assignments = Assignment.objects.of_account(account).filter(state__in=_SEEN_STATES)
    shown = ItemImage.objects.everywhere("narrowed to the items of the person's own assignments")
    return shown.filter(image=OuterRef("pk"), item__in=assignments.values("item"))
