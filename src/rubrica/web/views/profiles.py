"""The profile: what a person says of himself or herself, entry by entry."""

import json
import re
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.language import LANGUAGE_NAMES
from rubrica.domain.profile import LONGEST_TEXT
from rubrica.domain.profile_sections import LISTS, SECTION_OF, SECTIONS, Field, Kind, Section
from rubrica.formats.json_resume import MOST_BYTES
from rubrica.formats.profile_words import pay_in_words, said
from rubrica.kit.clock import now
from rubrica.usecases import profiles as usecases
from rubrica.usecases import resumes
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt, problems_of

MOST_PROBLEMS = 50
_MOST_TYPED = 50 * LONGEST_TEXT


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own profile."""
    own = usecases.own_profile(person(request))
    words = {row.section.key: row for row in said(own.profile.declared)}
    context = {"own": own, "sections": [(section, words.get(section.key)) for section in SECTIONS]}
    return render(request, "profile/profile.html", context)


@require_safe
def resume(request: HttpRequest) -> HttpResponse:
    """Hand out one's own profile as a JSON Resume."""
    body = json.dumps(resumes.resume_of(person(request), now=now()), ensure_ascii=False, indent=2)
    return _file(body, "application/json", "resume.json")


@require_safe
def resume_pdf(request: HttpRequest) -> HttpResponse:
    """Hand out one's own profile as a PDF."""
    return _file(resumes.resume_pdf(person(request), now=now()), "application/pdf", "resume.pdf")


def _file(body: str | bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        body, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def import_resume(request: HttpRequest) -> HttpResponse:
    """Take a JSON Resume into one's own profile."""
    account = person(request)
    if request.method != "POST":
        return render(request, "profile/import.html", {})
    upload = request.FILES.get("file")
    try:
        # One byte more than is read, so that a longer file is refused and not cut.
        data = upload.read(MOST_BYTES + 1) if upload is not None else b""
        taken = resumes.import_resume(account, data, now=now())
    except (InvalidInputError, ConflictError) as error:
        context = {"message": str(error), "problems": problems_of(error)[:MOST_PROBLEMS]}
        return render(request, "profile/import.html", context, status=422)
    sections = ", ".join(SECTION_OF[section].label for section in taken.sections) or _("nothing")
    messages.success(request, _("Taken from the file: %(sections)s.") % {"sections": sections})
    if taken.left_out:
        left = ", ".join(taken.left_out[:MOST_PROBLEMS])
        messages.warning(request, _("A profile has no room for: %(left)s.") % {"left": left})
    return redirect("profile")


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
    if isinstance(value, dict):
        value = pay_in_words(cast("dict[str, str | int]", value))
    if isinstance(value, list) and field.kind is not Kind.CHOICES:
        value = (", " if field.kind is Kind.COUNTRIES else "\n").join(value)
    return {"field": field, "kind": field.kind.value, "value": "" if value is None else value, "choices": field.choices}
