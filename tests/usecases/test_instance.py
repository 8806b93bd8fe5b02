"""The installation as a whole: prepared once, checked honestly, copied consistently."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from rubrica.records.models import Image, Item, Project
from rubrica.usecases import accounts, instance
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.imports import import_folder
from rubrica.usecases.instance import invariants
from rubrica.usecases.signing_keys import signing_keys
from tests.cast import NOON, World, build_world, evaluate
from tests.imaging.makers import encoded, texture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db, tmp_path) -> World:
    """A project with one real image, judged once."""
    built = build_world(items=0)
    (tmp_path / "a.png").write_bytes(encoded(texture(48, 48), "PNG"))
    import_folder(built.lena, built.project.slug, tmp_path, now=NOON)
    evaluate(built, built.rita)
    return built


def problems(**options):
    found = instance.check_instance(**({"read_bytes": True} | options))
    return {finding.subject: finding.text for finding in found if finding.level == "problem"}


def break_by(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_preparing_a_prepared_installation_does_nothing(db):
    assert instance.is_prepared()
    assert not instance.prepare_instance()


def test_the_first_admin_gets_a_link_and_no_password(db):
    account, secret = instance.first_admin(email="ada@example.org", name="Ada", now=NOON)

    assert (account.is_platform_admin, account.has_usable_password()) == (True, False)
    assert accounts.use_sign_in_link(secret, now=NOON) == account


def test_whoever_has_an_account_already_becomes_an_admin(world: World):
    account, _ = instance.first_admin(email="LENA@example.org", name="ignored", now=NOON)

    assert (account, account.is_platform_admin, account.name) == (world.lena, True, "Lena")


# --- check ---


def test_a_sound_installation_has_no_problems(world: World):
    assert problems() == {}


@pytest.mark.parametrize(
    ("statement", "subject", "name"),
    [
        ("UPDATE records_item SET evaluation_count = 5", "overlap", "a.png"),
        ("UPDATE records_item SET places_left = 9", "overlap", "a.png"),
        ("UPDATE records_item SET places_left = 0", "no item left behind", "a.png"),
        ("UPDATE records_project SET item_count = 7 WHERE slug = 'audit'", "queue", "audit"),
        ("UPDATE records_project SET queue_tail = 0 WHERE slug = 'audit'", "queue", "audit"),
        ("UPDATE records_assignment SET state = 'open' WHERE state = 'submitted'", "acknowledged", ""),
        ("UPDATE records_assignment SET is_repeat = TRUE WHERE state = 'submitted'", "repeats", ""),
        ("DELETE FROM records_itemimage", "images of an item", "a.png"),
    ],
)
def test_a_broken_promise_is_found_and_named(world: World, statement, subject, name):
    break_by(statement)

    found = problems()
    assert subject in found
    assert name in found[subject]


def test_every_invariant_can_be_asked_on_this_database(world: World):
    subjects = [finding.subject for finding in instance.check_instance(read_bytes=False)]

    assert [each.subject for each in invariants.INVARIANTS] == [
        s for s in subjects if s in {i.subject for i in invariants.INVARIANTS}
    ]


def test_missing_and_changed_bytes_are_found(world: World):
    image = Image.objects.of(world.project).get()
    default_storage.save(image.storage_key("original"), ContentFile(b"something else"))
    assert "have changed" in problems()["images"]
    assert problems(read_bytes=False) == {}

    default_storage.delete(image.storage_key("thumbnail"))
    assert f"{image.sha256[:12]} (thumbnail)" in problems(read_bytes=False)["images"]


def test_a_secret_that_others_can_read_is_a_problem(world: World):
    secret = Path(settings.HOME) / "secret_key"
    secret.chmod(0o644)
    try:
        assert "chmod 600" in problems()["secret"]
    finally:
        secret.chmod(0o600)


# --- back up ---


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_database_images_and_secret_with_true_hashes(tmp_path):
    if connection.vendor != "sqlite":
        with pytest.raises(ConflictError, match="pg_dump"):
            instance.back_up(tmp_path / "backup", now=NOON)
        return
    world = build_world(items=0)
    (tmp_path / "a.png").write_bytes(encoded(texture(48, 48), "PNG"))
    import_folder(world.lena, world.project.slug, tmp_path, now=NOON)
    signing_keys()
    made = instance.back_up(tmp_path / "backup", now=NOON)
    manifest = json.loads((made.directory / "manifest.json").read_text())

    for file in manifest["files"]:
        data = (made.directory / file["name"]).read_bytes()
        assert (file["sha256"], file["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    image = Image.objects.of(world.project).get()
    names = {file["name"] for file in manifest["files"]}
    assert {"rubrica.sqlite3", "secret_key", "signing_keys.json", f"media/{image.storage_key('original')}"} <= names
    copy = sqlite3.connect(made.directory / "rubrica.sqlite3")
    assert copy.execute("SELECT key FROM records_item").fetchall() == [("a.png",)]
    copy.close()
    assert (Item.objects.of(world.project).count(), Project.objects.of(world.project).count()) == (1, 1)


def test_a_backup_never_overwrites(db, tmp_path):
    if connection.vendor != "sqlite":
        return
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(InvalidInputError, match="is not empty"):
        instance.back_up(tmp_path, now=NOON)
