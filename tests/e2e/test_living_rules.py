"""The whole loop with four people: a doubt becomes a ruling, the ruling a rule, and the rule is learned anew."""

import csv
import io
import zipfile
from collections.abc import Callable

from playwright.sync_api import Page, expect

from rubrica.domain.gold import Purpose
from rubrica.domain.templates import template_rubric
from rubrica.kit import clock
from rubrica.records.models import Account, Attempt, Evaluation, Item, Project
from rubrica.usecases import gold
from tests.cast import audit_answer, build_world, evaluate
from tests.e2e.barriers import violations
from tests.e2e.hands import Workbench
from tests.e2e.studio import Studio
from tests.e2e.test_edge_cases import ask

Enter = Callable[[Account], Page]

PLAUSIBILITY = next(each.clause for each in template_rubric("ai-image-audit").criteria if each.id == "plausibility")
RIGHT = dict.fromkeys(("plausibility", "alignment", "aesthetics", "overall"), 5)


def vote(page: Page, option: str) -> None:
    page.goto("/projects/audit/cases/1/")
    page.get_by_role("radio", name=option).check()
    page.get_by_role("button", name="Vote", exact=True).click()
    expect(page.get_by_role("heading", name="How people would decide")).to_be_visible()


def judge(workbench: Workbench) -> None:
    workbench.press("5", "4", "4", "4")
    workbench.submit()


def test_from_a_doubt_to_a_rule_that_everybody_has_learned(studio: Studio, enter: Enter):  # noqa: PLR0915  (one story)
    now = clock.now()
    world = studio.single_images(build_world(items=0), 8)
    nora = world.rater("nora")
    for rater in (world.rita, nora):
        evaluate(world, rater, audit_answer(5))
    untouched = Item.objects.of(world.project).exclude(assignments__isnull=False).order_by("-pk")
    for item in untouched[:3]:
        gold.make_gold(world.lena, "audit", item.public_id, answers=RIGHT, note="No fault in it.", now=now)

    # Rita asks at work; Lena puts it to the vote, and Nora and Rowan vote blind.
    workbench = Workbench(enter(world.rita)).open()
    page = workbench.page
    ask(workbench, "Is a seam along a mirror a fault?")
    workbench.expect_saves("Saved")
    enter(world.lena).goto("/projects/audit/cases/1/")
    answers = page.get_by_role("group", name="Short answers to the question").get_by_role("textbox")
    answers.nth(0).fill("A fault, minor")
    answers.nth(1).fill("No fault")
    page.get_by_role("button", name="Open the vote").click()
    enter(nora).goto("/projects/audit/cases/1/")
    expect(page.get_by_text("A fault, minor", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="How people would decide")).to_have_count(0)
    vote(page, "A fault, minor")
    vote(enter(world.rowan), "A fault, minor")

    # Lena rules; the ruling is a precedent at once.
    enter(world.lena).goto("/projects/audit/cases/1/")
    page.get_by_role("button", name="Close the vote").click()
    page.get_by_label("Decision, in a sentence").fill("A seam is a fault, minor")
    page.get_by_label("Why", exact=True).fill("It is seen at a close look only.")
    page.get_by_label("Criterion").select_option("plausibility")
    page.get_by_role("button", name="Rule", exact=True).click()
    expect(page.get_by_role("heading", name="R-1")).to_be_visible()
    workbench = Workbench(enter(nora)).open()
    workbench.press("4")
    expect(workbench.find("precedents")).to_contain_text("A seam is a fault, minor")

    # Nora, who is no lead, makes a change of the clause out of it; Rita approves.
    page.goto("/projects/audit/guideline/proposals/")
    page.get_by_label("Clause").select_option(PLAUSIBILITY)
    page.get_by_role("button", name="Propose a change").click()
    text = page.get_by_label("should read, with its heading")
    text.fill(text.input_value() + "\n\nA seam along a mirror is a fault, minor.\n")
    page.get_by_label("What changes, in a line").fill("Seams along mirrors")
    page.get_by_label("R-1 A seam is a fault, minor").check()
    assert violations(page) == []
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("heading", name="P-1 Seams along mirrors")).to_be_visible()
    expect(page.locator("ins", has_text="mirror").first).to_be_visible()
    assert violations(page) == []
    enter(world.rita).goto("/projects/audit/guideline/proposals/1/")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("1 of 1 approve")).to_be_visible()

    # Lena puts it into the draft, sees what it reaches, and publishes it as breaking with all of it to judge anew.
    enter(world.lena).goto("/projects/audit/guideline/proposals/1/")
    page.get_by_role("button", name="Put it into the draft").click()
    expect(page.get_by_role("group", name="What it reaches")).to_contain_text("Evaluations")
    page.get_by_label("Kind of change").select_option("breaking")
    page.locator("input[name=which][value=all]").check()
    page.get_by_label("What changed, in one line").fill("Seams along mirrors")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("New work is judged under this version from now on.")).to_be_visible()

    # Rita gets no new work before she has read it, then the calibration, then the item of before once more.
    workbench = Workbench(enter(world.rita)).open()
    while workbench.find("phase-changed").count() == 0:
        judge_in_hand(workbench)
    page.get_by_role("link", name="Read what changed").first.click()
    page.get_by_role("button", name="I have read this: on with the work").click()
    workbench.ready()
    attempt = Attempt.objects.of(world.project).get(account=world.rita)
    assert (attempt.purpose, attempt.blocks) == (Purpose.CALIBRATION, True)
    for _ in range(3):
        expect(workbench.find("is-test")).to_be_visible()
        judge(workbench)
    expect(workbench.find("is-test")).to_have_count(0)
    page.goto("/projects/audit/tests/")
    expect(page.get_by_text("answers were right")).to_be_visible()
    assert violations(page) == []
    workbench = Workbench(page).open()
    judge(workbench)
    workbench.expect_saves("Saved")

    # The export shows both versions.
    page = enter(world.lena)
    page.goto("/projects/audit/exports/")
    page.get_by_role("radio", name="CSV").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        name = next(name for name in archive.namelist() if name.endswith("evaluations.csv"))
        rows = list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
    versions = {row["guideline_version"] for row in rows if row["is_repeat"] in {"false", "False", "0"}}
    assert versions == {"1", "2"}
    assert Project.objects.of(world.project).get().requeued_count >= 1
    assert Evaluation.objects.of(world.project).filter(rater=world.rita, guideline__number=2).count() >= 4


def judge_in_hand(workbench: Workbench) -> None:
    """Judge what was lent before the change, which goes on under its own version."""
    before = workbench.assignment
    workbench.press("5", "4", "4", "4", "Control+Enter")
    expect(workbench.element).not_to_have_attribute("data-assignment", before)
