"""Claims: what can be claimed, who decides, what silence does, and what everybody is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rubrica.domain.active_time import Page
from rubrica.domain.roles import Role
from rubrica.domain.time_claim import ClaimEvent, ClaimState
from rubrica.records.models import Account, AuditEvent, ProjectMembership, TimeClaim, TimeClaimStep
from rubrica.usecases import notifications, organisations, projects, time_claims
from rubrica.usecases.access import open_project
from rubrica.usecases.active_time import SentBeat, own_time, take_beats, worked_by_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.jobs import run_next
from rubrica.usecases.pseudonyms import name_for_all
from rubrica.usecases.time_claims import claim_files, claim_time, contest_refusal, decide_claim, idle_to_claim
from rubrica.worker.handlers import HANDLERS
from tests.cast import World, person

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def worked(world: World) -> None:
    """Rita works ten minutes, of which eight without doing anything."""
    beats = [
        SentBeat(number, number * 15_000, Page.WORKBENCH, inputs=int(number < 4 or number > 36)) for number in range(41)
    ]
    now = NOON + timedelta(minutes=10)
    take_beats(world.rita, "audit", session="page-one", counter=600_000, beats=beats, now=now)


def claim(world: World, *, start: float = 0, end: float = 10, by: Account | None = None, **changes) -> TimeClaim:
    """Claim from one minute after noon to another."""
    told = {"reason": "thinking", "note": "", "now": LATER, **changes}
    return claim_time(
        by or world.rita,
        "audit",
        started_at=NOON + timedelta(minutes=start),
        ended_at=NOON + timedelta(minutes=end),
        **told,
    )


def decide(world: World, event: ClaimEvent, *, by: Account | None = None, reason: str = "", now=LATER) -> TimeClaim:
    return decide_claim(by or world.lena, "audit", 1, event, reason=reason, now=now)


def work(now: datetime) -> int:
    count = 0
    while run_next(HANDLERS, lambda: now):
        count += 1
    return count


def state(world: World) -> str:
    return TimeClaim.objects.of(world.project).get(number=1).state


def news(person: Account) -> list[str]:
    return [row.text for row in notifications.news_of(person)]


# --- claiming ---


def test_idle_time_is_claimed_for_what_was_not_credited_of_it(world: World):
    made = claim(world)
    assert (made.number, made.claimed_ms, made.owner) == (1, 390_000, world.lena)
    assert made.due_at == LATER + timedelta(days=7)
    assert news(world.lena) == [f"{name_for_all(world.project, world.rita)} claims 6 min of time: thinking or looking."]


def test_the_same_claim_again_is_the_same_claim(world: World):
    assert claim(world).pk == claim(world, reason="reading").pk
    assert TimeClaim.objects.of(world.project).count() == 1


def test_idle_time_is_offered_until_it_is_claimed(world: World):
    own = own_time(world.rita, UTC, first=date(2026, 3, 2), last=date(2026, 3, 2), now=LATER)
    (idle,) = idle_to_claim(world.rita, own.spans)
    assert idle.length == 390_000
    claim(world, start=3, end=4)
    assert idle_to_claim(world.rita, own.spans) == []


def test_time_that_no_page_saw_can_be_claimed_whole(world: World):
    assert claim(world, start=20, end=50, reason="meeting").claimed_ms == 30 * 60_000


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "poor work"}, "reason"),
        ({"note": "x" * 501}, "note"),
        ({"note": "\x00"}, "note"),
        ({"end": 0}, "ended_at"),
        ({"end": -1}, "ended_at"),
        ({"start": -721}, "ended_at"),
        ({"end": 61}, "ended_at"),
        ({"now": LATER + timedelta(days=14)}, "started_at"),
    ],
)
def test_what_cannot_be_claimed_is_refused_with_the_reason(world: World, changes, field):
    with pytest.raises(InvalidInputError) as refused:
        claim(world, **changes)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert not TimeClaim.objects.of(world.project).exists()


def test_credited_time_is_not_claimed_and_no_time_twice(world: World):
    with pytest.raises(ConflictError, match="credited already"):
        claim(world, end=0.5)
    claim(world, start=20, end=30)
    with pytest.raises(ConflictError, match="already, in T-1"):
        claim(world, start=29, end=40)


def test_those_who_do_not_work_in_the_project_claim_nothing(world: World):
    with pytest.raises(NotAllowedError):
        claim(world, by=world.omar)
    with pytest.raises(NotFoundError):
        claim(world, by=world.otto)


# --- deciding ---


def test_a_lead_approves_and_the_person_hears_of_it(world: World):
    claim(world)
    decided = decide(world, ClaimEvent.APPROVE)
    assert (decided.state, decided.owner, decided.due_at, decided.decided_by) == ("approved", None, None, world.lena)
    assert news(world.rita) == ["Your claim T-1 of 6 min was approved."]
    assert list(
        AuditEvent.objects.of(world.project).filter(action__startswith="time.").values_list("action", flat=True)
    ) == [
        "time.claimed",
        "time.approve",
    ]


def test_a_refusal_needs_a_reason(world: World):
    claim(world)
    with pytest.raises(InvalidInputError, match="say why"):
        decide(world, ClaimEvent.REFUSE, reason=" ")
    decide(world, ClaimEvent.REFUSE, reason="There was no meeting.")
    assert news(world.rita) == ["Your claim T-1 of 6 min was refused. There was no meeting."]


def test_nobody_decides_on_ones_own_claim(world: World):
    ProjectMembership.objects.of(world.project).filter(account=world.rita).update(role=Role.LEAD)
    claim(world)
    with pytest.raises(NotAllowedError, match="another person"):
        decide(world, ClaimEvent.APPROVE, by=world.rita)


@pytest.mark.parametrize(
    ("name", "error"), [("rita", NotAllowedError), ("rowan", NotAllowedError), ("otto", NotFoundError)]
)
def test_only_leads_and_admins_decide(world: World, name, error):
    claim(world)
    with pytest.raises(error):
        decide(world, ClaimEvent.APPROVE, by=getattr(world, name))


def test_a_refusal_is_contested_before_another_person(world: World):
    claim(world)
    decide(world, ClaimEvent.REFUSE, reason="No.")
    contested = contest_refusal(world.rita, "audit", 1, reason="The call is in the calendar.", now=LATER)
    assert (contested.state, contested.owner) == ("contested", world.omar)
    with pytest.raises(NotAllowedError, match="another person looks at it again"):
        decide(world, ClaimEvent.APPROVE)
    decide(world, ClaimEvent.APPROVE, by=world.omar)
    steps = TimeClaimStep.objects.of(world.project).order_by("pk").values_list("event", "actor__name", "reason")
    assert list(steps) == [
        ("refuse", "Lena", "No."),
        ("contest", "Rita", "The call is in the calendar."),
        ("approve", "Omar", ""),
    ]


def test_what_is_upheld_is_final_and_may_be_claimed_anew_with_another_reason(world: World):
    claim(world)
    decide(world, ClaimEvent.REFUSE, reason="No.")
    contest_refusal(world.rita, "audit", 1, reason="But yes.", now=LATER)
    decide(world, ClaimEvent.UPHOLD, by=world.omar, reason="Still no.")
    assert state(world) == ClaimState.UPHELD
    with pytest.raises(ConflictError, match="is upheld"):
        contest_refusal(world.rita, "audit", 1, reason="Really.", now=LATER)
    assert claim(world, reason="outage").number == 2


def test_only_the_claimant_contests_and_only_what_was_refused(world: World):
    claim(world)
    with pytest.raises(ConflictError, match="T-1 is claimed"):
        contest_refusal(world.rita, "audit", 1, reason="Why?", now=LATER)
    decide(world, ClaimEvent.REFUSE, reason="No.")
    with pytest.raises(NotFoundError):
        contest_refusal(world.rowan, "audit", 1, reason="Why?", now=LATER)


def test_without_anybody_else_to_decide_a_claim_says_whom_to_ask(world: World):
    claim(world)
    decide(world, ClaimEvent.REFUSE, reason="No.")
    organisations.remove_member(world.petra, "atelier", world.omar.public_id, now=LATER)
    with pytest.raises(ConflictError, match="Ask the organisation"):
        contest_refusal(world.rita, "audit", 1, reason="But yes.", now=LATER)


# --- silence ---


def test_what_nobody_decides_in_five_working_days_is_approved(world: World):
    claim(world)
    assert work(LATER + timedelta(days=7, seconds=-1)) == 1  # the day was settled
    assert state(world) == ClaimState.CLAIMED
    assert work(LATER + timedelta(days=7)) == 1
    assert state(world) == ClaimState.APPROVED
    assert news(world.rita) == ["Your claim T-1 of 6 min: approved by silence."]
    assert TimeClaimStep.objects.of(world.project).get().actor is None


def test_a_refusal_that_nobody_contests_in_seven_days_stands(world: World):
    claim(world)
    decide(world, ClaimEvent.REFUSE, reason="No.")
    with pytest.raises(ConflictError, match="time for this was over"):
        contest_refusal(world.rita, "audit", 1, reason="But yes.", now=LATER + timedelta(days=7, seconds=1))
    work(LATER + timedelta(days=7))
    assert state(world) == ClaimState.UPHELD


def test_a_contested_claim_that_nobody_decides_is_approved(world: World):
    claim(world)
    decide(world, ClaimEvent.REFUSE, reason="No.")
    contest_refusal(world.rita, "audit", 1, reason="But yes.", now=LATER + timedelta(days=1))
    work(LATER + timedelta(days=7))
    assert state(world) == ClaimState.CONTESTED
    work(LATER + timedelta(days=8))
    assert state(world) == ClaimState.APPROVED


def test_a_job_of_a_claim_that_is_gone_does_nothing(world: World):
    time_claims.enqueue(time_claims.DECIDE_BY_SILENCE, "999999", now=LATER)
    work(LATER)
    assert not TimeClaim.objects.of(world.project).exists()


# --- reading ---


def test_each_sees_what_concerns_them_and_what_may_be_done(world: World):
    claim(world)

    def seen(person: Account) -> list[set[ClaimEvent]]:
        return [set(file.events) for file in claim_files(open_project(person, "audit"), most=10)]

    assert seen(world.lena) == [{ClaimEvent.APPROVE, ClaimEvent.REFUSE}]
    assert seen(world.omar) == [{ClaimEvent.APPROVE, ClaimEvent.REFUSE}]
    assert seen(world.rita) == [set()]
    assert seen(world.rowan) == []
    assert time_claims.waiting_claims(world.lena, [world.project]) == {world.project.pk: 1}
    assert time_claims.waiting_claims(world.omar, [world.project]) == {}
    decide(world, ClaimEvent.REFUSE, reason="No.")
    assert seen(world.rita) == [{ClaimEvent.CONTEST}]
    assert seen(world.lena) == [set()]
    assert [row.number for row in time_claims.own_claims(world.rita, most=5)] == [1]


def test_a_list_costs_the_same_for_one_and_for_three(world: World, django_assert_num_queries):
    access = open_project(world.lena, "audit")
    for count in (1, 2, 3):
        claim(world, start=10 + count, end=11 + count)
        with django_assert_num_queries(2):
            assert len(claim_files(access, most=10)) == count


def test_who_leaves_hands_over_the_claims_of_others_and_keeps_the_own(world: World):
    leo = person("leo")
    organisations.add_project_member(world.project, leo, Role.LEAD, now=NOON)
    claim(world)
    TimeClaim.objects.of(world.project).update(owner=world.lena)
    projects.set_project_role(world.omar, "audit", world.lena.public_id, None, now=LATER)
    assert TimeClaim.objects.of(world.project).get().owner == leo

    decide(world, ClaimEvent.REFUSE, by=leo, reason="It was a break.")
    projects.set_project_role(world.omar, "audit", world.rita.public_id, None, now=LATER)
    assert TimeClaim.objects.of(world.project).get().owner == world.rita


def test_time_that_was_claimed_with_success_was_worked(world: World):
    before = worked_by_project(world.rita, now=LATER)[world.project.pk]
    claimed = claim(world)
    assert worked_by_project(world.rita, now=LATER) == {world.project.pk: before}
    decide(world, ClaimEvent.APPROVE)

    assert worked_by_project(world.rita, now=LATER) == {world.project.pk: before + claimed.claimed_ms}
