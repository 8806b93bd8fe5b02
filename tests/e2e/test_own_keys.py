"""Keys of one's own: changed by keyboard alone, shown everywhere, and there at every screen."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from rubrica.records.models import Account
from tests.cast import World
from tests.e2e.barriers import violations
from tests.e2e.hands import Workbench, sign_in

KEPT = "() => JSON.parse(localStorage.getItem('rubrica-workbench')).unsent === false"


def give(workbench: Workbench, action: str, *keys: str) -> None:
    """Give an action another key in the open list, by keyboard alone."""
    workbench.find(f"key-{action}").focus()
    workbench.press("Enter")
    expect(workbench.find(f"key-{action}")).to_have_attribute("aria-pressed", "true")
    workbench.press(*keys)


def test_a_key_is_exchanged_for_another_and_shown_wherever_keys_are(workbench: Workbench):
    workbench.press("?")
    give(workbench, "tool-box", "f")
    expect(workbench.find("keys-say")).to_contain_text("“Box” is now F; “Brush” is now B.")
    workbench.press("Escape")

    expect(workbench.find("tool-box")).to_have_attribute("title", "Box (F)")
    expect(workbench.find("tool-box")).to_have_attribute("aria-keyshortcuts", "f")
    workbench.press("f")
    expect(workbench.find("tool-box")).to_have_attribute("aria-pressed", "true")


def test_own_keys_are_there_after_a_reload_and_at_another_screen(
    world: World, workbench: Workbench, browser: Browser, server_url: str
):
    workbench.press("?")
    give(workbench, "submit", "Alt+s")
    workbench.page.wait_for_function(KEPT)
    workbench.page.reload()
    workbench.ready()
    expect(workbench.find("submit")).to_contain_text("Alt S")

    elsewhere = browser.new_context(base_url=server_url)
    try:
        sign_in(elsewhere, world.rita, server_url)
        other = Workbench(elsewhere.new_page()).open()
        expect(other.find("submit")).to_contain_text("Alt S")
        other.press("5", "4", "4", "4", "Alt+s")
        other.expect_saves("Saved")
    finally:
        elsewhere.close()


def test_keys_that_are_taken_by_the_page_or_the_browser_are_refused_in_words(workbench: Workbench):
    workbench.press("?")
    give(workbench, "tool-box", "3")
    expect(workbench.find("keys-say")).to_contain_text("3 always means")
    workbench.press("Control+p")
    expect(workbench.find("keys-say")).to_contain_text("Ctrl P belongs to the browser")
    workbench.press("Escape")
    expect(workbench.find("keys-say")).to_have_text("Nothing has changed.")
    expect(workbench.find("key-tool-box")).to_have_text("B")
    expect(workbench.page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_change_is_undone_one_key_reset_and_all_of_them(workbench: Workbench):
    workbench.press("?")
    give(workbench, "tool-box", "F8")
    workbench.find("keys-undo").click()
    expect(workbench.find("key-tool-box")).to_have_text("B")

    give(workbench, "tool-box", "F8")
    give(workbench, "skip", "b")
    workbench.find("reset-tool-box").click()
    expect(workbench.find("key-tool-box")).to_have_text("B")
    expect(workbench.find("key-skip")).to_have_text("S")

    give(workbench, "tool-point", "F8")
    workbench.find("keys-reset").click()
    expect(workbench.find("key-tool-point")).to_have_text("P")
    expect(workbench.find("keys-reset")).to_be_hidden()


def test_the_list_keeps_nobody_out_while_it_waits_for_a_key(workbench: Workbench):
    workbench.press("?")
    give(workbench, "tool-box", "Shift")
    for scheme in ("light", "dark"):
        workbench.page.emulate_media(color_scheme=scheme)
        assert violations(workbench.page) == []
    workbench.press("Tab")
    expect(workbench.find("key-tool-box")).to_have_attribute("aria-pressed", "false")


def test_typing_is_typing_whatever_the_keys(world: World, enter: Callable[[Account], Page]):
    workbench = Workbench(enter(world.rita)).open()
    workbench.press("?")
    give(workbench, "explanation", "w")
    workbench.press("Escape", "w")
    workbench.write("a wet well")

    expect(workbench.find("explanation")).to_have_value("a wet well")
