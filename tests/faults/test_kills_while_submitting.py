"""The server is killed between submit and answer: what was acknowledged is there, once, and sending again is safe."""

import http.client
import json
import random
from collections.abc import Callable

import pytest

from tests.cast import audit_answer
from tests.faults.installations import SECONDS, Installation, Server, until
from tests.faults.prepare import ITEMS, OVERLAP, RATERS
from tests.faults.raters import Rater

KILLS = 5
EVALUATIONS = "SELECT COUNT(*) FROM records_evaluation WHERE NOT is_repeat"
UNEVEN = "SELECT item_id FROM records_evaluation WHERE NOT is_repeat GROUP BY item_id HAVING COUNT(*) <> 2"
TWICE = "SELECT item_id, rater_id FROM records_evaluation GROUP BY item_id, rater_id, is_repeat HAVING COUNT(*) > 1"


def stored(installation: Installation) -> set[str]:
    return {public_id for (public_id,) in installation.ask("SELECT public_id FROM records_evaluation")}


def acknowledged(raters: list[Rater]) -> set[str]:
    return {evaluation for each in raters for _, _, evaluation in list(each.receipts.values())}


@pytest.mark.parametrize("seed", [11])
def test_kill_minus_nine_again_and_again_loses_nothing_and_doubles_nothing(
    installation: Installation, server: Server, rater: Callable[..., Rater], seed: int
):
    moments = random.Random(seed)
    raters = [rater(name, seed) for name in RATERS]
    server.start()
    for each in raters:
        each.start()
    for _ in range(KILLS):
        raters[0].sent.wait_for_more(moments.randint(1, 8))
        server.kill()
        assert acknowledged(raters) <= stored(installation)
        server.start()
    for each in raters:
        each.finish()

    assert stored(installation) == acknowledged(raters)
    assert installation.number(EVALUATIONS) == ITEMS * OVERLAP
    assert installation.ask(UNEVEN) == []
    assert installation.ask(TWICE) == []
    for each in raters:
        each.repeat()
    assert installation.number(EVALUATIONS) == ITEMS * OVERLAP
    assert installation.is_sound()


def send(server: Server, token: str, path: str, body: object, **headers: str) -> http.client.HTTPConnection:
    """Send a request, and leave the answer unread."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named |= {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", f"/api/v1{path}", json.dumps(body), named)
    return connection


def test_a_rater_who_had_no_answer_sends_again_and_has_one_evaluation(
    installation: Installation, server: Server, rater: Callable[..., Rater]
):
    server.start()
    for number, (name, is_stored) in enumerate((("rita", True), ("ruth", False))):
        each = rater(name)
        work = each.call("POST", "/projects/audit/assignments", {"hold": 1}).json()["assignments"][0]
        path, body = f"/assignments/{work['id']}/submission", audit_answer(5)
        if not is_stored:
            server.pause()
        unanswered = send(server, installation.people[name], path, body, Idempotency_Key="made-before-sending")
        if is_stored:
            until(lambda: installation.number(EVALUATIONS), "the evaluation to be stored")
        server.kill()
        unanswered.close()
        before = stored(installation)
        assert len(before) == number + is_stored

        server.start()
        receipt = each.submit(work["id"], "made-before-sending", body)

        assert receipt["replayed"] == is_stored
        assert stored(installation) == before | {receipt["evaluation"]}
        other = each.call("POST", path, audit_answer(4), headers={"Idempotency-Key": "made-before-sending"})
        assert (other.status_code, other.json()["type"]) == (422, "urn:rubrica:problem:idempotency-key-reused")
    assert installation.number(EVALUATIONS) == 2
    assert installation.is_sound()
