"""The whole way in a real browser: somebody finds an opening without an account, and carries a credential away.

The opening is the one this product was conceived for, entered as its lead has it: the text that people read.
"""

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from rubrica.kit import clock
from rubrica.records.models import Account, Application, WorkCredential
from rubrica.usecases import screening_plan
from tests.cast import World, fill_queue
from tests.domain.openings import POSTED_IN_WORDS
from tests.e2e.hands import Workbench, sign_in
from tests.installation import HOME
from tests.usecases.screening_cast import RATIONALE, anchors, checks

FRESH = "a fresh and long secret"
TITLE = "Image Evaluation Specialist (AI-Generated Images)"
Visit = Callable[[], Page]


@pytest.fixture
def lead(browser: Browser, server_url: str, world: World) -> Page:
    """Return Lena's browser."""
    context = browser.new_context(base_url=server_url, viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    sign_in(context, world.lena, server_url)
    return context.new_page()


def link_mailed_by(server_url: str) -> str:
    """Return the path of the last link for signing up that the server wrote to its console, which is its mail here."""
    log = HOME / f"server-{urlsplit(server_url).port}.log"
    return re.findall(r"http://\S+(/sign-up/\S+)", Path(log).read_text())[-1]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def screen_applicants(world: World) -> None:
    """Let the project ask three questions on the guideline and for two texts."""
    prompts = [{"text": "What is wrong where a hand is cut off?"}, {"text": "When is a seam a fault?"}]
    screening_plan.change_screening(
        world.lena,
        "audit",
        is_on=True,
        questions=checks(world),
        writing={"clauses": [anchors(world)[0]], "prompts": prompts},
        now=clock.now(),
    )


def publish_what_is_pasted(page: Page) -> None:
    """Let a lead paste a posting, add what it leaves open, and publish it."""
    page.goto("/projects/audit/openings/new/")
    page.get_by_text("Begin from a posting that you have").click()
    page.get_by_label("The posting").fill(POSTED_IN_WORDS)
    press(page, "Fill the form")
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    press(page, "Keep it as a draft")
    expect(page.get_by_text("keep this from being published")).to_be_visible()
    page.get_by_label("Minutes for one item, estimated").fill("4")
    page.get_by_label("People looked for").fill("2")
    page.get_by_label("Languages and levels").fill("en B2")
    until = clock.now() + timedelta(days=20)
    page.get_by_label("Applications until the end of (UTC)").fill(f"{until:%Y-%m-%d}")
    press(page, "Save")
    expect(page.get_by_text("Nothing is missing: it can be published.")).to_be_visible()
    press(page, "Publish for everybody")
    expect(page.get_by_text("The opening is published.")).to_be_visible()


def find_and_sign_up(page: Page, server_url: str) -> None:
    """Let a visitor find the opening, make an account, and be back at the opening."""
    page.goto("/")
    page.get_by_role("link", name="Openings").click()
    page.get_by_role("searchbox").fill("image evaluation")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("20.00")).to_be_visible()
    page.get_by_role("link", name="make an account").click()
    page.get_by_label("E-mail").fill("nora@example.org")
    press(page, "Send the link")
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    page.goto(link_mailed_by(server_url))
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Password").fill(FRESH)
    press(page, "Make the account")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def become_eligible(page: Page) -> None:
    """Let somebody read why they are not eligible, and say what is missing in the profile."""
    expect(page.get_by_role("heading", name="You are not eligible")).to_be_visible()
    opening = page.url
    page.goto("/profile/basics/")
    page.get_by_label("Countries").fill("Kenya")
    page.get_by_label("Hours a week").fill("25")
    page.get_by_label("Experience").select_option("entry")
    press(page, "Save")
    page.get_by_role("link", name="Add a language").click()
    page.get_by_label("Language").fill("en")
    for skill in ("Reading", "Writing"):
        page.get_by_label(skill).select_option("C1")
    press(page, "Save")
    page.goto(opening)
    expect(page.get_by_role("heading", name="You are eligible")).to_be_visible()


def apply(page: Page) -> Application:
    """Let somebody apply, and return the application."""
    page.get_by_role("link", name="Apply").click()
    press(page, "Submit")
    expect(page.get_by_role("heading", name="Screening")).to_be_visible()
    return Application.objects.of_account(Account.objects.get(email="nora@example.org")).get()


