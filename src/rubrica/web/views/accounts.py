"""Coming in, going out, and what is one's own: password, tokens, sessions."""

from zoneinfo import available_timezones

from allauth.account import views as allauth
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from typing_extensions import override

from rubrica.domain.notification import Topic
from rubrica.domain.problems import Problem
from rubrica.kit.clock import now
from rubrica.records.models import Account, Session
from rubrica.records.models.notification import TOPICS, WAYS
from rubrica.usecases import accounts as usecases
from rubrica.usecases import organisations, sign_up
from rubrica.usecases.account_deletion import delete_account
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.notifications import choose_ways, ways_of
from rubrica.usecases.own_data import export_own_data
from rubrica.web.context import THEME_COOKIE, THEMES
from rubrica.web.requests import person, posted
from rubrica.web.translate import attempt, problems_of
from rubrica.web.views.errors import TRY_AGAIN_SECONDS, too_many_requests

_YEAR = 365 * 24 * 3600
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class LoginView(allauth.LoginView):  # type: ignore[misc]  # allauth ships no types
    """Signs in; too many failures are said to programs too, by the status."""

    @override
    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, "too_many_login_attempts"):
            response.status_code = 429
            response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
        return response


sign_in = LoginView.as_view()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Show whom a one-time link signs in; the button, not the link, uses it up."""
    if request.method == "POST":
        account = usecases.use_sign_in_link(secret, now=now())
        login(request, account, backend=_BACKEND)
        return redirect("home")
    owner = usecases.sign_in_link_owner(secret, now=now())
    return _without_path(render(request, "account/sign_in_link.html", {"owner": owner}))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_to_sign_up(request: HttpRequest) -> HttpResponse:
    """Mail a link to whoever wants an account, where the operator lets people sign up by themselves."""
    if request.user.is_authenticated:
        return redirect("home")
    if not settings.SIGN_UP_IS_OPEN:
        return render(request, "account/signup_closed.html", {})
    wanted = request.POST.get("next", request.GET.get("next", ""))
    path = wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""
    context: dict[str, object] = {"next": path}
    if request.method != "POST":
        return render(request, "account/sign_up.html", context)
    email = posted(request, "email", most=254)
    if not ratelimit.consume(request, action="signup", key=email.strip().lower()):
        return too_many_requests(request)
    try:
        sign_up.ask_to_sign_up(email, path, now=now())
    except InvalidInputError as error:
        context |= {"message": str(error), "problems": problems_of(error), "given": request.POST}
        return render(request, "account/sign_up.html", context, status=422)
    return redirect("sign_up_sent")


@login_not_required
@require_safe
def sign_up_sent(request: HttpRequest) -> HttpResponse:
    """Say that a mail is on its way, whether or not the address has an account."""
    return render(request, "account/sign_up_sent.html", {})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up_link(request: HttpRequest, token: str) -> HttpResponse:
    """Make the account whose address a mailed link proves, and lead on to where its owner wanted to go."""
    proved = sign_up.proved_address(token, now=now())
    context: dict[str, object] = {"email": proved.email}
    if request.method == "POST":
        try:
            account = sign_up.sign_up(
                token,
                name=posted(request, "name", most=120),
                password=posted(request, "password", most=4096),
                now=now(),
            )
        except InvalidInputError as error:
            context |= {"message": str(error), "problems": problems_of(error), "given": request.POST}
            return _without_path(render(request, "account/sign_up_link.html", context, status=422))
        login(request, account, backend=_BACKEND)
        return redirect(proved.path or "home")
    return _without_path(render(request, "account/sign_up_link.html", context))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation, with a new account or the one that is signed in."""
    offered = organisations.invitation_by_secret(secret, now=now())
    signed_in = request.user if isinstance(request.user, Account) else None
    context: dict[str, object] = {"invitation": offered, "signed_in": signed_in}
    if request.method == "POST":
        try:
            account = organisations.accept_invitation(
                secret,
                now=now(),
                account=signed_in,
                name=posted(request, "name", most=120),
                password=posted(request, "password", most=4096),
            )
        except (InvalidInputError, ConflictError) as error:
            context |= {"message": str(error), "problems": problems_of(error), "given": request.POST}
            return _without_path(render(request, "account/invitation.html", context, status=422))
        login(request, account, backend=_BACKEND)
        return redirect("home")
    return _without_path(render(request, "account/invitation.html", context))


