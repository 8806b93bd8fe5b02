"""Descriptors: stored with what comes in, made later for what was there before, and never a reason to lose an image."""

import pytest
from django.core.files.storage import default_storage

from rubrica.imaging.classical import Classical
from rubrica.imaging.decode import DecoderPool
from rubrica.imaging.descriptors import read_descriptor
from rubrica.kit import clock
from rubrica.records.models import Image, ImageDescriptor, Job
from rubrica.records.models.job import JobState
from rubrica.usecases import descriptors, imports, jobs
from rubrica.usecases.embedders import EmbedderUnusableError, chosen_embedder, embedders_in_use
from rubrica.usecases.instance import check_instance
from rubrica.worker.handlers import HANDLERS
from tests.cast import NOON, World, build_world
from tests.embedders import Brightness
from tests.imaging.makers import encoded, texture

pytestmark = pytest.mark.django_db

BRIGHTNESS = "tests.embedders.Brightness"


@pytest.fixture
def world(db, tmp_path) -> World:
    """Three images of different brightness, from before there were descriptors."""
    world = build_world(items=0)
    for number, light in enumerate((0.3, 0.6, 1.0)):
        picture = texture(64, 48, seed=number).point(lambda level, light=light: round(level * light))
        (tmp_path / f"{number}.png").write_bytes(encoded(picture, "PNG"))
    imports.import_folder(world.lena, "audit", tmp_path, now=NOON)
    Job.objects.all().delete()
    return world


def forget(world: World) -> None:
    ImageDescriptor.objects.of(world.project).delete()


def described(world: World) -> dict[str, int]:
    names = list(ImageDescriptor.objects.of(world.project).values_list("embedder", flat=True))
    return {name: names.count(name) for name in sorted(set(names))}


def work() -> None:
    while jobs.run_next(HANDLERS, clock.now):
        pass


def findings() -> dict[str, tuple[str, str]]:
    return {found.subject: (found.level, found.text) for found in check_instance(read_bytes=False)}


# --- Rubrica's own ---


def test_an_import_stores_a_descriptor_with_each_image(world: World):
    assert described(world) == {"classical-1": 3}
    for row in ImageDescriptor.objects.of(world.project):
        assert read_descriptor(bytes(row.vector), Classical.dimension).shape == (236,)
    assert descriptors.describe_missing(now=NOON) == 0
    assert findings()["descriptors"] == ("ok", "every image is described by classical-1")


def test_images_from_before_get_theirs_by_a_job_of_their_project(world: World):
    before = {
        row.image_id: read_descriptor(bytes(row.vector), 236) for row in ImageDescriptor.objects.of(world.project)
    }
    forget(world)
    assert findings()["descriptors"] == (
        "note",
        "3 images are not described by classical-1 yet. A server sees to it when it starts.",
    )
    assert descriptors.describe_missing(now=NOON) == 1
    assert descriptors.describe_missing(now=NOON) == 0, "one job is enough"
    work()

    assert described(world) == {"classical-1": 3}
    for row in ImageDescriptor.objects.of(world.project):
        # A thumbnail is compressed: nearly the same, well within what counts as similar.
        apart = 1 - float(before[row.image_id] @ read_descriptor(bytes(row.vector), 236))
        assert apart < Classical.similar_within / 2


class _Killed(BaseException):
    """Stands for the end of the process at this point."""


def test_a_job_that_is_cut_short_goes_on_where_it_ended(world: World, monkeypatch):
    monkeypatch.setattr("rubrica.usecases.descriptors._AT_ONCE", 1)
    forget(world)
    descriptors.describe_missing(now=NOON)
    decode = DecoderPool.decode

    def killed_at_the_third(self, data):
        if described(world) == {"classical-1": 2}:
            raise _Killed
        return decode(self, data)

    monkeypatch.setattr(DecoderPool, "decode", killed_at_the_third)
    with pytest.raises(_Killed):
        work()
    kept = set(ImageDescriptor.objects.of(world.project).values_list("pk", flat=True))
    assert len(kept) == 2

    monkeypatch.setattr(DecoderPool, "decode", decode)
    later = clock.now() + jobs.LEASE * 2
    assert jobs.run_next(HANDLERS, lambda: later)
    assert described(world) == {"classical-1": 3}
    assert kept < set(ImageDescriptor.objects.of(world.project).values_list("pk", flat=True))


