"""The clock at a browser: work is credited, a pause is asked about, and what was not credited is claimed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from rubrica.domain import active_time as rules
from rubrica.kit import clock
from rubrica.records.models import Account, Beat, TimeClaim
from rubrica.usecases.active_time import SentBeat, take_beats
from tests.cast import World
from tests.e2e.barriers import NARROW, WIDE, violations
from tests.e2e.hands import Workbench

Enter = Callable[[Account], Page]


def is_of_beats(answer) -> bool:
    return answer.url.endswith("/beats")


def pass_by(page: Page, seconds: int) -> None:
    """Let time go by in the browser, a beat at a time; the server's clock goes on as ever."""
    for _ in range(seconds // 15):
        with page.expect_response(is_of_beats):
            page.clock.run_for(15_000)


@pytest.fixture
def rita(world: World) -> Account:
    """Return Rita, where it is about noon."""
    Account.objects.filter(pk=world.rita.pk).update(time_zone=f"Etc/GMT{clock.now().hour - 12:+d}")
    world.rita.refresh_from_db()
    return world.rita


@pytest.fixture
def idle(rita: Account) -> None:
    """Let Rita have been quiet for eight minutes, half an hour ago."""
    beats = [
        SentBeat(number, number * 15_000, rules.Page.WORKBENCH, inputs=int(number in {0, 32})) for number in range(33)
    ]
    now = clock.now() - timedelta(minutes=30)
    take_beats(rita, "audit", session="half-an-hour-ago", counter=480_000, beats=beats, now=now)


def test_what_was_not_credited_is_claimed_with_one_click(world: World, enter: Enter, rita: Account, idle: None):
    workbench = Workbench(enter(rita)).open()
    question = workbench.find("clock-question")
    expect(workbench.find("clock")).to_contain_text("0:02:")
    expect(workbench.find("clock")).to_contain_text("6 min idle")
    expect(question).to_contain_text("6 min from")
    assert violations(workbench.page) == []

    workbench.find("claim-thinking").click()

    expect(question).to_contain_text("Claimed")
    claim = TimeClaim.objects.of(world.project).get()
    assert (claim.account, claim.reason, claim.claimed_ms) == (rita, "thinking", 360_000)
    workbench.find("claim-close").click()
    expect(question).to_be_hidden()


def test_a_long_pause_is_asked_about_and_answered_by_keyboard_alone(world: World, enter: Enter, rita: Account):
    page = enter(rita)
    page.clock.install()
    workbench = Workbench(page).open()
    expect(workbench.find("clock")).to_contain_text("credited")
    page.keyboard.press("5")

    pass_by(page, 150)

    question = workbench.find("clock-question")
    expect(question).to_contain_text("Still looking?")
    expect(workbench.find("still-looking")).to_be_focused()
    assert violations(page) == []
    with page.expect_response(is_of_beats):
        page.keyboard.press("Enter")
    expect(question).to_be_hidden()
    page.keyboard.press("4")
    expect(workbench.find("level-alignment-4")).to_be_checked()
    assert Beat.objects.of_account(rita).filter(is_answer=True).count() == 1

    pass_by(page, 105)
    expect(question).to_contain_text("Still looking?")
    pass_by(page, 90)
    expect(question).to_be_hidden()


def test_beats_name_the_task_in_hand_and_the_kind_of_page(world: World, enter: Enter, rita: Account):
    page = enter(rita)
    page.clock.install()
    workbench = Workbench(page).open()
    pass_by(page, 45)
    assert set(Beat.objects.of(world.project).values_list("page", "task")) >= {("workbench", workbench.assignment)}
    kinds = {"guideline": "guideline", "cases": "discussion", "reviews": "review", "tests": "qualification"}
    for path, kind in kinds.items():
        with page.expect_response(is_of_beats):
            page.goto(f"/projects/audit/{path}/")
        expect(workbench.find("clock")).to_contain_text("credited")
        assert Beat.objects.of(world.project).filter(page=kind, task="").exists()


def test_a_beat_that_cannot_be_sent_is_sent_later(enter: Enter, rita: Account):
    page = enter(rita)
    page.clock.install()
    Workbench(page).open()
    pass_by(page, 15)
    before = Beat.objects.of_account(rita).count()
    page.context.set_offline(True)
    page.clock.run_for(60_000)
    assert Beat.objects.of_account(rita).count() == before
    page.context.set_offline(False)
    pass_by(page, 15)
    page.wait_for_function("() => !Object.keys(localStorage).some(each => each.startsWith('rubrica-beats'))")
    assert Beat.objects.of_account(rita).count() >= before + 5


def test_ones_time_and_the_claims_have_no_barrier(enter: Enter, world: World, rita: Account, idle: None):
    page = enter(rita)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        page.goto("/my-work/?project=audit")
        expect(page.get_by_role("heading", name="Not credited: was it work?")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Claim", exact=True).first.click()
    expect(page.get_by_text("Claimed. What nobody decides on")).to_be_visible()
    enter(world.lena)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        page.goto("/projects/audit/time-claims/")
        expect(page.get_by_role("heading", name="T-1: 6 min 00 s · Thinking or looking")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_question_fits_a_narrow_screen(enter: Enter, rita: Account, idle: None):
    page = enter(rita)
    page.set_viewport_size(NARROW)
    page.goto("/projects/audit/guideline/")
    expect(page.locator("[data-test=clock-question]")).to_contain_text("6 min from")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
