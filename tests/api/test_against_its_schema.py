"""The API is driven from its own description: what it answers is what it says, whatever it is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from rubrica.api.router import api
from rubrica.config.wsgi import application
from rubrica.kit import clock
from rubrica.records.models import ItemImage
from rubrica.usecases import accounts, assignments, clause_questions, reviews
from tests.cast import NOON, World, evaluate, opened_round, proposed_change

pytestmark = pytest.mark.django_db

DESCRIPTION = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = [(method, path) for path, methods in DESCRIPTION["paths"].items() for method in methods]
EXAMPLES = 12
# What a rubric, a state or another person's work makes of well-formed input is not in the description.
NOT_ASKED = {"positive_data_acceptance"}


@pytest.fixture
def known(world: World) -> dict[str, object]:
    """Return path parameters that lead somewhere."""
    submission = evaluate(world, world.rita)
    held = assignments.take_assignments(world.rita, "audit", hold=1, now=NOON).assignments[0]
    proposed_change(world)
    question = clause_questions.ask_about_clause(world.rita, "audit", "PL-1", text="A seam too?", now=NOON)
    reviews.flag_evaluation(world.rowan, "audit", submission.receipt.evaluation, note="", now=NOON)
    opened_round(world)
    row = ItemImage.objects.of(world.project).select_related("image", "item")[0]
    return {
        "slug": "audit",
        "assignment_id": held.held.public_id,
        "evaluation_id": submission.receipt.evaluation,
        "image_id": row.image.public_id,
        "item_id": row.item.public_id,
        "member_id": world.rowan.public_id,
        "question_id": question.public_id,
        "number": 1,
        "position": 0,
        "key": "side-by-side",
    }


@pytest.fixture(scope="module")
def schema() -> Any:
    """Return the description as schemathesis reads it, with the application behind it."""
    generation = {"deterministic": True, "max-examples": EXAMPLES}
    loaded = schemathesis.openapi.from_dict(
        DESCRIPTION, config=SchemathesisConfig.from_dict({"generation": generation})
    )
    loaded.app = application
    load_all_checks()
    return loaded


@pytest.fixture(autouse=True)
def _kept_connection() -> Iterator[None]:
    """Keep the test's connection, and the transaction around each example, beyond the end of a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# Werkzeug's client does not close what it has read; a server does.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_one_that_the_description_names(
    schema: Any, world: World, known: dict[str, object], method: str, path: str
):
    known["slug"] = "atelier" if path.startswith("/api/v1/organisations") else "audit"
    asked = [check for check in CHECKS.get_all() if check.__name__ not in NOT_ASKED]
    tokens = [accounts.create_token(person, "tests", now=clock.now()).secret for person in (world.lena, world.rita)]

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data(), token=st.sampled_from(tokens), mode=st.sampled_from(list(GenerationMode)))
    def drive(data: st.DataObject, token: str, mode: GenerationMode) -> None:
        case = data.draw(strategies[mode])
        if mode is GenerationMode.POSITIVE:
            given_names = case.path_parameters or {}
            case.path_parameters = {name: known.get(name, value) for name, value in given_names.items()}
        with transaction.atomic():
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=asked)
            transaction.set_rollback(True)

    strategies = {mode: schema[path][method].as_strategy(generation_mode=mode) for mode in GenerationMode}
    drive()
