"""Raters as programs: each keeps what it is about to send until there is a receipt, as the workbench does."""

import random
import threading
from typing import Any

import httpx

from tests.cast import audit_answer
from tests.faults.installations import SECONDS, Installation, Server

_MOST_ATTEMPTS = 60


class Sent:
    """Counts submissions at the moment they have left and are not answered."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def __call__(self, event: str, _details: object) -> None:
        if event == "http11.send_request_body.complete":
            with self._changed:
                self._count += 1
                self._changed.notify_all()

    def wait_for_more(self, more: int) -> None:
        with self._changed:
            wanted = self._count + more
            assert self._changed.wait_for(lambda: self._count >= wanted, SECONDS)


class Rater(threading.Thread):
    """One rater at work, until nothing is left or somebody says that it is enough."""

    def __init__(self, name: str, installation: Installation, server: Server, sent: Sent, seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self._server = server
        self.sent = sent
        self._random = random.Random(f"{seed} {name}")
        self._http = httpx.Client(
            base_url=f"{server.url}/api/v1",
            headers={"Authorization": f"Bearer {installation.people[name]}"},
            timeout=SECONDS,
        )
        self.receipts: dict[str, tuple[str, Any, str]] = {}
        """What was acknowledged: by key the assignment, the body, and the evaluation of the receipt."""
        self.found_stored = 0
        """How often the answer was lost and the evaluation was not."""
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as failure:  # noqa: BLE001  (the main thread must hear of anything)
            self.failure = failure

    def finish(self) -> None:
        """Wait until the rater has nothing left to do; what went wrong is raised here."""
        self.join(SECONDS)
        assert not self.is_alive()
        if self.failure:
            raise self.failure

    def close(self) -> None:
        """Close the rater's connections."""
        self._http.close()

    def call(self, method: str, path: str, body: object, **options: Any) -> httpx.Response:
        """Send until there is an answer, whatever becomes of the server in between."""
        for _ in range(_MOST_ATTEMPTS):
            assert self._server.up.wait(SECONDS)
            try:
                return self._http.request(method, path, json=body, **options)
            except httpx.TransportError:
                continue
        raise AssertionError(f"{self.name} had no answer to {path}")

    def submit(self, assignment: str, key: str, body: object) -> dict[str, Any]:
        """Submit until there is a receipt."""
        answer = self.call(
            "POST",
            f"/assignments/{assignment}/submission",
            body,
            headers={"Idempotency-Key": key},
            extensions={"trace": self.sent},
        )
        assert answer.status_code in {200, 201}, answer.text
        receipt: dict[str, Any] = answer.json()["receipt"]
        assert receipt["replayed"] == (answer.status_code == 200)
        return receipt

    def repeat(self) -> None:
        """Send everything again, with the same keys: each gives the receipt that it gave before."""
        for key, (assignment, body, evaluation) in self.receipts.items():
            receipt = self.submit(assignment, key, body)
            assert (receipt["evaluation"], receipt["replayed"]) == (evaluation, True)

    def _work(self) -> None:
        while True:
            answer = self.call("POST", "/projects/audit/assignments", {"hold": 2})
            assert answer.status_code == 200, answer.text
            if not (held := answer.json()["assignments"]):
                return
            work = self._random.choice(held)
            key = f"{self.name}-{self._random.getrandbits(64):016x}"
            body = audit_answer(self._random.choice((4, 5)))
            receipt = self.submit(work["id"], key, body)
            self.found_stored += receipt["replayed"]
            self.receipts[key] = (work["id"], body, receipt["evaluation"])
            if self._random.random() < 0.2:
                again = self.submit(work["id"], key, body)
                assert (again["evaluation"], again["replayed"]) == (receipt["evaluation"], True)
