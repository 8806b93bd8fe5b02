"""Every page, for all who may open it: no barrier that axe knows, no sideways scrolling, a keyboard is enough."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from rubrica.domain.gold import Purpose
from rubrica.kit import clock
from rubrica.records.models import Account, Evaluation, Item
from rubrica.usecases import accounts, assignments, attempts, edge_cases, gold, organisations, rulings, sign_up
from rubrica.usecases.clause_questions import ask_about_clause
from rubrica.usecases.imports import UploadedPart, start_import
from rubrica.usecases.time_claims import claim_time
from rubrica.usecases.tracked_applications import Tracked, track
from tests.cast import (
    World,
    audit_answer,
    build_world,
    declared_profile,
    engaged_member,
    evaluate,
    kept_search,
    opened_round,
    pasted_opening,
    proposed_change,
    published_opening,
    put_to_vote,
    returned_review,
    submitted_application,
    told_work,
)
from tests.e2e.barriers import NARROW, WIDE, overhang, unreached, violations
from tests.e2e.hands import Workbench
from tests.e2e.studio import Studio
from tests.web.expected_routes import PAGES

Enter = Callable[[Account], Page]
ROLES = ("anonymous", "otto", "rita", "rowan", "lena", "omar", "petra")
NOT_FOR_PEOPLE = {
    "health",
    "opening_feed",
    "sitemap",
    "resume",
    "resume_pdf",
    "own_hours",
    "credential_status",
    "did_document",
    "jwks",
    "house_rules_document",
}
MARK = {
    "image": "a",
    "shape": "box",
    "geometry": {"x": 0.2, "y": 0.25, "width": 0.1, "height": 0.1},
    "code": "TEXT.garbled",
    "severity": 2,
    "note": "",
}


@pytest.fixture
def busy(server_url: str, studio: Studio) -> tuple[World, dict[str, Any]]:
    """A world in which every page has something to show, and the keys of what stands in its addresses."""
    world = studio.single_images(build_world(items=0), 4)
    now = clock.now()
    nora = world.rater("nora")
    for rater in (world.rita, nora):
        evaluate(world, rater, audit_answer(3, marks=[MARK], explanation="Unreadable [[1]]."))
        evaluate(world, rater, audit_answer(5))
    invited = organisations.invite(
        world.omar, "atelier", email="nils@example.org", role=organisations.Role.SPECIALIST, now=now
    )
    parts = [UploadedPart("picture.png", [b"not a picture"])]
    started = start_import(world.lena, "audit", source="a.png", files=parts, now=now)
    for account in (world.rita, world.lena):
        accounts.create_token(account, "notebook", now=now)
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=now).assignments[0].held.public_id
    ruled, case = put_to_vote(world, held), put_to_vote(world, held, "Is a halo along a roof a fault?")
    edge_cases.close_vote(world.lena, "audit", ruled.number, now=now)
    decision = rulings.Decision("A seam is a fault", "It is seen.", "pattern", now.date() + timedelta(days=9))
    rulings.rule(world.lena, "audit", ruled.number, decision, now=now)
    first = Evaluation.objects.of(world.project).filter(rater=world.rita).order_by("pk").first()
    assert first is not None
    review = returned_review(world, first.public_id)
    declared_profile(world.rita)
    credential, portfolio = told_work(world.rita)
    answers = dict.fromkeys(("plausibility", "alignment", "aesthetics", "overall"), 5)
    for item in Item.objects.of(world.project).order_by("pk")[:3]:
        gold.make_gold(world.lena, "audit", item.public_id, answers=answers, note="Seen at a glance", now=now)
    attempts.order_attempt(world.lena, "audit", nora.public_id, Purpose.CALIBRATION, 3, now=now)
    opened = opened_round(world)
    opening = published_opening(world)
    claim_time(
        world.rita,
        "audit",
        started_at=now - timedelta(hours=2),
        ended_at=now - timedelta(hours=1),
        reason="meeting",
        note="The calibration call",
        now=now,
    )
    application = submitted_application(opening)
    engagement = engaged_member(world)
    return world, {
        "slug": "audit",
        "opening": opening.public_id,
        "search": kept_search(world.rita).public_id,
        "application": application.public_id,
        "application_number": application.number,
        "engagement": engagement.public_id,
        "engagement_number": engagement.number,
        "tracked": track(world.rita, Tracked("Maple", "Rater"), now=now).public_id,
        "opening_source": pasted_opening(world.rita).public_id,
        "opening_number": opening.number,
        "credential": credential.public_id,
        "portfolio": portfolio.public_id,
        "review": review.number,
        "round": opened.number,
        "question": ask_about_clause(world.rita, "audit", "PL-1", text="Why?", now=now).public_id,
        "proposal": proposed_change(world).number,
        "case": case.number,
        "organisation": "atelier",
        "item": Item.objects.of(world.project).order_by("queue_position").first().public_id,
        "item_import": started.public_id,
        "invitation_secret": invited.secret,
        "sign_in_secret": accounts.issue_sign_in_link(world.rita, now=now),
        "sign_up_token": sign_up.proof("nora@example.org", "", now=now),
    }


_without_barriers: set[str] = set()


def shape_of(page: Page) -> str:
    """Return what a page is made of: pages of one shape are looked at once, for whichever role."""
    shape: str = page.evaluate(
        "[...document.querySelectorAll('main, main *')].map(e => `${e.localName}.${e.getAttribute('class')}`).join()"
    )
    return shape


def barriers(page: Page) -> Iterator[str]:
    """Yield what bars the way on a wide and on a narrow screen, by day and by night; only colours differ by night."""
    for scheme, rules in (("light", ()), ("dark", ("color-contrast",))):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
            where = f"{scheme}, {size['width']} px"
            yield from (f"{where}: {each}" for each in violations(page, rules=rules))
            if overhang(page) > 0:
                yield f"{where}: {overhang(page)} px too wide"


@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_a_barrier_on_a_wide_or_narrow_screen_by_day_or_night(busy, page: Page, enter: Enter, role):
    world, keys = busy
    if role != "anonymous":
        enter(getattr(world, role))
    found, opened = [], 0
    for (method, name), (path, _, statuses) in PAGES.items():
        if method != "GET" or statuses[ROLES.index(role)] != 200 or name in NOT_FOR_PEOPLE:
            continue
        if name == "sign_in_link":
            # It would go on by itself, and sign in somebody else.
            page.route("**/pages.js", lambda route: route.abort())
        answer = page.goto(path.format(**keys))
        page.unroute_all()
        assert answer, name
        assert answer.status == 200, name
        if name == "workbench":
            Workbench(page).ready()
        opened += 1
        shape = shape_of(page)
        if shape in _without_barriers:
            continue
        here = [f"{name}: {each}" for each in barriers(page)]
        found += here
        if not here:
            # Only then: a second run of a failed test has to find the same again.
            _without_barriers.add(shape)

    assert opened > 8
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_opens_in_the_workbench_has_no_barrier_either(workbench: Workbench, scheme):
    page, found = workbench.page, []
    page.emulate_media(color_scheme=scheme)

    def look(what: str) -> None:
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # a width and a height
            found.extend(f"{what}, {size['width']} px: {each}" for each in violations(page))
            if overhang(page) > 0:
                found.append(f"{what}, {size['width']} px: {overhang(page)} px too wide")
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # as above

    workbench.press("2", "4", "4", "1")
    workbench.draw_box()
    workbench.write("ha")
    expect(workbench.find("error-ANAT.extra")).to_be_visible()
    look("the list of errors")
    workbench.press("Enter", "4", "e")
    workbench.write("See ")
    workbench.press("Alt+1", "Escape", "u")
    expect(workbench.find("guideline-text")).to_be_visible()
    look("marks and guideline")
    for key, name in (("?", "Keys"), ("s", "Skip this item"), ("j", "Cannot judge")):
        workbench.press(key)
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        look(name)
        workbench.press("Escape")

    assert found == []


TAKING = re.compile("/projects/audit/assignments$")
REFUSED = {
    "type": "urn:rubrica:problem:answer-rejected",
    "title": "The answer was not taken",
    "detail": "The rubric has changed.",
    "problems": [{"field": "answers.overall", "problem": "is not asked any more", "allowed": ""}],
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_while_something_loads_or_was_refused_nobody_is_kept_out(world: World, enter: Enter, scheme):
    page = enter(world.rita)
    page.emulate_media(color_scheme=scheme)
    workbench = Workbench(page)
    held: list[Route] = []
    is_held = {"work": True, "images": True}

    def hold(what: str) -> Callable[[Route], None]:
        return lambda route: held.append(route) if is_held[what] else route.continue_()

    page.route(TAKING, hold("work"))
    page.route("**/view", hold("images"))
    with page.expect_request(TAKING):
        page.goto("/projects/audit/work/")
    expect(workbench.find("phase-loading")).to_be_visible()
    found = [f"while work is asked for: {each}" for each in violations(page)]
    is_held["work"] = False
    with page.expect_request("**/view"):
        held.pop().continue_()
    expect(page.get_by_text("Loading the image…")).to_be_visible()
    found += [f"while the image loads: {each}" for each in violations(page)]
    is_held["images"] = False
    for route in held:
        route.fulfill(status=404, json={"title": "Gone"})
    expect(workbench.find("retry-image")).to_be_visible()
    found += [f"when the image did not load: {each}" for each in violations(page)]
    workbench.find("retry-image").click()
    workbench.ready()
    page.route(re.compile("/submission"), lambda route: route.fulfill(status=422, json=REFUSED))
    workbench.press("5", "4", "4", "4", "Control+Enter")
    expect(workbench.find("notice")).to_contain_text("is not asked any more")
    found += [f"when an answer was refused: {each}" for each in violations(page)]
    page.unroute_all(behavior="wait")

    assert found == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/account/",
        "/new-project/",
        "/projects/audit/",
        "/projects/audit/settings/",
        "/projects/audit/people/",
        "/projects/audit/imports/",
        "/projects/audit/guideline/edit/",
        "/projects/audit/results/",
        "/organisations/atelier/",
    ],
)
def test_the_tab_key_reaches_everything_and_shows_where_it_is(busy, enter: Enter, path):
    world, _ = busy
    page = enter(world.lena)
    page.goto(path)

    assert unreached(page) == []


def test_the_tab_key_reaches_everything_in_the_workbench(workbench: Workbench):
    workbench.press("3")
    workbench.draw_box()
    workbench.write("garb")
    workbench.press("Enter", "2")

    assert unreached(workbench.page) == []


def test_the_first_tab_leads_past_the_rail_to_the_content(world: World, enter: Enter):
    page = enter(world.lena)
    page.goto("/projects/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_control_k_finds_a_page_or_a_project_and_escape_clears_and_leads_back(world: World, enter: Enter):
    page = enter(world.lena)
    page.goto("/account/")
    page.get_by_label("Name").first.focus()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Find a page or project")
    expect(palette).to_be_visible()
    page.keyboard.type("nothing like it")
    expect(palette.get_by_text("Nothing has these words.")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(palette.get_by_role("link", name="Audit")).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    expect(page.get_by_label("Name").first).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("aud")
    page.keyboard.press("ArrowDown")
    expect(palette.get_by_role("link", name="Audit")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Audit")).to_be_visible()


def test_what_a_key_did_is_said_to_those_who_listen(workbench: Workbench):
    said = workbench.find("announcements")
    workbench.press("3")
    expect(said).to_have_text("Plausibility: Visible fault")
    workbench.press("Control+Enter")
    expect(said).to_have_text("Not sent: Alignment is not answered (4 things are missing).")
    workbench.press("m")

    expect(said).to_have_text("There are no marks yet.")


def brightness(part: Locator) -> float:
    """Return how bright the middle one of a part's pixels is, from 0 to 255."""
    expect(part).to_be_visible()
    return float(np.median(np.asarray(Image.open(io.BytesIO(part.screenshot())).convert("L"))))


def test_the_chosen_theme_holds_on_every_page_and_in_the_workbench(world: World, enter: Enter):
    page = enter(world.rita)
    page.emulate_media(color_scheme="light")
    page.goto("/account/")
    by_day = brightness(page.locator("main"))
    page.get_by_role("radio", name="Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    by_night = []
    for address, part in (
        ("/", "main"),
        ("/projects/audit/guideline/", "main"),
        ("/projects/audit/work/", ".wb-panel"),
    ):
        page.goto(address)
        by_night.append(brightness(page.locator(part)))

    assert by_day > 200
    assert max(by_night) < 60
