"""The client against a real server: what a notebook does, and what goes wrong on the way."""

import http.server
import io
import json
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from rubrica.client import Rubrica, RubricaError, UnreachableError
from rubrica.client.connection import Connection
from rubrica.domain.change_proposal import clause_text
from rubrica.domain.roles import Role
from rubrica.kit import clock
from rubrica.records.models import Evaluation, Image
from rubrica.usecases import accounts, jobs, organisations
from rubrica.usecases.imports import JOB_KIND, run_import_job
from tests.api.test_images import original_png
from tests.cast import (
    World,
    add_items,
    audit_answer,
    evaluate,
    fill_queue,
    followed_source,
    opening_document,
    returned_review,
)


@pytest.fixture
def at_work(transactional_db: None, world: World, live_server: Any) -> Iterator[Any]:
    """Return a maker of clients for the cast, against a server in a thread."""
    opened = []

    def client(name: str) -> Rubrica:
        token = accounts.create_token(getattr(world, name), "tests", now=clock.now()).secret
        opened.append(Rubrica(live_server.url, token))
        return opened[-1]

    yield client
    for each in opened:
        each.close()


def test_a_rater_works_through_the_queue(at_work: Any, world: World):
    rita = at_work("rita")
    assert rita.read_me()["name"] == "Rita"
    assert rita.open_workbench("audit")["rubric"]["key"] == "ai-image-audit"
    assert rita.read_guideline_news("audit")["unread"] is None
    rita.acknowledge_guideline("audit", 1)

    work = rita.take_assignments("audit", hold=1)
    kept = rita.renew_assignment(work["assignments"][0]["id"])
    assert kept["leased_until"] >= work["assignments"][0]["leased_until"]
    skipped = rita.skip_assignment(work["assignments"][0]["id"], "too_hard", note="too small", hold=1)
    submitted = rita.submit_evaluation(skipped["assignments"][0]["id"], audit_answer(5), hold=1)
    assert submitted["receipt"]["replayed"] is False
    assert submitted["progress"] == {"done": 1, "remaining": 2}
    last = rita.list_own_evaluations("audit")[0]
    revised = rita.revise_evaluation(last["id"], audit_answer(4), "I had missed a finger")

    assert rita.list_own_evaluations("audit")[0]["id"] == revised["evaluation"]
    assert Evaluation.objects.of_account(world.rita).count() == 2


def test_an_answer_sent_again_with_its_key_is_stored_once(at_work: Any, world: World):
    rita = at_work("rita")
    held = rita.take_assignments("audit")["assignments"][0]["id"]

    first = rita.submit_evaluation(held, audit_answer(), key="kept-by-the-caller")
    again = rita.submit_evaluation(held, audit_answer(), key="kept-by-the-caller")

    assert again["receipt"] == {**first["receipt"], "replayed": True}
    assert Evaluation.objects.of_account(world.rita).count() == 1


def test_an_explanation_in_the_making_is_looked_through(at_work: Any, world: World):
    found = at_work("rita").check_explanation("audit", audit_answer(explanation="The hand is blury."))

    assert "spelling" in {finding["code"] for finding in found["findings"]}
    assert found["language"] == "checked"


def test_a_person_tells_of_work_and_claims_what_was_not_credited(at_work: Any, world: World):
    rita, lena = at_work("rita"), at_work("lena")
    beats = [
        {"number": number, "counter": number * 15_000, "page": "workbench", "inputs": int(number in {0, 20})}
        for number in range(21)
    ]
    assert rita.send_beats("audit", "a-page-of-mine", beats, counter=300_000) == {"stored": 21, "late": None}
    assert rita.read_time_today("audit")["terms"]["idle_ms"] == 120_000
    own = rita.read_own_time(last=clock.now().date())
    assert sum(day["credited_ms"] + day["idle_ms"] for day in own["days"]) == 300_000

    idle = next(span for span in own["spans"] if span["kind"] == "idle")
    start, end = (datetime.fromisoformat(idle[name]) for name in ("started_at", "ended_at"))
    assert rita.claim_time("audit", start, end, "reading", note="The style guide")["state"] == "claimed"
    assert lena.decide_time_claim("audit", 1, "refuse", reason="Which one?")["state"] == "refused"
    assert rita.contest_time_claim("audit", 1, reason="Ours.")["state"] == "contested"
    assert [row["number"] for row in rita.list_time_claims("audit")] == [1]


