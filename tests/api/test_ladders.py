"""Each operation climbs the ladder: who may, who may not though they see it, and whose world ends before it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from rubrica.domain.roles import Role
from rubrica.kit import clock
from rubrica.records.models import Assignment, Evaluation, ItemImage, ItemImport, Membership
from rubrica.usecases import accounts, clause_questions, organisations, reviews, tracked_applications
from rubrica.usecases.notifications import news_of
from rubrica.usecases.tracked_applications import Tracked
from tests.api.conftest import Callers, problem
from tests.api.test_authentication import OPERATIONS
from tests.cast import (
    NOON,
    World,
    audit_answer,
    evaluate,
    followed_source,
    kept_search,
    opened_round,
    proposed_change,
    published_opening,
    put_to_vote,
    submitted_application,
)

pytestmark = pytest.mark.django_db

PEOPLE = ("rita", "rowan", "lena", "omar", "petra", "otto")
KEY = {"Idempotency_Key": "a-key-of-the-client"}
DRAFT = {"markdown": "# Rules", "rubric": {}}
REFUSAL = {
    "reason_code": "answers",
    "reason": "Your first answer names no rule, and we look for people who cite one.",
    "criterion": "Cites rules",
    "reapply_from": "2030-01-01",
}
TRACKED = {"platform": "Board", "title": "Rater", "income": {"amount": "12.50", "currency": "USD"}}
TOMORROW = (clock.now() + timedelta(days=1)).isoformat()
SEEN = (200, 200, 200, 200, 404, 404)  # to everybody of the project
DONE = (204, 204, 204, 204, 404, 404)  # by everybody of the project
REVIEWED = (403, 204, 204, 204, 404, 404)  # by reviewers and those above
SHOWN = (403, 200, 200, 200, 404, 404)  # to reviewers and those above
LED = (403, 403, 200, 200, 404, 404)  # to leads and organisation admins

# (verb, address, body, headers) → what rita, rowan, lena, omar, petra and otto are answered.
LADDER: list[tuple[str, str, Any, dict[str, str], tuple[int, ...]]] = [
    ("GET", "/me", None, {}, (200,) * 6),
    (
        "PUT",
        "/me/workbench",
        {"surround": "dark", "single_keys": True, "keep_view": False, "grayscale": False, "keys": {}},
        {},
        (200,) * 6,
    ),
    ("GET", "/me/news", None, {}, (200,) * 6),
    ("POST", "/me/news/read", {}, {}, (200,) * 6),
    ("GET", "/me/news/ways", None, {}, (200,) * 6),
    ("PATCH", "/me/news/ways", {"review": "now"}, {}, (200,) * 6),
    ("GET", "/me/profile", None, {}, (200,) * 6),
    ("PUT", "/me/profile", {"declared": {"languages": [{"tag": "de", "reading": "C1"}]}}, {}, (200,) * 6),
    ("GET", "/me/resume", None, {}, (200,) * 6),
    ("POST", "/me/resume", {"basics": {"name": "Ada"}}, {}, (200,) * 6),
    ("GET", "/me/record", None, {}, (200,) * 6),
    ("PUT", "/me/record/audit/disclosure", {"level": "role"}, {}, (200, *(404,) * 5)),
    ("POST", "/me/record/audit/credentials", None, {}, (409, *(404,) * 5)),
    ("GET", "/me/credentials", None, {}, (200,) * 6),
    ("DELETE", "/me/credentials/{item}", None, {}, (404,) * 6),
    ("GET", "/openapi.json", None, {}, (200,) * 6),
    ("GET", "/templates", None, {}, (200,) * 6),
    ("GET", "/templates/side-by-side", None, {}, (200,) * 6),
    ("GET", "/templates/none", None, {}, (404,) * 6),
    # --- work ---
    ("GET", "/projects/audit/workbench", None, {}, (200, 403, 403, 404, 404, 404)),
    ("POST", "/projects/audit/assignments", {"hold": 2}, {}, (200, 403, 403, 404, 404, 404)),
    (
        "POST",
        "/projects/audit/explanation-checks",
        {"explanation": "Six fingers."},
        {},
        (200, 403, 403, 404, 404, 404),
    ),
    ("POST", "/assignments/{assignment}/submission", audit_answer(), KEY, (201, 404, 404, 404, 404, 404)),
    ("POST", "/assignments/{assignment}/skip", {"reason": "other"}, {}, (200, 404, 404, 404, 404, 404)),
    ("POST", "/assignments/{assignment}/renewal", None, {}, (200, 404, 404, 404, 404, 404)),
    ("GET", "/projects/audit/evaluations/mine", None, {}, (200, 403, 403, 403, 404, 404)),
    (
        "POST",
        "/evaluations/{evaluation}/revision",
        {"answer": audit_answer(5), "reason": "I looked again"},
        KEY,
        (201, 404, 404, 404, 404, 404),
    ),
    (
        "POST",
        "/assignments/{assignment}/edge-cases",
        {"kind": "gap", "question": "Is this a fault?"},
        KEY,
        (201, 404, 404, 404, 404, 404),
    ),
    ("GET", "/assignments/{assignment}/precedents", None, {}, (200, 404, 404, 404, 404, 404)),
    # --- time ---
    (
        "POST",
        "/projects/audit/beats",
        {"session": "page-one", "counter": 0, "beats": [{"number": 0, "counter": 0, "page": "workbench"}]},
        {},
        (200, 200, 200, 404, 404, 404),
    ),
    ("GET", "/projects/audit/active-time", None, {}, (200, 200, 200, 200, 404, 404)),
    ("GET", "/me/active-time", None, {}, (200,) * 6),
    ("GET", "/projects/audit/time-claims", None, {}, (200, 200, 200, 200, 404, 404)),
    (
        "POST",
        "/projects/audit/time-claims",
        {"started_at": "2026-03-02T12:00:00Z", "ended_at": "2026-03-02T12:05:00Z", "reason": "meeting"},
        {},
        (422, 422, 422, 422, 404, 404),
    ),
    (
        "POST",
        "/projects/audit/time-claims/9/decision",
        {"decision": "approve"},
        {},
        (403, 403, 404, 404, 404, 404),
    ),
    ("POST", "/projects/audit/time-claims/9/contest", {"reason": "It was work"}, {}, (404,) * 6),
    # --- edge cases ---
    ("GET", "/projects/audit/edge-cases", None, {}, (200, 200, 200, 200, 404, 404)),
    ("GET", "/projects/audit/edge-cases/1", None, {}, (200, 200, 200, 200, 404, 404)),
    ("POST", "/projects/audit/edge-cases/1/vote", {"option": 1}, {}, (204, 204, 204, 204, 404, 404)),
    ("GET", "/projects/audit/rulings", None, {}, (200, 200, 200, 200, 404, 404)),
    # --- images ---
    ("GET", "/images/{image}/view", None, {"If_None_Match": '"{image}-view"'}, (304, 304, 304, 304, 404, 404)),
    ("GET", "/images/{image}/thumbnail", None, {"If_None_Match": '"{image}-thumbnail"'}, (304,) * 4 + (404, 404)),
    ("GET", "/images/{image}/tiles/1/0_0.jpg", None, {"If_None_Match": '"{image}-1-0-0"'}, (304,) * 4 + (404, 404)),
    ("GET", "/images/{image}/original", None, {"If_None_Match": '"{image}-original"'}, (403, 403, 304, 304, 404, 404)),
    (
        "GET",
        "/images/{unassigned}/view",
        None,
        {"If_None_Match": '"{unassigned}-view"'},
        (403, 304, 304, 304, 404, 404),
    ),
    # --- projects ---
    ("GET", "/projects", None, {}, (200,) * 6),
    (
        "POST",
        "/projects",
        {"organisation": "atelier", "name": "New", "template": "side-by-side"},
        {},
        (403, 403, 201, 201, 403, 404),
    ),
    ("GET", "/projects/audit", None, {}, (200, 200, 200, 200, 404, 404)),
    ("PATCH", "/projects/audit", {"overlap": 4}, {}, LED),
    ("PUT", "/projects/audit/state", {"state": "paused"}, {}, LED),
    ("GET", "/projects/audit/members", None, {}, LED),
    ("PUT", "/projects/audit/members/{rowan}", {"role": "specialist"}, {}, (403, 403, 204, 204, 404, 404)),
    ("PUT", "/projects/audit/members/{rowan}", {"role": "lead"}, {}, (403, 403, 403, 204, 404, 404)),
    ("DELETE", "/projects/audit/members/{rowan}", None, {}, (403, 403, 204, 204, 404, 404)),
    # --- guideline ---
    ("GET", "/projects/audit/guideline/draft", None, {}, LED),
    ("PUT", "/projects/audit/guideline/draft", DRAFT, {"If_Match": '"1"'}, (403, 403, 422, 422, 404, 404)),
    ("GET", "/projects/audit/guideline/versions", None, {}, (200, 200, 200, 200, 404, 404)),
    ("POST", "/projects/audit/guideline/versions", {}, {}, (403, 403, 409, 409, 404, 404)),
    ("GET", "/projects/audit/guideline/versions/1", None, {}, (200, 200, 200, 200, 404, 404)),
    ("GET", "/projects/audit/guideline/changes", None, {}, LED),
    ("GET", "/projects/audit/guideline/impact", None, {}, LED),
    ("GET", "/projects/audit/guideline/news", None, {}, (200, 403, 403, 403, 404, 404)),
    ("POST", "/projects/audit/guideline/acknowledgement", {"version": 1}, {}, (204, 403, 403, 403, 404, 404)),
    ("GET", "/projects/audit/guideline/schedule", None, {}, SEEN),
    ("POST", "/projects/audit/guideline/schedule", {"effective_at": TOMORROW}, {}, (403, 403, 409, 409, 404, 404)),
    ("DELETE", "/projects/audit/guideline/schedule", None, {}, (403, 403, 409, 409, 404, 404)),
    ("GET", "/projects/audit/guideline/questions", None, {}, SEEN),
    (
        "POST",
        "/projects/audit/guideline/questions",
        {"clause": "PL-1", "text": "A seam too?"},
        {},
        (201, 201, 201, 201, 404, 404),
    ),
    ("POST", "/projects/audit/guideline/questions/{question}/answers", {"text": "Yes"}, {}, DONE),
    ("POST", "/projects/audit/guideline/questions/{question}/settle", None, {}, DONE),
    # --- change proposals ---
    ("GET", "/projects/audit/guideline/proposals", None, {}, SEEN),
    (
        "POST",
        "/projects/audit/guideline/proposals",
        {"clause": "PL-1", "text": "## PL-1 Plausibility\n\nA seam is a fault.", "summary": "Seams"},
        {},
        (201, 201, 201, 201, 404, 404),
    ),
    ("GET", "/projects/audit/guideline/proposals/1", None, {}, SEEN),
    (
        "POST",
        "/projects/audit/guideline/proposals/1/opinion",
        {"approves": True},
        {},
        (409, 204, 204, 204, 404, 404),
    ),
    ("POST", "/projects/audit/guideline/proposals/1/accept", {}, {}, (403, 403, 204, 204, 404, 404)),
    ("POST", "/projects/audit/guideline/proposals/1/decline", {"reason": "No"}, {}, (403, 403, 204, 204, 404, 404)),
    ("POST", "/projects/audit/guideline/proposals/1/withdraw", {}, {}, (204, 404, 404, 404, 404, 404)),
    # --- items ---
    ("GET", "/projects/audit/items", None, {}, SHOWN),
    ("GET", "/projects/audit/items/{item}", None, {}, SHOWN),
    (
        "POST",
        "/projects/audit/imports",
        b"--x--",
        {"Content_Type": "multipart/form-data; boundary=x"},
        (403, 403, 422, 422, 404, 404),
    ),
    ("GET", "/projects/audit/imports", None, {}, LED),
    ("GET", "/projects/audit/imports/{import}", None, {}, LED),
    # --- reviews ---
    ("GET", "/projects/audit/reviews", None, {}, SHOWN),
    ("GET", "/projects/audit/reviews/mine", None, {}, (200, 403, 403, 403, 404, 404)),
    ("POST", "/projects/audit/reviews", {"why": "sample", "count": 1}, {}, (403, 201, 201, 201, 404, 404)),
    ("POST", "/projects/audit/evaluations/{evaluation}/review", {}, {}, (403, 409, 409, 409, 404, 404)),
    ("GET", "/projects/audit/reviews/1", None, {}, (404, 200, 200, 200, 404, 404)),
    ("POST", "/projects/audit/reviews/1/accept", {}, {}, REVIEWED),
    ("POST", "/projects/audit/reviews/1/return", {"comment": "A seam"}, {}, REVIEWED),
    (
        "POST",
        "/projects/audit/reviews/1/adjudicate",
        {"comment": "A seam", "answers": {"overall": 2}},
        {},
        REVIEWED,
    ),
    ("POST", "/projects/audit/reviews/1/take-over", None, {}, REVIEWED),
    ("POST", "/projects/audit/reviews/1/settle", None, {}, (404, 403, 403, 403, 404, 404)),
    (
        "POST",
        "/projects/audit/reviews/1/appeal",
        {"reason": "It is a reflection"},
        {},
        (404, 403, 403, 403, 404, 404),
    ),
    ("POST", "/projects/audit/reviews/1/uphold", {"reason": "So it is"}, {}, (403, 409, 409, 409, 404, 404)),
    ("POST", "/projects/audit/reviews/1/dismiss", {"reason": "No"}, {}, (403, 409, 409, 409, 404, 404)),
    # --- calibration rounds ---
    ("GET", "/projects/audit/rounds", None, {}, SEEN),
    ("POST", "/projects/audit/rounds", {"title": "Hands", "count": 1}, {}, (403, 403, 409, 409, 404, 404)),
    ("GET", "/projects/audit/rounds/1", None, {}, SEEN),
    ("POST", "/projects/audit/rounds/1/items/0/posts", {"text": "Why?"}, {}, (409, 409, 409, 409, 404, 404)),
    ("POST", "/projects/audit/rounds/1/reveal", None, {}, (403, 403, 409, 409, 404, 404)),
    ("POST", "/projects/audit/rounds/1/judge-again", None, {}, (403, 403, 409, 409, 404, 404)),
    ("POST", "/projects/audit/rounds/1/close", None, {}, (403, 403, 204, 204, 404, 404)),
    # --- gold ---
    ("POST", "/projects/audit/items/{item}/gold", {"answers": {"overall": 4}}, {}, (403, 403, 201, 201, 404, 404)),
    ("GET", "/projects/audit/gold", None, {}, LED),
    ("POST", "/projects/audit/gold/9/void", {"reason": "Wrong"}, {}, (403, 403, 404, 404, 404, 404)),
    ("POST", "/projects/audit/gold/9/practice", None, {}, (403, 403, 404, 404, 404, 404)),
    ("GET", "/projects/audit/gold/plan", None, {}, LED),
    ("PATCH", "/projects/audit/gold/plan", {"test_items": 10}, {}, LED),
    ("GET", "/projects/audit/gold/proposals", None, {}, LED),
    ("POST", "/projects/audit/gold/proposals", {"items": ["of-no-proposal"]}, {}, LED),
    ("GET", "/projects/audit/attempts", None, {}, LED),
    (
        "POST",
        "/projects/audit/members/{rowan}/attempts",
        {"purpose": "calibration", "size": 5},
        {},
        (403, 403, 404, 404, 404, 404),
    ),
    ("POST", "/projects/audit/attempts/retake", None, {}, (409, 403, 403, 403, 404, 404)),
    ("POST", "/projects/audit/attempts/practise", None, {}, (409, 403, 403, 403, 404, 404)),
    ("GET", "/projects/audit/attempts/mine", None, {}, (200, 403, 403, 403, 404, 404)),
    # --- results ---
    ("GET", "/projects/audit/report", None, {}, SHOWN),
    ("GET", "/projects/audit/calibration", None, {}, SHOWN),
    ("GET", "/projects/audit/guideline/health", None, {}, SHOWN),
    ("GET", "/projects/audit/calibration/mine", None, {}, (200, 403, 403, 403, 404, 404)),
    ("POST", "/projects/audit/exports", {"format": "jsonl"}, {}, LED),
    # --- openings ---
    ("GET", "/openings", None, {}, (200,) * 6),
    ("GET", "/openings/{opening}", None, {}, (200,) * 6),
    ("GET", "/projects/audit/openings", None, {}, LED),
    ("POST", "/projects/audit/openings", {"opening": {"title": "Raters"}}, {}, (403, 403, 201, 201, 404, 404)),
    ("GET", "/projects/audit/openings/1", None, {}, LED),
    ("PUT", "/projects/audit/openings/1", {"opening": {"title": "Raters"}}, {}, (403, 403, 422, 422, 404, 404)),
    ("POST", "/projects/audit/openings/1/publish", None, {}, (403, 403, 409, 409, 404, 404)),
    ("POST", "/projects/audit/openings/1/close", None, {}, LED),
    ("GET", "/me/opening-sources", None, {}, (200,) * 6),
    ("POST", "/me/opening-sources", {"url": "https://board.example/x", "is_shared": True}, {}, (*(403,) * 4, 201, 403)),
    ("POST", "/me/opening-sources/{source}/refresh", None, {}, (200, 404, 404, 404, 404, 404)),
    ("DELETE", "/me/opening-sources/{source}", None, {}, (204, 404, 404, 404, 404, 404)),
    ("GET", "/me/searches", None, {}, (200,) * 6),
    ("POST", "/me/searches", {"name": "Images", "search": "q=image"}, {}, (201,) * 6),
    ("PATCH", "/me/searches/{search}", {"by_mail": False}, {}, (200, 404, 404, 404, 404, 404)),
    ("DELETE", "/me/searches/{search}", None, {}, (204, 404, 404, 404, 404, 404)),
    ("GET", "/me/tracked-applications", None, {}, (200,) * 6),
    ("POST", "/me/tracked-applications", TRACKED, {}, (201,) * 6),
    ("PUT", "/me/tracked-applications/{tracked}", TRACKED, {}, (200, 404, 404, 404, 404, 404)),
    ("POST", "/me/tracked-applications/{tracked}/steps", {"event": "apply"}, {}, (200, 404, 404, 404, 404, 404)),
    ("DELETE", "/me/tracked-applications/{tracked}", None, {}, (204, 404, 404, 404, 404, 404)),
    # --- applications ---
    ("GET", "/openings/{opening}/application-form", None, {}, (200,) * 6),
    ("PUT", "/openings/{opening}/application", {"answers": {}}, {}, (409,) * 6),
    ("POST", "/openings/{opening}/application", {"answers": {}}, {}, (409,) * 6),
    ("GET", "/me/applications", None, {}, (200,) * 6),
    ("GET", "/me/applications/{application}", None, {}, (404,) * 6),
    ("POST", "/me/applications/{application}/withdraw", None, {}, (404,) * 6),
    ("POST", "/me/applications/{application}/accept-offer", {"terms_sha256": "0" * 64}, {}, (404,) * 6),
    ("POST", "/me/applications/{application}/decline-offer", None, {}, (404,) * 6),
    ("POST", "/me/applications/{application}/appeal", {"reason": "No."}, {}, (404,) * 6),
    ("POST", "/me/applications/{application}/messages", {"text": "Hello"}, {}, (404,) * 6),
    ("GET", "/projects/audit/openings/1/questions", None, {}, LED),
    ("PUT", "/projects/audit/openings/1/questions", {"questions": []}, {}, LED),
    ("GET", "/projects/audit/applications", None, {}, SHOWN),
    ("GET", "/projects/audit/applications/1", None, {}, SHOWN),
    ("POST", "/projects/audit/applications/1/readings", {"verdict": "yes", "note": "Clear."}, {}, REVIEWED),
    ("POST", "/projects/audit/applications/1/shortlist", None, {}, (403, 403, 409, 409, 404, 404)),
    ("POST", "/projects/audit/applications/1/offer", None, {}, (403, 403, 409, 409, 404, 404)),
    ("POST", "/projects/audit/applications/1/decline", REFUSAL, {}, (403, 403, 409, 409, 404, 404)),
    ("POST", "/projects/audit/applications/1/uphold", {"reason": "Right."}, {}, (403, 403, 409, 409, 404, 404)),
    ("POST", "/projects/audit/applications/1/dismiss", {"reason": "x" * 40}, {}, (403, 403, 409, 409, 404, 404)),
    ("POST", "/projects/audit/applications/1/messages", {"text": "Hello"}, {}, (403, 403, 204, 204, 404, 404)),
    # --- organisations ---
    ("GET", "/organisations", None, {}, (200,) * 6),
    ("POST", "/organisations", {"name": "Third"}, {}, (403, 403, 403, 403, 201, 403)),
    ("GET", "/organisations/atelier/members", None, {}, (403, 403, 200, 200, 403, 404)),
    ("PUT", "/organisations/atelier/members/{rowan}", {"role": "lead"}, {}, (403, 403, 403, 204, 204, 404)),
    ("DELETE", "/organisations/atelier/members/{rowan}", None, {}, (403, 403, 403, 204, 204, 404)),
    ("GET", "/organisations/atelier/invitations", None, {}, (403, 403, 200, 200, 200, 404)),
    (
        "POST",
        "/organisations/atelier/invitations",
        {"email": "new@example.org", "role": "reviewer"},
        {},
        (403, 403, 201, 201, 201, 404),
    ),
    ("DELETE", "/organisations/atelier/invitations/{invitation}", None, {}, (403, 403, 204, 204, 204, 404)),
    # --- tokens ---
    ("GET", "/tokens", None, {}, (200,) * 6),
    ("POST", "/tokens", {"name": "another"}, {}, (403,) * 6),
    ("DELETE", "/tokens/{token}", None, {}, (204, 404, 404, 404, 404, 404)),
]


@pytest.fixture
def names(world: World) -> dict[str, str]:
    """Return the identifiers of what the ladder is about: all of it is Rita's, or of her project."""
    now = clock.now()
    first = evaluate(world, world.rita)
    invited = organisations.invite(world.lena, "atelier", email="ida@example.org", role=Role.REVIEWER, now=now)
    item_import = ItemImport.objects.create(project=world.project, source="x", started_by=world.lena, created_at=NOON)
    judged = Evaluation.objects.of(world.project).get(public_id=first.receipt.evaluation)
    held = first.work.assignments[0]
    case = put_to_vote(world, held.held.public_id)
    assert case.number == 1
    assert proposed_change(world).number == 1
    review = reviews.flag_evaluation(world.rowan, "audit", first.receipt.evaluation, note="Hasty", now=now)
    assert (review.number, opened_round(world).number) == (1, 1)
    question = clause_questions.ask_about_clause(world.rita, "audit", "PL-1", text="A seam too?", now=now)
    opening = published_opening(world)
    hers = Assignment.objects.of(world.project).filter(rater=world.rita).values("item")
    others = ItemImage.objects.of(world.project).exclude(item__in=hers).select_related("image").order_by("pk")
    return {
        "assignment": held.held.public_id,
        "evaluation": first.receipt.evaluation,
        "image": held.images[0].public_id,
        "unassigned": others[0].image.public_id,
        "item": judged.item.public_id,
        "import": item_import.public_id,
        "news": news_of(world.lena)[0].public_id,
        "question": question.public_id,
        "opening": opening.public_id,
        "application": submitted_application(opening).public_id,
        "source": followed_source(world.rita).public_id,
        "search": kept_search(world.rita).public_id,
        "tracked": tracked_applications.track(world.rita, Tracked("Board", "Rater"), now=now).public_id,
        "rowan": world.rowan.public_id,
        "invitation": invited.invitation.public_id,
        "token": accounts.create_token(world.rita, "hers", now=now, lifetime=timedelta(days=1)).token.public_id,
    }