def _without_path(response: HttpResponse) -> HttpResponse:
    """Keep a secret that stands in the address from travelling on.

    Not "no-referrer": under it browsers send ``Origin: null`` with the form, which is what a forged one looks like.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show and change what is one's own."""
    own = person(request)
    ways = ways_of(own)
    context: dict[str, object] = {
        "given": {"name": own.name, "time_zone": own.time_zone},
        "zones": sorted(available_timezones()),
        "tokens": usecases.tokens_of(own),
        "new_secret": request.session.pop("new_token", None),
        "sessions": Session.objects.filter(account=own, expire_date__gt=now()).count(),
        "themes": THEMES,
        "topics": [(value, label, ways[Topic(value)]) for value, label in TOPICS],
        "ways": WAYS,
        "sends_mail": settings.SENDS_MAIL,
    }
    if request.method == "POST":
        try:
            usecases.change_profile(own, name=posted(request, "name", most=120), time_zone=_zone(request), now=now())
        except InvalidInputError as error:
            context |= {"message": str(error), "problems": problems_of(error), "given": request.POST}
            return render(request, "account/account.html", context, status=422)
        messages.success(request, _("Your profile was saved."))
        return redirect("account")
    return render(request, "account/account.html", context)


def _zone(request: HttpRequest) -> str:
    zone = posted(request, "time_zone", most=64)
    if zone not in available_timezones():
        message = _("Your profile was not changed.")
        raise InvalidInputError(message, [Problem("time_zone", _("is not known"), _("one of the list"))])
    return zone


@require_POST
def choose_news(request: HttpRequest) -> HttpResponse:
    """Choose how news of each topic comes."""
    own = person(request)
    ways = {topic.value: posted(request, topic.value, most=6) for topic in Topic if topic.value in request.POST}
    attempt(request, lambda: choose_ways(own, ways), _("Your choice was saved."))
    return redirect("account")


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or the system's own in a cookie, so that the first paint is right."""
    person(request)
    response = redirect("account")
    wanted = request.POST.get("theme", "")
    if wanted in {"light", "dark"}:
        response.set_cookie(
            THEME_COOKIE, wanted, max_age=_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


@require_POST
def export_data(request: HttpRequest) -> FileResponse:
    """Hand out everything that is kept of the person."""
    moment = now()
    file = export_own_data(person(request), now=moment)
    name = f"rubrica-own-data-{moment:%Y%m%dT%H%M%SZ}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Say what deleting the account means, and do it once the address is typed."""
    own = person(request)
    if request.method != "POST":
        return render(request, "account/delete.html", {})
    try:
        delete_account(own, confirmed_email=posted(request, "email", most=254), now=now())
    except (InvalidInputError, ConflictError) as error:
        context = {"message": str(error), "problems": problems_of(error)}
        status = 409 if isinstance(error, ConflictError) else 422
        return render(request, "account/delete.html", context, status=status)
    logout(request)
    messages.success(request, _("Your account is deleted."))
    return redirect("home")


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    ended = usecases.end_sessions(person(request), now=now(), except_key=request.session.session_key)
    messages.success(request, _("Signed out of %(count)d other sessions.") % {"count": ended})
    return redirect("account")


@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Make an API token and show its secret once."""
    own = person(request)

    def create() -> None:
        request.session["new_token"] = usecases.create_token(own, posted(request, "name", most=120), now=now()).secret

    attempt(request, create, _("The token was made. Copy it now: it is shown only this once."))
    return redirect("account")


@require_POST
def revoke_token(request: HttpRequest, token: str) -> HttpResponse:
    """Make a token useless."""
    own = person(request)
    attempt(request, lambda: usecases.revoke_token(own, token, now=now()), _("The token was revoked."))
    return redirect("account")
