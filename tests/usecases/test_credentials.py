"""A credential says what its owner lets be told, verifies with another's library too, and fails in four ways."""

import base64
import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as django_settings
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from rubrica.domain.active_time import Page
from rubrica.domain.credential import Issuer, identity_hash
from rubrica.domain.work_record import UNNAMED, Disclosure
from rubrica.formats import credential_jwt
from rubrica.formats.credential_jwt import Finding
from rubrica.kit import clock
from rubrica.records.models import WorkCredential
from rubrica.usecases import account_deletion, credentials, projects, signing_keys, work_records
from rubrica.usecases.active_time import SentBeat, take_beats
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from tests.cast import World, evaluate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path, settings):
    settings.HOME = tmp_path
    settings.BASE_URL = "https://rubrica.example.org"


def now():
    return clock.now().replace(microsecond=0)


@pytest.fixture
def issued(world: World) -> WorkCredential:
    evaluate(world, world.rita)
    work_records.disclose(world.rita, "audit", "counts", now=now())
    return credentials.issue_credential(world.rita, "audit", now=now())


def finding(token, at=None):
    return credentials.check_credential(token, now=at or now()).finding


def parts_of(token):
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def forged(header, claims, private):
    def encoded(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    signed = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{signed}.{encoded(private.sign(signed.encode()))}"


# --- what is told ---


def test_others_are_told_nothing_until_the_person_says_so(world: World):
    evaluate(world, world.rita)
    work = work_records.work_record(world.rita, now=now())[0]

    assert (work.disclosure, work.told) == (Disclosure.NOTHING, None)
    assert (work.entry.items, work.entry.evaluations, work.entry.unmeasured) == (1, 1, 1)
    with pytest.raises(ConflictError):
        credentials.issue_credential(world.rita, "audit", now=now())


def test_the_hours_are_those_of_the_clock_where_it_ran(world: World):
    evaluate(world, world.rita)
    begun = now()
    beats = [SentBeat(number, number * 15_000, Page.WORKBENCH, inputs=1) for number in range(9)]
    then = begun + timedelta(minutes=2)
    take_beats(world.rita, "audit", session="page-one", counter=120_000, beats=beats, now=then)
    entry = work_records.work_in(world.rita, "audit", now=then).entry

    assert (entry.active_seconds, entry.unmeasured) == (120, 0)


def test_each_level_tells_what_the_one_before_does_and_more(world: World):
    evaluate(world, world.rita)
    told = {level: work_records.disclose(world.rita, "audit", level, now=now()).told for level in Disclosure}

    assert told[Disclosure.NOTHING] is None
    assert told[Disclosure.ROLE].items is None
    assert told[Disclosure.COUNTS].items == 1
    assert told[Disclosure.COUNTS] == replace(told[Disclosure.CALIBRATION], calibration=None)


def test_a_project_is_named_only_where_it_says_so(world: World):
    evaluate(world, world.rita)
    told = work_records.disclose(world.rita, "audit", "counts", now=now()).told
    assert (told.project, told.organisation) == (UNNAMED, "")
    projects.change_settings(world.lena, "audit", may_be_named=True, now=now())

    assert work_records.work_in(world.rita, "audit", now=now()).told.project == "Audit"


def test_nobody_has_a_record_of_work_that_was_not_done(world: World):
    assert work_records.work_record(world.otto, now=now()) == []
    with pytest.raises(NotFoundError):
        work_records.disclose(world.otto, "audit", "role", now=now())


def test_a_level_that_there_is_not_is_refused(world: World):
    evaluate(world, world.rita)
    with pytest.raises(InvalidInputError):
        work_records.disclose(world.rita, "audit", "everything", now=now())


def test_whoever_has_left_keeps_the_record(world: World):
    evaluate(world, world.rita)
    projects.set_project_role(world.lena, "audit", world.rita.public_id, None, now=now())

    assert [row.project.slug for row in work_records.work_record(world.rita, now=now())] == ["audit"]


def test_a_record_of_three_projects_costs_as_much_as_of_one(world: World, django_assert_num_queries):
    evaluate(world, world.rita)
    with django_assert_num_queries(6):
        work_records.work_record(world.rita, now=now())


# --- the credential ---


def test_a_credential_says_what_was_told_and_names_nobody(world: World, issued: WorkCredential):
    header, claims = parts_of(issued.token)
    subject = claims["credentialSubject"]

    assert header["kid"].startswith("did:web:rubrica.example.org#")
    assert claims["id"] == f"https://rubrica.example.org/credentials/{issued.public_id}/"
    assert subject["role"] == "Specialist"
    assert [result["value"] for result in subject["result"]] == ["1", "0.0"]
    identifier = subject["identifier"][0]
    assert identifier["identityHash"] == identity_hash("Rita@example.org", identifier["salt"])
    for name in ("rita", "Rita", "Audit", "Atelier", "audit", "example.org#"):
        assert name not in json.dumps(claims).replace("rubrica.example.org", "")


def test_it_is_valid(issued: WorkCredential):
    assert finding(issued.token) is Finding.VALID
    assert finding(f"\n {issued.token} \n") is Finding.VALID


def test_a_changed_word_is_found_out(issued: WorkCredential):
    header, claims = parts_of(issued.token)
    claims["credentialSubject"]["role"] = "Lead"
    signature = issued.token.split(".")[2]
    head = issued.token.split(".")[0]
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    checked = credentials.check_credential(f"{head}.{changed}.{signature}", now=now())

    assert (checked.finding, checked.credential) == (Finding.TAMPERED, {})
    assert header["alg"] == "EdDSA"


def test_another_key_is_found_out_though_the_text_brings_it_along(issued: WorkCredential):
    private = Ed25519PrivateKey.generate()
    header, claims = parts_of(issued.token)
    x = base64.urlsafe_b64encode(private.public_key().public_bytes_raw()).rstrip(b"=").decode()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
    did = Issuer(django_settings.BASE_URL).did
    for others in (
        {"alg": "EdDSA", "jwk": jwk},
        {"alg": "EdDSA", "kid": f"{did}#{credential_jwt.key_id(jwk)}", "jwk": jwk},
        {**header, "kid": header["kid"].replace("rubrica.example.org", "evil.example.org")},
        {**header, "alg": "none"},
        {**header, "alg": "HS256"},
    ):
        assert finding(forged(others, claims, private)) is Finding.WRONG_KEY, others
    assert finding(forged(header, claims, private)) is Finding.TAMPERED


def test_a_revoked_one_is_found_out_though_it_is_whole(world: World, issued: WorkCredential):
    credentials.revoke_credential(world.rita, issued.public_id, now=now())

    assert finding(issued.token) is Finding.REVOKED
    with pytest.raises(NotFoundError):
        credentials.revoke_credential(world.rita, issued.public_id, now=now())


def test_an_old_one_has_expired(issued: WorkCredential):
    assert finding(issued.token, issued.valid_until - timedelta(seconds=1)) is Finding.VALID
    assert finding(issued.token, issued.valid_until) is Finding.EXPIRED


@pytest.mark.parametrize(
    "text",
    ["", "no credential", "a.b.c", "..", "e30.e30.", "é.é.é", "\x00", "bnVsbA.bnVsbA.e30", "a" * 200_000, "[].[].[]"],
    ids=lambda text: text[:12],
)
def test_what_is_none_is_said_to_be_none(text, db):
    assert finding(text) in {Finding.UNREADABLE, Finding.WRONG_KEY}


def test_another_spelling_of_the_same_bytes_is_another_text(issued: WorkCredential):
    """The last character of a part has bits to spare; two texts of one credential would be two things to revoke."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare = letters[letters.index(issued.token[-1]) + 1]

    assert finding(issued.token[:-1] + spare) is Finding.UNREADABLE


def test_nobody_revokes_anothers(world: World, issued: WorkCredential):
    with pytest.raises(NotFoundError):
        credentials.revoke_credential(world.otto, issued.public_id, now=now())

    assert finding(issued.token) is Finding.VALID


def test_a_new_key_signs_from_now_on_and_the_old_one_still_vouches(world: World, issued: WorkCredential):
    old = signing_keys.signing_keys().current
    fresh = signing_keys.rotate_signing_key(now=now())
    second = credentials.issue_credential(world.rita, "audit", now=now())

    assert parts_of(second.token)[0]["kid"].endswith(f"#{fresh}")
    assert (finding(issued.token), finding(second.token)) == (Finding.VALID, Finding.VALID)
    assert list(credentials.published_keys()) == [fresh, credential_jwt.key_id(old)]
    assert all("d" not in key for key in credentials.published_keys().values())


def test_the_keys_are_for_the_installations_user_alone(tmp_path, db):
    signing_keys.signing_keys()

    assert (tmp_path / signing_keys.FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [signing_keys.FILE]


def test_deleting_the_account_revokes_what_it_was_given(world: World, issued: WorkCredential):
    account_deletion.delete_account(world.rita, confirmed_email="rita@example.org", now=now())

    assert finding(issued.token) is Finding.REVOKED
    with pytest.raises(NotFoundError):
        credentials.credential_by_id(issued.public_id)


# --- another's library ---


def download(url):
    """Answer as the installation would over HTTPS."""
    if url == "https://rubrica.example.org/.well-known/did.json":
        return json.dumps(credentials.own_did_document()).encode()
    assert url == "https://rubrica.example.org/credentials/status/0/"
    return credentials.signed_status_list(0, now=now()).encode()


def verify_elsewhere(token):
    verifier = OB3Verifier.for_issuer_did("did:web:rubrica.example.org", download=download)
    return verifier.verify(token, check_status=True, download=download)


def test_an_independent_library_verifies_it_with_its_status(issued: WorkCredential):
    credential = verify_elsewhere(issued.token)

    assert credential.issuer.id == "did:web:rubrica.example.org"
    assert credential.achievement.name == "Specialist: Evaluation of single images"


def test_an_independent_library_refuses_it_in_the_same_four_ways(world: World, issued: WorkCredential):
    head, claims, signature = issued.token.split(".")
    with pytest.raises(OB3VerificationError):
        verify_elsewhere(f"{head}.{claims[:-4]}AAAA.{signature}")
    header, body = parts_of(issued.token)
    with pytest.raises(OB3VerificationError):
        verify_elsewhere(forged(header, body, Ed25519PrivateKey.generate()))
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    expired = credentials.issue_credential(world.rita, "audit", now=long_ago)
    with pytest.raises(OB3VerificationError, match=r"(?i)expired"):
        verify_elsewhere(expired.token)
    credentials.revoke_credential(world.rita, issued.public_id, now=now())
    with pytest.raises(OB3VerificationError, match="revocation"):
        verify_elsewhere(issued.token)


def test_a_status_list_has_a_bit_for_each_and_names_nobody(world: World, issued: WorkCredential):
    def bits():
        claims = parts_of(credentials.signed_status_list(0, now=now()))[1]
        encoded = claims["credentialSubject"]["encodedList"][1:]
        return gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))

    assert len(bits()) == 16_384
    assert not any(bits())
    credentials.revoke_credential(world.rita, issued.public_id, now=now())
    assert bits()[issued.pk // 8] == 0x80 >> issued.pk % 8
    with pytest.raises(NotFoundError):
        credentials.signed_status_list(1, now=now())
