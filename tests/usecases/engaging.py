"""What tests of engagements share: somebody under terms, and the ways into each state."""

from typing import Any

from rubrica.records.models import Account, Engagement, EngagementStep
from rubrica.usecases import engagement_conduct, engagement_terms, engagements
from tests.cast import World

RATE: dict[str, Any] = {"basis": "hour", "rate_minor": 2_500, "currency": "EUR", "weekly_hours": 20}
REASON = "Forty tasks were answered within a second each, with the same words."
EVIDENCE: list[dict[str, str]] = [{"kind": "note", "text": "See the answers of 1 March, 09:00 to 09:02 UTC."}]


def offered_terms(world: World, member: Account | None = None, **changes: Any) -> Engagement:
    """Let Lena offer terms to Rita, or to somebody else of the project."""
    payload = {**RATE, **changes}
    person = (member or world.rita).public_id
    return engagement_terms.offer_to_member(world.lena, "audit", person, payload, now=world.now)


def newest_hash(world: World, engagement: Engagement) -> str:
    """Return the hash of the latest version."""
    return engagement_terms.terms_versions(engagement, now=world.now)[0].stored.sha256


def engaged(world: World, member: Account | None = None, **changes: Any) -> Engagement:
    """Return an engagement that has begun."""
    engagement = offered_terms(world, member, **changes)
    sha256 = newest_hash(world, engagement)
    engagements.accept_own_terms(engagement.account, engagement.public_id, sha256=sha256, now=world.now)
    return fresh(engagement)


def restricted(world: World, engagement: Engagement, **changes: Any) -> Engagement:
    """Let Lena restrict somebody's access."""
    said = {"reason_code": "fraud", "reason": REASON, "evidence": EVIDENCE, **changes}
    return engagement_conduct.restrict(world.lena, "audit", engagement.number, **said, now=world.now)


def in_hearing(world: World, engagement: Engagement, **changes: Any) -> Engagement:
    """Let Lena open a hearing."""
    said = {"reason_code": "fraud", "reason": REASON, "evidence": EVIDENCE, **changes}
    return engagement_conduct.open_hearing(world.lena, "audit", engagement.number, **said, now=world.now)


def answered(world: World, engagement: Engagement) -> Engagement:
    """Let the person answer in a hearing."""
    answer = "A script of mine filled in what I had judged on paper."
    return engagements.answer_hearing(engagement.account, engagement.public_id, answer=answer, now=world.now)


def decided(world: World, engagement: Engagement, by: Account, *, ends: bool) -> Engagement:
    """Let somebody decide a hearing."""
    return engagement_conduct.decide_hearing(by, "audit", engagement.number, ends=ends, reason=REASON, now=world.now)


def fresh(engagement: Engagement) -> Engagement:
    """Return the engagement as it is stored."""
    return Engagement.objects.everywhere("a test").select_related("account", "project").get(pk=engagement.pk)


def events_of(engagement: Engagement) -> list[str]:
    """Return what happened, oldest first."""
    steps = EngagementStep.objects.of(engagement.project).filter(engagement=engagement)
    return list(steps.order_by("pk").values_list("event", flat=True))
