"""Our reading of the rules of active time against their executable statement, where it lies beside the clone."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.active_time import Beat, Page, Place, Terms, anchor_of, placed, spans_of, tally

SECOND = 1_000
NO_CAP = 10**9


@pytest.fixture(scope="module")
def statement() -> ModuleType:
    beside = os.environ.get("RUBRICA_DATA")
    folder = Path(beside).parent if beside else Path(__file__).parents[3] / "shared"
    path = folder / "reference" / "active_time.py"
    if not path.is_file():
        pytest.skip("the executable statement is not here")
    spec = importlib.util.spec_from_file_location("active_time_statement", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@st.composite
def pages(draw, session: str) -> list[dict[str, object]]:
    """What one page sends, as our own pages send it: coming back to it, or waking up, is doing something."""
    beats = []
    counter, was_seen = 0, False
    for number in range(draw(st.integers(1, 60))):
        gap = draw(st.sampled_from([5, 15, 15, 15, 15, 40, 45, 46, 300])) if number else 0
        counter += gap
        visible = draw(st.integers(0, 12)) > 0
        acts = draw(st.integers(0, 4)) == 0 or (visible and (not was_seen or gap > 45))
        beats.append(
            {
                "session": session,
                "seq": number,
                "mono": counter,
                "recv": 5_000 + counter + draw(st.integers(0, 60)) * bool(number),
                "task": draw(st.sampled_from(["T1", "T1", "T2"])),
                "visible": visible,
                "inputs": int(acts),
                "answered": visible and not acts and draw(st.integers(0, 5)) == 0,
            }
        )
        was_seen = visible
    return beats


def ours(told: list[dict[str, object]]) -> list[Beat]:
    anchor = anchor_of(0, 5_000 * SECOND)
    return [
        Beat(
            session=each["session"],
            number=each["seq"],
            at=placed(each["mono"] * SECOND, anchor, each["recv"] * SECOND),
            place=Place(1, Page.WORKBENCH, each["task"]),
            is_visible=each["visible"],
            inputs=each["inputs"],
            is_answer=each["answered"],
        )
        for each in told
    ]


@given(told=pages("a"), cap=st.sampled_from([60, 400, NO_CAP]))
def test_one_page_comes_to_the_same_seconds(statement, told, cap):
    said = statement.tally([statement.Beat(**each) for each in told], {"T1": cap, "T2": cap})
    sums = tally(spans_of(ours(told), {1: Terms(cap=cap * SECOND)}))
    assert {
        "credited": sums.credited // SECOND,
        "idle": sums.idle // SECOND,
        "over_cap": sums.over_cap // SECOND,
    } == said


@given(told=st.tuples(pages("a"), pages("b")))
def test_of_two_pages_a_person_never_gets_less(statement, told):
    """What is done on one page says that the person is there on the other too."""
    both = [*told[0], *told[1]]
    said = statement.tally([statement.Beat(**each) for each in both])
    assert tally(spans_of(ours(both), {1: Terms(cap=NO_CAP * SECOND)})).credited // SECOND >= said["credited"]
