"""The pages: what they show, what they refuse in which words, and what no page ever carries."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import rubrica.web
from rubrica.domain.roles import Role
from rubrica.kit.clock import now
from rubrica.records.models import GuidelineDraft, GuidelineVersion, Item, Project
from rubrica.records.models.project import ProjectState
from rubrica.usecases import assignments, guidelines, organisations, projects
from rubrica.usecases.reports import Heatmap
from rubrica.web.charts import heat_cells
from tests.cast import NOON, World, add_items, audit_answer, build_world, evaluate, person

pytestmark = pytest.mark.django_db
TEMPLATES = sorted((Path(rubrica.web.__file__).parent / "templates").rglob("*.html"))


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, path):
    return as_(person).get(path).content.decode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style(template):
    text = template.read_text()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    # What is data for other programs is no script, and runs nowhere.
    assert all('src="' in tag or 'type="application/ld+json"' in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", ["/", "/health/", "/nowhere/", "/projects/audit/"])
def test_every_answer_carries_the_policy_and_the_privacy_headers(world: World, path):
    headers = Client().get(path).headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]


def test_the_draft_says_what_publishing_it_reaches_and_queues_that_again(world: World):
    evaluate(world, world.rita)
    assert "changes no question, code or clause" in page(world.lena, "/projects/audit/guideline/edit/")
    draft = GuidelineDraft.objects.of(world.project).get()
    changed = draft.markdown.replace("## AL-1 Alignment\n", "## AL-1 Alignment\nSaid otherwise.\n")
    GuidelineDraft.objects.of(world.project).update(markdown=changed)
    text = page(world.lena, "/projects/audit/guideline/edit/")
    facts = re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]+)</dd>", text)
    assert facts == [("Items", "1"), ("Evaluations", "1"), ("Raters", "1"), ("Hours to judge all anew", "–")]
    assert "<code>AL-1</code>" in text

    form = {"summary": "Alignment", "change_class": "breaking", "which": "all"}
    assert as_(world.lena).post("/projects/audit/guideline/publish/", form).status_code == 302
    assert "1 of the 1 items that it reaches were queued again" in page(world.lena, "/projects/audit/guideline/")
    assert list(Item.objects.of(world.project).order_by("-pass_number").values_list("pass_number", flat=True)) == [
        2,
        1,
        1,
    ]


def test_today_shows_a_specialist_the_work_and_a_lead_the_projects(world: World):
    assert "Start evaluating" in page(world.rita, "/")
    assert "Projects you lead" in page(world.lena, "/")
    assert "Projects you review" in page(world.rowan, "/")
    assert "Found an organisation" in page(world.petra, "/")


def test_today_counts_the_own_evaluations_of_today_and_the_last_seven_days(world: World):
    world.now = now()
    evaluate(world, world.rita)
    counts = as_(world.rita).get("/").context["counts"]

    assert counts == {"today": 1, "week": 1, "total": 1}


def test_today_tells_a_lead_what_a_project_waits_for(world: World):
    projects.create_project(world.lena, "atelier", name="Empty", template="ai-image-audit", now=NOON)
    waiting = as_(world.lena).get("/").context["attention"]

    assert [(step.project.name, step.words) for step in waiting] == [("Empty", "Import items")]


def test_own_work_is_shown_in_the_words_of_the_rubric(world: World):
    evaluate(world, world.rita, audit_answer(4))
    text = page(world.rita, "/my-work/")

    assert "4 · Minor faults" in text
    assert "4 · Minor faults" not in page(world.rater("ravi"), "/my-work/")


@pytest.mark.parametrize(("wanted", "shown"), [("dark", "dark"), ("light", "light"), ("", ""), ("pink", "")])
def test_a_chosen_theme_stays_and_anything_else_follows_the_system(world: World, wanted, shown):
    rita = as_(world.rita)
    rita.post("/account/theme/", {"theme": wanted})

    assert rita.get("/").context["theme"] == shown


def test_a_lead_gives_a_member_of_the_organisation_a_part_in_the_project(world: World):
    added = person("nina")
    organisations.add_member(world.organisation, added, Role.SPECIALIST, now=NOON)
    as_(world.lena).post("/projects/audit/people/add/", {"member": added.public_id, "role": "specialist"})

    assert as_(added).get("/projects/audit/work/").status_code == 200


def test_a_heatmap_is_drawn_where_it_tells_something():
    told = heat_cells(Heatmap(0, 2, 2, (0.0, 0.0, 0.1, 0.4), 3))

    assert [(cell.x, cell.y, cell.opacity) for cell in told] == [(0, 1, "0.25"), (1, 1, "1.00")]
    assert heat_cells(Heatmap(0, 2, 2, (0.0, 0.0, 0.0, 0.0), 3)) == []
    assert heat_cells(Heatmap(0, 2, 2, (0.4, 0.4, 0.38, 0.4), 3)) == []


def test_an_empty_place_says_what_to_do_next(world: World):
    empty = projects.create_project(world.lena, "atelier", name="Empty", template="ai-image-audit", now=NOON)
    for path, words in (
        ("items", "No items yet"),
        ("guideline", "No version has been published"),
        ("results", "Nothing to report yet"),
    ):
        assert words in page(world.lena, f"/projects/{empty.slug}/{path}/")
    assert "You have not evaluated anything" in page(world.rita, "/my-work/")


def test_a_refusal_is_a_page_with_the_use_cases_words(world: World):
    answer = as_(world.rita).get("/projects/audit/settings/")

    assert answer.status_code == 403
    assert "Your role in this project (specialist) does not allow this" in answer.content.decode()


def test_a_form_keeps_what_was_typed_and_names_the_problem(world: World):
    answer = as_(world.lena).post(
        "/new-project/", {"name": "Audit", "organisation": "atelier", "template": "ai-image-audit"}
    )

    assert answer.status_code == 422
    assert "is taken" in answer.content.decode()
    assert 'value="Audit"' in answer.content.decode()


def test_a_lead_gets_from_a_template_to_a_running_project_by_pages_alone(world: World):
    lena = as_(world.lena)
    form = {"name": "By hand", "organisation": "atelier", "template": "side-by-side", "description": "Try it"}
    assert lena.post("/new-project/", form).url == "/projects/by-hand/"
    lena.post("/projects/by-hand/guideline/publish/", {"summary": "First", "change_class": "breaking"})
    invited = lena.post("/projects/by-hand/people/", {"email": "nora@example.org", "role": "specialist"})
    assert "http://127.0.0.1:8000/invitations/" in invited.content.decode()
    lena.post(
        "/projects/by-hand/settings/",
        {
            "name": "By hand",
            "overlap": "4",
            "lease_minutes": "10",
            "repeat_percent": "5",
            "is_sensitive": "on",
            "hourly_limit": "40",
            "most_overlap": "7",
            "hourly_cost": "27.5",
            "currency": "EUR",
        },
    )
    lena.post("/projects/by-hand/state/", {"state": "active"})
    made = Project.objects.visible_to(world.lena).select_related("guideline").get(slug="by-hand")

    assert (made.state, made.overlap, made.lease_seconds, made.guideline.number) == ("active", 4, 600, 1)
    assert (made.repeat_percent, made.is_sensitive, made.hourly_limit) == (5, True, 40)
    assert str(made.hourly_cost) == "EUR 27.50"


def test_an_impossible_change_is_explained_and_changes_nothing(world: World):
    answer = as_(world.lena).post("/projects/audit/settings/", {"overlap": "999", "lease_minutes": "5"}, follow=True)

    assert "1 to 50 evaluations an item" in answer.content.decode()
    assert Project.objects.of(world.project).get().overlap == 2


def test_two_editors_of_a_guideline_do_not_overwrite_each_other(world: World):
    lena, omar = as_(world.lena), as_(world.omar)
    form = lena.get("/projects/audit/guideline/edit/").context
    body = {"revision": "1", "markdown": f"{form['markdown']}\nOne more.\n", "rubric": form["rubric"]}
    assert lena.post("/projects/audit/guideline/edit/", body).status_code == 302
    late = omar.post("/projects/audit/guideline/edit/", {**body, "markdown": f"{form['markdown']}\nAnother.\n"})

    assert late.status_code == 412
    assert "since you opened it" in late.content.decode()
    assert "Another." in late.content.decode()
    assert "One more." in GuidelineDraft.objects.of(world.project).get().markdown


def test_nobody_publishes_what_somebody_else_has_written_unseen(world: World):
    lena, omar = as_(world.lena), as_(world.omar)
    form = lena.get("/projects/audit/guideline/edit/").context
    body = {"revision": "1", "markdown": f"{form['markdown']}\n## OM-1 Omar's rule\n", "rubric": form["rubric"]}
    assert omar.post("/projects/audit/guideline/edit/", body).status_code == 302
    for when in ("", f"{now() + timedelta(days=30):%Y-%m-%d} 09:00"):
        wanted = {"revision": "1", "summary": "My own words", "change_class": "breaking", "effective_at": when}
        late = lena.post("/projects/audit/guideline/publish/", wanted)
        assert late.status_code == 412
        assert "From the version in force to what is saved now" in late.content.decode()
        assert "OM-1" in late.content.decode()
        assert 'value="My own words"' in late.content.decode()
    assert GuidelineVersion.objects.of(world.project).count() == 1
    seen = lena.post("/projects/audit/guideline/publish/", {**wanted, "revision": "2", "effective_at": ""}, follow=True)
    assert "Published." in seen.content.decode()


def test_a_broken_rubric_is_named_line_by_line_and_kept_in_the_editor(world: World):
    answer = as_(world.lena).post(
        "/projects/audit/guideline/edit/", {"revision": "1", "markdown": "# A", "rubric": "unit: triple\nkey: x\n"}
    )

    assert answer.status_code == 422
    assert "unit: triple" in answer.content.decode()
    assert "criteria" in answer.content.decode()


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/a.png)",
        '<img src=x onerror="alert(1)">',
        "<svg/onload=alert(1)>",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "<iframe src=//elsewhere.example></iframe>",
    ],
)
def test_a_hostile_guideline_becomes_harmless_text(world: World, hostile):
    html = as_(world.lena).post("/projects/audit/guideline/preview/", {"markdown": hostile}).content.decode()

    assert not re.search(r"<(script|img|svg|iframe)|href=\"(javascript|data):", html)


def test_what_changed_between_versions_is_shown_word_by_word(world: World):
    lena = as_(world.lena)
    draft = GuidelineDraft.objects.of(world.project).get()
    form = lena.get("/projects/audit/guideline/edit/").context
    markdown = draft.markdown.replace("The subject", "The main subject", 1)
    assert markdown != draft.markdown
    body = {"revision": draft.revision, "markdown": f"{markdown}\n## ZZ-1 Rulings\n", "rubric": form["rubric"]}
    lena.post("/projects/audit/guideline/edit/", body)
    shown = page(world.lena, "/projects/audit/guideline/changes/")

    assert "The <ins>main </ins>subject is destroyed" in shown
    assert "<ins>## ZZ-1 Rulings</ins>" in shown
    assert "The rubric is the same." in shown


def test_a_reviewer_reads_an_item_without_names_of_models_or_people(world: World):
    evaluate(world, world.rita)
    item = Item.objects.of(world.project).get(evaluation_count=1)
    reviewer = page(world.rowan, f"/projects/audit/items/{item.public_id}/")
    lead = page(world.lena, f"/projects/audit/items/{item.public_id}/")

    assert "secret-model" in lead
    assert "Rita" not in lead
    assert "Rita" in page(world.omar, f"/projects/audit/items/{item.public_id}/")
    assert "secret-model" not in reviewer
    assert "secret-camera" not in reviewer
    assert "Rita" not in reviewer


def test_marks_lie_over_the_image_as_shapes(world: World):
    mark = {"image": "a", "shape": "box", "geometry": {"x": 0.1, "y": 0.2, "width": 0.3, "height": 0.4}}
    mark |= {"code": "ANAT.extra", "part": "hand", "severity": 2, "note": ""}
    evaluate(world, world.rita, audit_answer(4, marks=[mark]))
    item = Item.objects.of(world.project).get(evaluation_count=1)

    # In pixels of the view, which is 640 × 480.
    assert 'd="M64.0 96.0H256.0V288.0H64.0Z"' in page(world.lena, f"/projects/audit/items/{item.public_id}/")


def test_what_was_painted_lies_over_the_image_as_thick_as_the_brush_and_says_what_it_is(world: World):
    strokes = {"width": 0.075, "height": 0.1, "strokes": [[[0.1, 0.5], [0.5, 0.5]], [[0.5, 0.25]]]}
    mark = {"image": "a", "shape": "brush", "geometry": strokes, "code": "TECH.seam", "severity": 2}
    evaluate(world, world.rita, audit_answer(4, marks=[{**mark, "missing": True, "clause": "TE-1"}]))
    item = Item.objects.of(world.project).get(evaluation_count=1)
    text = page(world.lena, f"/projects/audit/items/{item.public_id}/")

    assert 'stroke-width="48.0"' in text
    assert 'd="M64.0 240.0L320.0 240.0L320.0 240.0M320.0 120.0L320.0 120.0"' in text
    assert "missing here" in text
    assert "TE-1" in text


def test_results_refuse_a_verdict_under_twenty_doubled_items_and_say_so(world: World):
    for rater in (world.rita, world.rater("ravi")):
        for _ in range(3):
            evaluate(world, rater)
    text = page(world.lena, "/projects/audit/results/")

    assert "No verdict yet" in text
    assert "3 items have" in text


def test_results_show_agreement_with_an_interval_once_there_is_enough(db):
    world = build_world(items=24)
    for score, rater in ((4, world.rita), (5, world.rater("ravi"))):
        for number in range(24):
            evaluate(world, rater, audit_answer(score if number % 3 else 5))
    text = page(world.lena, "/projects/audit/results/")

    assert re.search(r"-?\d\.\d\d \(-?\d\.\d\d–-?\d\.\d\d\)", text)
    assert "No verdict yet" not in text


@pytest.mark.parametrize(("items", "is_judged"), [(3, False), (24, True)])
def test_the_plot_of_agreement_judges_no_sooner_than_the_verdict(db, items, is_judged):
    world = build_world(items=items)
    for score, rater in ((4, world.rita), (5, world.rater("ravi"))):
        for number in range(items):
            evaluate(world, rater, audit_answer(score if number % 3 else 5))
    html = as_(world.lena).get("/projects/audit/results/").content.decode()

    assert html.count('aria-labelledby="agreement-alpha-title"') == 1
    assert ("healthy from 0.40" in html) == is_judged
    assert "<style" not in html


@pytest.mark.parametrize("path", ["/", "/projects/", "/projects/audit/items/", "/my-work/", "/projects/audit/people/"])
def test_a_list_costs_the_same_with_one_row_and_with_many(world: World, path):
    person = world.rita if path == "/my-work/" else world.lena
    evaluate(world, world.rita)
    client = as_(person)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    add_items(world.project, 5)
    for name in ("One", "Two"):
        projects.create_project(world.lena, "atelier", name=name, template="ai-image-audit", now=NOON)
        world.rater(name.lower())
    evaluate(world, world.rita)
    with CaptureQueriesContext(connection) as many:
        client.get(path)

    assert len(many) == len(few)


def test_a_page_that_does_not_exist_says_where_to_go(world: World):
    answer = as_(world.rita).get("/nowhere/")

    assert answer.status_code == 404
    assert "To the start page" in answer.content.decode()


def test_a_stale_form_is_explained(world: World):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.rita)
    answer = client.post(reverse("create_token"), {"name": "x"})

    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


@pytest.mark.parametrize("path", ["/projects/audit/state/", "/account/tokens/", "/sign-out/"])
def test_no_state_changes_by_a_link(world: World, path):
    before = Project.objects.of(world.project).get().state
    as_(world.lena).get(path)

    assert Project.objects.of(world.project).get().state == before


def test_images_of_a_sensitive_project_wait_on_every_page_until_they_are_asked_for(world: World):
    evaluate(world, world.rita)
    item = world.items[0].public_id
    pages = [(world.lena, "/projects/audit/items/"), (world.lena, f"/projects/audit/items/{item}/")]
    pages.append((world.rita, "/my-work/"))
    for somebody, page in pages:
        assert 'class="reveal"' not in as_(somebody).get(page).content.decode()
    projects.change_settings(world.lena, "audit", is_sensitive=True, now=world.now)

    for somebody, page in pages:
        text = as_(somebody).get(page).content.decode()
        assert 'class="reveal"' in text
        assert "may-hide" in text


def test_today_says_what_is_in_ones_hands(world: World):
    assert "in your hands" not in as_(world.rita).get("/").content.decode()
    assignments.take_assignments(world.rita, "audit", hold=2, now=now())

    assert "2 items in your hands" in as_(world.rita).get("/").content.decode()


def test_today_costs_the_same_for_one_project_as_for_three(world: World):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert as_(world.rita).get("/").status_code == 200
        return len(counted)

    queries()
    one = queries()
    for name in ("Second", "Third"):
        made = projects.create_project(world.lena, "atelier", name=name, template="ai-image-audit", now=NOON)
        add_items(made, 2)
        guidelines.publish_guideline(world.lena, made.slug, now=NOON)
        organisations.add_project_member(made, world.rita, Role.SPECIALIST, now=NOON)
        projects.change_state(world.lena, made.slug, ProjectState.ACTIVE, now=NOON)

    assert queries() == one
