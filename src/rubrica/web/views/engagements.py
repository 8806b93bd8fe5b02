"""Engagements: one's own, with terms and hearings, and those of a project, which its leads see to."""

from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.application import LEAST_REASON
from rubrica.domain.engagement import MAX_EVIDENCE_TEXT, MAX_REASON, MAX_REFERENCE, EvidenceKind
from rubrica.domain.mutual_rating import MAX_COMMENT, RATED, Side
from rubrica.domain.roles import Permission
from rubrica.domain.terms import PAID_ROLES
from rubrica.kit.clock import now
from rubrica.records.models import Account, Engagement, ProjectMembership
from rubrica.records.models.engagement import CAUSES, NOTICE_REASONS, UNENDED
from rubrica.usecases import engagement_conduct as conduct
from rubrica.usecases import engagements as usecases
from rubrica.usecases import mutual_ratings
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.engagement_terms import offer_to_member
from rubrica.usecases.pseudonyms import by_name_shown
from rubrica.web.requests import person, posted, whole
from rubrica.web.terms_form import BASES, shown_terms, typed_terms
from rubrica.web.translate import attempt

PAGE: Final = 200
_NOTES: Final = 3
_OWN_SAID: Final = {
    "accept": gettext_lazy("Accepted. The terms stay here, with their hash."),
    "refuse": gettext_lazy("Refused. What was in force stays so."),
    "propose": gettext_lazy("Proposed. The present terms hold until the project accepts."),
    "take-terms-back": gettext_lazy("Taken back."),
    "pause": gettext_lazy("Paused. No new work comes until you resume it, or for 30 days."),
    "resume": gettext_lazy("You get work again."),
    "notice": gettext_lazy("You gave notice. Until the end everything stays as it is."),
    "take-back": gettext_lazy("Your notice is taken back."),
    "answer": gettext_lazy("Your answer is sent. Another person decides."),
    "rate": gettext_lazy("Kept. Both ratings are shown together."),
    "reply": gettext_lazy("Your answer stands beside the rating."),
}
_SAID: Final = {
    "accept": gettext_lazy("Accepted."),
    "refuse": gettext_lazy("Refused. What was in force stays so."),
    "propose": gettext_lazy("Proposed. The present terms hold until they are accepted."),
    "take-terms-back": gettext_lazy("Taken back."),
    "cancel": gettext_lazy("The offer is taken back."),
    "pause": gettext_lazy("Paused, for 30 days at most."),
    "resume": gettext_lazy("There is work again."),
    "notice": gettext_lazy("Notice is given."),
    "take-back": gettext_lazy("The notice is taken back."),
    "restrict": gettext_lazy("Access is restricted at once, for seven working days at most."),
    "lift": gettext_lazy("The restriction is lifted."),
    "open-hearing": gettext_lazy("The hearing is open. The person has seven days to answer."),
    "reinstate": gettext_lazy("Reinstated."),
    "end-for-cause": gettext_lazy("Ended for cause."),
    "rate": gettext_lazy("Kept. Both ratings are shown together."),
    "reply": gettext_lazy("Your answer stands beside the rating."),
}
_RATING: Final = frozenset({"rate", "reply"})


# --- one's own ---


@require_safe
def own_engagements(request: HttpRequest) -> HttpResponse:
    """Show one's own engagements, also those that have ended."""
    own = person(request)
    rows = list(usecases.own_engagements(own)[:PAGE])
    context = {
        "open": [row for row in rows if row.state in UNENDED],
        "others": [row for row in rows if row.state not in UNENDED],
    }
    return render(request, "engagement/engagements.html", context)


@require_safe
def own_engagement(request: HttpRequest, engagement: str) -> HttpResponse:
    """Show one's own engagement: its terms in full, what happened, and what one can do."""
    file = usecases.own_engagement(person(request), engagement, now=now())
    return render(request, "engagement/engagement.html", _shown(file, Side.SPECIALIST))


def _shown(file: usecases.EngagementFile, side: Side) -> dict[str, object]:
    in_force = file.in_force or file.pending
    due_at = file.engagement.due_at
    return {
        "file": file,
        "engagement": file.engagement,
        "events": {event.value for event in file.events} if due_at is None or due_at > now() else set(),
        "rate": shown_terms(in_force.terms.rate if in_force is not None else None),
        "bases": BASES,
        **_ratings(file.engagement, side),
    }