def qualify(page: Page) -> None:
    """Let somebody read the guideline, answer the questions on it, one wrongly at first, and write two texts."""
    page.get_by_role("link", name="Read", exact=True).click()
    for question, choices in (("Question 0?", ["No"]), ("Question 1?", ["Yes"]), ("Question 2?", ["Yes", "No"])):
        for choice in choices:
            page.get_by_role("group", name=question).get_by_label(choice, exact=True).check()
    press(page, "Check the answers")
    expect(page.get_by_text("not right yet", exact=True)).to_have_count(1)
    page.get_by_role("group", name="Question 0?").get_by_label("Yes", exact=True).check()
    press(page, "Check the answers")
    page.get_by_role("link", name="Write", exact=True).click()
    page.get_by_label("What is wrong where a hand is cut off?").fill(RATIONALE)
    page.get_by_label("When is a seam a fault?").fill(RATIONALE.replace("hand", "seam"))
    press(page, "Hand in")
    expect(page.get_by_text("Under review").first).to_be_visible()


def read_and_offer(page: Page, application: Application) -> None:
    """Let a lead read and score an application without knowing whose it is, and make an offer."""
    page.goto(f"/projects/audit/applications/{application.number}/")
    expect(page.get_by_text("of 3; in the end 3")).to_be_visible()
    assert "Nora" not in page.content()
    for criterion in page.locator("fieldset:has(input[name^='score-'])").all():
        criterion.get_by_label("5", exact=True).check()
    page.get_by_label("What the applicant reads").fill("It names the place and the rule. Say how grave it is too.")
    press(page, "Keep the scores")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Why", exact=True).fill("Says what we look for.")
    press(page, "Keep it")
    press(page, "Shortlist")
    press(page, "Make an offer")
    expect(page.get_by_text("Offered").first).to_be_visible()


def accept_the_terms(page: Page, application: Application) -> None:
    """Let somebody read the terms in full, and accept just these."""
    page.goto(f"/applications/{application.public_id}/")
    expect(page.get_by_text("It names the place and the rule.")).to_be_visible()
    terms = page.get_by_role("region", name="You have an offer")
    expect(terms.get_by_text("an hour")).to_be_visible()
    expect(terms.get_by_text("SHA-256 of these terms")).to_be_visible()
    press(page, "Accept")


def work_on_one_item(page: Page) -> None:
    """Let somebody judge an image."""
    workbench = Workbench(page).open()
    workbench.press("5", "4", "4", "4")
    workbench.submit()


def take_a_credential(page: Page) -> WorkCredential:
    """Let somebody choose what others are told of the work, and have it signed."""
    page.goto("/record/")
    page.get_by_label("What others are told").select_option(label="Also items and hours")
    press(page, "Keep it so for Audit")
    press(page, "Make a credential for Audit")
    return WorkCredential.objects.of_account(Account.objects.get(email="nora@example.org")).get()


def expect_finding(page: Page, token: str, finding: str) -> None:
    """Let a stranger check a credential on the public page."""
    page.goto("/verify/")
    page.get_by_label("Signed text").fill(token)
    press(page, "Check it")
    expect(page.get_by_role("status").get_by_text(finding, exact=True)).to_be_visible()


def with_another_role(token: str) -> str:
    """Return a credential that says more than was signed."""
    head, body, signature = token.split(".")
    said = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).replace(b"Specialist", b"Team lead!")
    return f"{head}.{base64.urlsafe_b64encode(said).decode().rstrip('=')}.{signature}"


def test_from_visitor_to_credential(world: World, lead: Page, page: Page, server_url: str, browser: Browser):
    fill_queue(world.project)
    screen_applicants(world)
    publish_what_is_pasted(lead)
    find_and_sign_up(page, server_url)
    become_eligible(page)
    application = apply(page)
    qualify(page)
    read_and_offer(lead, application)
    accept_the_terms(page, application)
    work_on_one_item(page)
    credential = take_a_credential(page)

    stranger = browser.new_context(base_url=server_url).new_page()
    expect_finding(stranger, credential.token, "Valid")
    expect(stranger.get_by_text("Specialist", exact=True)).to_be_visible()
    assert "Nora" not in stranger.content()
    expect_finding(stranger, with_another_role(credential.token), "Tampered with")
    page.goto("/record/")
    page.once("dialog", lambda dialog: dialog.accept())
    press(page, "Revoke the credential for Audit")
    expect(page.get_by_text("The credential is revoked.")).to_be_visible()
    expect_finding(stranger, credential.token, "Revoked")
    stranger.context.close()
    lead.context.close()
