"""How numbers, moments and citations are written on pages, and the rooms of a project."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.template import Library
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rubrica.domain.active_time import Page
from rubrica.domain.clause_anchor import AS_A_WORD
from rubrica.domain.guideline_changes import Kind, Stretch
from rubrica.domain.roles import PROJECT_ROLES, Permission
from rubrica.records.models import Account, Invitation
from rubrica.usecases.access import OrganisationAccess, ProjectAccess
from rubrica.usecases.pseudonyms import address_shown, member_shown, name_shown
from rubrica.usecases.reports import AlphaEstimate, Estimate
from rubrica.web.marks import severity_path

register = Library()

_MINUTE = 60
_CONTEXT: Final = 160
"""Characters beside a change that are shown of what stayed."""

_CITATION = re.compile(r"\[\[(\d{1,6})\]\]")
_MINUS: Final = "\u2212"
_NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Room:
    """One page of a project, as its tabs name it."""

    name: str
    url: str
    is_current: bool


_ROOMS: Final = (
    ("project", gettext_lazy("Overview"), Permission.SEE_PROJECT),
    ("items", gettext_lazy("Items"), Permission.SEE_ITEMS),
    ("guideline", gettext_lazy("Guideline"), Permission.READ_GUIDELINE),
    ("edge_cases", gettext_lazy("Edge cases"), Permission.DISCUSS_EDGE_CASES),
    ("reviews", gettext_lazy("Reviews"), Permission.REVIEW, Permission.READ_OWN_EVALUATIONS),
    ("calibration", gettext_lazy("Calibration"), Permission.READ_OWN_EVALUATIONS, Permission.SEE_RESULTS),
    ("gold", gettext_lazy("Gold"), Permission.MANAGE_GOLD),
    ("tests", gettext_lazy("Tests"), Permission.READ_OWN_EVALUATIONS),
    ("results", gettext_lazy("Results"), Permission.SEE_RESULTS),
    ("exports", gettext_lazy("Export"), Permission.EXPORT),
    ("project_openings", gettext_lazy("Openings"), Permission.MANAGE_OPENINGS),
    ("time_claims", gettext_lazy("Time"), Permission.DECIDE_TIME),
    ("project_applications", gettext_lazy("Applications"), Permission.REVIEW),
    ("project_engagements", gettext_lazy("Engagements"), Permission.MANAGE_PROJECT_MEMBERS),
    ("project_people", gettext_lazy("People"), Permission.MANAGE_PROJECT_MEMBERS),
    ("project_settings", gettext_lazy("Settings"), Permission.MANAGE_PROJECT),
)


_CLOCKED: Final = {
    "guideline": Page.GUIDELINE,
    "edge_cases": Page.DISCUSSION,
    "calibration": Page.DISCUSSION,
    "reviews": Page.REVIEW,
    "tests": Page.QUALIFICATION,
}
"""Rooms in which time is work, for those who work in the project."""


@register.inclusion_tag("parts/_rooms.html")
def project_rooms(access: ProjectAccess, current: str, here: str = "") -> dict[str, object]:
    """Show where in a project the page is: breadcrumbs, and tabs to the rooms that the person may enter."""
    slug = access.project.slug
    rooms = [
        Room(str(name), reverse(url, args=[slug]), url == current)
        for url, name, *permissions in _ROOMS
        if any(access.may(permission) for permission in permissions)
    ]
    room = next((room for room in rooms if room.is_current), None)
    clocked = _CLOCKED.get(current) if access.role in PROJECT_ROLES else None
    return {
        "access": access,
        "rooms": rooms,
        "room": room,
        "here": here,
        "is_overview": current == "project",
        "clocked": clocked,
    }


@register.filter
def number(value: float | str | None, digits: int = 2) -> str:
    """Write a number with a real minus sign; nothing, which templates also write as empty text, is a dash."""
    return _NOTHING if isinstance(value, str) or value is None else f"{value:.{digits}f}".replace("-", _MINUS)


@register.filter
def signed(value: float | str | None) -> str:
    """Write a number with its sign, plus too."""
    return _NOTHING if isinstance(value, str) or value is None else f"{value:+.2f}".replace("-", _MINUS)


@register.filter
def interval(estimate: Estimate | AlphaEstimate | str | None) -> str:
    """Write the 95 % interval of an estimate, in brackets."""
    if isinstance(estimate, str) or estimate is None:
        return ""
    low, high = number(estimate.ci_low), number(estimate.ci_high)
    return f"({low} to {high})" if estimate.ci_low < 0 else f"({low}–{high})"


@register.filter
def percent(share: float | str | None) -> str:
    """Write a share in whole percent."""
    return _NOTHING if isinstance(share, str) or share is None else f"{share:.0%}".replace("%", "\u202f%")


@register.filter
def moment(when: datetime | str | None) -> str:
    """Write a moment in the reader's zone, with the exact one for machines."""
    if not isinstance(when, datetime):
        return _NOTHING
    local = timezone.localtime(when)
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), f"{local:%Y-%m-%d %H:%M}")


