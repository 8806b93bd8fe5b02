"""The profile: what a person says of himself or herself, entry by entry."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.language import LANGUAGE_NAMES
from rubrica.domain.profile import LONGEST_TEXT
from rubrica.domain.profile_sections import LISTS, SECTION_OF, SECTIONS, Field, Kind, Section
from rubrica.formats.profile_words import said
from rubrica.kit.clock import now
from rubrica.usecases import profiles as usecases
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt, problems_of

_MOST_TYPED = 50 * LONGEST_TEXT


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own profile."""
    own = usecases.own_profile(person(request))
    words = {row.section.key: row for row in said(own.profile.declared)}
    context = {"own": own, "sections": [(section, words.get(section.key)) for section in SECTIONS]}
    return render(request, "profile/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, section: str, position: int | None = None) -> HttpResponse:
    """Change one entry, or write a new one. What was typed is kept when it is refused."""
    account = person(request)
    part = SECTION_OF.get(section)
    if part is None:
        raise Http404
    own = usecases.own_profile(account)
    entries = own.profile.declared.get(section, [])
    place = (0 if entries else None) if part.is_single else None if position is None else position - 1
    if place is not None and not 0 <= place < len(entries):
        raise Http404
    stored = entries[place] if place is not None else {}
    context: dict[str, object] = {
        "section": part,
        "is_new": place is None and not part.is_single,
        "revision": own.revision,
        "position": position,
        "fields": [_row(field, stored.get(field.key)) for field in part.fields],
        "languages": LANGUAGE_NAMES if section == "languages" else {},
    }
    if request.method != "POST":
        return render(request, "profile/entry.html", context)
    try:
        typed = _typed(request, part)
        context["fields"] = [_row(field, typed[field.key]) for field in part.fields]
        usecases.save_entry(account, section, place, typed, revision=whole(request, "revision"), now=now())
    except (InvalidInputError, ConflictError) as error:
        context |= {"message": str(error), "problems": problems_of(error)}
        return render(request, "profile/entry.html", context, status=409 if isinstance(error, ConflictError) else 422)
    messages.success(request, _("Your profile was saved."))
    return redirect("profile")


@require_POST
def remove(request: HttpRequest, section: str, position: int) -> HttpResponse:
    """Take an entry out."""
    account = person(request)
    revision = whole(request, "revision")
    attempt(
        request,
        lambda: usecases.remove_entry(account, section, position - 1, revision=revision, now=now()),
        _("The entry was removed."),
    )
    return redirect("profile")


def _typed(request: HttpRequest, section: Section) -> dict[str, str | list[str]]:
    return {field.key: _typed_value(request, field) for field in section.fields}


def _typed_value(request: HttpRequest, field: Field) -> str | list[str]:
    if field.kind is Kind.CHOICES:
        return request.POST.getlist(field.key)[: len(field.choices or ())]
    text = posted(request, field.key, most=_MOST_TYPED)
    if field.kind is Kind.COUNTRIES:
        return [word for word in re.split(r"[,;\n]", text) if word.strip()]
    if field.kind in LISTS:
        return [line for line in text.split("\n") if line.strip()]
    return text


def _row(field: Field, value: object) -> dict[str, object]:
    """Return a field with what stands in it, as the form shows it."""
    if isinstance(value, list) and field.kind is not Kind.CHOICES:
        value = (", " if field.kind is Kind.COUNTRIES else "\n").join(value)
    return {"field": field, "kind": field.kind.value, "value": "" if value is None else value, "choices": field.choices}
