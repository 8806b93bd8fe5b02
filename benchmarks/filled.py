"""Make an installation with many evaluations, through the use cases. Run as a process of its own."""

import sys

from benchmarks.world import make_world
from rubrica.kit.clock import now
from rubrica.usecases.accounts import account_of_token
from rubrica.usecases.assignments import take_assignments
from rubrica.usecases.evaluations import submit_evaluation


def fill(evaluations: int) -> None:
    """Let three raters evaluate until there are so many."""
    each = evaluations // 3
    world = make_world(each, raters=3, overlap=3)
    for token in world["tokens"]:  # type: ignore[attr-defined]  (a list of text)
        rater = account_of_token(token, now=now())
        assert rater is not None
        work = take_assignments(rater, str(world["slug"]), hold=1, now=now())
        while work.assignments:
            held = work.assignments[0].held.public_id
            work = submit_evaluation(rater, held, payload=world["answer"], key=f"key-{held}", hold=1, now=now()).work


if __name__ == "__main__":
    fill(int(sys.argv[1]))