def test_an_opening_is_led_and_found_and_the_search_for_others_noted(at_work: Any, world: World):
    rita, lena = at_work("rita"), at_work("lena")
    fill_queue(world.project)
    assert lena.write_opening("audit", {"title": "Raters"})["problems"]
    assert lena.change_opening("audit", 1, opening_document())["problems"] == []
    shown = lena.publish_opening("audit", 1)
    assert [row["id"] for row in rita.find_openings("q=image")["openings"]] == [shown["id"]]
    assert rita.read_opening(shown["id"])["is_ours"]
    assert lena.close_opening("audit", 1)["state"] == lena.read_project_opening("audit", 1)["state"] == "closed"
    assert [row["number"] for row in lena.list_project_openings("audit", page_size=1)] == [1]
    assert list(lena.list_applications("audit")) == list(rita.list_own_applications()) == []

    kept = rita.save_search("Images", "q=image")
    assert rita.change_saved_search(kept["id"], by_mail=False) == rita.list_saved_searches()[0]
    rita.remove_saved_search(kept["id"])
    tracked = rita.track_application("Board", "Rater", unpaid_minutes=30)
    assert rita.step_tracked_application(tracked["id"], "apply")["state"] == "applied"
    income = {"amount": "12.50", "currency": "USD"}
    changed = rita.change_tracked_application(tracked["id"], "Board", "Rater", income=income)
    assert list(rita.list_tracked_applications(page_size=1)) == [changed]
    rita.untrack_application(tracked["id"])
    source = followed_source(world.rita)
    assert [row["url"] for row in rita.list_opening_sources()] == [source.url]
    rita.remove_opening_source(source.public_id)
    with pytest.raises(RubricaError):
        rita.refresh_opening_source(source.public_id)
    with pytest.raises(RubricaError):
        rita.add_opening_source("file:///etc/passwd")


def test_a_lead_sets_a_project_up_and_reads_its_results(at_work: Any, world: World, tmp_path: Path):
    lena = at_work("lena")
    keys = [template["key"] for template in lena.list_templates()]
    project = lena.create_project("atelier", "From a notebook", keys[0])
    draft = lena.read_guideline_draft(project["slug"])
    saved = lena.save_guideline_draft(
        project["slug"], draft["markdown"] + "\nMore.", draft["rubric"], revision=draft["revision"]
    )
    assert saved["revision"] == draft["revision"] + 1
    assert lena.publish_guideline(project["slug"], summary="First")["number"] == 1
    assert lena.read_guideline_version(project["slug"], 1)["markdown"].endswith("More.")
    assert [row["number"] for row in lena.list_guideline_versions(project["slug"])] == [1]
    assert {row["kind"] for row in lena.compare_guidelines(project["slug"], new=1)["changes"]} == {"added"}
    assert lena.compare_guidelines(project["slug"], old=1) == {"changes": [], "examples": []}
    assert lena.change_project_settings(project["slug"], overlap=4)["overlap"] == 4
    assert lena.change_project_state(project["slug"], "active")["state"] == "active"
    lena.set_project_role(project["slug"], world.rowan.public_id, "reviewer")
    assert {row["name"] for row in lena.list_project_members(project["slug"])} == {"Lena", "Rowan"}
    lena.end_project_role(project["slug"], world.rowan.public_id)
    assert lena.read_template(keys[0])["rubric"]["key"] == keys[0]
    assert {row["slug"] for row in lena.list_projects()} == {"audit", project["slug"]}

    evaluate(world, world.rita, audit_answer(5))
    assert lena.read_report("audit", version=1)["counts"]["evaluations"] == 1
    assert [row["name"][:6] for row in lena.read_calibration("audit")["raters"]] == ["rater-"]
    assert at_work("rita").read_own_calibration("audit")["raters"][0]["n"] == 1
    archive = lena.export_project("audit", tmp_path / "audit.zip", format="jsonl")
    with zipfile.ZipFile(archive) as exported:
        assert exported.testzip() is None
    assert list(tmp_path.iterdir()) == [archive]


