"""What is kept of a person: all of it goes into the person's file, and nothing of anybody else's."""

import io
import json
import zipfile

import pytest
from django.apps import apps

from rubrica.kit import clock
from rubrica.records.models import Account, AuditEvent, Evaluation
from rubrica.usecases import own_data, resumes
from rubrica.usecases.errors import InvalidInputError
from rubrica.usecases.own_data import NOT_PERSONAL, PARTS
from rubrica.usecases.profiles import own_profile
from tests.cast import (
    NOON,
    World,
    audit_answer,
    declared_profile,
    evaluate,
    proposed_change,
    put_to_vote,
    returned_review,
)

pytestmark = pytest.mark.django_db


def exported(account):
    with own_data.export_own_data(account, now=NOON) as file, zipfile.ZipFile(io.BytesIO(file.read())) as package:
        return {name: package.read(name) for name in package.namelist()}


def rows(files, name):
    return [json.loads(line) for line in files[f"{name}.jsonl"].splitlines()]


def test_everything_that_names_a_person_is_in_the_file_or_left_out_for_a_reason():
    naming = {
        model.__name__
        for model in apps.get_app_config("records").get_models()
        if any(field.is_relation and field.related_model is Account for field in model._meta.concrete_fields)
        or getattr(getattr(model, "scope", None), "account", None)
    }

    assert naming == {part.model for part in PARTS} | set(NOT_PERSONAL)


def test_the_file_holds_what_the_person_did_and_what_was_decided_on_it(world: World):
    declared_profile(world.rita)
    done = evaluate(world, world.rita, audit_answer(explanation="A seam."))
    returned_review(world, done.receipt.evaluation)
    case = put_to_vote(world, done.work.assignments[0].held.public_id)
    proposed_change(world)
    files = exported(world.rita)

    assert json.loads(files["account.json"])["email"] == "rita@example.org"
    assert json.loads(files["profile.json"])["declared"]["work"][0]["name"] == "Secretfirm"
    assert json.loads(files["resume.json"]) == resumes.resume_of(world.rita, now=NOON)
    assert files["resume.pdf"].startswith(b"%PDF-")
    evaluation = rows(files, "evaluations")[0]
    assert (evaluation["public_id"], evaluation["explanation"]) == (done.receipt.evaluation, "A seam.")
    assert evaluation["project.slug"] == "audit"
    assert rows(files, "reviews")[0]["comment"] == "The seam is a fault by PL-1."
    assert rows(files, "edge_cases")[0]["number"] == case.number
    assert rows(files, "proposals")[0]["clause"]
    assert rows(files, "project_roles")[0]["role"] == "specialist"
    assert AuditEvent.objects.of_account(world.rita).filter(action="account.exported").exists()


def test_nothing_secret_and_nobody_else_is_in_it(world: World):
    done = evaluate(world, world.rita)
    returned_review(world, done.receipt.evaluation)
    whole = b"".join(exported(world.rita).values())

    for secret in (b"secret_sha256", b"password", b"rowan@", b"lena@", b"is_repeat", b"Looks hasty"):
        assert secret not in whole


def test_somebody_who_did_nothing_has_a_file_too(world: World):
    files = exported(world.otto)

    assert rows(files, "evaluations") == []
    assert Evaluation.objects.of_account(world.otto).count() == 0


def test_a_resume_from_elsewhere_replaces_the_sections_that_it_has(world: World):
    declared_profile(world.rita)
    data = json.dumps({"work": [{"name": "Elsewhere"}], "x": 1}).encode()
    taken = resumes.import_resume(world.rita, data, now=clock.now())

    assert (taken.sections, taken.left_out) == (("work",), ("x",))
    profile = own_profile(world.rita).profile
    assert [entry["name"] for entry in profile.declared["work"]] == ["Elsewhere"]
    assert profile.countries == ("CH", "DE")


@pytest.mark.parametrize("data", [b"", b"{", b'{"basics": {"url": "javascript:alert(1)"}}'])
def test_a_resume_that_cannot_be_taken_changes_nothing(world: World, data):
    kept = declared_profile(world.rita)
    with pytest.raises(InvalidInputError):
        resumes.import_resume(world.rita, data, now=NOON)

    assert own_profile(world.rita) == kept
