"""What every template gets: the rail, and the palette's pages."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rubrica.records.models import Account, Membership, Project

THEME_COOKIE: Final = "rubrica_theme"
THEMES: Final = (("", gettext_lazy("As the system")), ("light", gettext_lazy("Light")), ("dark", gettext_lazy("Dark")))


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the rail."""

    name: str
    url: str
    is_current: bool


def navigation(request: HttpRequest) -> dict[str, object]:
    """Return the theme, the rail's entries for this person, at most eight, and what the palette finds."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    theme = chosen if chosen in {"light", "dark"} else ""
    account = getattr(request, "user", None)
    if not isinstance(account, Account):
        return {"theme": theme, "sign_up_is_open": settings.SIGN_UP_IS_OPEN}
    pages = [
        (_("Today"), reverse("home")),
        (_("Projects"), reverse("projects")),
        (_("My work"), reverse("my_work")),
        (_("Openings"), reverse("openings")),
    ]
    # The rail stays short: who runs the machine finds the profile under Account, as everybody does.
    if not account.is_platform_admin:
        pages.append((_("Profile"), reverse("profile")))
    if account.is_platform_admin or Membership.objects.of_account(account).exists():
        pages.append((_("Organisations"), reverse("organisations")))
    if account.is_platform_admin:
        pages.append((_("Instance"), reverse("instance")))
    pages += [(_("Account"), reverse("account")), (_("Help"), reverse("help"))]
    best = max(
        (url for _name, url in pages if request.path.startswith(url) and (url != "/" or request.path == "/")),
        key=len,
        default="",
    )
    found = Project.objects.visible_to(account).order_by("name").values_list("name", "slug")[:200]
    return {
        "theme": theme,
        "rail": [Entry(name, url, url == best) for name, url in pages],
        "palette_projects": [(name, reverse("project", args=[slug])) for name, slug in found],
    }