def test_a_rule_is_asked_about_proposed_anew_and_scheduled(at_work: Any, world: World):
    rita, rowan, lena = at_work("rita"), at_work("rowan"), at_work("lena")
    asked = rita.ask_about_clause("audit", "PL-1", "Is a seam a fault?")
    rowan.answer_clause_question("audit", asked, "I call it one.")
    assert [row["answers"][0]["author"] for row in lena.list_clause_questions("audit")] == ["Rowan"]
    rita.settle_clause_question("audit", asked)
    text = f"{clause_text(world.guideline.markdown, 'PL-1')}\n\nA seam is a fault."
    for number in (1, 2, 3):
        assert rita.propose_change("audit", "PL-1", text, summary="Seams")["number"] == number
    rowan.give_opinion("audit", 1, approves=True)
    rita.withdraw_change("audit", 2)
    lena.decline_change("audit", 3, reason="It is the first again.")
    lena.accept_change("audit", 1)
    states = {row["number"]: row["state"] for row in lena.list_change_proposals("audit", page_size=1)}
    assert states == {1: "accepted", 2: "withdrawn", 3: "declined"}
    assert lena.read_change_proposal("audit", 1)["opinions"][0]["approves"] is True

    tomorrow = clock.now() + timedelta(days=1)
    scheduled = lena.schedule_publication("audit", tomorrow, summary="Seams", change_class="clarification")
    assert rita.read_scheduled_publication("audit") == scheduled
    lena.cancel_publication("audit")
    assert rita.read_scheduled_publication("audit") is None
    told = {row["topic"] for row in rita.list_news(unread=True, page_size=1)}
    assert told == {"case", "proposal", "guideline"}
    assert rita.mark_news_read([next(rita.list_news())["id"]]) == 1
    assert rita.mark_news_read() > 1
    assert list(rita.list_news(unread=True)) == []
    assert rita.choose_news_ways(case="now") == {**rowan.read_news_ways(), "case": "now"}


def test_an_evaluation_is_reviewed_appealed_and_decided_on_by_another(at_work: Any, world: World):
    rita, rowan, lena = at_work("rita"), at_work("rowan"), at_work("lena")
    first = evaluate(world, world.rita).receipt.evaluation
    for _ in range(2):
        evaluate(world, world.rita)
    assert lena.flag_evaluation("audit", first, note="Looks hasty") == 1
    assert rowan.queue_reviews("audit", "sample", 9) == 2
    lena.take_over_review("audit", 1)
    assert [row["number"] for row in lena.list_reviews("audit", state="pending", owned=True)][-1] == 1
    rowan.adjudicate_review("audit", 1, {"overall": 2}, comment="A seam", clause="PL-1")
    rowan.accept_review("audit", 2)
    rowan.return_review("audit", 3, comment="Look again", criterion="overall")
    assert [row["state"] for row in rita.list_own_reviews("audit", page_size=1)] == [
        "returned",
        "accepted",
        "adjudicated",
    ]
    rita.appeal_review("audit", 1, reason="A reflection")
    lena.uphold_appeal("audit", 1, reason="So it is")
    rita.appeal_review("audit", 3, reason="I did")
    lena.dismiss_appeal("audit", 3, reason="No")
    evaluate(world, world.rater("remy"))
    assert rowan.queue_reviews("audit", "sample", 1) == 1
    assert rita.read_review("audit", 1)["adjudicated"] == {"overall": 2}
    assert [row["state"] for row in rita.read_review("audit", 3)["steps"]] == ["returned", "appealed", "dismissed"]


