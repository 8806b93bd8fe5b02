"""Items: the gallery, and one item with everything that was said of it."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rubrica.domain.roles import Permission
from rubrica.records.models import Item, ItemImage, Project
from rubrica.records.queries.items import is_complete
from rubrica.usecases.access import open_project
from rubrica.usecases.items import item_of
from rubrica.web.evaluated_item import evaluated_item
from rubrica.web.requests import number, person, words
from rubrica.web.views.gold import gold_form

PAGE = 60
_STATES = (
    ("unseen", gettext_lazy("No evaluation yet")),
    ("begun", gettext_lazy("In progress")),
    ("complete", gettext_lazy("Complete")),
    ("withdrawn", gettext_lazy("Withdrawn")),
)


@require_safe
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a project's items, filtered as the address says, a page at a time."""
    access = open_project(person(request), slug, Permission.SEE_ITEMS)
    sought, state, after = words(request, "q"), request.GET.get("state", ""), number(request, "after")
    rows = Item.objects.of(access.project).filter(_in_state(state)).order_by("pk")
    if sought:
        rows = rows.filter(Q(key__icontains=sought) | Q(prompt__icontains=sought))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    images = _images(access.project, shown)
    context = {
        "access": access,
        "rows": [(item, images[item.pk]) for item in shown],
        "next": shown[-1].pk if len(found) > PAGE else None,
        "is_later_page": after is not None,
        "words": sought,
        "state": state,
        "states": _STATES,
        "may_import": access.may(Permission.IMPORT_ITEMS),
        "any": access.project.item_count > 0,
    }
    return render(request, "item/items.html", context)


def _in_state(state: str) -> Q:
    """Return the condition of a filter; without one, all items that have not been withdrawn."""
    match state:
        case "withdrawn":
            return Q(is_withdrawn=True)
        case "unseen":
            return Q(is_withdrawn=False, evaluation_count=0)
        case "begun":
            return Q(is_withdrawn=False, evaluation_count__gt=0) & ~is_complete()
        case "complete":
            return Q(is_withdrawn=False) & is_complete()
        case _:
            return Q(is_withdrawn=False)


def _images(project: Project, shown: list[Item]) -> dict[int, list[ItemImage]]:
    images: dict[int, list[ItemImage]] = {item.pk: [] for item in shown}
    for row in ItemImage.objects.of(project).filter(item__in=shown).select_related("image").order_by("slot"):
        images[row.item_id].append(row)
    return images


@require_safe
def item(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    """Show an item with its images, every current evaluation and all marks over the images."""
    access = open_project(person(request), slug, Permission.SEE_ITEMS)
    found = item_of(access, item)
    context = {
        "access": access,
        "item": found.item,
        "content": evaluated_item(access, found.item, found.images),
        "shows_models": access.may(Permission.SEE_MODEL_IDENTITY),
        "may_download": access.may(Permission.EXPORT),
        "neighbours": _neighbours(access.project, found.item),
        "reviews": access.may(Permission.REVIEW),
        "gold": gold_form(access, found.item) if access.may(Permission.MANAGE_GOLD) else None,
    }
    return render(request, "item/item.html", context)


def _neighbours(project: Project, shown: Item) -> tuple[str | None, str | None]:
    rows = Item.objects.of(project)
    before = rows.filter(pk__lt=shown.pk).order_by("-pk").values_list("public_id", flat=True).first()
    after = rows.filter(pk__gt=shown.pk).order_by("pk").values_list("public_id", flat=True).first()
    return before, after
