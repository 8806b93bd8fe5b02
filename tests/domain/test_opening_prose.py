"""What postings in words are understood to say, and what is left alone."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.language import Level
from rubrica.domain.opening import (
    DataType,
    Employment,
    Experience,
    Hours,
    LabelType,
    LanguageNeed,
    Opening,
    Pay,
    PayBasis,
    tidy_text,
)
from rubrica.domain.opening_check import contradictions
from rubrica.domain.opening_prose import (
    exact_pay,
    experience_in,
    hours_in,
    languages_in,
    opening_from_prose,
    pays_in,
    places_in,
    posted_in,
)
from rubrica.domain.opening_reader import parse_opening
from tests.domain.openings import POSTED_IN_WORDS


def test_the_posting_this_was_made_for_is_understood_as_pasted():
    assert opening_from_prose(POSTED_IN_WORDS) == Opening(
        title="Image Evaluation Specialist (AI-Generated Images)",
        organisation="Atelier",
        description=tidy_text(POSTED_IN_WORDS),
        data_type=DataType.IMAGE,
        label_types=(LabelType.EVALUATION_RATING,),
        pay=Pay(PayBasis.HOUR, 2_000, 3_000, "USD"),
        hours=Hours(20),
        languages=(LanguageNeed("en"),),
        countries=(),
        experience=Experience.ENTRY,
        employment=(Employment.CONTRACTOR, Employment.PART_TIME),
    )
    assert posted_in(POSTED_IN_WORDS) == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_pasted_posting_shows_its_contradictions():
    lying = opening_from_prose(POSTED_IN_WORDS.replace("Entry level", "Expert").replace("$20-$30", "$5"))

    assert [problem.field for problem in contradictions(lying)] == ["experience"]
    walled = opening_from_prose(f"{POSTED_IN_WORDS}\nYou must reside in Singapore.")
    assert [problem.field for problem in contradictions(walled)] == ["countries"]


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("USD 20–30 per hour", Pay(PayBasis.HOUR, 2_000, 3_000, "USD")),
        ("$20 - $30/hr", Pay(PayBasis.HOUR, 2_000, 3_000, "USD")),
        ("20 to 30 EUR an hour", Pay(PayBasis.HOUR, 2_000, 3_000, "EUR")),
        ("20–30 USD/hour", Pay(PayBasis.HOUR, 2_000, 3_000, "USD")),
        ("£12.50 hourly", Pay(PayBasis.HOUR, 1_250, 1_250, "GBP")),
        ("¥1,500 per hour", Pay(PayBasis.HOUR, 1_500, 1_500, "JPY")),
        ("$0.015 per label", Pay(PayBasis.ITEM, 15, 15, "USD", 10)),
        ("USD 15 per 1,000 images", Pay(PayBasis.ITEM, 1_500, 1_500, "USD", 1_000)),
        ("$500 fixed price", Pay(PayBasis.FIXED, 50_000, 50_000, "USD")),
        ("US$1,200 per project", Pay(PayBasis.FIXED, 120_000, 120_000, "USD")),
    ],
)
def test_pay_is_read(text, pay):
    assert pays_in(text) == (pay,)


@pytest.mark.parametrize(
    "text",
    [
        "20 images per hour",
        "all 20 per task",
        "top 10 an hour",
        "$20",
        "USD 20.005 per hour",
        "$30-$20 per hour",
        "5 per 10 hours",
        "$5 per 10 hours",
    ],
)
def test_what_is_no_pay_is_left_alone(text):
    assert pays_in(text) == ()


def test_pay_is_exact_or_not_there():
    assert exact_pay(PayBasis.HOUR, Decimal("0.001"), Decimal("0.001"), "USD") is None
    assert exact_pay(PayBasis.ITEM, Decimal("0.001"), Decimal("0.002"), "USD") == Pay(PayBasis.ITEM, 1, 2, "USD", 10)
    assert exact_pay(PayBasis.ITEM, Decimal("1e-9"), Decimal("1e-9"), "USD") is None
    assert exact_pay(PayBasis.HOUR, Decimal(2), Decimal(1), "USD") is None
    assert exact_pay(PayBasis.HOUR, Decimal(1), Decimal(1), "ZZZ") is None
    assert exact_pay(PayBasis.HOUR, Decimal(10) ** 12, Decimal(10) ** 12, "USD") is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("20+ hours/week", Hours(20)),
        ("at least 10 hours per week", Hours(10)),
        ("10-15 hrs/wk", Hours(10, 15)),
        ("up to 40 hours a week", Hours(0, 40)),
        ("20 hours per week", Hours(20, 20)),
        ("200 hours per week", None),
        ("20-10 hours per week", None),
        ("20 hours", None),
    ],
)
def test_hours_are_read(text, hours):
    assert hours_in(text) == hours


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("English required", (LanguageNeed("en"),)),
        ("Fluent in German and you have a cat", (LanguageNeed("de", Level.C1),)),
        ("German (C1), English (B2)", (LanguageNeed("de", Level.C1), LanguageNeed("en", Level.C1))),
        ("German: C1\nEnglish: B2", (LanguageNeed("de", Level.C1), LanguageNeed("en", Level.B2))),
        ("native Spanish", (LanguageNeed("es", Level.NATIVE),)),
        ("The English countryside", ()),
    ],
)
def test_languages_are_read(text, needs):
    assert languages_in(text) == needs


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Eligibility: Worldwide", ()),
        ("Location: Germany, Austria", ("AT", "DE")),
        ("You must reside in Singapore.", ("SG",)),
        ("Worldwide. You must reside in Singapore.", ()),
        ("We met in Paris, France", None),
    ],
)
def test_places_are_read(text, places):
    assert places_in(text) == places


@pytest.mark.parametrize(
    ("text", "experience"),
    [
        ("Experience: Intermediate\nNot for experts: no senior title.", Experience.INTERMEDIATE),
        ("entry-level", Experience.ENTRY),
        ("Senior annotator", Experience.EXPERT),
        ("Annotator", None),
    ],
)
def test_experience_is_read(text, experience):
    assert experience_in(text) == experience


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Posted: 2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("Posted on 2 March 2026", datetime(2026, 3, 2, tzinfo=UTC)),
        ("Date posted: March 2, 2026", datetime(2026, 3, 2, tzinfo=UTC)),
        ("Posted Foo 2, 2026", None),
        ("Posted 2026-02-31", None),
        ("Posted last week", None),
    ],
)
def test_the_day_of_posting_is_read(text, day):
    assert posted_in(text) == day


@given(st.text(max_size=400))
def test_whatever_is_pasted_gives_an_opening_of_the_model(text):
    opening = opening_from_prose(text.replace("\x00", ""))

    assert opening == opening_from_prose(text.replace("\x00", ""))


@given(st.lists(st.sampled_from(["$", "USD ", "20", "-", "30", " per ", "hour", "\n", "English ", "C1", "+", "/week"])))
def test_pieces_of_patterns_never_give_what_the_model_refuses(pieces):
    opening = opening_from_prose("".join(pieces))

    assert parse_opening(opening.as_json()) == opening
