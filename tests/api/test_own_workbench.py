"""How a person works is kept with the account: replaced as a whole, checked strictly, and nobody else's."""

from typing import Any

import pytest

from rubrica.records.models import Account
from tests.api.conftest import Callers
from tests.cast import World

CHOSEN: dict[str, Any] = {
    "surround": "dark",
    "single_keys": False,
    "keep_view": True,
    "grayscale": False,
    "keys": {"tool-box": ["q"], "undo": ["Mod+z", "F2"], "zoom-in": ["+"]},
}


def test_what_a_person_chose_is_there_when_the_workbench_opens_and_only_for_that_person(callers: Callers, world: World):
    assert callers.rita.put("/me/workbench", CHOSEN).json() == CHOSEN

    assert callers.rita.get("/projects/audit/workbench").json()["preferences"] == CHOSEN
    assert list(Account.objects.exclude(pk=world.rita.pk).exclude(workbench={})) == []


def test_the_newest_choice_counts_as_a_whole(callers: Callers):
    callers.rita.put("/me/workbench", CHOSEN)
    callers.rita.put("/me/workbench", {**CHOSEN, "surround": "light", "keys": {}})

    kept = callers.rita.get("/projects/audit/workbench").json()["preferences"]
    assert kept == {**CHOSEN, "surround": "light", "keys": {}}


def test_half_a_choice_is_refused(callers: Callers):
    assert callers.rita.put("/me/workbench", {"surround": "light"}).status_code == 422


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"surround": "pink"}, "surround"),
        ({"single_keys": "yes"}, "single_keys"),
        ({"theme": "dark"}, "theme"),
        ({"keys": {"tool-box": "q"}}, "keys.tool-box"),
        ({"keys": {"tool-box": ["two words"]}}, "keys.tool-box[0]"),
        ({"keys": {"tool-box": ["Hyper+q"]}}, "keys.tool-box[0]"),
        ({"keys": {"tool-box": ["\t"]}}, "keys.tool-box[0]"),
        ({"keys": {"tool-box": ["a", "b", "c", "d", "e"]}}, "keys.tool-box"),
        ({"keys": {f"action-{'x' * (n + 1)}": [] for n in range(20)} | {"a" * 41: []}}, f"keys.{'a' * 41}"),
    ],
)
def test_what_no_workbench_would_send_is_refused_and_changes_nothing(
    callers: Callers, chosen: dict[str, Any], field: str
):
    callers.rita.put("/me/workbench", CHOSEN)

    refused = callers.rita.put("/me/workbench", {**CHOSEN, **chosen})
    assert refused.status_code == 422
    assert field in [problem["field"].removesuffix(".[key]") for problem in refused.json()["problems"]]
    assert callers.rita.get("/projects/audit/workbench").json()["preferences"] == CHOSEN


@pytest.mark.parametrize("name", ["tool\u0000box", "tool\ud800box", ""])
def test_what_no_database_can_keep_is_refused(callers: Callers, name: str):
    refused = callers.rita.put("/me/workbench", {**CHOSEN, "keys": {name: ["b"]}})
    assert refused.status_code in {400, 422}
