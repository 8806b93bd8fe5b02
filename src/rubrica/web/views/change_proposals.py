"""Change proposals: the list, making one, and one with its difference, its reach and what people think of it."""

import re
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.change_proposal import (
    MAX_CLAUSE,
    MAX_RATIONALE,
    MAX_SUMMARY,
    PROPOSAL_PROCESS,
    ProposalEvent,
    clause_text,
)
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.roles import Permission
from rubrica.kit.clock import now
from rubrica.usecases import change_proposals as usecases
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.rulings import rulings_in_force
from rubrica.web.requests import person, posted, words
from rubrica.web.translate import attempt, problems_of

PAGE: Final = 200
_RULING: Final = re.compile("[0-9]{1,6}")
_SAID: Final = {
    "approve": gettext_lazy("Noted: you approve."),
    "object": gettext_lazy("Noted: you object."),
    "accept": gettext_lazy("The change is in the draft. Look at what it reaches, and publish it."),
    "decline": gettext_lazy("The proposal is declined."),
    "withdraw": gettext_lazy("The proposal is withdrawn."),
}


@require_safe
def proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the proposals of a project, those that wait for a decision first."""
    access = open_project(person(request), slug, Permission.PROPOSE_CHANGE)
    rows = list(usecases.proposals_of(access)[:PAGE])
    context = {
        "access": access,
        "open": [row for row in rows if row.state in PROPOSAL_PROCESS.waiting],
        "settled": [row for row in rows if row.state not in PROPOSAL_PROCESS.waiting],
        "clauses": parse_guideline(access.project.guideline.markdown).clauses if access.project.guideline else (),
        "now": now(),
    }
    return render(request, "proposal/proposals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Write another wording of a clause. What was typed is kept when it is refused."""
    own = person(request)
    access = open_project(own, slug, Permission.PROPOSE_CHANGE)
    clause = posted(request, "clause", most=40) if request.method == "POST" else words(request, "clause")
    context: dict[str, object] = {"access": access, "clause": clause, **_clause(access, clause)}
    if request.method != "POST":
        return render(request, "proposal/new.html", context)
    chosen = [int(number) for number in request.POST.getlist("ruling")[:100] if _RULING.fullmatch(number)]
    wording = usecases.Wording(
        clause=clause,
        text=posted(request, "text", most=MAX_CLAUSE),
        summary=posted(request, "summary", most=MAX_SUMMARY),
        rationale=posted(request, "rationale", most=MAX_RATIONALE),
        rulings=tuple(chosen),
    )
    try:
        made = usecases.propose_change(own, slug, wording, now=now())
    except (InvalidInputError, ConflictError) as error:
        typed = {"text": wording.text, "summary": wording.summary, "rationale": wording.rationale, "chosen": chosen}
        context |= {**typed, "message": str(error), "problems": problems_of(error)}
        return render(request, "proposal/new.html", context, status=409 if isinstance(error, ConflictError) else 422)
    messages.success(request, _("Proposed. Others say what they think of it, and a lead decides."))
    return redirect("change_proposal", slug, made.number)


def _clause(access: ProjectAccess, clause: str) -> dict[str, object]:
    """Return the clause as it reads, and the rulings in force on it first."""
    version = access.project.guideline
    rulings = sorted(rulings_in_force(access.project), key=lambda ruling: (ruling.clause != clause, -ruling.number))
    return {
        "text": (clause_text(version.markdown, clause) if version is not None else None) or "",
        "clauses": parse_guideline(version.markdown).clauses if version is not None else (),
        "rulings": rulings[:50],
        "chosen": [ruling.number for ruling in rulings if clause and ruling.clause == clause],
    }


@require_safe
def proposal(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a proposal."""
    access = open_project(person(request), slug, Permission.PROPOSE_CHANGE)
    file = usecases.proposal_file(access, number)
    impact = file.impact
    context = {
        "access": access,
        "file": file,
        "proposal": file.proposal,
        "events": {event.value for event in file.events},
        "parts": [*file.changes.clauses],
        "hours": impact.hours(len(impact.items)) if impact is not None else None,
        # What people are paid is not told to everybody who may propose.
        "cost": impact.cost(len(impact.items))
        if impact is not None and access.may(Permission.MANAGE_PROJECT)
        else None,
        "may_say": file.proposal.state in PROPOSAL_PROCESS.waiting
        and file.own_opinion is None
        and file.proposal.author_id != access.account.pk,
        "approvals": sum(row.approves for row in file.opinions),
        "now": now(),
    }
    return render(request, "proposal/proposal.html", context)


@require_POST
def proposal_step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Approve, object, accept, decline or withdraw."""
    own = person(request)
    open_project(own, slug, Permission.PROPOSE_CHANGE)
    if step not in _SAID:
        raise Http404
    at = now()
    if step in {"approve", "object"}:
        comment = posted(request, "comment", most=usecases.MAX_REASON)

        def action() -> object:
            return usecases.give_opinion(own, slug, number, approves=step == "approve", comment=comment, now=at)
    else:
        reason = posted(request, "reason", most=usecases.MAX_REASON)

        def action() -> object:
            return usecases.decide_proposal(own, slug, number, ProposalEvent(step), reason=reason, now=at)

    done = attempt(request, action, str(_SAID[step]))
    if done and step == ProposalEvent.ACCEPT.value:
        return redirect("edit_guideline", slug)
    return redirect("change_proposal", slug, number)
