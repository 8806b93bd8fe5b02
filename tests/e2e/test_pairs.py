"""Two images side by side: the rater sees sides, the record speaks of images, and nobody learns who made what."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from rubrica.records.models import Account, Evaluation, Mark, Rating
from tests.cast import World
from tests.e2e.hands import Workbench

Enter = Callable[[Account], Page]
SECRETS = ("secret-birch", "secret-cedar", "secret-camera")


def side_of_the_red_image(workbench: Workbench) -> str:
    """Return on which side the eye sees red."""
    middles = {}
    for side in "ab":
        pixels, _, _ = workbench.pixels(f"view-{side}")
        middles[side] = pixels[pixels.shape[0] // 2, pixels.shape[1] // 2]
    red = [side for side, (r, _, b) in middles.items() if r > b]
    assert len(red) == 1, f"one side must be red and one blue: {middles}"
    return red[0]


def test_a_preference_is_stored_by_image_and_not_by_side(pairs: World, enter: Enter):
    workbench = Workbench(enter(pairs.rita)).open()
    sides = []
    for _ in range(4):
        side = side_of_the_red_image(workbench)
        sides.append(side)
        # "A slightly better", "B slightly better"; then Alignment, and a point on the red image.
        workbench.press("2" if side == "a" else "5", "1" if side == "a" else "3", "p")
        box = workbench.find(f"view-{side}").bounding_box()
        assert box is not None
        workbench.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        workbench.press("Control+Enter")
        workbench.expect_saves("Saved")
        if len(sides) < 4:
            workbench.ready()
    expect(workbench.find("phase-empty")).to_be_visible()

    assert set(sides) == {"a", "b"}, "sides are exchanged, or this test would prove nothing"
    given = Evaluation.objects.of(pairs.project).order_by("id").values_list("answer", flat=True)
    assert [answer["answers"]["overall"] for answer in given] == [f"{side}_slightly" for side in sides]
    kept = Rating.objects.of(pairs.project).order_by("id").values_list("criterion", "value", "score")
    assert list(kept) == [("overall", "a_slightly", 1.0), ("alignment", "a", 1.0)] * 4
    assert list(Mark.objects.of(pairs.project).values_list("slot", "shape")) == [(0, "point")] * 4


def test_no_answer_of_the_server_tells_a_rater_who_made_an_image(pairs: World, enter: Enter):
    page = enter(pairs.rita)
    bodies: list[bytes] = []

    def read(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        bodies.append(answer.body())
        route.fulfill(response=answer)

    page.route("**/*", read)
    workbench = Workbench(page).open()
    workbench.press("3")
    workbench.submit()
    workbench.expect_saves("Saved")
    pages = [page.content()]
    for address in ("/", "/my-work/", "/projects/audit/", "/projects/audit/guideline/"):
        page.goto(address)
        pages.append(page.content())
    # What is still under way ends before the page does.
    page.unroute_all(behavior="wait")

    assert len(bodies) > 10
    assert [secret for secret in SECRETS for body in bodies if secret.encode() in body] == []
    assert [secret for secret in SECRETS for text in pages if secret in text] == []


def test_the_lead_sees_who_made_what(pairs: World, enter: Enter):
    page = enter(pairs.lena)
    page.goto("/projects/audit/items/")
    page.get_by_role("link", name="pair-1").click()

    for secret in SECRETS:
        expect(page.get_by_text(secret)).to_be_visible()
