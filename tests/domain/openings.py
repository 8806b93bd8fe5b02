"""Openings of every shape, and the one this product was conceived for."""

import dataclasses
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from rubrica.domain.eligibility import Candidate
from rubrica.domain.language import LEVELS, Level
from rubrica.domain.money import Money
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

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

IMAGE_EVALUATION = Opening(
    title="Image evaluation specialist",
    organisation="Atelier",
    description=(
        "We look for people who judge generated images with care.\n\n"
        "## What you do\n\n- Compare images with their prompts\n- Mark each fault and say why\n\n"
        "You work from wherever you are, when it suits you."
    ),
    data_type=DataType.IMAGE,
    label_types=(LabelType.EVALUATION_RATING,),
    template="ai-image-audit",
    pay=Pay(PayBasis.HOUR, 2_000, 3_000, "USD"),
    hours=Hours(20),
    languages=(LanguageNeed("en", Level.B2),),
    countries=(),
    experience=Experience.ENTRY,
    employment=(Employment.CONTRACTOR, Employment.PART_TIME),
    headcount=5,
    screening_minutes=15,
    decision_days=10,
    contact="Lena, lena@example.org",
    idle_seconds=120,
    cap_minutes=10,
    minutes_per_item=4,
    closes_at=NOON + timedelta(days=30),
)
"""Contractor, part-time, 20 hours a week and more, USD 20 to 30 an hour, worldwide, English, entry level."""

POSTED_IN_WORDS = """\
Image Evaluation Specialist (AI-Generated Images)

Company: Atelier
Posted: Mar 2, 2026

About
We are looking for contractors to evaluate and rate AI-generated images.

Requirements
- English required
- Part-time, 20+ hours/week
- Entry level: you learn the guideline with us

Compensation: $20-$30 per hour
Eligibility: Worldwide
"""
"""The same as people paste it."""

_words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12).map(
    lambda word: unicodedata.normalize("NFC", word)
)
_lines = st.lists(_words, min_size=1, max_size=4).map(" ".join)
titles = _lines
_currencies = st.sampled_from(["USD", "EUR", "JPY", "KWD"])


@st.composite
def pays(draw: st.DrawFn) -> Pay:
    low = draw(st.integers(0, 10_000))
    basis = draw(st.sampled_from(PayBasis))
    per = draw(st.sampled_from([1, 10, 1_000])) if basis == PayBasis.ITEM else 1
    return Pay(basis, low, low + draw(st.integers(0, 10_000)), draw(_currencies), per)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    low = draw(st.integers(0, 60))
    return Hours(low, draw(st.none() | st.integers(max(1, low), 100)))


languages = st.lists(
    st.builds(
        LanguageNeed, st.sampled_from(["en", "de", "pt-BR", "zh-Hant", "fil"]), st.none() | st.sampled_from(LEVELS)
    ),
    max_size=3,
    unique_by=lambda need: need.tag,
).map(tuple)
places = st.none() | st.lists(st.sampled_from(["DE", "SG", "US", "BR"]), max_size=3, unique=True).map(
    lambda codes: tuple(sorted(codes))
)
descriptions = st.lists(
    st.one_of(
        _lines,
        _lines.map("## {}".format),
        st.lists(_lines.map("- {}".format), min_size=1, max_size=3).map("\n".join),
        st.lists(_lines, min_size=2, max_size=3).map("\n".join),
    ),
    max_size=4,
).map(lambda blocks: tidy_text("\n\n".join(blocks)))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(  # noqa: DTZ001  (bounds are naive)
    lambda moment: moment.replace(microsecond=0)
)

openings = st.builds(
    Opening,
    title=titles,
    organisation=titles,
    description=descriptions,
    data_type=st.none() | st.sampled_from(DataType),
    label_types=st.lists(st.sampled_from(LabelType), max_size=3, unique=True).map(tuple),
    template=st.sampled_from(["", "ai-image-audit"]),
    pay=st.none() | pays(),
    hours=st.none() | hours(),
    languages=languages,
    countries=places,
    experience=st.none() | st.sampled_from(Experience),
    employment=st.lists(st.sampled_from(Employment), max_size=2, unique=True).map(tuple),
    headcount=st.none() | st.integers(1, 50),
    screening_minutes=st.none() | st.integers(0, 60),
    decision_days=st.none() | st.integers(1, 20),
    contact=st.just("") | titles,
    idle_seconds=st.none() | st.integers(0, 600),
    cap_minutes=st.none() | st.integers(1, 60),
    minutes_per_item=st.none() | st.integers(1, 60),
    closes_at=st.none() | moments,
)
"""Whatever an opening can say."""

candidates = st.builds(
    Candidate,
    country=st.sampled_from(["", "DE", "SG", "FR"]),
    languages=st.dictionaries(st.sampled_from(["en", "en-GB", "de", "pt"]), st.sampled_from(LEVELS), max_size=3),
    experience=st.none() | st.sampled_from([Experience.ENTRY, Experience.INTERMEDIATE, Experience.EXPERT]),
    hours=st.none() | st.integers(0, 60),
    data_types=st.frozensets(st.sampled_from(DataType), max_size=3),
    label_types=st.frozensets(st.sampled_from(LabelType), max_size=3),
    least_pay=st.none() | st.builds(Money, st.integers(0, 10_000), _currencies),
)


def changed(**changes: Any) -> Opening:
    """Return the image evaluation with something changed."""
    return dataclasses.replace(IMAGE_EVALUATION, **changes)
