"""Profile, résumé, record and credentials through the API: what a program reads, changes, and is refused."""

import pytest

from rubrica.usecases import credentials
from tests.api.conftest import Caller, problem
from tests.cast import World, declared_profile, evaluate

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(world: World) -> Caller:
    evaluate(world, world.rita)
    return Caller(world.rita)


def test_a_profile_is_replaced_and_read(rita: Caller):
    assert rita.get("/me/profile").json() == {"declared": {}, "revision": 0, "changed_at": None}
    kept = rita.put("/me/profile", {"declared": {"languages": [{"tag": "de_ch", "reading": "C1"}]}}).json()

    assert kept["declared"] == {"languages": [{"tag": "de-CH", "reading": "C1"}]}
    assert rita.get("/me/profile").json() == kept


@pytest.mark.parametrize(
    ("declared", "field"),
    [
        ({"languages": [{"tag": "xx-zz"}]}, "languages[0].tag"),
        ({"basics": {"countries": ["Narnia"]}}, "basics.countries[0]"),
        ({"basics": {"time_zone": "Mars"}}, "basics.time_zone"),
        ({"hobbies": []}, "hobbies"),
    ],
)
def test_what_a_profile_cannot_say_is_named(rita: Caller, declared, field):
    refused = rita.put("/me/profile", {"declared": declared})

    assert refused.status_code == 422
    assert problem(refused)["problems"][0]["field"] == field


def test_a_resume_comes_in_and_goes_out(rita: Caller):
    taken = rita.post("/me/resume", {"work": [{"name": "Studio"}], "x-own": 1}).json()

    assert taken == {"sections": ["work"], "left_out": ["x-own"]}
    assert rita.get("/me/resume").json()["work"] == [{"name": "Studio", "provenance": "self-declared"}]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"work": 7}', b'{"basics": {"url": "javascript:alert(1)"}}'])
def test_a_resume_that_cannot_be_taken_is_refused(rita: Caller, body):
    assert rita.post("/me/resume", body).status_code in {400, 422}
    assert rita.get("/me/profile").json()["revision"] == 0


def test_a_record_is_told_as_far_as_chosen_and_signed(world: World, rita: Caller):
    declared_profile(world.rita)
    [row] = rita.get("/me/record").json()["record"]
    assert (row["slug"], row["work"]["items"], row["disclosure"], row["told"]) == ("audit", 1, "nothing", None)
    assert rita.post("/me/record/audit/credentials").status_code == 409
    told = rita.put("/me/record/audit/disclosure", {"level": "role"}).json()["told"]
    assert (told["role"], told["items"]) == ("Specialist", None)
    made = rita.post("/me/record/audit/credentials").json()
    assert rita.get("/me/credentials").json()["credentials"] == [made]
    assert rita.delete(f"/me/credentials/{made['id']}").status_code == 204

    assert credentials.credentials_of(world.rita)[0].revoked_at is not None
    assert rita.put("/me/record/audit/disclosure", {"level": "all"}).status_code == 422
