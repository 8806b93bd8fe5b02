"""Images are served to those who may see them, as we encoded them, with headers under which nothing of them can run."""

import io
import re
from copy import deepcopy

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from rubrica.imaging.pyramid import make_pyramid
from rubrica.imaging.renditions import make_thumbnail, make_view
from rubrica.records.models import Image, ItemImage
from rubrica.usecases import assignments, guidelines, projects
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import InvalidInputError
from tests.api.conftest import Caller, Callers, problem
from tests.cast import NOON, World, evaluate

pytestmark = pytest.mark.django_db


def original_png() -> bytes:
    """Return a PNG that names, in its metadata, the model that made it."""
    notes = PngInfo()
    notes.add_text("parameters", "secret-model-0, seed 42")
    target = io.BytesIO()
    _pixels().save(target, "PNG", pnginfo=notes)
    return target.getvalue()


def _pixels() -> Pillow.Image:
    return Pillow.linear_gradient("L").resize((640, 480)).convert("RGB")


@pytest.fixture
def images(world: World) -> list[Image]:
    """Return the project's images, in the order of its items, with bytes in the storage."""
    rows = ItemImage.objects.of(world.project).select_related("image").order_by("item_id", "slot")
    view = make_view(_pixels(), lossless_source=True)
    for row in rows:
        for rendition, data in (
            ("original", original_png()),
            ("view", view.data),
            ("thumbnail", make_thumbnail(_pixels())),
            ("pyramid", make_pyramid(_pixels())),
        ):
            default_storage.save(row.image.storage_key(rendition), ContentFile(data))
    return [row.image for row in rows]


def read(caller: Caller, address: str, **headers: str) -> bytes:
    answer = caller.get(address, **headers)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


SAFE_HEADERS = {
    "Cache-Control": "private, max-age=300, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.parametrize(
    ("part", "content_type", "size"),
    [
        ("view", "image/webp", (640, 480)),
        ("thumbnail", "image/webp", (320, 240)),
        ("tiles/10/0_0.jpg", "image/jpeg", (511, 480)),
        ("tiles/10/1_0.jpg", "image/jpeg", (131, 480)),
        ("tiles/0/0_0.jpg", "image/jpeg", (1, 1)),
    ],
)
def test_what_raters_see_is_our_own_encoding(
    callers: Callers, images: list[Image], part: str, content_type: str, size: tuple[int, int]
):
    address = f"/images/{images[0].public_id}/{part}"

    answer = callers.rowan.get(address)
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content

    assert answer.headers["Content-Type"] == content_type
    assert {name: answer.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS
    assert "Set-Cookie" not in answer.headers
    assert b"secret-model" in original_png()
    assert b"secret-model" not in data
    with Pillow.open(io.BytesIO(data)) as shown:
        assert shown.size == size


def test_the_original_is_a_download_for_leads(callers: Callers, images: list[Image]):
    answer = callers.lena.get(f"/images/{images[0].public_id}/original")

    assert b"".join(answer.streaming_content) == original_png()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{images[0].public_id}.png"'
    assert {name: answer.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS


def test_a_type_that_we_do_not_encode_is_never_named(callers: Callers, images: list[Image], world: World):
    Image.objects.of(world.project).update(view_type="text/html", thumbnail_type="image/svg+xml")

    for part in ("view", "thumbnail"):
        answer = callers.rowan.get(f"/images/{images[0].public_id}/{part}")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        b"".join(answer.streaming_content)


def test_a_copy_that_the_caller_has_is_not_sent_again(callers: Callers, images: list[Image]):
    address = f"/images/{images[0].public_id}/view"
    answer = callers.rowan.get(address)
    b"".join(answer.streaming_content)
    tag = answer.headers["ETag"]

    again = callers.rowan.get(address, If_None_Match=f'"other", W/{tag}')

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert {name: again.headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS
    assert images[0].sha256[:8] not in tag


def test_the_tag_does_not_open_what_is_closed(callers: Callers, images: list[Image]):
    address, tag = f"/images/{images[0].public_id}/view", f'"{images[0].public_id}-view"'

    assert callers.otto.get(address, If_None_Match=tag).status_code == 404
    assert callers.rita.get(address, If_None_Match=tag).status_code == 403


def test_a_specialist_sees_images_of_own_items_as_long_as_they_are_open_or_judged(
    callers: Callers, world: World, images: list[Image]
):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0]
    address = f"/images/{held.images[0].public_id}/view"

    assert read(callers.rita, address)
    evaluate(world, world.rita)
    assert read(callers.rita, address)


@pytest.mark.parametrize("ending", ["skipped", "expired"])
def test_a_specialist_no_longer_sees_what_was_given_back(
    callers: Callers, world: World, images: list[Image], ending: str
):
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0]
    address = f"/images/{held.images[0].public_id}/view"
    if ending == "skipped":
        callers.rita.post(f"/assignments/{held.held.public_id}/skip", {"reason": "other"})
    else:
        callers_time = world.later(hours=2)
        assignments.take_assignments(world.rater("ruth"), "audit", hold=1, now=callers_time)

    assert problem(callers.rita.get(address))["type"] == "not-allowed"


def test_an_image_is_found_in_two_statements_the_caller_and_the_image(
    callers: Callers, world: World, images: list[Image], django_assert_num_queries
):
    for caller in (callers.rowan, callers.lena, callers.omar):
        with django_assert_num_queries(2):
            assert read(caller, f"/images/{images[0].public_id}/thumbnail")


@pytest.mark.parametrize(
    "part",
    ["tiles/11/0_0.jpg", "tiles/10/2_0.jpg", "tiles/999999/0_0.jpg", "tiles/1/0_0.png", "tiles/-1/0_0.jpg", "pyramid"],
)
def test_a_tile_that_there_is_not_is_not_found(callers: Callers, images: list[Image], part: str):
    assert problem(callers.rowan.get(f"/images/{images[0].public_id}/{part}"))["type"] == "not-found"


def test_a_rendition_whose_bytes_are_gone_is_not_found(callers: Callers, world: World, images: list[Image]):
    for rendition in ("view", "pyramid"):
        default_storage.delete(images[0].storage_key(rendition))

    for part in ("view", "tiles/0/0_0.jpg"):
        assert problem(callers.rowan.get(f"/images/{images[0].public_id}/{part}"))["type"] == "not-found"


def test_a_specialist_sees_the_images_that_the_rubric_shows_as_examples_and_no_others(
    callers: Callers, world: World, images: list[Image]
):
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    rubric = deepcopy(draft.rubric)
    rubric["criteria"][0]["levels"][0]["examples"] = ["item-3"]
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=rubric, now=NOON)
    before = callers.rita.get(f"/images/{images[2].public_id}/thumbnail").status_code
    guidelines.publish_guideline(world.lena, "audit", now=NOON)

    shown = callers.rita.get("/projects/audit/workbench").json()["examples"]

    assert before == 403
    assert shown == {"item-3": f"/api/v1/images/{images[2].public_id}/thumbnail"}
    example = callers.rita.get(f"/images/{images[2].public_id}/thumbnail")
    assert (example.status_code, b"".join(example.streaming_content)[:4]) == (200, b"RIFF")
    assert callers.rita.get(f"/images/{images[1].public_id}/thumbnail").status_code == 403
    assert callers.rita.get(f"/images/{images[2].public_id}/original").status_code == 403
    assert callers.otto.get(f"/images/{images[2].public_id}/thumbnail").status_code == 404