def _ratings(engagement: Engagement, side: Side) -> dict[str, object]:
    shown = mutual_ratings.ratings_of(engagement, side, now=now())
    said = [
        (row, [(words, row.scores[name]) for name, words in RATED[Side(row.side)].items()])
        for row in (shown.own, shown.other)
        if row is not None
    ]
    return {"ratings": shown, "ratings_said": said, "rating_questions": RATED[side].items()}


@require_POST
def own_engagement_step(request: HttpRequest, engagement: str, step: str) -> HttpResponse:
    """Let one's own engagement take a step, or answer its terms."""
    own = person(request)
    usecases.own_engagement(own, engagement, now=now())
    if step not in _OWN_SAID:
        raise Http404
    choose = _own_rating if step in _RATING else _own_action
    attempt(request, choose(request, own, engagement, step), str(_OWN_SAID[step]))
    return redirect("own_engagement", engagement)


def _own_action(  # noqa: PLR0911  (one return for each step)
    request: HttpRequest, own: Account, public_id: str, step: str
) -> Callable[[], object]:
    at = now()
    match step:
        case "accept":
            sha256 = posted(request, "terms_sha256", most=64)
            return lambda: usecases.accept_own_terms(own, public_id, sha256=sha256, now=at)
        case "refuse":
            return lambda: usecases.refuse_own_terms(own, public_id, reason=_reason(request), now=at)
        case "propose":
            return lambda: usecases.propose_own_terms(own, public_id, typed_terms(request), now=at)
        case "take-terms-back":
            return lambda: usecases.take_own_terms_back(own, public_id, now=at)
        case "pause":
            return lambda: usecases.pause_own(own, public_id, reason=_reason(request), now=at)
        case "resume":
            return lambda: usecases.resume_own(own, public_id, now=at)
        case "notice":
            return lambda: usecases.give_own_notice(own, public_id, reason=_reason(request), now=at)
        case "take-back":
            return lambda: usecases.take_own_notice_back(own, public_id, now=at)
        case _:
            answer = posted(request, "answer", most=usecases.MAX_ANSWER)
            return lambda: usecases.answer_hearing(own, public_id, answer=answer, now=at)


def _own_rating(request: HttpRequest, own: Account, public_id: str, step: str) -> Callable[[], object]:
    at = now()
    if step == "rate":
        scores, comment = _scores(request, Side.SPECIALIST), posted(request, "comment", most=MAX_COMMENT)
        return lambda: mutual_ratings.rate_project(own, public_id, scores=scores, comment=comment, now=at)
    text = posted(request, "text", most=MAX_COMMENT)
    return lambda: mutual_ratings.reply_to_project(own, public_id, text=text, now=at)


def _scores(request: HttpRequest, side: Side) -> dict[str, int]:
    return {name: whole(request, f"score-{name}") for name in RATED[side] if f"score-{name}" in request.POST}


def _reason(request: HttpRequest) -> str:
    return posted(request, "reason", most=MAX_REASON)


# --- of a project ---