def test_what_cannot_be_described_is_named_and_the_others_are(world: World):
    forget(world)
    lost = Image.objects.of(world.project).order_by("pk")[1]
    default_storage.delete(lost.storage_key("thumbnail"))
    descriptors.describe_missing(now=NOON)
    work()

    assert described(world) == {"classical-1": 2}
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert f"1 images of audit, first image {lost.sha256[:12]}" in job.failure
    level, text = findings()["descriptors"]
    assert level == "note"
    assert text.startswith("1 images are not described by classical-1 yet. The last job that failed said: ")


def test_a_project_that_is_gone_needs_no_descriptors(world: World):
    jobs.enqueue(descriptors.JOB_KIND, "0", now=NOON)
    work()
    assert Job.objects.get().state == JobState.DONE


def test_finding_what_lacks_a_descriptor_takes_as_many_queries_for_any_number(world: World, django_assert_num_queries):
    forget(world)
    with django_assert_num_queries(3):
        descriptors.describe_missing(now=NOON)


# --- another one ---


def test_another_embedder_describes_what_is_there_and_what_comes_in(world: World, settings, tmp_path):
    settings.EMBEDDER = BRIGHTNESS
    assert chosen_embedder() is Brightness
    assert descriptors.describe_missing(now=NOON) == 1
    work()
    assert described(world) == {"brightness-1": 3, "classical-1": 3}

    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "x.png").write_bytes(encoded(texture(50, 50, seed=9), "PNG"))
    imports.import_folder(world.lena, "audit", tmp_path / "more", now=NOON)
    assert described(world) == {"brightness-1": 3, "classical-1": 4}
    work()
    assert described(world) == {"brightness-1": 4, "classical-1": 4}
    assert findings()["descriptors"] == ("ok", "every image is described by brightness-1 and classical-1")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere.Embedder", "cannot be imported"),
        ("tests.embedders.Missing", "cannot be imported"),
        ("nonsense", "cannot be imported"),
        ("tests.embedders.NOT_A_CLASS", "a class with a method embed"),
        ("tests.cast.World", "a class with a method embed"),
        ("tests.embedders.Claims", "not begin with classical-"),
        ("tests.embedders.Boundless", "dimension must be a whole number"),
        ("tests.embedders.Vague", "similar_within and unlike_beyond"),
    ],
)
def test_an_embedder_that_is_none_is_refused_at_the_start_and_found_by_the_check(world: World, settings, path, words):
    settings.EMBEDDER = path
    with pytest.raises(EmbedderUnusableError, match=words) as refusal:
        descriptors.describe_missing(now=NOON)
    assert path in str(refusal.value)
    assert embedders_in_use() == (Classical,)
    level, text = findings()["embedder"]
    assert level == "problem"
    assert text.endswith("Images are compared by classical-1 meanwhile.")


@pytest.mark.parametrize(
    ("path", "left", "words"),
    [
        ("tests.embedders.Broken", 0, "broken-1 could not describe 4 images of audit"),
        ("tests.embedders.Lopsided", 2, "lopsided-1 made a vector of length 0"),
        ("tests.embedders.Unready", 0, "unready-1 cannot be made ready: weights are missing"),
        ("nowhere.Embedder", 0, "cannot be imported"),
    ],
)
def test_an_embedder_that_fails_loses_no_image_and_is_heard_of(world: World, settings, tmp_path, path, left, words):
    settings.EMBEDDER = path
    (tmp_path / "more").mkdir()
    bright = texture(50, 50, seed=9).point(lambda level: 200 + level // 5)
    (tmp_path / "more" / "bright.png").write_bytes(encoded(bright, "PNG"))
    done = imports.import_folder(world.lena, "audit", tmp_path / "more", now=NOON)
    work()

    assert (done.accepted, done.refused) == (1, 0)
    found = described(world)
    assert found.pop("classical-1") == 4
    assert sum(found.values()) == left
    job = Job.objects.get(kind=descriptors.JOB_KIND)
    assert job.state == JobState.FAILED
    assert words in job.failure


def test_an_embedder_that_fails_on_everything_is_given_up(world: World, settings, monkeypatch):
    monkeypatch.setattr("rubrica.usecases.descriptors._AT_ONCE", 1)
    monkeypatch.setattr("rubrica.usecases.descriptors.MOST_FAILURES", 2)
    settings.EMBEDDER = "tests.embedders.Broken"
    descriptors.describe_missing(now=NOON)
    work()
    assert "could not describe 2 images" in Job.objects.get().failure