def test_what_was_returned_is_taken_as_it_is(at_work: Any, world: World):
    returned_review(world, evaluate(world, world.rita).receipt.evaluation)

    at_work("rita").settle_review("audit", 1)

    assert next(at_work("lena").list_reviews("audit"))["state"] == "settled"


def test_a_round_is_opened_judged_by_programs_revealed_and_judged_again(at_work: Any, world: World):
    world.remy = world.rater("remy")
    lena = at_work("lena")
    assert lena.open_round("audit", "Seams", 1, choice="sample")["state"] == "judging"
    for stage in (1, 2):
        for name in ("rita", "remy"):
            held = at_work(name).take_assignments("audit", hold=1)["assignments"][0]
            assert held["is_test"] is True
            at_work(name).submit_evaluation(held["id"], audit_answer(3 + stage), hold=0)
        if stage == 1:
            assert lena.read_round("audit", 1)["items"] is None
            lena.reveal_round("audit", 1)
            assert at_work("rita").say_in_round("audit", 1, 0, "Why a 4?")["author"] == "Rita"
            lena.judge_round_again("audit", 1)
    lena.close_round("audit", 1)

    (item,) = at_work("remy").read_round("audit", 1)["items"]
    assert [row["answers"]["overall"] for row in item["before"] + item["after"]] == [4, 4, 5, 5]
    assert [row["state"] for row in lena.list_rounds("audit")] == ["closed"]


def test_gold_is_made_planned_and_asked_for(at_work: Any, world: World):
    rita, lena = at_work("rita"), at_work("lena")
    assert lena.list_gold_proposals("audit") == []
    assert lena.accept_gold_proposals("audit", ["of-no-proposal"]) == 0
    for item in world.items:
        lena.make_gold("audit", item.public_id, {"overall": 5})
    changed = lena.change_gold_plan("audit", tolerances={"overall": 0}, retake_days=0)
    assert (changed["tolerances"], lena.read_gold_plan("audit")) == ({"overall": 0}, changed)
    asked = lena.order_attempt("audit", world.rita.public_id, "qualification", 3)
    assert (asked["state"], lena.list_attempts("audit")[0]["name"][:6]) == ("open", "rater-")
    for _ in world.items:
        rita.submit_evaluation(rita.take_assignments("audit", hold=1)["assignments"][0]["id"], audit_answer(4), hold=0)
    assert [row["item"] for row in rita.list_own_attempts("audit")[0]["missed"]] != []
    assert rita.retake_test("audit")["state"] == "open"
    for number in (1, 2, 3):
        lena.keep_gold_for_practice("audit", number)
    world.remy = world.rater("remy")
    assert at_work("remy").practise("audit")["purpose"] == "practice"


def test_an_admin_looks_after_people(at_work: Any, world: World):
    omar, petra = at_work("omar"), at_work("petra")

    made = omar.invite("atelier", "ida@example.org", "specialist", project="audit")
    assert [row["id"] for row in omar.list_invitations("atelier")] == [made["id"]]
    omar.revoke_invitation("atelier", made["id"])
    assert omar.list_invitations("atelier") == []
    omar.change_member_role("atelier", world.rowan.public_id, "lead")
    roles = {row["name"]: row["role"] for row in omar.list_organisation_members("atelier")}
    assert roles["Rowan"] == Role.LEAD
    omar.remove_member("atelier", world.rowan.public_id)
    assert petra.create_organisation("Third")["slug"] == "third"
    assert {row["slug"] for row in petra.list_organisations()} == {"atelier", "elsewhere", "third"}
    token = omar.list_tokens()[0]
    omar.revoke_token(token["id"])
    with pytest.raises(RubricaError, match="Who is calling"):
        omar.read_me()
    assert organisations.organisations_of(world.rowan) == []