@require_safe
def project_engagements(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who works in a project under which terms, and who without any."""
    access = open_project(person(request), slug)
    rows = list(usecases.engagements_of(access)[:PAGE])
    engaged = {row.account_id for row in rows if row.state in UNENDED}
    members = ProjectMembership.objects.of(access.project).filter(is_active=True, role__in=PAID_ROLES)
    without = members.exclude(account__in=engaged).exclude(account=access.account).select_related("account")
    context = {
        "access": access,
        "open": [row for row in rows if row.state in UNENDED],
        "others": [row for row in rows if row.state not in UNENDED],
        "without": by_name_shown(access, without)[:PAGE],
        "now": now(),
        "rate": shown_terms(None),
        "bases": BASES,
    }
    return render(request, "engagement/project_engagements.html", context)


@require_POST
def offer_terms(request: HttpRequest, slug: str) -> HttpResponse:
    """Offer terms to somebody who is part of a project without any."""
    access = open_project(person(request), slug, Permission.MANAGE_PROJECT_MEMBERS)
    member, at = posted(request, "member", most=22), now()
    said = str(gettext_lazy("The terms are offered; they stand for seven days."))
    attempt(request, lambda: offer_to_member(access.account, slug, member, typed_terms(request), now=at), said)
    return redirect("project_engagements", slug)


@require_safe
def project_engagement(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show an engagement to those who lead its project."""
    access = open_project(person(request), slug)
    file = usecases.engagement_file(access, number, now=now())
    context = {
        **_shown(file, Side.PROJECT),
        "access": access,
        "causes": CAUSES,
        "notice_reasons": NOTICE_REASONS,
        "least_reason": LEAST_REASON,
        "note_rows": range(1, _NOTES + 1),
    }
    return render(request, "engagement/project_engagement.html", context)


@require_POST
def project_engagement_step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Let an engagement take a step, for the project."""
    access = open_project(person(request), slug, Permission.MANAGE_PROJECT_MEMBERS)
    usecases.engagement_file(access, number, now=now())
    if step not in _SAID:
        raise Http404
    choose = _rating if step in _RATING else _action
    attempt(request, choose(request, access, number, step), str(_SAID[step]))
    return redirect("project_engagement", slug, number)


def _rating(request: HttpRequest, access: ProjectAccess, number: int, step: str) -> Callable[[], object]:
    who, at = (access.account, access.project.slug, number), now()
    if step == "rate":
        scores, comment = _scores(request, Side.PROJECT), posted(request, "comment", most=MAX_COMMENT)
        return lambda: mutual_ratings.rate_specialist(*who, scores=scores, comment=comment, now=at)
    text = posted(request, "text", most=MAX_COMMENT)
    return lambda: mutual_ratings.reply_to_specialist(*who, text=text, now=at)


def _action(request: HttpRequest, access: ProjectAccess, number: int, step: str) -> Callable[[], object]:
    who, at = (access.account, access.project.slug, number), now()
    plain: dict[str, Callable[..., object]] = {
        "take-terms-back": usecases.take_terms_back,
        "cancel": usecases.cancel_offer,
        "resume": usecases.resume,
        "take-back": usecases.take_notice_back,
    }
    if step in plain:
        return lambda: plain[step](*who, now=at)
    if step == "accept":
        sha256 = posted(request, "terms_sha256", most=64)
        return lambda: usecases.accept_proposed_terms(*who, sha256=sha256, now=at)
    if step == "propose":
        return lambda: usecases.propose_terms(*who, typed_terms(request), now=at)
    reason = _reason(request)
    if step == "refuse":
        return lambda: usecases.refuse_proposed_terms(*who, reason=reason, now=at)
    if step == "pause":
        no_work = posted(request, "reason_code", most=16) == "no_work"
        return lambda: usecases.pause(*who, no_work=no_work, reason=reason, now=at)
    return _conduct_action(request, who, step, reason)


def _conduct_action(
    request: HttpRequest, who: tuple[Account, str, int], step: str, reason: str
) -> Callable[[], object]:
    at, code = now(), posted(request, "reason_code", most=16)
    match step:
        case "notice":
            return lambda: usecases.give_notice(*who, reason_code=code, reason=reason, now=at)
        case "lift":
            return lambda: conduct.lift_restriction(*who, reason=reason, now=at)
        case "restrict" | "open-hearing":
            accuse = conduct.restrict if step == "restrict" else conduct.open_hearing
            evidence = _evidence(request)
            return lambda: accuse(*who, reason_code=code, reason=reason, evidence=evidence, now=at)
        case _:
            return lambda: conduct.decide_hearing(*who, ends=step == "end-for-cause", reason=reason, now=at)


def _evidence(request: HttpRequest) -> list[dict[str, str]]:
    """Return the evidence that a form names: rows of a kind, what it refers to, and words; empty rows are none."""
    rows = []
    for place in range(1, _NOTES + 1):
        reference = posted(request, f"reference_{place}", most=MAX_REFERENCE).strip()
        text = posted(request, f"text_{place}", most=MAX_EVIDENCE_TEXT).strip()
        kind = posted(request, f"kind_{place}", most=12) or EvidenceKind.NOTE.value
        if reference or text:
            rows.append({"kind": kind, "reference": reference, "text": text})
    return rows
