"""A screening in a real browser: part by part, on a narrow screen too, on the clock, and scored by a person."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from rubrica.kit import clock
from rubrica.records.models import Account, Beat
from tests.cast import build_world, candidate
from tests.e2e.barriers import NARROW, overhang, unreached, violations
from tests.usecases.screening_cast import RATIONALE, opening_of, screened, screens


def look(page: Page, address: str) -> None:
    """Open a page on a narrow screen, where nothing may keep anybody out of it."""
    page.set_viewport_size(NARROW)
    page.goto(address)
    assert violations(page) == []
    assert overhang(page) <= 0


def test_an_applicant_is_screened_and_reads_how_it_went(server_url: str, enter: Callable[[Account], Page]):
    world = build_world(items=20)
    world.now = clock.now()
    screens(world, tests=3, practice=1, writes=True)
    anna = candidate()
    application = screened(world, anna, opening_of(world))
    page, own = enter(anna), f"/applications/{application.public_id}/"

    look(page, own)
    look(page, f"{own}guideline/")
    for place in range(2):
        page.get_by_role("group", name=f"Question {place}?").get_by_label("No", exact=True).check()
    page.get_by_role("group", name="Question 2?").get_by_label("Yes").check()
    page.get_by_role("button", name="Check the answers").click()
    expect(page.locator("fieldset .tag.warn")).to_have_count(3)
    assert violations(page) == []
    for place in range(2):
        page.get_by_role("group", name=f"Question {place}?").get_by_label("Yes").check()
    page.get_by_role("group", name="Question 2?").get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Check the answers").click()
    expect(page.get_by_text("You know the rules.")).to_be_visible()
    assert Beat.objects.of_account(anna).filter(page="qualification").exists()

    look(page, f"{own}writing/")
    assert unreached(page) == []
    page.get_by_label("What is wrong here?").fill(RATIONALE)
    expect(page.locator("[data-autosave-state]")).to_have_text("Kept.")
    page.reload()
    expect(page.get_by_label("What is wrong here?")).to_have_value(RATIONALE)
    page.get_by_label("When is a seam a fault?").fill(RATIONALE)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("A person scores them.")).to_be_visible()
    page.get_by_text("Hand it in as it is").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Your application is read now.")).to_be_visible()

    page.context.clear_cookies()
    page = enter(world.lena)
    reading = f"/projects/audit/applications/{application.number}/"
    look(page, reading)
    for name in ("Clarity", "Evidence", "Grammar", "Adherence"):
        page.get_by_role("group", name=name).get_by_label("5").check()
    page.get_by_label("What the applicant reads").fill("You say where the fault is, and by which clause.")
    page.get_by_role("button", name="Keep the scores").click()
    expect(page.get_by_text("Kept. The applicant reads it")).to_be_visible()
    look(page, "/projects/audit/gold/screening/")
    page.context.clear_cookies()
    page = enter(anna)
    page.goto(own)
    expect(page.get_by_text("You say where the fault is, and by which clause.")).to_be_visible()
