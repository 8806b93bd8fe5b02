"""Every type of answer, given by keyboard alone, and found in the record as it was meant."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from rubrica.domain.templates import template_rubric
from rubrica.records.models import Account, Evaluation, Item, Project
from rubrica.usecases import guidelines
from rubrica.usecases.access import open_project
from tests.cast import NOON, World, build_world
from tests.e2e.barriers import NARROW, violations
from tests.e2e.hands import Workbench
from tests.e2e.studio import Studio

Enter = Callable[[Account], Page]


def made_from(studio: Studio, template: str, count: int = 2) -> World:
    """Return a world of a template with real images."""
    world = build_world(template=template, items=0)
    images = template_rubric(template).images
    return studio.single_images(world, count) if images == 1 else studio.sets(world, count, images)


def asking(studio: Studio, *criteria: dict[str, Any]) -> World:
    """Return a world whose rubric asks these questions and nothing else."""
    world = build_world(items=0)
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    rubric = {key: draft.rubric[key] for key in ("format", "key", "name", "unit", "prompt")}
    guidelines.replace_draft(
        world.lena, "audit", markdown=draft.markdown, rubric={**rubric, "criteria": criteria}, now=NOON
    )
    guidelines.publish_guideline(world.lena, "audit", now=NOON)
    return studio.single_images(world, 2)


def stored(world: World) -> dict[str, Any]:
    """Return the answers of the only evaluation, as given."""
    answers: dict[str, Any] = Evaluation.objects.of(world.project).get().answer["answers"]
    return answers


def sent(workbench: Workbench) -> None:
    """Submit, and wait until it is stored."""
    workbench.submit()
    workbench.expect_saves("Saved")


def test_a_checklist_voids_what_depends_on_a_failed_question(server_url: str, studio: Studio, enter: Enter):
    world = made_from(studio, "prompt-checklist")
    workbench = Workbench(enter(world.rita)).open()

    workbench.press("2")  # no, the subject is missing
    expect(workbench.find("void-subject_looks")).to_have_text("void, as 1 (Main subject is there) failed")
    workbench.press("1")  # all other things are there
    workbench.expect_focus_on("option-others_look-yes")
    workbench.press("1", "1", "4", "1", "1")  # looks, counts, no writing asked for, setting, style
    expect(workbench.find("void-spelling")).to_be_visible()
    workbench.press("e")
    workbench.write("There is no cube at all.")
    sent(workbench)

    assert stored(world) == {
        "subject": "no",
        "others": "yes",
        "subject_looks": "not_applicable",
        "others_look": "yes",
        "own_properties": "not_applicable",
        "action": "not_applicable",
        "places": "not_applicable",
        "subject_count": "not_applicable",
        "other_counts": "yes",
        "writing": "not_applicable",
        "spelling": "not_applicable",
        "setting": "yes",
        "style": "yes",
    }


def test_a_count_opens_the_questions_that_depend_on_it(server_url: str, studio: Studio, enter: Enter):
    world = made_from(studio, "human-anatomy")
    workbench = Workbench(enter(world.rita)).open()
    workbench.expect_focus_on("count-people")
    expect(workbench.find("criterion-hands")).to_have_count(0)

    workbench.write("12")
    workbench.press("Enter")
    workbench.expect_focus_on("count-faces")
    for number in ("9", "3", "0"):
        workbench.write(number)
        workbench.press("Enter")
    workbench.press("5")
    sent(workbench)

    assert stored(world) == {"people": 12, "faces": 9, "hands": 3, "feet": 0, "anatomy": 5}


def test_a_number_beyond_its_bounds_is_no_answer(server_url: str, studio: Studio, enter: Enter):
    world = made_from(studio, "human-anatomy")
    workbench = Workbench(enter(world.rita)).open()

    workbench.write("51")
    workbench.press("Control+Enter")

    expect(workbench.find("announcements")).to_contain_text("People is a number from 0 to 50")
    workbench.expect_focus_on("count-people")
    workbench.press("Backspace")
    workbench.press("Enter")
    for number in ("1", "1", "1"):
        workbench.write(number)
        workbench.press("Enter")
    workbench.press("5")
    sent(workbench)
    assert stored(world) == {"people": 5, "faces": 1, "hands": 1, "feet": 1, "anatomy": 5}


def test_a_decision_follows_while_one_answers(server_url: str, studio: Studio, enter: Enter):
    world = made_from(studio, "edit-quality")
    workbench = Workbench(enter(world.rita)).open()
    verdict = workbench.find("decision-verdict")
    expect(verdict).to_contain_text("follows from the answers above")

    workbench.press("1", "5", "3")
    expect(verdict).to_contain_text("Repair")
    workbench.press("4")  # the last question keeps the focus, and may be answered again
    expect(verdict).to_contain_text("Deliver")
    sent(workbench)

    assert stored(world) == {"instruction": "mostly", "preservation": 5, "quality": 4, "verdict": "deliver"}


def test_what_a_check_measured_comes_answered_and_can_be_overridden(server_url: str, studio: Studio, enter: Enter):
    photo = Image.new("RGB", (640, 480), "white")
    photo.paste((30, 60, 90), (80, 100, 560, 380))
    world = studio.single_image(build_world(template="product-photo-qa", items=0), photo)
    workbench = Workbench(enter(world.rita)).open()

    expect(workbench.find("option-background-pass")).to_be_checked()
    expect(workbench.find("proposal-background")).to_have_text(
        "Proposed by a check: Pass · white along the edges 100 %"
    )
    expect(workbench.find("option-fill-pass")).to_be_checked()
    expect(workbench.find("option-size-reject")).to_be_checked()
    expect(workbench.find("decision-verdict")).to_contain_text("follows from the answers above")

    workbench.find("option-fill-fix").check()
    expect(workbench.find("proposal-fill")).to_have_text("A check proposed: Pass · extent of the subject 75 %")
    for rule in ("complete", "clean", "focus", "exposure", "colour", "product", "extras"):
        workbench.find(f"option-{rule}-pass").check()
    expect(workbench.find("decision-verdict")).to_contain_text("Reject")
    assert violations(workbench.page) == []


def test_a_text_is_asked_for_only_where_it_is_needed(server_url: str, studio: Studio, enter: Enter):
    options = [{"code": "pass", "label": "Pass"}, {"code": "fix", "label": "Fix"}]
    rule = {"id": "focus", "name": "Focus", "question": "Is it sharp?", "type": "choice", "options": options}
    what = {"id": "what", "name": "What to do", "question": "What?", "type": "text", "required": True}
    when = [{"criterion": "focus", "any_of": ["fix"]}]
    world = asking(studio, rule, {**what, "when": when, "max_characters": 80})
    workbench = Workbench(enter(world.rita)).open()

    workbench.press("2")
    workbench.expect_focus_on("text-what")
    workbench.write("Take it again, label in focus: 1 to 9 are letters here.")
    sent(workbench)

    assert stored(world) == {"focus": "fix", "what": "Take it again, label in focus: 1 to 9 are letters here."}


def test_words_of_the_prompt_are_chosen_where_they_stand(server_url: str, studio: Studio, enter: Enter):
    world = made_from(studio, "ai-image-audit")
    workbench = Workbench(enter(world.rita)).open()

    workbench.press("4", "4", "4", "4")
    # The prompt is "four colours, image-1.png" or its like.
    workbench.expect_focus_on("word-missing_words-0-4")
    workbench.press("ArrowRight", "Space", "ArrowRight", "Enter", "ArrowLeft", "ArrowLeft")
    workbench.expect_focus_on("word-missing_words-0-4")
    expect(workbench.find("word-missing_words-5-12")).to_be_checked()
    sent(workbench)

    assert stored(world)["missing_words"] == ["5-12", "14-21"]


def test_a_set_is_ranked_by_a_digit_an_image(server_url: str, studio: Studio, enter: Enter):
    world = made_from(studio, "set-ranking")
    workbench = Workbench(enter(world.rita)).open()
    expect(workbench.find("view-d")).to_be_visible()

    workbench.press("2", "1", "2", "4")
    expect(workbench.find("order-order")).to_have_text("B, then A and C, then D")
    workbench.press("1", "4")
    expect(workbench.find("part-match-worst-d")).to_be_checked()
    workbench.press("1")
    sent(workbench)

    assert stored(world) == {"order": "b>a=c>d", "match": "a>d", "acceptable": "yes"}
    evaluation = Evaluation.objects.of(world.project).get()
    assert sorted(evaluation.presentation) == [0, 1, 2, 3]


def test_an_image_without_a_rank_is_pointed_out(server_url: str, studio: Studio, enter: Enter):
    world = made_from(studio, "set-ranking")
    workbench = Workbench(enter(world.rita)).open()

    workbench.press("1", "2", "3", "Control+Enter")

    expect(workbench.find("announcements")).to_contain_text("Order is not complete")


def test_levels_show_the_images_that_the_rubric_names(world: World, enter: Enter):
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    rubric = deepcopy(draft.rubric)
    rubric["criteria"][0]["levels"][0]["examples"] = ["image-1.png", "image-2.png"]
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=rubric, now=NOON)
    guidelines.publish_guideline(world.lena, "audit", now=NOON)
    workbench = Workbench(enter(world.rita)).open()

    shown = workbench.find("example")

    expect(shown).to_have_count(2)
    for image in shown.all():
        expect(image).to_have_js_property("complete", value=True)
        assert image.evaluate("image => image.naturalWidth") > 0
    workbench.press("4")
    expect(shown).to_have_count(0)


def test_worked_examples_stand_beside_both_answers_and_at_their_clause(world: World, enter: Enter):
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    rubric = deepcopy(draft.rubric)
    example = {"item": "image-1.png", "right": 2, "wrong": 4, "why": "The seam shows at a first look."}
    rubric["criteria"][0]["worked_examples"] = [example]
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=rubric, now=NOON)
    guidelines.publish_guideline(world.lena, "audit", now=NOON)
    page = enter(world.rita)
    workbench = Workbench(page).open()
    expect(workbench.find("worked-at-answer")).to_have_count(0)
    Item.objects.of(world.project).filter(key="image-1.png").update(is_withdrawn=True, places_left=0)
    workbench = Workbench(page).open()

    shown = workbench.find("worked-at-answer")

    expect(shown).to_have_text(
        [re.compile("^\\s*Tempting, but wrong.*It is 2"), re.compile("^\\s*Right.*The seam shows")]
    )
    workbench.press("u")
    at_clause = workbench.find("guideline-text").locator("[data-test=worked-example]")
    expect(at_clause).to_be_visible()
    expect(at_clause.locator("img")).to_have_js_property("complete", value=True)


def test_an_answer_to_a_criterion_that_the_rubric_has_lost_is_named_and_the_draft_survives(world: World, enter: Enter):
    page = enter(world.rita)
    # A client that still asks what the newest rubric does not: the workbench itself sends only what is asked.
    stale = '"answers":{"plausibility"'
    page.route(
        "**/submission*",
        lambda route: route.continue_(
            post_data=(route.request.post_data or "").replace(stale, '"answers":{"beauty":3,"plausibility"', 1)
        ),
        times=1,
    )
    workbench = Workbench(page).open()
    first = workbench.assignment
    workbench.press("4", "4", "4", "3")
    workbench.submit()

    notice = workbench.find("notice")
    expect(notice).to_contain_text("answers.beauty answers a criterion that this rubric does not have")
    workbench.find("correct").click()
    expect(workbench.element).to_have_attribute("data-assignment", first)
    expect(workbench.find("level-overall-3")).to_be_checked()
    assert not Evaluation.objects.of(Project.objects.of(world.project).get()).exists()
    sent(workbench)
    assert stored(world)["overall"] == 3


@pytest.mark.parametrize(
    "template",
    ["prompt-checklist", "edit-quality", "safety-moderation", "product-photo-qa", "human-anatomy", "set-ranking"],
)
def test_the_workbench_keeps_nobody_out(server_url: str, studio: Studio, enter: Enter, template: str):
    world = made_from(studio, template, 1)
    page = enter(world.rita)
    Workbench(page).open()

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.set_viewport_size(NARROW)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