def test_items_are_read_page_by_page(at_work: Any, world: World):
    add_items(world.project, 4)
    lena = at_work("lena")

    keys = [item["key"] for item in lena.list_items("audit", page_size=3)]

    assert keys == [f"item-{number}" for number in range(1, 8)]
    first = next(lena.list_items("audit"))
    assert lena.read_item("audit", first["id"]) == first


def test_images_go_in_and_come_out(at_work: Any, world: World, tmp_path: Path):
    lena = at_work("lena")
    picture, page = tmp_path / "cat.png", tmp_path / "page.png"
    picture.write_bytes(original_png())
    page.write_bytes(b"<html>")

    started = lena.start_import("audit", [picture, page], source="A notebook")
    jobs.run_next({JOB_KIND: run_import_job}, clock.now)
    done = lena.read_import("audit", started["id"])

    assert (done["state"], done["accepted"], [row["name"] for row in done["problems"]]) == ("finished", 1, ["page.png"])
    assert [row["source"] for row in lena.list_imports("audit")] == ["A notebook"]
    image = [*lena.list_items("audit")][-1]["images"][0]
    assert lena.original_image(image["id"]) == original_png()
    assert lena.view_image(image["id"]) == lena.read_bytes(image["view_url"])
    assert lena.thumbnail_image(image["id"]) == lena.read_bytes(image["thumbnail_url"])
    row = Image.objects.of(world.project).get(public_id=image["id"])
    default_storage.save(row.storage_key("pyramid"), ContentFile(b"PK\x05\x06" + bytes(18)))
    with pytest.raises(RubricaError, match="no such tile"):
        lena.image_tile(image["id"], 0, 0, 0)


def test_a_refusal_names_what_was_wrong(at_work: Any):
    rita = at_work("rita")
    held = rita.take_assignments("audit")["assignments"][0]["id"]

    with pytest.raises(RubricaError) as refused:
        rita.submit_evaluation(held, audit_answer(answers={"overall": 9}))

    error = refused.value
    assert (error.status, error.type, error.title) == (422, "answer-rejected", "The answer does not fit the rubric")
    assert [row["field"] for row in error.problems][-1] == "answers.overall"
    assert str(error).endswith("- answers.overall: is 9; allowed: one of 5, 4, 3, 2, 1")


def test_an_export_that_is_refused_leaves_no_file(at_work: Any, tmp_path: Path):
    with pytest.raises(RubricaError) as refused:
        at_work("rita").export_project("audit", tmp_path / "audit.zip", format="csv")

    assert (refused.value.status, list(tmp_path.iterdir())) == (403, [])


def test_what_is_put_into_an_address_stays_one_part_of_it(at_work: Any):
    with pytest.raises(RubricaError) as refused:
        at_work("lena").read_project("../../me?x=#")

    assert refused.value.status == 404


# --- a server in trouble ---


class Troubled(http.server.BaseHTTPRequestHandler):
    """Answers what the test has laid out, one after the other."""

    protocol_version = "HTTP/1.1"
    answers: list[tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.command, self.headers.get("Idempotency-Key", "")))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, body = self.answers.pop(0)
        if status == 0:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  (its name)

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


