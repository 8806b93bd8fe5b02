"""What hands and eyes do at a browser: sign in, work at the workbench, find the picture on the screen."""

import io
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from rubrica.records.models import Account

CHANGED = "([attribute, before]) => document.querySelector('rubrica-workbench').dataset[attribute] !== before"


def sign_in(context: BrowserContext, account: Account, url: str) -> None:
    """Give a browser the session of somebody who has signed in."""
    client = Client()
    client.force_login(account)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": url}])


@dataclass(frozen=True)
class Seen:
    """Where a picture of four colours lies on the page, in CSS pixels, and where its colours meet."""

    left: float
    top: float
    right: float
    bottom: float
    middle: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place on the page of a place in the image."""
        return self.left + x * (self.right - self.left), self.top + y * (self.bottom - self.top)


class Workbench:
    """The workbench of a project, as a specialist uses it."""

    def __init__(self, page: Page, slug: str = "audit") -> None:
        self.page = page
        self.slug = slug
        self.element = page.locator("rubrica-workbench")

    def open(self) -> "Workbench":
        """Go there and wait for the first image."""
        self.page.goto(f"/projects/{self.slug}/work/")
        return self.ready()

    def ready(self) -> "Workbench":
        """Wait until the item is on the screen."""
        expect(self.element).to_have_attribute("data-state", "ready")
        return self

    def find(self, name: str) -> Locator:
        """Return what the workbench calls by this name in its markup, for tests."""
        return self.page.locator(f"[data-test='{name}']")

    @property
    def assignment(self) -> str:
        """Return which assignment lies on the desk."""
        return self.element.get_attribute("data-assignment") or ""

    def press(self, *strokes: str) -> None:
        """Press keys, one after another."""
        for stroke in strokes:
            self.page.keyboard.press(stroke)

    def write(self, text: str) -> None:
        """Type words where the focus is."""
        self.page.keyboard.type(text)

    def wait_for_another(self, before: str) -> None:
        """Wait until another assignment than this one is ready."""
        expect(self.element).not_to_have_attribute("data-assignment", before)
        self.ready()

    def submit(self) -> None:
        """Submit by key, and wait for the next image."""
        before = self.assignment
        self.press("Control+Enter")
        self.wait_for_another(before)

    def expect_saves(self, words: str) -> None:
        """Wait until the bar says this of what was written."""
        expect(self.find("save-state")).to_contain_text(words)

    def expect_kept(self) -> None:
        """Wait until the draft is kept in the browser; before that a reload may come too early for it."""
        expect(self.element).to_have_attribute("data-kept", "yes")

    def expect_focus_on(self, name: str) -> None:
        """Wait until the keyboard is where it should be."""
        expect(self.find(name)).to_be_focused()

    def draw_box(self, *, right: int = 8, down: int = 6) -> None:
        """Draw a box from the middle of the view, by keyboard."""
        self.press("b", "Enter", *["ArrowRight"] * right, *["ArrowDown"] * down, "Enter")

    def pixels(self, view: str = "view-a") -> tuple[np.ndarray, float, float]:
        """Return what is on the screen in a view, with the place of its corner on the page."""
        box = self.find(view).bounding_box()
        assert box is not None
        shot = self.page.screenshot(clip=box)  # type: ignore[arg-type]  # the same four numbers
        return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), dtype=int), box["x"], box["y"]

    def look(self, view: str = "view-a") -> Seen:
        """Find the picture of four colours by its colours, whatever the workbench thinks of where it is."""
        pixels, x, y = self.pixels(view)
        r, g, b = pixels[..., 0], pixels[..., 1], pixels[..., 2]
        red = (r > 170) & (g < 90) & (b < 90)
        green = (r < 90) & (g > 130) & (b < 120)
        blue = (r < 100) & (g < 120) & (b > 150)
        yellow = (r > 180) & (g > 160) & (b < 110)
        columns, rows = _extent((red | green | blue | yellow), 0), _extent((red | green | blue | yellow), 1)
        middle = (x + _border(red, green, 0), y + _border(red, blue, 1))
        return Seen(x + columns[0], y + rows[0], x + columns[1], y + rows[1], middle)

    def mark_centre(self) -> tuple[float, float]:
        """Return where the outline of the only mark has its centre on the page."""
        box = self.page.locator(".wb-mark .wb-line").bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _extent(mask: np.ndarray, axis: int) -> tuple[int, int]:
    """Return the first and one past the last column (axis 0) or row (axis 1) that holds a good deal of the mask."""
    (found,) = np.nonzero(mask.sum(axis=axis) > 20)
    assert found.size, "the picture is not on the screen"
    return int(found[0]), int(found[-1]) + 1


def _border(before: np.ndarray, after: np.ndarray, axis: int) -> float:
    """Return where one colour ends and the next begins."""
    return (_extent(before, axis)[1] + _extent(after, axis)[0]) / 2
