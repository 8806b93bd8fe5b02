"""Rita writes explanations with the coach beside her: it hints, asks, and hardly ever stands in the way."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rubrica.records.models import Account, Evaluation
from tests.cast import World, audit_answer, evaluate
from tests.e2e.barriers import NARROW, WIDE, overhang, violations
from tests.e2e.hands import Workbench

CHECKS = re.compile("/explanation-checks")


def stored(world: World) -> Evaluation:
    """Return the only evaluation there is."""
    evaluation: Evaluation = Evaluation.objects.of(world.project).get()
    return evaluation


def rate(workbench: Workbench, *scores: str) -> None:
    workbench.press(*scores)


def mark_extra_hand(workbench: Workbench, severity: str) -> None:
    workbench.draw_box()
    workbench.write("ha ex")
    workbench.press("Enter", severity)
    expect(workbench.find("mark-1")).to_be_focused()


def explain(workbench: Workbench, text: str) -> None:
    workbench.press("e")
    workbench.expect_focus_on("explanation")
    workbench.write(text)


# --- hints ---


def test_a_pause_in_the_writing_brings_hints_and_takes_the_focus_nowhere(workbench: Workbench):
    explain(workbench, "Text at the top reads teh wrong way round, and seems somewhat weird.")

    expect(workbench.find("hint-spelling")).to_contain_text("“teh” may be misspelt")
    expect(workbench.find("hint-vague")).to_contain_text("in place of “seems”, “somewhat”, “weird”")
    workbench.expect_focus_on("explanation")
    expect(workbench.find("announcements")).to_have_text("2 hints on the explanation.")
    expect(workbench.page.locator(".wb-echo u")).to_have_text(["teh", "seems", "somewhat", "weird"])
    expect(workbench.page.locator(".wb-echo")).to_have_attribute("aria-hidden", "true")


def test_a_proposal_is_taken_up_and_undone_by_keyboard_alone(workbench: Workbench):
    explain(workbench, "The sign on the left reads teh wrong way round.")
    expect(workbench.find("hint-spelling")).to_be_visible()
    workbench.press("Tab")
    workbench.expect_focus_on("hint-use")
    workbench.press("Enter")

    expect(workbench.find("explanation")).to_have_value("The sign on the left reads the wrong way round.")
    workbench.expect_focus_on("explanation")
    expect(workbench.find("hints")).to_have_count(0)
    workbench.press("Escape", "Control+z")
    expect(workbench.find("explanation")).to_have_value("The sign on the left reads teh wrong way round.")


def test_a_hint_that_is_dismissed_stays_away_and_a_word_does_so_on_the_next_item(workbench: Workbench):
    explain(workbench, "Xanthorp, left: seems odd.")
    expect(workbench.find("hints").locator("li")).to_have_count(2)
    dismiss = workbench.page.get_by_role("button", name="Dismiss: “Xanthorp” may be misspelt")
    dismiss.focus()
    workbench.press("Enter")
    expect(workbench.find("hints").locator("li")).to_have_count(1)
    workbench.expect_focus_on("hint-dismiss")
    workbench.press("Enter")
    expect(workbench.find("hints")).to_have_count(0)
    workbench.expect_focus_on("explanation")
    workbench.press("Escape")
    rate(workbench, "5", "4", "4", "4")
    workbench.submit()
    explain(workbench, "Xanthorp, left: seems odd.")

    expect(workbench.find("hint-vague")).to_be_visible()
    expect(workbench.find("hint-spelling")).to_have_count(0)


def test_ones_own_words_again_are_hinted_at(world: World, enter: Callable[[Account], Page]):
    text = "The hand at the lower left has one finger too many."
    evaluate(world, world.rita, audit_answer(explanation=text))
    workbench = Workbench(enter(world.rita)).open()
    explain(workbench, text)

    expect(workbench.find("hint-repeated")).to_contain_text("Nearly the words of an earlier explanation of yours")


def test_hints_hold_nothing_back(world: World, workbench: Workbench):
    rate(workbench, "4", "4", "4", "4")
    explain(workbench, "Seems bad, teh hand.")
    expect(workbench.find("hint-vague")).to_be_visible()
    workbench.submit()
    workbench.expect_saves("Saved")

    assert stored(world).explanation == "Seems bad, teh hand."


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_hints_bar_nobodys_way(workbench: Workbench, theme: str):
    rate(workbench, "4", "4", "4", "4")
    mark_extra_hand(workbench, "2")
    explain(workbench, "It seems teh hand ")
    workbench.press("Alt+1")
    expect(workbench.find("hint-spelling")).to_be_visible()
    workbench.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two

    for size in (WIDE, NARROW):
        workbench.page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
        assert list(violations(workbench.page)) == []
        assert overhang(workbench.page) <= 0


# --- without a server ---


def test_without_a_server_hints_pause_and_what_blocks_still_does(world: World, workbench: Workbench):
    workbench.page.route(CHECKS, lambda route: route.abort())
    rate(workbench, "4", "4", "4", "2")
    with workbench.page.expect_event("requestfailed", lambda request: CHECKS.search(request.url) is not None):
        explain(workbench, "Seems teh hand.")

    expect(workbench.find("hints")).to_have_count(0)
    expect(workbench.find("notice")).to_have_count(0)
    workbench.press("Control+Enter")
    expect(workbench.find("missing")).to_contain_text("The explanation needs at least 6 words")
    workbench.expect_focus_on("explanation")
    workbench.write(" It has six fingers.")
    workbench.submit()
    workbench.expect_saves("Saved")
    assert stored(world).explanation == "Seems teh hand. It has six fingers."


def test_a_text_that_denies_its_marks_is_held_back_until_one_of_the_two_changes(world: World, workbench: Workbench):
    rate(workbench, "4", "4", "4", "4")
    mark_extra_hand(workbench, "1")
    explain(workbench, "No visible errors.")
    workbench.press("Control+Enter")

    expect(workbench.find("missing")).to_contain_text("The text says that there is no fault, but mark 1 is one")
    workbench.expect_focus_on("explanation")
    workbench.press("Control+a")
    workbench.write("No visible errors but one small one: ")
    workbench.press("Alt+1")
    workbench.submit()
    workbench.expect_saves("Saved")
    assert stored(world).explanation == "No visible errors but one small one: [[1]]"


# --- scores and evidence ---


def grave_hand_at_the_highest_score(workbench: Workbench) -> None:
    rate(workbench, "5", "4", "4", "4")
    mark_extra_hand(workbench, "3")
    explain(workbench, "Left hand ")
    workbench.press("Alt+1")
    workbench.write(" has six fingers.")
    workbench.press("Control+Enter")


def test_a_highest_score_beside_a_grave_mark_is_asked_about_and_kept_on_record(world: World, workbench: Workbench):
    before = workbench.assignment
    grave_hand_at_the_highest_score(workbench)
    dialog = workbench.page.get_by_role("dialog", name="Keep this answer?")

    expect(dialog.get_by_test_id("question").or_(workbench.find("question"))).to_have_text(
        "Plausibility 5, but mark 1 is major (Extra part, hand)."
    )
    workbench.expect_focus_on("change")
    workbench.press("Tab")
    workbench.expect_focus_on("keep")
    workbench.press("Enter")
    workbench.wait_for_another(before)
    workbench.expect_saves("Saved")
    assert stored(world).answer["kept"] == [{"rule": "top_score_grave_mark", "criterion": "plausibility", "mark": 1}]


def test_whoever_changes_the_score_is_not_asked_again(world: World, workbench: Workbench):
    grave_hand_at_the_highest_score(workbench)
    workbench.expect_focus_on("change")
    workbench.press("Enter")
    workbench.expect_focus_on("level-plausibility-5")
    workbench.press("2")
    workbench.submit()
    workbench.expect_saves("Saved")

    answer = stored(world).answer
    assert (answer["answers"]["plausibility"], answer["kept"]) == (2, [])


def test_escape_leaves_the_question_open_and_everything_as_it_was(world: World, workbench: Workbench):
    before = workbench.assignment
    grave_hand_at_the_highest_score(workbench)
    workbench.expect_focus_on("change")
    workbench.press("Escape")

    expect(workbench.page.get_by_role("dialog")).to_be_hidden()
    workbench.expect_focus_on("explanation")
    assert workbench.assignment == before
    assert not Evaluation.objects.of(world.project).exists()


def test_a_lowest_score_without_evidence_is_asked_about(workbench: Workbench):
    rate(workbench, "4", "1", "4", "4", "Control+Enter")

    expect(workbench.find("question")).to_have_text("Alignment 1, but there is no mark and no explanation.")


def test_what_is_missing_comes_before_any_question(workbench: Workbench):
    rate(workbench, "5", "1", "4", "Control+Enter")

    expect(workbench.find("missing")).to_contain_text("Overall is not answered")
    expect(workbench.page.get_by_role("dialog")).to_be_hidden()


# --- chips ---


def test_chips_follow_their_marks_through_removal_and_undo(world: World, workbench: Workbench):
    rate(workbench, "3", "4", "4", "4")
    mark_extra_hand(workbench, "1")
    workbench.press("h")
    workbench.write("garb")
    workbench.press("Enter", "2")
    explain(workbench, "Sign ")
    workbench.press("Alt+2")
    expect(
        workbench.page.get_by_role("button", name=re.compile("^Cite mark 2, .*garbled.*, cited already$"))
    ).to_be_visible()
    workbench.find("mark-1").click()
    workbench.find("mark-remove").click()
    expect(workbench.find("explanation")).to_have_value("Sign [[1]]")
    workbench.press("Control+z")
    expect(workbench.find("explanation")).to_have_value("Sign [[2]]")
    workbench.press("Control+y")
    expect(workbench.find("explanation")).to_have_value("Sign [[1]]")
    workbench.submit()
    workbench.expect_saves("Saved")

    assert stored(world).explanation == "Sign [[1]]"
