"""The work record with its credentials and portfolio; and the pages on which anybody checks a credential."""

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.work_record import DISCLOSURES
from rubrica.formats.credential_jwt import MOST_BYTES, Finding
from rubrica.formats.profile_words import said
from rubrica.kit.clock import now
from rubrica.usecases import credentials as usecases
from rubrica.usecases import portfolios, work_records
from rubrica.usecases.credentials import Checked
from rubrica.web.requests import person, posted
from rubrica.web.translate import attempt

VC_JWT: Final = "application/vc+jwt"
# Verifiers run in browsers too, on pages of others; what is handed out here names nobody and needs no session.
FOR_EVERYBODY: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    """Show one's own work record, what others are told of it, and the credentials made from it."""
    own = person(request)
    context = {
        "work": work_records.work_record(own, now=now()),
        "levels": [(level.value, words) for level, words in DISCLOSURES.items()],
        "credentials": usecases.credentials_of(own),
        "portfolio": portfolios.own_portfolio(own),
        "base_url": settings.BASE_URL,
        "now": now(),
    }
    return render(request, "record/record.html", context)


@require_POST
def disclose(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose how much others are told of one's work in a project."""
    own = person(request)
    level = posted(request, "level", most=12)
    attempt(request, lambda: work_records.disclose(own, slug, level, now=now()), _("Your choice was saved."))
    return redirect("work_record")


@require_POST
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign what others are told of one's work in a project."""
    own = person(request)
    attempt(request, lambda: usecases.issue_credential(own, slug, now=now()), _("The credential is signed."))
    return redirect("work_record")


@require_POST
def revoke(request: HttpRequest, credential: str) -> HttpResponse:
    """Take a credential back."""
    own = person(request)
    attempt(request, lambda: usecases.revoke_credential(own, credential, now=now()), _("The credential is revoked."))
    return redirect("work_record")


@require_POST
def portfolio(request: HttpRequest) -> HttpResponse:
    """Open one's portfolio, call oneself something else on it, or close it."""
    own = person(request)
    if request.POST.get("close"):
        portfolios.close_portfolio(own, now=now())
        return redirect("work_record")
    name = posted(request, "name", most=120)
    attempt(request, lambda: portfolios.open_portfolio(own, name, now=now()), _("Your portfolio is public."))
    return redirect("work_record")


@login_not_required
@require_safe
def public_portfolio(request: HttpRequest, portfolio: str) -> HttpResponse:
    """Show a portfolio to whoever has its address."""
    page = portfolios.public_page(portfolio, now=now())
    return render(request, "record/portfolio.html", {"page": page, "sections": list(said(page.declared))})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check a credential that somebody pastes or uploads."""
    if request.method != "POST":
        return render(request, "record/verify.html", {})
    upload = request.FILES.get("file")
    text = upload.read(MOST_BYTES + 1).decode("utf-8", "replace") if upload is not None else ""
    token = text or posted(request, "credential", most=MOST_BYTES)
    return _checked(request, usecases.check_credential(token, now=now()), token)


@login_not_required
@require_safe
def credential(request: HttpRequest, credential: str) -> HttpResponse:
    """Show a credential and check it, for whoever has its address; programs get the signed text."""
    row = usecases.credential_by_id(credential)
    if "html" not in request.headers.get("Accept", ""):
        return HttpResponse(row.token, content_type=VC_JWT, headers=FOR_EVERYBODY)
    return _checked(request, usecases.check_credential(row.token, now=now()), row.token)


def _checked(request: HttpRequest, checked: Checked, token: str) -> HttpResponse:
    subject = checked.credential.get("credentialSubject")
    context = {
        "finding": checked.finding.value,
        "is_good": checked.finding is Finding.VALID,
        "credential": checked.credential,
        "subject": subject,
        "results": _results(subject),
        "token": token,
    }
    return render(request, "record/verify.html", context)


def _results(subject: object) -> list[tuple[str, str]]:
    """Return the results of a credential of ours by their names; its signature was checked."""
    if not isinstance(subject, dict):
        return []
    names = {each["id"]: each["name"] for each in subject["achievement"].get("resultDescription", [])}
    return [(names[each["resultDescription"]], each["value"]) for each in subject.get("result", [])]


@login_not_required
@require_safe
def status(request: HttpRequest, number: int) -> HttpResponse:  # noqa: ARG001  (a view)
    """Hand out a list of revocations, signed."""
    signed = usecases.signed_status_list(number, now=now())
    return HttpResponse(signed, content_type=VC_JWT, headers=FOR_EVERYBODY)


@login_not_required
@require_safe
def did(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (a view)
    """Hand out who signs here, and with which keys."""
    return JsonResponse(usecases.own_did_document(), content_type="application/did+json", headers=FOR_EVERYBODY)


@login_not_required
@require_safe
def jwks(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  (a view)
    """Hand out the public keys alone."""
    keys = list(usecases.published_keys().values())
    return JsonResponse({"keys": keys}, content_type="application/jwk-set+json", headers=FOR_EVERYBODY)
