"""Deleting an account: who it was cannot be told any more, from any table; what was judged stays."""

import pytest
from django.apps import apps
from django.db import connection

from rubrica.domain.roles import Role
from rubrica.kit.clock import now
from rubrica.records.models import Account, Evaluation, OpeningSource, SavedSearch
from rubrica.usecases import account_deletion, accounts, opening_sources, organisations
from rubrica.usecases.errors import ConflictError, InvalidInputError
from tests.cast import NOON, World, declared_profile, evaluate, person
from tests.domain.openings import POSTED_IN_WORDS

pytestmark = pytest.mark.django_db


def delete(account):
    account_deletion.delete_account(account, confirmed_email=account.email, now=NOON)


def everything_stored():
    """Return every value of every table of ours as one text."""
    parts = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("records").get_models():
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608  (names of our own tables)
            parts += [str(row) for row in cursor.fetchall()]
    return "\n".join(parts).casefold()


def test_nothing_that_is_stored_says_who_it_was(world: World):
    nora = organisations.invite(world.omar, "atelier", email="Nora@example.org", role=Role.SPECIALIST, now=now())
    account = organisations.accept_invitation(nora.secret, now=now(), name="Nora Vanishing", password="a long password")
    organisations.add_project_member(world.project, account, Role.SPECIALIST, now=NOON)
    declared_profile(account)
    evaluate(world, account)
    accounts.create_token(account, "Nora's notebook", now=NOON)
    accounts.issue_sign_in_link(account, now=NOON)
    accounts.change_profile(account, name="Nora Vanishing", time_zone="Europe/Zurich", now=NOON)
    before = everything_stored()
    traces = ("nora@", "vanishing", "secretname", "secret@example.org", "notebook", "europe/zurich")
    assert all(trace in before for trace in traces)
    delete(account)
    after = everything_stored()

    assert [trace for trace in traces if trace in after] == []


def test_what_the_person_alone_looked_for_goes_and_what_everybody_is_shown_stays(world: World):
    words = POSTED_IN_WORDS.encode()
    admin = person("paula", platform_admin=True)
    for name, is_shared in (("Vanishing list", False), ("Shared list", True)):
        posting = words if is_shared else words.replace(b"Atelier", b"Vanishingdale")
        opening_sources.import_openings(admin, posting, name=name, kind="text", is_shared=is_shared, now=NOON)
    assert "vanishingdale" in everything_stored()
    SavedSearch.objects.create(account=admin, name="Vanishing wish", query="q=seams", created_at=NOON, told_until=NOON)
    delete(admin)

    assert "vanishing" not in everything_stored()
    assert [source.name for source in OpeningSource.objects.of_account(admin)] == ["Shared list"]


def test_what_was_judged_stays_under_a_pseudonym(world: World):
    done = evaluate(world, world.rita)
    delete(world.rita)
    evaluation = Evaluation.objects.of(world.project).select_related("rater").get(public_id=done.receipt.evaluation)

    assert evaluation.rater.name == account_deletion.DELETED_NAME
    assert evaluation.rater.email == f"deleted-{world.rita.public_id}@deleted.invalid"


def test_nobody_can_come_in_any_more(world: World):
    token = accounts.create_token(world.rita, "mine", now=now())
    link = accounts.issue_sign_in_link(world.rita, now=now())
    delete(world.rita)

    assert accounts.account_of_token(token.secret, now=now()) is None
    with pytest.raises(Exception, match="used or is out of date"):
        accounts.use_sign_in_link(link, now=now())
    stored = Account.objects.get(pk=world.rita.pk)
    assert (stored.is_active, stored.has_usable_password()) == (False, False)
    assert organisations.organisations_of(stored) == []


def test_the_address_is_free_again(world: World):
    delete(world.rita)

    assert person("rita").pk != world.rita.pk


def test_another_address_deletes_nothing(world: World):
    with pytest.raises(InvalidInputError):
        account_deletion.delete_account(world.rita, confirmed_email="lena@example.org", now=NOON)

    assert Account.objects.get(pk=world.rita.pk).is_active


def test_an_instance_and_an_organisation_are_not_left_without_anybody(world: World):
    for account in (world.petra, world.omar):
        with pytest.raises(ConflictError, match="only"):
            delete(account)
    person("paula", platform_admin=True)
    organisations.add_member(world.organisation, world.rowan, Role.ORGANISATION_ADMIN, now=NOON)
    organisations.change_member_role(world.omar, "atelier", world.rowan.public_id, Role.ORGANISATION_ADMIN, now=NOON)
    delete(world.petra)
    delete(world.omar)

    assert not Account.objects.get(pk=world.omar.pk).is_active