@register.filter
def day(when: datetime | str | None) -> str:
    """Write the day of a moment in the reader's zone."""
    if not isinstance(when, datetime):
        return _NOTHING
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), f"{timezone.localtime(when):%Y-%m-%d}")


@register.filter
def seconds(length: float | str | None) -> str:
    """Write a length of time as short as it can be read: ``42 s``, ``3 min 05 s``, ``2 h 10 min``."""
    if isinstance(length, str) or length is None:
        return _NOTHING
    whole = round(length)
    if whole < _MINUTE:
        return f"{whole}\u202fs"
    minutes, rest = divmod(whole, _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes}\u202fmin {rest:02}\u202fs"
    return f"{minutes // _MINUTE}\u202fh {minutes % _MINUTE:02}\u202fmin"


@register.filter
def duration(milliseconds: float | str | None) -> str:
    """Write a length of time given in milliseconds."""
    return seconds(milliseconds if isinstance(milliseconds, str) or milliseconds is None else milliseconds / 1_000)


@register.filter
def cited(explanation: str, letter: str = "") -> SafeString:
    """Write an explanation with what it cites told apart: marks, such as ``[[1]]``, as their tags, and clauses."""
    text = AS_A_WORD.sub(r"<b>\g<0></b>", str(conditional_escape(explanation)))
    marked = _CITATION.sub(rf'<b class="cite">{conditional_escape(letter)}\1</b>', text)
    return mark_safe(marked)  # noqa: S308  (the only markup is ours: the text is escaped, a citation holds no markup)


@register.filter
def differing(stretches: Sequence[Stretch]) -> SafeString:
    """Write what differs with what came and what went marked, and leave out what is far from any change."""
    last = len(stretches) - 1
    return format_html_join(
        "",
        "{}{}{}",
        (
            _marked(stretch.kind, stretch.text)
            if stretch.kind is not Kind.SAME
            else ("", _fold(stretch.text, is_first=place == 0, is_last=place == last), "")
            for place, stretch in enumerate(stretches)
        ),
    )


def _marked(kind: Kind, text: str) -> tuple[SafeString, str, SafeString]:
    name = "ins" if kind is Kind.ADDED else "del"
    return format_html("<{}>", name), text, format_html("</{}>", name)


def _fold(text: str, *, is_first: bool, is_last: bool) -> str:
    """Keep what stands next to a change; a clause keeps its heading, which its text begins with."""
    heading, _line_feed, body = text.partition("\n") if is_first and "\n" in text else ("", "", text)
    head = "" if is_first else body[:_CONTEXT].rsplit(" ", 1)[0]
    tail = "" if is_last else body[-_CONTEXT:].split(" ", 1)[-1]
    if len(head) + len(tail) + _CONTEXT >= len(body):
        return text
    start = f"{heading}\n" if heading else ""
    return start + " ".join(part for part in (head, "…", tail) if part)


@register.filter
def first_line(text: str) -> str:
    """Return the first line of a failure, which says what it was."""
    return text.strip().splitlines()[0] if text.strip() else _("no reason given")


@register.filter
def severity_figure(value: int | None) -> str:
    """Return the path of a severity's figure."""
    return severity_path(value)


@register.filter
def known_by(account: Account | None, access: ProjectAccess) -> str:
    """Return the name that a reader knows somebody by in a project: a pseudonym, unless the name is known."""
    return name_shown(access, account) if account is not None else ""


@register.filter
def member_known_by(account: Account, access: OrganisationAccess) -> str:
    """Return the name that a reader knows a member of an organisation by."""
    return member_shown(access, account)


@register.filter
def address_known_by(invitation: Invitation, access: OrganisationAccess) -> str:
    """Return the address of an invitation, where the reader may know it."""
    return address_shown(access, invitation)
