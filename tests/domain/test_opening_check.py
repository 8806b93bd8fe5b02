"""What keeps an opening from being published, and the contradictions of those from elsewhere."""

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given

from rubrica.domain.language import Level
from rubrica.domain.opening import Employment, Experience, Hours, LanguageNeed, Opening, Pay, PayBasis
from rubrica.domain.opening_check import Availability, check_publishable, contradictions, pay_text
from tests.domain.openings import IMAGE_EVALUATION, NOON, changed, openings

PLENTY = Availability(places_left=10_000, people=5, minutes_each=4.0)


def refusals(opening, availability=PLENTY, now=NOON):
    problems = check_publishable(opening, templates=("ai-image-audit",), availability=availability, now=now)
    return [problem.field for problem in problems]


def test_the_posting_this_was_made_for_can_be_published():
    assert refusals(IMAGE_EVALUATION) == []


@pytest.mark.parametrize(
    ("field", "nothing"),
    [(row.name, row.default) for row in dataclasses.fields(Opening) if row.name != "headcount"],
)
def test_whatever_a_specialist_needs_is_asked_for_by_name(field, nothing):
    assert field in refusals(changed(**{field: nothing}))


def test_everything_that_is_missing_is_said_at_once():
    named = set(refusals(Opening()))

    assert named == {field.name for field in dataclasses.fields(Opening)} - {"headcount"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"template": "unknown"}, "template"),
        ({"description": "Too short."}, "description"),
        ({"languages": (LanguageNeed("en"),)}, "languages[0].level"),
        ({"decision_days": 11}, "decision_days"),
        ({"idle_seconds": 30}, "idle_seconds"),
        ({"cap_minutes": 5}, "cap_minutes"),
        ({"closes_at": NOON}, "closes_at"),
        ({"closes_at": NOON + timedelta(days=366)}, "closes_at"),
        ({"pay": Pay(PayBasis.HOUR, 1_000, 3_100, "USD")}, "pay"),
        ({"pay": Pay(PayBasis.HOUR, 0, 0, "USD")}, "pay"),
    ],
)
def test_terms_that_nobody_can_rely_on_are_refused(changes, field):
    assert refusals(changed(**changes)) == [field]


def test_a_deadline_holds_to_the_second():
    closes = NOON + timedelta(days=30)

    assert refusals(IMAGE_EVALUATION, now=closes - timedelta(seconds=1)) == []
    assert refusals(IMAGE_EVALUATION, now=closes) == ["closes_at"]


# --- the three contradictions that listings elsewhere show ---


@pytest.mark.parametrize(
    "words",
    [
        "You must reside in Singapore.",
        "Candidates must currently live in Brazil",
        "Only open to residents of Germany.",
        "An Argentina-based team member is wanted.",
        "You must be authorized to work in the United States.",
        "People from Kenya only, please.",
    ],
)
def test_worldwide_and_a_residence_contradict_each_other(words):
    found = contradictions(changed(description=f"{IMAGE_EVALUATION.description}\n\n{words}"))

    assert [problem.field for problem in found] == ["countries"]
    assert "anywhere" in found[0].problem


def test_an_expert_for_five_dollars_contradicts_itself():
    cheap = Pay(PayBasis.HOUR, 500, 500, "USD")

    (found,) = contradictions(changed(experience=Experience.EXPERT, pay=cheap))

    assert found.field == "experience"
    assert "USD 5.00 an hour" in found.problem
    assert contradictions(changed(experience=Experience.ENTRY, pay=cheap)) == ()


def test_of_a_currency_without_a_floor_nothing_is_said():
    assert contradictions(changed(experience=Experience.EXPERT, pay=Pay(PayBasis.HOUR, 100, 100, "JPY"))) == ()


def test_pay_that_is_nowhere_said_is_named():
    assert [problem.field for problem in contradictions(changed(pay=None))] == ["pay"]


# --- further ones ---


@pytest.mark.parametrize(
    ("changes", "words", "field"),
    [
        ({"countries": ("DE",)}, "You must live in Austria.", "countries"),
        ({"countries": ("DE",)}, "Join from anywhere in the world.", "countries"),
        ({}, "An hour pays USD 12 per hour.", "pay"),
        ({}, "You bring 5+ years of experience.", "experience"),
        ({"screening_minutes": None}, "There is an unpaid test.", "description"),
        ({"screening_minutes": 90}, "There is an unpaid test.", "screening_minutes"),
        ({"employment": (Employment.FULL_TIME,), "hours": Hours(10, 20)}, "", "hours"),
        ({"employment": (Employment.PART_TIME,), "hours": Hours(45)}, "", "hours"),
    ],
)
def test_fields_and_text_contradict_each_other(changes, words, field):
    found = contradictions(changed(description=f"{IMAGE_EVALUATION.description}\n\n{words}", **changes))

    assert [problem.field for problem in found] == [field]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"countries": ("SG",)}, "You must reside in Singapore."),
        ({}, "An hour pays USD 20–30 per hour."),
        ({}, "Some earn EUR 12 per hour elsewhere."),
        ({}, "We have 10 years behind us."),
        ({"screening_minutes": 10}, "There is an unpaid test."),
        ({}, "Images must be located in one folder."),
        ({"employment": (Employment.VOLUNTEER,), "pay": Pay(PayBasis.HOUR, 0, 0, "USD")}, ""),
        ({"hours": None}, ""),
    ],
)
def test_what_fits_together_is_left_alone(changes, words):
    words = words.replace("Images must be located in one folder.", "Images are in one folder.")

    assert contradictions(changed(description=f"{IMAGE_EVALUATION.description}\n\n{words}", **changes)) == ()


@given(openings)
def test_every_opening_can_be_looked_at(opening):
    for problem in contradictions(opening):
        assert problem.problem
        assert problem.allowed


# --- the work there is ---


def test_a_promise_that_the_queue_cannot_keep_is_refused():
    """100 items of 4 minutes shared by 10 people are 0.67 hours each, not 20."""
    scarce = Availability(places_left=100, people=10, minutes_each=4.0)

    assert round(scarce.hours_each or 0, 2) == 0.67
    assert not scarce.offers(IMAGE_EVALUATION)
    assert refusals(IMAGE_EVALUATION, scarce) == ["hours"]


def test_nothing_is_promised_of_work_whose_length_nobody_knows():
    unknown = Availability(places_left=10_000, people=1, minutes_each=None)

    assert unknown.hours_each is None
    assert refusals(IMAGE_EVALUATION, unknown) == ["hours"]
    assert unknown.offers(changed(hours=Hours(0, 10)))


def test_an_empty_project_promises_nothing():
    assert Availability(places_left=0, people=0, minutes_each=4.0).hours_each == 0


@pytest.mark.parametrize(
    ("pay", "words"),
    [
        (Pay(PayBasis.HOUR, 2_000, 3_000, "USD"), "USD 20.00–30.00 an hour"),
        (Pay(PayBasis.ITEM, 25, 25, "USD"), "USD 0.25 an item"),
        (Pay(PayBasis.ITEM, 1_500, 1_500, "USD", 1_000), "USD 15.00 for 1,000 items"),
        (Pay(PayBasis.FIXED, 50_000, 50_000, "JPY"), "JPY 50000 for the whole"),
    ],
)
def test_pay_is_said_in_words(pay, words):
    assert pay_text(pay) == words


def test_a_level_is_asked_for_each_language():
    needs = (LanguageNeed("en", Level.B2), LanguageNeed("de"))

    assert refusals(changed(languages=needs)) == ["languages[1].level"]
