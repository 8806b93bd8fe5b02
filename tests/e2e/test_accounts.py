"""Coming in and going out, with a browser and its memory."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from rubrica.domain.roles import Role
from rubrica.kit import clock
from rubrica.records.models import Account, Membership
from rubrica.usecases import accounts, organisations
from tests.cast import PASSWORD, World
from tests.installation import HOME

FRESH = "a fresh and long secret"


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def expect_to_be_signed_in(page: Page, name: str) -> None:
    expect(page.get_by_role("banner").get_by_text(name)).to_be_visible()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def last_link_mailed_by(server_url: str) -> str:
    """Return the path of the last link that the server wrote to its console, which is its mail here."""
    log = HOME / f"server-{urlsplit(server_url).port}.log"
    return re.findall(r"http://\S+(/password/reset/\S+)", Path(log).read_text())[-1]


def test_an_invitation_leads_to_a_password_and_straight_to_work(world: World, page: Page):
    made = organisations.invite(
        world.lena, "atelier", email="nora@example.org", role=Role.SPECIALIST, project_slug="audit", now=clock.now()
    )
    page.goto(f"/invitations/{made.secret}/")
    expect(page.get_by_role("heading", name="You are invited to Atelier")).to_be_visible()
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Password").fill(FRESH)
    page.get_by_role("button", name="Accept the invitation").click()
    expect_to_be_signed_in(page, "Nora")
    page.get_by_role("link", name="Start evaluating").click()

    expect(page.locator("rubrica-workbench")).to_have_attribute("data-state", "ready")
    nora = Account.objects.get(email="nora@example.org")
    assert Membership.objects.of_account(nora).get().organisation == world.organisation


def test_a_password_that_is_too_common_is_refused_with_the_rule(world: World, page: Page):
    made = organisations.invite(
        world.lena, "atelier", email="nora@example.org", role=Role.SPECIALIST, project_slug="audit", now=clock.now()
    )
    page.goto(f"/invitations/{made.secret}/")
    page.get_by_label("Your name").fill("Nora")
    page.get_by_label("Password").fill("123456789012")
    page.get_by_role("button", name="Accept the invitation").click()

    expect(page.get_by_text("at least 12 characters, not a common one").first).to_be_visible()
    assert not Account.objects.filter(email="nora@example.org").exists()


def test_signing_out_ends_the_session_for_the_back_button_and_for_a_copied_cookie(
    world: World, page: Page, browser: Browser, server_url: str
):
    sign_in(page, "rita@example.org")
    expect_to_be_signed_in(page, "Rita")
    page.goto("/account/")
    expect(page.get_by_label("Name")).to_have_value("Rita")
    copied = page.context.cookies()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.go_back()

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_text("Rita")).to_have_count(0)
    thief = browser.new_context(base_url=server_url)
    thief.add_cookies(copied)  # type: ignore[arg-type]  # what one context gives another takes
    answer = thief.request.get("/account/", max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (302, "/sign-in/?next=/account/")
    thief.close()


def test_a_link_from_the_operator_signs_in_by_itself_and_only_once(world: World, page: Page):
    link = f"/sign-in/{accounts.issue_sign_in_link(world.rita, now=clock.now())}/"
    page.goto(link)
    expect_to_be_signed_in(page, "Rita")
    page.get_by_role("button", name="Sign out").click()
    page.goto(link)

    expect(page.get_by_text("has been used or is out of date")).to_be_visible()


def test_a_wrong_password_is_told_and_the_address_stays_in_its_field(world: World, page: Page):
    sign_in(page, "rita@example.org", "not the right one")

    expect(page.get_by_role("alert")).to_contain_text("not correct")
    expect(page.get_by_label("E-mail")).to_have_value("rita@example.org")
    expect(page.get_by_label("Password")).to_have_value("")


def test_who_was_asked_to_sign_in_goes_on_where_they_wanted_to(world: World, page: Page):
    page.goto("/projects/audit/guideline/")
    page.get_by_label("E-mail").fill("rita@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Guideline", level=1)).to_be_visible()


def test_a_forgotten_password_is_replaced_by_a_mailed_link(world: World, page: Page, server_url: str):
    page.goto("/sign-in/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label(re.compile("E-?mail")).fill("rita@example.org")
    page.get_by_role("button", name="Send the link").click()
    page.wait_for_url("**/password/reset/sent/")
    page.goto(last_link_mailed_by(server_url))
    for field in page.locator("input[type=password]").all():
        field.fill(FRESH)
    page.get_by_role("button", name="Change the password").click()
    page.wait_for_url("**/password/reset/done/")
    sign_in(page, "rita@example.org", PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    sign_in(page, "rita@example.org", FRESH)

    expect_to_be_signed_in(page, "Rita")


def test_signing_out_everywhere_else_leaves_only_this_browser(
    world: World, page: Page, browser: Browser, server_url: str
):
    other = browser.new_context(base_url=server_url).new_page()
    for each in (page, other):
        sign_in(each, "rita@example.org")
        expect_to_be_signed_in(each, "Rita")
    page.goto("/account/")
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_text("Signed out of 1 other sessions.")).to_be_visible()
    other.reload()

    expect(other.get_by_role("link", name="Sign in")).to_be_visible()
    page.goto("/")
    expect_to_be_signed_in(page, "Rita")
    other.context.close()
