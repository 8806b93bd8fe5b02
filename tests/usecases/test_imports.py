"""Imports: whatever some files are like, the others come in, and every refusal says what to do."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage, storages

from rubrica.kit import clock
from rubrica.records.models import AuditEvent, Image, Item, ItemImage, ItemImport, Job, Project
from rubrica.records.models.item_import import ImportState
from rubrica.usecases import imports, jobs
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import InvalidInputError, NotAllowedError, NotFoundError
from rubrica.usecases.imports import UploadedPart, staging
from rubrica.usecases.imports.decoding import Decoder
from rubrica.worker.handlers import HANDLERS, UNDERTAKERS
from tests.cast import NOON, World, build_world
from tests.imaging.bad_files import REFUSED
from tests.imaging.makers import encoded, texture, webp_of_38_bytes, with_orientation

pytestmark = pytest.mark.django_db

PICTURES = {name: encoded(texture(64, 48, seed=seed), "JPEG") for seed, name in enumerate(("a.jpg", "b.jpg", "c.jpg"))}


@pytest.fixture
def world(db) -> World:
    return build_world(items=0)


@pytest.fixture
def pairs(db) -> World:
    return build_world(template="side-by-side", items=0)


@pytest.fixture
def folder(tmp_path) -> Path:
    for name, data in PICTURES.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def come_in(world, path, **options):
    return imports.import_folder(world.lena, world.project.slug, path, now=NOON, **options)


def counts(done):
    return done.accepted, done.known, done.refused


def problems(done):
    return [(row.line, row.name, row.code) for row in imports.problems_of(done)]


def keys(world):
    rows = Item.objects.of(world.project).order_by("queue_position")
    return list(rows.values_list("key", flat=True))


def manifest(folder, *rows, name="items.jsonl"):
    path = folder / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


# --- a folder ---


def test_every_image_of_a_folder_becomes_an_item_in_the_order_of_paths(world: World, folder):
    (folder / "deep").mkdir()
    (folder / "deep" / "a.png").write_bytes(encoded(texture(32, 32), "PNG"))
    (folder / ".hidden.jpg").write_bytes(b"")
    done = come_in(world, folder)

    assert counts(done) == (4, 0, 0)
    assert keys(world) == ["a.jpg", "b.jpg", "c.jpg", "deep/a.png"]


def test_items_join_the_queue_with_as_many_places_as_the_project_wants(world: World, folder):
    come_in(world, folder)

    rows = Item.objects.of(world.project).order_by("queue_position")
    project = Project.objects.of(world.project).get()
    assert list(rows.values_list("queue_position", "places_left")) == [(1, 2), (2, 2), (3, 2)]
    assert (project.item_count, project.queue_tail) == (3, 3)


def test_bytes_are_stored_by_their_hash_and_facts_as_displayed(world: World, tmp_path):
    (tmp_path / "turned.jpg").write_bytes(with_orientation(texture(64, 48), 6, "JPEG"))
    come_in(world, tmp_path)

    image = Image.objects.of(world.project).get()
    assert (image.width, image.height, image.media_type) == (48, 64, "image/jpeg")
    assert image.facts["orientation"] == 6
    with default_storage.open(image.storage_key("original")) as file:
        assert file.read() == (tmp_path / "turned.jpg").read_bytes()
    assert default_storage.exists(image.storage_key("view"))
    assert default_storage.exists(image.storage_key("thumbnail"))


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (REFUSED["38 bytes that claim 12000 x 12000"][0], "too-many-pixels", "12,000"),
        (REFUSED["half a jpeg"][0], "truncated", "too early"),
        (REFUSED["svg"][0], "unsupported-format", "SVG"),
        (REFUSED["zip"][0], "not-an-image", "zip archive"),
        (REFUSED["nothing"][0], "empty-file", "empty"),
        (b"\0" * 4096, "not-an-image", "zero bytes"),
    ],
)
def test_a_bad_file_gets_a_line_with_its_reason_and_the_others_come_in(world: World, folder, data, code, words):
    (folder / "bad.jpg").write_bytes(data)
    done = come_in(world, folder)

    (problem,) = imports.problems_of(done)
    assert counts(done) == (3, 0, 1)
    assert (problem.name, problem.code) == ("bad.jpg", code)
    assert words in problem.reason
    assert done.state == ImportState.FINISHED


def test_a_file_beyond_the_limit_is_not_taken_into_memory(world: World, tmp_path):
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(60_000_000)
    done = come_in(world, tmp_path)

    assert problems(done) == [(None, "huge.jpg", "too-many-bytes")]


def test_importing_again_knows_every_key_and_adds_nothing(world: World, folder):
    come_in(world, folder)
    again = come_in(world, folder)

    assert counts(again) == (0, 3, 0)
    assert keys(world) == ["a.jpg", "b.jpg", "c.jpg"]
    assert Project.objects.of(world.project).get().item_count == 3


def test_one_image_under_two_keys_is_stored_once(world: World, folder):
    path = manifest(folder, {"image": "a.jpg", "key": "one"}, {"image": "a.jpg", "key": "two"})
    come_in(world, path)

    assert keys(world) == ["one", "two"]
    assert Image.objects.of(world.project).count() == 1


def test_an_image_known_from_an_earlier_import_is_not_stored_again(world: World, folder):
    come_in(world, folder)
    come_in(world, manifest(folder, {"image": "a.jpg", "key": "other"}))

    assert keys(world) == ["a.jpg", "b.jpg", "c.jpg", "other"]
    assert Image.objects.of(world.project).count() == 3


def test_two_projects_with_one_image_each_have_a_row_of_their_own(world: World, folder):
    come_in(world, folder)
    imports.import_folder(world.otto, world.others_project.slug, folder, now=NOON)

    assert Image.objects.of(world.project).count() == Image.objects.of(world.others_project).count() == 3


# --- manifests ---


def test_a_manifest_says_prompt_model_metadata_and_known_defects(world: World, folder):
    defect = {
        "slot": 0,
        "kind": "swirl",
        "code": "ANAT.malformed",
        "box": {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2},
        "severity": 2,
    }
    row = {"image": "a.jpg", "prompt": "a cat", "model": "birch", "seed": 7, "known_defects": [defect]}
    come_in(world, manifest(folder, row))

    item = Item.objects.of(world.project).get()
    assert (item.prompt, item.metadata, item.known_defects) == ("a cat", {"seed": 7}, [defect])
    assert ItemImage.objects.of(world.project).get().source_model == "birch"


def test_a_folder_with_a_manifest_is_read_by_it(world: World, folder):
    (folder / "manifest.csv").write_text("image,prompt\nb.jpg,only this one\n")
    come_in(world, folder)

    assert keys(world) == ["b.jpg"]


def test_pairs_come_in_with_two_images_and_their_models(pairs: World, folder):
    (folder / "pairs.csv").write_text("image_a,image_b,model_a,model_b,key\na.jpg,b.jpg,birch,cedar,first\n")
    come_in(pairs, folder / "pairs.csv")

    slots = ItemImage.objects.of(pairs.project).order_by("slot").values_list("slot", "source_model")
    assert (keys(pairs), list(slots)) == (["first"], [(0, "birch"), (1, "cedar")])


def test_a_pair_of_which_one_image_is_bad_is_refused_whole(pairs: World, folder):
    (folder / "b.jpg").write_bytes(webp_of_38_bytes())
    done = come_in(pairs, manifest(folder, {"image_a": "a.jpg", "image_b": "b.jpg"}))

    assert problems(done) == [(1, "a.jpg | b.jpg", "too-many-pixels")]
    assert keys(pairs) == []


def test_a_project_of_pairs_needs_a_manifest(pairs: World, folder):
    with pytest.raises(InvalidInputError, match="image_a, image_b"):
        come_in(pairs, folder)


def test_a_missing_image_is_named_with_the_nearest_there_is(world: World, folder):
    done = come_in(world, manifest(folder, {"image": "A.JPG"}, {"image": "b.jpg"}))

    (problem,) = imports.problems_of(done)
    assert (problem.line, problem.code) == (1, "missing-image")
    assert "The nearest is 'a.jpg'" in problem.reason
    assert keys(world) == ["b.jpg"]


@pytest.mark.parametrize(
    "name",
    ["../secret.jpg", "sub/../../secret.jpg", "{outside}/secret.jpg", "link.jpg", "linked/secret.jpg", "C:\\x.jpg"],
)
def test_no_path_leads_out_of_the_manifests_folder(world: World, tmp_path, name):
    folder, outside = tmp_path / "project", tmp_path / "project_evil"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.jpg").write_bytes(PICTURES["a.jpg"])
    (tmp_path / "secret.jpg").write_bytes(PICTURES["a.jpg"])
    (folder / "link.jpg").symlink_to(outside / "secret.jpg")
    (folder / "linked").symlink_to(outside)
    done = come_in(world, manifest(folder, {"image": name.format(outside=outside)}))

    assert [code for _, _, code in problems(done)] == ["path-outside-folder"]
    assert keys(world) == []


def test_a_link_in_a_folder_without_a_manifest_is_not_followed_either(world: World, tmp_path):
    (tmp_path / "secret.jpg").write_bytes(PICTURES["a.jpg"])
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")

    assert problems(come_in(world, folder)) == [(None, "link.jpg", "path-outside-folder")]


def test_an_address_is_not_fetched(world: World, folder):
    done = come_in(world, manifest(folder, {"image": "http://169.254.169.254/latest"}))

    assert problems(done) == [(1, "http://169.254.169.254/latest", "address-not-read")]


def test_a_wrong_header_is_refused_before_anything_is_stored(world: World, folder):
    (folder / "items.csv").write_text("imgae,prompt\na.jpg,a cat\n")

    with pytest.raises(InvalidInputError, match=r"no column 'image'.*'imgae'"):
        come_in(world, folder / "items.csv")
    assert not ItemImport.objects.of(world.project).exists()


def test_bad_rows_and_repeated_keys_get_their_lines(world: World, folder):
    path = manifest(
        folder,
        {"image": "a.jpg", "key": "one"},
        '{"image": "a.jpg", "image": "b.jpg"}',
        {"image": "b.jpg", "key": "one"},
        {"image": "c.jpg", "prompt": "nul \x00"},
        {"image": "c.jpg"},
    )
    done = come_in(world, path)

    assert counts(done) == (2, 0, 3)
    assert problems(done) == [
        (2, "line 2", "malformed-json"),
        (3, "b.jpg", "repeated-key"),
        (4, "line 4", "malformed-json"),
    ]
    assert keys(world) == ["one", "c.jpg"]


def test_a_long_name_makes_a_key_that_can_still_be_told_apart(world: World, folder):
    long = "x" * 120
    (folder / long).mkdir()
    for name in ("1.jpg", "2.jpg"):
        (folder / long / (long + name)).write_bytes(PICTURES["a.jpg"])
    come_in(world, folder / long)
    done = come_in(world, manifest(folder, *({"image": f"{long}/{long}{name}"} for name in ("1.jpg", "2.jpg"))))

    assert counts(done) == (2, 0, 0)
    assert all(len(key) <= 200 for key in keys(world))


@pytest.mark.parametrize(("path", "words"), [("nowhere", "does not exist"), ("a.jpg", "neither a folder nor")])
def test_a_path_that_is_nothing_to_import_is_refused(world: World, folder, path, words):
    with pytest.raises(InvalidInputError, match=words):
        come_in(world, folder / path)


def test_progress_is_told_and_an_audit_line_kept(world: World, folder):
    told = []
    come_in(world, folder, progress=told.append)

    assert told[-1] == imports.ImportProgress(total=3, accepted=3, refused=0, known=0)
    line = AuditEvent.objects.of(world.project).get(action="items.imported")
    assert (line.actor, line.detail) == (world.lena, {"accepted": 3, "refused": 0, "known": 0})


# --- uploads ---


def upload(world, *names, slug=None, account=None, **files):
    parts = [UploadedPart(name, [PICTURES[name]]) for name in names]
    parts += [UploadedPart(name.replace("_dot_", "."), [data]) for name, data in files.items()]
    return imports.start_import(
        account or world.lena, slug or world.project.slug, source="an upload", files=parts, now=NOON
    )


def staged_files(item_import):
    return sorted(path.name for path in (settings.INCOMING / item_import.public_id).iterdir())


def work():
    while jobs.run_next(HANDLERS, clock.now, UNDERTAKERS):
        pass


def reloaded(world, item_import):
    return imports.import_of(open_project(world.lena, world.project.slug), item_import.public_id)


def test_uploaded_images_wait_under_names_of_the_servers_choice_and_come_in_by_a_job(world: World):
    started = upload(world, "a.jpg", "b.jpg")
    assert staged_files(started) == ["000001", "000002", "index.json"]
    assert reloaded(world, started).state == ImportState.WAITING

    work()
    done = reloaded(world, started)
    assert (done.state, counts(done)) == (ImportState.FINISHED, (2, 0, 0))
    assert keys(world) == ["a.jpg", "b.jpg"]
    assert not (settings.INCOMING / started.public_id).exists()


def test_an_uploaded_manifest_finds_the_uploads_it_names_even_from_folders(world: World):
    lines = b'{"image": "photos/a.jpg", "prompt": "a cat"}\n{"image": "nowhere.jpg"}\n'
    started = upload(world, "a.jpg", items_dot_jsonl=lines)
    work()

    done = reloaded(world, started)
    assert counts(done) == (1, 0, 1)
    assert problems(done) == [(2, "nowhere.jpg", "missing-image")]
    assert Item.objects.of(world.project).get().prompt == "a cat"


@pytest.mark.parametrize("name", ["../../etc/passwd.jpg", "/etc/passwd.jpg", "a\\..\\b.jpg"])
def test_the_name_of_an_upload_is_data_and_never_a_path(world: World, name):
    started = imports.start_import(
        world.lena,
        world.project.slug,
        source="an upload",
        files=[UploadedPart(name, [PICTURES["a.jpg"]])],
        now=NOON,
    )
    work()

    assert counts(reloaded(world, started)) == (1, 0, 0)
    assert keys(world) == [name]


def test_a_name_with_nul_is_refused_with_advice(world: World):
    started = imports.start_import(
        world.lena,
        world.project.slug,
        source="an upload",
        files=[UploadedPart("a\x00.jpg", [PICTURES["a.jpg"]])],
        now=NOON,
    )
    work()

    (problem,) = imports.problems_of(reloaded(world, started))
    assert problem.code == "bad-name"
    assert problem.reason.endswith("Rename the file.")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "There is no file"),
        ({"x_dot_csv": b"image\n", "y_dot_jsonl": b"{}"}, "2 manifests"),
        ({"x_dot_csv": b"imgae\n"}, "no column 'image'"),
    ],
)
def test_an_upload_that_cannot_be_used_leaves_nothing_behind(world: World, files, words):
    before = sorted(settings.INCOMING.glob("*"))
    with pytest.raises(InvalidInputError, match=words):
        upload(world, **files)

    assert sorted(settings.INCOMING.glob("*")) == before
    assert not Job.objects.exists()


def test_an_upload_stops_being_read_when_it_is_too_large(world: World):
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield b"x" * 1_000_000

    started = imports.start_import(
        world.lena, world.project.slug, source="x", files=[UploadedPart("huge.jpg", endless())], now=NOON
    )
    work()

    assert len(taken) == 51
    assert problems(reloaded(world, started)) == [(None, "huge.jpg", "too-many-bytes")]


def test_only_a_lead_imports_and_outsiders_find_nothing(world: World):
    with pytest.raises(NotAllowedError):
        upload(world, "a.jpg", account=world.rita)
    with pytest.raises(NotFoundError):
        upload(world, "a.jpg", account=world.otto)
    started = upload(world, "a.jpg")
    with pytest.raises(NotFoundError):
        imports.import_of(open_project(world.otto, world.others_project.slug), started.public_id)
    with pytest.raises(NotAllowedError):
        imports.imports_of(open_project(world.rowan, world.project.slug))


def test_imports_are_listed_newest_first(world: World, folder):
    first = come_in(world, folder)
    second = come_in(world, folder)

    assert imports.imports_of(open_project(world.lena, world.project.slug)) == [second, first]


# --- cut short ---


class _Killed(BaseException):
    """Stands for the end of the process at this point."""


def test_an_import_cut_short_goes_on_where_its_last_transaction_ended(world: World, monkeypatch):
    monkeypatch.setattr("rubrica.usecases.imports.running.ROWS_PER_TRANSACTION", 1)
    started = upload(world, "a.jpg", "b.jpg", "c.jpg", bad_dot_jpg=b"<svg/>")
    outcomes = Decoder.outcomes

    def killed_after_two(self, rows, keep):
        for number, outcome in enumerate(outcomes(self, rows, keep)):
            if number == 2:
                raise _Killed
            yield outcome

    monkeypatch.setattr(Decoder, "outcomes", killed_after_two)
    with pytest.raises(_Killed):
        jobs.run_next(HANDLERS, clock.now)
    assert counts(ItemImport.objects.of(world.project).get()) == (2, 0, 0)

    monkeypatch.setattr(Decoder, "outcomes", outcomes)
    later = clock.now() + jobs.LEASE * 2
    assert jobs.run_next(HANDLERS, lambda: later)
    done = reloaded(world, started)
    assert (done.state, done.total, counts(done)) == (ImportState.FINISHED, 4, (3, 0, 1))
    assert keys(world) == ["a.jpg", "b.jpg", "c.jpg"]


def test_what_stops_an_import_as_a_whole_is_said_and_what_came_before_stays(world: World, monkeypatch):
    monkeypatch.setattr("rubrica.usecases.imports.running.ROWS_PER_TRANSACTION", 1)
    started = upload(world, "a.jpg", "b.jpg")
    storage = type(storages["default"])
    save = storage.save
    written = []

    def full_disk(self, name, content, max_length=None):
        written.append(name)
        if len(written) > 3:
            raise OSError(28, "No space left on device")
        return save(self, name, content, max_length)

    monkeypatch.setattr(storage, "save", full_disk)
    work()

    stopped = reloaded(world, started)
    assert stopped.state == ImportState.FAILED
    assert "No space left on device" in stopped.failure
    assert stopped.failure.endswith("Everything before it is kept: import again to go on.")
    assert Job.objects.get().state == "failed"
    assert not (settings.INCOMING / started.public_id).exists()


def test_an_import_whose_job_fails_before_it_begins_has_failed_too(world: World):
    started = upload(world, "a.jpg")
    staging.discard(started.public_id)
    work()

    failed = reloaded(world, started)
    assert (failed.state, counts(failed)) == (ImportState.FAILED, (0, 0, 0))
    assert failed.failure.startswith("FileNotFoundError: ")
    assert failed.failure.endswith("Everything before it is kept: import again to go on.")
    assert failed.finished_at is not None


def test_uploads_do_not_outlive_an_import_that_was_finished_but_not_tidied_up(world: World):
    started = upload(world, "a.jpg")
    ItemImport.objects.of(world.project).update(state=ImportState.FINISHED)
    work()

    assert not (settings.INCOMING / started.public_id).exists()
    assert keys(world) == []