def _filled(text: str, names: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: names[name[1]], text)


@pytest.mark.parametrize(("verb", "address", "body", "headers", "expected"), LADDER)
def test_each_person_is_answered_as_the_ladder_says(
    callers: Callers, names: dict[str, str], verb: str, address: str, body: Any, headers: dict[str, str], expected: Any
):
    answered = []
    sent = {name: _filled(value, names) for name, value in headers.items()}
    for person in PEOPLE:
        with transaction.atomic():
            answer = getattr(callers, person).request(verb, _filled(address, names), body, **sent)
            if answer.status_code >= 400:
                problem(answer)
            if answer.streaming:
                b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        answered.append(answer.status_code)

    assert dict(zip(PEOPLE, answered, strict=True)) == dict(zip(PEOPLE, expected, strict=True))


def test_every_operation_stands_on_the_ladder():
    def shape(address: str) -> str:
        address = re.sub(r"\{\w+\}|A{22}", "*", address)
        for word in ("audit", "atelier", "side-by-side", "none"):
            address = re.sub(rf"(?<=/){word}(?=/|$)", "*", address)
        return re.sub(r"(?<=[/_])\d+(?=[/_.]|$)", "*", address)

    climbed = {(verb, shape(address)) for verb, address, *_ in LADDER}

    assert {(method, shape(address)) for method, address in OPERATIONS} == climbed


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/me", "GET"),
        ("/projects", "GET, POST"),
        ("/projects/audit", "GET, PATCH"),
        ("/projects/audit/members/{rowan}", "DELETE, PUT"),
        ("/assignments/{assignment}/submission", "POST"),
        ("/images/{image}/view", "GET"),
    ],
)
@pytest.mark.parametrize("verb", ["TRACE", "OPTIONS", "PATCH", "DELETE", "POST"])
def test_a_wrong_verb_is_told_the_right_ones(
    callers: Callers, names: dict[str, str], address: str, allowed: str, verb: str
):
    if verb in allowed:
        pytest.skip("the right verb")

    answer = callers.lena.request(verb, _filled(address, names))

    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert problem(answer)["detail"] == f"Here you can use {allowed}."


def test_a_specialist_who_has_left_sees_nothing_any_more(callers: Callers, world: World, names: dict[str, str]):
    organisations.remove_member(world.omar, "atelier", world.rita.public_id, now=clock.now())

    for address in ("/projects/audit", f"/images/{names['image']}/view", "/projects/audit/workbench"):
        assert callers.rita.get(address).status_code == 404
    assert callers.rita.post(f"/assignments/{names['assignment']}/submission", audit_answer(), **KEY).status_code == 404
    assert callers.rita.get("/projects").json() == {"projects": []}
    assert not Membership.objects.of_account(world.rita).exists()
