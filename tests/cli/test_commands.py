"""The command line: one use case a command, words for people, JSON for programs, refusals in one line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rubrica.cli.main import COMMANDS, rubrica
from rubrica.records.models import Account, ApiToken, Membership, Organisation, Project, ProjectMembership
from rubrica.usecases import accounts, organisations
from tests.cast import NOON, World, audit_answer, build_world, evaluate, person
from tests.imaging.makers import encoded, texture

pytestmark = pytest.mark.django_db


def run(*arguments, code=0, **options):
    done = CliRunner().invoke(rubrica, [str(argument) for argument in arguments], **options)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "images").mkdir()
    for name in ("a", "b"):
        (tmp_path / "images" / f"{name}.png").write_bytes(encoded(texture(32, 32, seed=ord(name)), "PNG"))
    (tmp_path / "images" / "bad.png").write_bytes(b"<svg/>")
    return tmp_path / "images"


# --- help ---


def test_help_lists_every_command_and_where_the_installation_lives():
    text = run("--help").output

    assert all(re.search(rf"^  {name} ", text, re.MULTILINE) for name in COMMANDS)
    assert "--home DIR" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    assert run(name, "--help").output.startswith("Usage:")


def test_a_command_that_does_not_exist_is_refused():
    assert "No such command" in run("frobnicate", code=2).stderr


# --- projects ---


def test_projects_are_listed_with_their_items_and_evaluations(world: World):
    evaluate(world, world.rita)

    assert run("project", "list").output.splitlines() == [
        "Project  Name   Items  Evaluations",
        "audit    Audit      3            1",
        "other    Other      0            0",
    ]
    assert json.loads(run("project", "list", "--json").output) == [
        {"slug": "audit", "name": "Audit", "items": 3, "evaluations": 1},
        {"slug": "other", "name": "Other", "items": 0, "evaluations": 0},
    ]


def test_a_project_is_created_for_its_lead(world: World):
    run("project", "create", "atelier", "New one", "--template", "technical-quality", "--lead", "lena@example.org")

    project = Project.objects.everywhere("a test").get(slug="new-one")
    assert ProjectMembership.objects.of(project).get().account == world.lena


def test_a_project_without_a_named_lead_is_led_by_the_operator(world: World):
    run("project", "create", "atelier", "New one", "--template", "technical-quality")

    project = Project.objects.everywhere("a test").get(slug="new-one")
    assert ProjectMembership.objects.of(project).get().account == world.petra
    assert Membership.objects.of_account(world.petra).get().role == "lead"


def test_a_project_goes_out_as_files_and_comes_back(world: World, tmp_path):
    run("project", "export", "audit", tmp_path)
    assert "already says what the files say" in run("project", "apply", tmp_path).output

    guideline = tmp_path / "guideline.md"
    guideline.write_text(guideline.read_text() + "\nOne more.\n")
    text = run("project", "apply", tmp_path, "--publish", "--summary", "More").output
    assert "  +One more." in text
    assert "Published as version 2" in text


def test_the_project_to_write_may_be_left_out_where_there_is_only_one(db, tmp_path):
    organisations.create_organisation(person("petra", platform_admin=True), name="Atelier", now=NOON)
    run("project", "create", "atelier", "Only one", "--template", "technical-quality")
    run("project", "export", tmp_path)
    run("project", "create", "atelier", "Second", "--template", "technical-quality")

    assert (tmp_path / "project.yaml").read_text().splitlines()[1] == "slug: only-one"
    assert "Say which project: one of only-one, second." in run("project", "export", tmp_path, code=2).stderr


def test_a_project_is_paused_and_started_again(world: World):
    run("project", "state", "audit", "paused")
    assert Project.objects.of(world.project).get().state == "paused"
    run("project", "state", "audit", "active")
    assert Project.objects.of(world.project).get().state == "active"

    assert "Publish the guideline first" in run("project", "state", "other", "active", code=1).stderr


# --- items in, results out ---


def test_an_import_prints_each_refusal_with_what_to_do_and_the_sums(world: World, folder):
    lines = run("import", "audit", folder).output.splitlines()

    assert lines[0].startswith("bad.png: The file is an SVG drawing")
    assert lines[0].endswith("[unsupported-format]")
    assert lines[-1] == "2 accepted, 0 known already, 1 refused."


def test_an_import_speaks_json_to_programs(world: World, folder):
    told = json.loads(run("import", "audit", folder, "--json").output)

    assert (told["accepted"], told["known"], told["refused"]) == (2, 0, 1)
    assert told["problems"][0]["code"] == "unsupported-format"


def test_a_wrong_manifest_is_one_line_and_exit_2(world: World, folder):
    (folder / "items.csv").write_text("imgae\na.png\n")
    done = run("import", "audit", folder / "items.csv", code=2)

    assert done.output == done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Error: The manifest cannot be used: header: has no column 'image'")


def test_a_report_is_readable_and_says_why_there_is_no_verdict(db):
    world = build_world(items=2)
    for rater in (world.rita, world.rater("remy")):
        for score in (5, 4):
            evaluate(world, rater, audit_answer(score))
    text = run("report", "audit").output

    assert "4 evaluations by 2 raters" in text
    assert "Overall: No verdict yet: 2 items have been rated by two or more people" in text
    assert re.search(r"Overall +4 +\d+% +100% ", text)


def test_a_report_speaks_json_to_programs(world: World):
    found = json.loads(run("report", "audit", "--json").output)

    assert (found["format"], found["project"]) == ("rubrica/report/1", "audit")


def test_numbers_are_printed_with_their_intervals(db):
    world = build_world(items=6)
    for rater in (world.rita, world.rater("remy")):
        for score in (5, 4, 5, 5, 4, 4):
            evaluate(world, rater, audit_answer(score))

    assert re.search(r"Overall +12 .* -?\d\.\d\d \(-?\d\.\d\d(–| to )-?\d\.\d\d\)", run("report", "audit").output)


def test_an_export_says_what_it_wrote(world: World, tmp_path):
    text = run("export", "audit", "--format", "csv", "--out", tmp_path / "out").output

    assert text.startswith("0 evaluations, 0 ratings, 0 marks, 3 items, 0 aggregates, 0 adjudications written to")
    assert (tmp_path / "out" / "manifest.json").exists()


def test_an_export_into_a_folder_that_is_not_empty_exits_with_2(world: World, tmp_path):
    (tmp_path / "mine").write_text("")

    assert "is not empty" in run("export", "audit", "--format", "csv", "--out", tmp_path, code=2).stderr


# --- people ---


def test_people_are_brought_in_and_shut_out(world: World):
    text = run("account", "create", "ada@example.org", "--name", "Ada").output
    secret = re.search(r"/sign-in/([^/]+)/", text)[1]
    ada = Account.objects.get(email="ada@example.org")
    run("member", "add", "atelier", "ada@example.org", "specialist", "--project", "audit")
    assert ProjectMembership.objects.of(world.project).filter(account=ada, role="specialist").exists()
    token = run("token", "create", "ada@example.org", "--name", "a script").output.strip()
    assert ApiToken.objects.of_account(ada).count() == 1

    run("account", "deactivate", "ada@example.org")
    assert accounts.account_of_token(token, now=NOON) is None
    with pytest.raises(accounts.NotFoundError):
        accounts.use_sign_in_link(secret, now=NOON)


def test_a_login_link_signs_its_person_in(world: World):
    text = run("account", "login-link", "RITA@example.org").output

    from rubrica.kit.clock import now  # noqa: PLC0415  (the link's lifetime is real)

    assert accounts.use_sign_in_link(re.search(r"/sign-in/([^/]+)/", text)[1], now=now()) == world.rita


def test_organisations_are_founded_and_listed(world: World):
    run("organisation", "create", "New house", "--slug", "house")

    assert Organisation.objects.get(slug="house").name == "New house"
    assert "house         New house" in run("organisation", "list").output


def test_a_membership_in_the_organisation_alone(world: World):
    text = run("member", "add", "elsewhere", "rita@example.org", "reviewer").output

    assert text == "rita@example.org is reviewer in Elsewhere.\n"


# --- the installation ---


def test_init_prints_a_link_and_no_password(db):
    text = run("init", "--email", "ada@example.org", "--name", "Ada").output

    assert Account.objects.get(email="ada@example.org").is_platform_admin
    assert "/sign-in/" in text
    assert "password" not in text.lower()


def test_check_ends_with_0_where_all_is_well_and_with_1_where_not(world: World):
    Project.objects.everywhere("a test").update(queue_tail=3, item_count=3)
    done = run("check", "--quick", code=1)

    assert "PROBLEM images: Bytes are missing of" in done.output
    assert done.stderr.endswith("found.\n")


# --- refusals ---


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("report", "nowhere"), 2, "There is no such project"),
        (("account", "login-link", "nobody@example.org"), 2, "There is no account for nobody@example.org"),
        (("account", "create", "no-address", "--name", "x"), 2, "email: is not an e-mail address"),
        (("import", "audit", "nowhere"), 2, "does not exist"),
        (("organisation", "create", "Atelier"), 2, "already"),
        (("export", "other", "--format", "csv", "--out", "{tmp}/x"), 1, "before the guideline has been published"),
        (("report", "other"), 2, "No version of the guideline has been published yet"),
    ],
)
def test_a_refusal_is_one_line_on_standard_error(world: World, arguments, code, words, tmp_path):
    done = run(*(argument.format(tmp=tmp_path) for argument in arguments), code=code)

    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr


def test_a_fresh_key_signs_credentials_from_now_on(db, tmp_path, settings):
    settings.HOME = tmp_path
    first = run("rotate-signing-key").output
    second = run("rotate-signing-key").output

    assert re.search("the key [A-Za-z0-9_-]{43} from now on", second)
    assert first != second
    assert len(json.loads((tmp_path / "signing_keys.json").read_text())["keys"]) == 3


def test_a_floor_of_pay_that_is_none_stops_every_command_with_the_variable_and_what_would_be_right(tmp_path: Path):
    environment = {**os.environ, "RUBRICA_HOME": str(tmp_path), "RUBRICA_PAY_FLOORS": "DE EUR 13.90, lots"}
    command = [sys.executable, "-m", "rubrica", "check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    expected = "Error: RUBRICA_PAY_FLOORS: 'lots' is no floor of pay; it should be such as USD 12 or DE EUR 13.90.\n"
    assert (done.returncode, done.stderr) == (1, expected)
