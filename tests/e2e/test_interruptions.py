"""Two hundred random interruptions of a day's work: no draft is lost, and every answer is stored exactly once.

A specialist answers, marks, draws, writes, skips and revises; after every step something comes between: a reload,
another page, a closed tab, no network, a request or a receipt that is lost, a busy server, an ended session, a lease
that runs out, a second tab. The promise begins when the workbench says that the draft is kept (``data-kept``), a tenth
of a second after a change. The focus is never lost either.
"""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from rubrica.kit import clock
from rubrica.records.models import Assignment, Evaluation
from rubrica.usecases import accounts, assignments
from tests.cast import World, build_world
from tests.e2e.hands import Workbench, sign_in
from tests.e2e.studio import Studio

INTERRUPTIONS = 50
SUBMISSIONS = re.compile("/submission")
CRITERIA = ("plausibility", "alignment", "aesthetics", "overall")
ON_THE_DESK = """() => {
    const { desk, drawing } = document.querySelector("rubrica-workbench").store.get();
    const { answers, marks, explanation } = desk.history.present;
    return {
        answers,
        explanation,
        marks: marks.map(({ code, severity }) => [code, severity]),
        corners: drawing ? drawing.placed.length : 0,
    };
}"""


class Day:
    """A specialist at work, what ought to be on the desk, and what was sent."""

    def __init__(self, world: World, page: Page, url: str, seed: int) -> None:
        self.world, self.url = world, url
        self.nora = world.rater("nora")
        self.skipped = 0
        self.chance = random.Random(seed)
        self.workbench = Workbench(page).open()
        self.sent: list[dict[str, Any]] = []
        self.begin()

    def begin(self) -> None:
        """Expect an empty desk."""
        self.expected: dict[str, Any] = {"answers": {}, "explanation": "", "marks": [], "corners": 0}

    # Acts

    def answer(self) -> None:
        """Answer one criterion."""
        criterion, level = self.chance.choice(CRITERIA), self.chance.choice((4, 5))
        self.workbench.find(f"level-{criterion}-{level}").check()
        self.expected["answers"][criterion] = level

    def write(self) -> None:
        """Add a few words to the explanation."""
        words = self.chance.choice(("A soft edge. ", "The hand is fine. ", "Nothing else. "))
        self.workbench.press("Escape", "e")
        self.workbench.expect_focus_on("explanation")
        self.workbench.press("End", "Control+End")
        self.workbench.write(words)
        self.workbench.press("Escape")
        self.expected["explanation"] += words
        self.expected["corners"] = 0

    def mark(self) -> None:
        """Draw a box and name it."""
        self.workbench.press("Escape", "Escape")
        self.workbench.draw_box()
        self.workbench.write("garb")
        self.workbench.press("Enter", "1", "Escape", "Escape")
        self.expected["marks"].append(["TEXT.garbled", 1])
        self.expected["corners"] = 0

    def begin_polygon(self) -> None:
        """Set the first corners of a polygon and leave it there."""
        self.workbench.press(
            "Escape", "Escape", "g", "Enter", *["ArrowRight"] * 4, "Enter", *["ArrowDown"] * 4, "Enter"
        )
        self.expected["corners"] = 3

    def submit(self) -> None:
        """Answer what is missing and send it."""
        self.workbench.press("Escape", "Escape")
        for criterion in CRITERIA:
            if criterion not in self.expected["answers"]:
                self.workbench.find(f"level-{criterion}-5").check()
                self.expected["answers"][criterion] = 5
        self.sent.append(
            {
                "answers": {**self.expected["answers"], "missing_words": []},
                "explanation": self.expected["explanation"].strip(),
                "marks": len(self.expected["marks"]),
            }
        )
        self.workbench.submit()
        self.begin()

    def skip(self) -> None:
        """Pass the item on; what was written about it goes with it."""
        before = self.workbench.assignment
        self.workbench.press("Escape", "Escape", "s")
        self.workbench.find("reason-too_hard").check()
        self.workbench.find("reason-done").click()
        self.workbench.wait_for_another(before)
        self.skipped += 1
        self.begin()

    def begin_revision(self) -> str:
        """Open the last answer, change it, and say why; return which level is chosen now."""
        in_hand = self.workbench.assignment
        self.workbench.expect_saves("Saved")
        last = Evaluation.objects.of(self.world.project).order_by("pk").last()
        assert last is not None
        self.workbench.find(f"past-{last.public_id}").click()
        expect(self.workbench.element).to_have_attribute("data-assignment", last.public_id)
        level = f"level-overall-{9 - last.answer['answers']['overall']}"
        self.workbench.find(level).check()
        self.workbench.find("revision-reason").fill("I looked again")
        assert self.workbench.assignment != in_hand
        return level

    def revise(self) -> None:
        """Correct the last answer, while what is in hand rests."""
        if not self.sent:
            return
        in_hand = self.workbench.assignment
        level = self.begin_revision()
        self.workbench.find("submit").click()
        expect(self.workbench.element).to_have_attribute("data-assignment", in_hand)
        last = self.sent[-1]
        self.sent.append({**last, "answers": {**last["answers"], "overall": int(level[-1])}})

    def act(self) -> None:
        """Do one thing, most often a small one."""
        acts = [self.answer] * 4 + [self.write] * 2 + [self.mark, self.begin_polygon, self.submit, self.revise]
        # A skip takes what was begun along: seldom, so that there is something to lose.
        self.chance.choice([*acts * 2, self.skip])()

    # Interruptions

    def reload(self) -> None:
        """Load the page anew."""
        self.workbench.page.reload()

    def go_elsewhere(self) -> None:
        """Leave for another page, and come back."""
        self.workbench.page.goto("/my-work/")
        self.workbench.page.goto("/projects/audit/work/")

    def come_back_by_history(self) -> None:
        """Leave, and come back with the browser's button."""
        self.workbench.page.goto("/my-work/")
        self.workbench.page.go_back()

    def close_the_tab(self) -> None:
        """Close the tab without a word, and open another."""
        context = self.workbench.page.context
        self.workbench.page.close()
        self.workbench = Workbench(context.new_page()).open()

    def lose_the_network(self) -> None:
        """Work on for a moment without network."""
        self.workbench.page.context.set_offline(True)
        self.answer()
        self.workbench.page.context.set_offline(False)

    def lose_a_receipt(self) -> None:
        """Send an answer whose receipt never comes back, and load the page anew before it is sent again."""

        def swallow(route: Route) -> None:
            route.fetch()
            route.abort()

        page = self.workbench.page
        page.route(SUBMISSIONS, swallow)
        self.submit()
        self.workbench.expect_saves("Offline: 1 kept here")
        page.unroute(SUBMISSIONS)
        page.reload()
        self.workbench.ready()
        self.workbench.expect_saves("Saved")

    def cut_a_request(self) -> None:
        """Send an answer that never arrives, and load the page anew before it is sent again."""
        page = self.workbench.page
        page.route(SUBMISSIONS, lambda route: route.abort())
        self.submit()
        self.workbench.expect_saves("Offline: 1 kept here")
        page.unroute(SUBMISSIONS)
        page.reload()
        self.workbench.ready()
        self.workbench.expect_saves("Saved")

    def meet_a_busy_server(self) -> None:
        """Send an answer to a server that has no time for it, and go on; it is sent again by itself."""
        met: list[str] = []

        def refuse_once(route: Route) -> None:
            met.append(route.request.url)
            if len(met) == 1:
                route.fulfill(status=503, headers={"Retry-After": "0"})
            else:
                route.continue_()

        self.workbench.page.route(SUBMISSIONS, refuse_once)
        self.submit()
        self.workbench.expect_saves("Saved")
        self.workbench.page.unroute(SUBMISSIONS)
        assert len(met) > 1

    def leave_a_revision_half_done(self) -> None:
        """Load the page anew with a revision in hand, find it as it was, and discard it."""
        if not self.sent:
            return
        level = self.begin_revision()
        revised = self.workbench.assignment
        self.workbench.expect_kept()
        self.workbench.page.reload()
        self.workbench.ready()
        self.workbench.find("go-on-revising").click()
        expect(self.workbench.element).to_have_attribute("data-assignment", revised)
        expect(self.workbench.find(level)).to_be_checked()
        expect(self.workbench.find("revision-reason")).to_have_value("I looked again")
        self.workbench.find("discard-revision").click()
        expect(self.workbench.element).not_to_have_attribute("data-assignment", revised)

    def lose_the_lease(self) -> None:
        """Stay away for so long that others are given work in the meantime, and come back."""
        held = Assignment.objects.of(self.world.project).filter(rater=self.world.rita, state="open")
        held.update(lease_ends=clock.now() - timedelta(minutes=1))
        assignments.take_assignments(self.nora, "audit", hold=1, now=clock.now())
        assert not held.exists()
        self.workbench.page.reload()

    def submit_without_network(self) -> None:
        """Send an answer while there is no network; the next image is there already."""
        self.workbench.expect_saves("Saved")
        expect(self.workbench.element).to_have_attribute("data-next", "painted")
        context = self.workbench.page.context
        context.set_offline(True)
        self.submit()
        self.workbench.expect_saves("Offline: 1 kept here")
        context.set_offline(False)
        self.workbench.expect_saves("Saved")

    def end_the_session(self) -> None:
        """Be signed out elsewhere, and sign in again."""
        accounts.end_sessions(self.world.rita, now=clock.now())
        sign_in(self.workbench.page.context, self.world.rita, self.url)
        self.workbench.page.reload()

    def look_in_at_a_second_tab(self) -> None:
        """Open the workbench a second time, and close it again."""
        other = self.workbench.page.context.new_page()
        other.goto("/projects/audit/work/")
        expect(Workbench(other).find("phase-elsewhere")).to_be_visible()
        other.close()

    def move_to_a_second_tab(self) -> None:
        """Open the workbench a second time and go on there, while the first tab stays open."""
        first = self.workbench.page
        self.workbench = Workbench(first.context.new_page())
        self.workbench.page.goto("/projects/audit/work/")
        self.workbench.find("work-here").click()
        self.workbench.ready()
        expect(Workbench(first).find("phase-elsewhere")).to_be_visible()
        first.close()

    def interrupt(self) -> str:
        """Let something come between, and say what it was."""
        kinds: list[Callable[[], None]] = [
            *(self.reload, self.go_elsewhere, self.come_back_by_history, self.close_the_tab, self.lose_the_network),
            *(self.lose_a_receipt, self.submit_without_network, self.end_the_session, self.look_in_at_a_second_tab),
            *(self.move_to_a_second_tab, self.cut_a_request, self.meet_a_busy_server, self.lose_the_lease),
            self.leave_a_revision_half_done,
        ]
        kind = self.chance.choice(kinds)
        kind()
        self.workbench.ready()
        return kind.__name__

    def expect_nothing_lost(self, after: str) -> None:
        """Compare what is on the desk with what was put there."""
        found = self.workbench.page.evaluate(ON_THE_DESK)
        assert found == self.expected, f"after {after}"
        assert self.workbench.page.evaluate("document.activeElement !== document.body"), f"no focus after {after}"


@pytest.mark.parametrize("seed", [11, 22, 33, 44])
def test_whatever_comes_between_no_draft_is_lost_and_no_answer_stored_twice(
    server_url: str, studio: Studio, enter, seed: int
):
    world = studio.single_images(build_world(items=0), 60)
    day = Day(world, enter(world.rita), server_url, seed)
    for number in range(INTERRUPTIONS):
        day.act()
        expect(day.workbench.element).not_to_have_attribute("data-kept", "soon")
        what = day.interrupt()
        day.expect_nothing_lost(f"interruption {number} of seed {seed}: {what}")
    day.submit()
    day.workbench.expect_saves("Saved")

    rows = Evaluation.objects.of(world.project).order_by("pk").values_list("answer", flat=True)
    stored = [
        {"answers": row["answers"], "explanation": row["explanation"], "marks": len(row["marks"])} for row in rows
    ]
    assert stored == day.sent
    assert Assignment.objects.of(world.project).filter(state="skipped").count() == day.skipped