def test_a_specialist_sees_the_images_that_the_guideline_shows_unless_they_are_to_be_revealed(
    callers: Callers, world: World, images: list[Image]
):
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    markdown = f"{draft.markdown}\n![A seam is a 2](item:item-3) ![elsewhere](https://elsewhere.example/a.png)\n"
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=draft.rubric, now=NOON)
    guidelines.publish_guideline(world.lena, "audit", now=NOON)
    address = f"/images/{images[2].public_id}/thumbnail"
    shown = f'<img src="/api/v1{address}" alt="A seam is a 2">'

    html = callers.rita.get("/projects/audit/workbench").json()["guideline"]["html"]
    assert re.findall("<img[^>]*>", html) == [shown]
    assert callers.rita.get("/projects/audit/guideline/versions/2").json()["html"] == html
    example = callers.rita.get(address)
    assert (example.status_code, b"".join(example.streaming_content)[:4]) == (200, b"RIFF")
    assert callers.rita.get(f"/images/{images[1].public_id}/thumbnail").status_code == 403
    projects.change_settings(world.lena, "audit", is_sensitive=True, now=NOON)
    html = callers.rita.get("/projects/audit/workbench").json()["guideline"]["html"]
    assert "<img" not in html
    assert "[A seam is a 2]" in html


def test_a_guideline_that_shows_what_the_project_does_not_have_is_not_published(world: World):
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    markdown = f"{draft.markdown}\n![A seam](item:item-3) ![A hand](item:nothing)\n"
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=draft.rubric, now=NOON)

    with pytest.raises(InvalidInputError) as refused:
        guidelines.publish_guideline(world.lena, "audit", now=NOON)

    (problem,) = refused.value.problems
    assert (problem.field, problem.problem) == ("guideline", "shows 'nothing', which is no item of the project")


def test_an_example_that_is_no_item_of_the_project_is_not_published(world: World):
    draft = guidelines.draft_of(open_project(world.lena, "audit"))
    rubric = deepcopy(draft.rubric)
    rubric["criteria"][0]["levels"][0]["examples"] = ["item-3", "nothing"]
    guidelines.replace_draft(world.lena, "audit", markdown=draft.markdown, rubric=rubric, now=NOON)

    with pytest.raises(InvalidInputError) as refused:
        guidelines.publish_guideline(world.lena, "audit", now=NOON)

    assert [each.field for each in refused.value.problems] == ["criteria[0].levels[0].examples[1]"]
