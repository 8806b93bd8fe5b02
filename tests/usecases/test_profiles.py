"""A profile is the person's own: kept whole or not at all, and never overwritten from a window that is out of date."""

import pytest

from rubrica.records.models import AuditEvent
from rubrica.usecases import profiles
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from tests.cast import NOON, World, declared_profile

pytestmark = pytest.mark.django_db


def tags(own: profiles.OwnProfile) -> list[object]:
    return [entry["tag"] for entry in own.profile.declared["languages"]]


def test_a_profile_begins_empty_and_is_kept_as_it_was_said(world: World):
    assert profiles.own_profile(world.rita) == profiles.OwnProfile(profiles.EMPTY, 0, None)
    kept = declared_profile(world.rita)

    assert kept.revision == 1
    assert profiles.own_profile(world.rita) == kept
    assert kept.profile.countries == ("CH", "DE")
    assert profiles.own_profile(world.otto).revision == 0


def test_what_cannot_be_taken_changes_nothing(world: World):
    kept = declared_profile(world.rita)
    with pytest.raises(InvalidInputError) as error:
        profiles.replace_profile(world.rita, {"languages": [{"tag": "xx-zz"}]}, now=NOON)

    assert error.value.problems[0].field == "languages[0].tag"
    assert profiles.own_profile(world.rita) == kept


def test_entries_are_added_changed_and_removed_one_by_one(world: World):
    declared_profile(world.rita)
    added = profiles.save_entry(world.rita, "languages", None, {"tag": "en", "reading": "B2"}, revision=1, now=NOON)
    assert tags(added) == ["de-CH", "en"]
    changed = profiles.save_entry(world.rita, "languages", 1, {"tag": "en", "reading": "C2"}, revision=2, now=NOON)
    assert changed.profile.level_in("en") == "C2"
    single = profiles.save_entry(world.rita, "basics", None, {"countries": ["FR"]}, revision=3, now=NOON)
    assert single.profile.countries == ("FR",)
    removed = profiles.remove_entry(world.rita, "languages", 0, revision=4, now=NOON)

    assert tags(removed) == ["en"]
    assert removed.revision == 5


def test_a_window_that_is_out_of_date_overwrites_nothing(world: World):
    declared_profile(world.rita)
    profiles.save_entry(world.rita, "languages", None, {"tag": "en"}, revision=1, now=NOON)
    with pytest.raises(ConflictError):
        profiles.save_entry(world.rita, "languages", 0, {"tag": "fr"}, revision=1, now=NOON)

    assert tags(profiles.own_profile(world.rita)) == ["de-CH", "en"]


@pytest.mark.parametrize(("section", "position"), [("languages", 7), ("hobbies", None)])
def test_what_is_not_there_is_not_found(world: World, section, position):
    with pytest.raises(NotFoundError):
        profiles.save_entry(world.rita, section, position, {"tag": "en"}, revision=0, now=NOON)
    with pytest.raises(NotFoundError):
        profiles.remove_entry(world.rita, section, position or 0, revision=0, now=NOON)


def test_the_audit_trail_says_that_it_changed_and_not_what_it_says(world: World):
    declared_profile(world.rita)
    event = AuditEvent.objects.of_account(world.rita).filter(action="profile.changed").get()

    assert (event.subject, event.detail) == (world.rita.public_id, {})