class TroubledServer(http.server.ThreadingHTTPServer):
    """A server whose broken connections are no news."""

    def handle_error(self, *_arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def troubled() -> Iterator[tuple[Connection, type[Troubled], list[float]]]:
    """Return a connection to a troubled server, what the server is to answer, and the waits that were taken."""
    handler = type("Handler", (Troubled,), {"answers": [], "asked": []})
    server = TroubledServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    waits: list[float] = []
    connection = Connection(
        f"http://127.0.0.1:{server.server_port}", "rub_x", timeout=5, attempts=3, sleep=waits.append
    )
    yield connection, handler, waits
    connection.close()
    server.shutdown()
    thread.join()
    server.server_close()


GONE, BUSY, FINE = (0, {}, b""), (503, {"Retry-After": "7"}, b"{}"), (200, {}, b'{"name": "Rita"}')


def test_reading_is_asked_again_until_there_is_an_answer(troubled: Any):
    connection, handler, waits = troubled
    handler.answers += [GONE, BUSY, FINE]

    assert connection.get("/api/v1/me") == {"name": "Rita"}
    assert waits == [0.5, 7.0]


def test_reading_is_given_up_in_the_end(troubled: Any):
    connection, handler, waits = troubled
    handler.answers += [BUSY, BUSY, BUSY]

    with pytest.raises(RubricaError) as refused:
        connection.get("/api/v1/me")

    assert (refused.value.status, waits) == (503, [7.0, 7.0])


def test_no_answer_at_all_has_its_own_error(troubled: Any):
    connection, handler, _ = troubled
    handler.answers += [GONE, GONE, GONE]

    with pytest.raises(UnreachableError) as lost:
        connection.get("/api/v1/me")

    assert (lost.value.status, lost.value.type) == (0, "unreachable")


def test_a_change_is_asked_once_unless_it_carries_a_key(troubled: Any):
    connection, handler, waits = troubled
    handler.answers += [GONE]

    with pytest.raises(UnreachableError):
        connection.send("POST", "/api/v1/projects", {"name": "A"})

    assert (waits, handler.asked) == ([], [("POST", "")])


def test_a_change_that_carries_a_key_is_sent_again_with_the_same(troubled: Any):
    connection, handler, _ = troubled
    handler.answers += [GONE, BUSY, FINE]

    connection.send("POST", "/api/v1/x", {}, headers={"Idempotency-Key": "one-key"}, is_repeatable=True)

    assert handler.asked == [("POST", "one-key")] * 3


def test_an_answer_that_is_not_rubricas_is_called_so(troubled: Any):
    connection, handler, _ = troubled
    handler.answers += [(302, {"Location": "https://elsewhere.example/"}, b""), (404, {}, b"<html>")]

    for status in (302, 404):
        with pytest.raises(RubricaError, match="not one of Rubrica's") as refused:
            connection.get("/api/v1/me")
        assert refused.value.status == status


@pytest.mark.parametrize("url", ["https://elsewhere.example/api/v1/x", "//elsewhere.example/x", "/logout", "x"])
def test_the_token_goes_nowhere_else(troubled: Any, url: str):
    connection, _, _ = troubled

    with pytest.raises(ValueError, match="no address of this API"):
        connection.read(url)


def test_the_client_needs_nothing_else_of_rubrica():
    code = "import sys, rubrica.client; print([m for m in sys.modules if m.startswith(('django', 'rubrica', 'numpy'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = json.loads(done.stdout.replace("'", '"'))
    assert [name for name in loaded if not name.startswith("rubrica.client")] == ["rubrica"]
    assert io.StringIO(done.stderr).read() == ""


def test_a_specialist_takes_profile_record_and_credential_along(world: World, at_work: Any):
    evaluate(world, world.rita)
    rita = at_work("rita")
    assert rita.replace_profile({"languages": [{"tag": "de-CH", "reading": "C1"}]})["revision"] == 1
    assert rita.read_profile()["declared"]["languages"][0]["tag"] == "de-CH"
    assert rita.import_resume({"work": [{"name": "Studio"}]}) == {"sections": ["work"], "left_out": []}
    assert rita.read_resume()["work"][0]["name"] == "Studio"
    assert rita.disclose_work("audit", "counts")["disclosure"] == "counts"
    assert rita.read_work_record()[0]["told"]["items"] == 1
    made = rita.issue_credential("audit")
    rita.revoke_credential(made["id"])

    assert rita.list_credentials()[0]["revoked_at"] is not None
