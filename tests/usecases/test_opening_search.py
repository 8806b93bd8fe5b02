"""Looking for openings: facets, eligibility that one rule decides everywhere, and the order of the match."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rubrica.domain.eligibility import Rule, eligibility
from rubrica.domain.opening_match import match
from rubrica.domain.opening_search import Order, Search, read_search
from rubrica.domain.problems import ProblemsError
from rubrica.records.models import OpeningSource, StoredOpening
from rubrica.records.models.project import ProjectState
from rubrica.records.queries.opening_words import MOST_ALIKE, with_words
from rubrica.records.queries.openings import columns_of, is_eligible, is_open, ordered, store_needs
from rubrica.usecases import openings, profiles, projects
from rubrica.usecases.errors import ConflictError, NotFoundError
from rubrica.usecases.opening_search import candidate_of, find_openings, guard_application, view_opening
from rubrica.usecases.opening_work import COUNT_AGAIN
from tests.cast import NOON, fill_queue, published_opening
from tests.domain.openings import IMAGE_EVALUATION, candidates
from tests.domain.openings import openings as any_opening

pytestmark = pytest.mark.django_db
CLOSES = IMAGE_EVALUATION.closes_at
PROFILE = {
    "basics": [{"countries": ["DE"], "experience": "entry", "hours_per_week": 25}],
    "languages": [{"tag": "en", "reading": "C1", "writing": "C1"}],
    "annotation": [{"data_types": ["image"], "label_types": ["evaluation_rating"]}],
}


def publish(world, **changes):
    return published_opening(world, now=NOON, **{"closes_at": IMAGE_EVALUATION.as_json()["closes_at"], **changes})


def found(account=None, now=NOON, page=1, **query):
    return find_openings(account, read_search(query), page=page, now=now)


def titles(account=None, **query):
    return [shown.row.title for shown in found(account, **query).shown]


@pytest.fixture
def three(world):
    publish(world, title="Rate images")
    publish(
        world,
        title="Label audio",
        data_type="audio",
        label_types=["transcription"],
        pay={"basis": "item", "currency": "USD", "low": 50, "high": 50},
        languages=[{"tag": "de", "level": "C1"}],
    )
    publish(
        world,
        title="Draw boxes",
        label_types=["bounding_box", "polygon"],
        countries=["SG"],
        experience="expert",
        pay={"basis": "hour", "currency": "USD", "low": 4_000, "high": 5_000},
        hours={"low": 5},
    )
    return world


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"Rate images", "Label audio", "Draw boxes"}),
        ({"q": "BOXES draw"}, {"Draw boxes"}),
        ({"q": "100%"}, set()),
        ({"data_type": "audio"}, {"Label audio"}),
        ({"label_type": "polygon"}, {"Draw boxes"}),
        ({"basis": "hour"}, {"Rate images", "Draw boxes"}),
        ({"least": "35", "currency": "USD"}, {"Draw boxes"}),
        ({"least": "30", "currency": "USD"}, {"Rate images", "Draw boxes"}),
        ({"least": "1", "currency": "EUR"}, set()),
        ({"hours": "10"}, {"Draw boxes"}),
        ({"language": "de"}, {"Label audio"}),
        ({"language": "de", "level": "B2"}, set()),
        ({"language": "en-GB", "level": "B2"}, {"Rate images", "Draw boxes"}),
        ({"country": "SG"}, {"Rate images", "Label audio", "Draw boxes"}),
        ({"country": "FR"}, {"Rate images", "Label audio"}),
        ({"experience": "expert"}, {"Draw boxes"}),
        ({"source": "here"}, {"Rate images", "Label audio", "Draw boxes"}),
        ({"source": "elsewhere"}, set()),
    ],
)
def test_openings_are_found_by_facets_and_words(three, query, expected):
    assert set(titles(**query)) == expected


def test_facets_count_what_would_be_there_if_only_that_one_were_changed(three):
    page = found(data_type="image", basis="hour")

    assert page.total == 2
    assert page.facets["data_type"] == {"image": 2}
    assert page.facets["basis"] == {"hour": 2}
    assert page.facets["label_type"] == {"evaluation_rating": 1, "bounding_box": 1, "polygon": 1}
    assert page.facets["language"] == {"en": 2}
    assert found(data_type="image").facets["data_type"] == {"image": 2, "audio": 1}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"data_type": "smell"}, "data_type"),
        ({"least": "20"}, "currency"),
        ({"least": "a lot", "currency": "USD"}, "least"),
        ({"hours": "-1"}, "hours"),
        ({"language": "xx"}, "language"),
        ({"country": "Atlantis"}, "country"),
        ({"order": "luck"}, "order"),
    ],
)
def test_what_cannot_be_asked_is_named(query, field):
    with pytest.raises(ProblemsError) as refused:
        read_search(query)

    assert [problem.field for problem in refused.value.problems] == [field]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "q": st.text(max_size=20),
            "data_type": st.sampled_from(["image", ""]),
            "least": st.sampled_from(["20", "20.5"]),
            "currency": st.sampled_from(["USD", "eur"]),
            "language": st.sampled_from(["en", "German"]),
            "hours": st.sampled_from(["0", "20"]),
            "eligible": st.sampled_from(["yes", "no"]),
            "order": st.sampled_from(list(Order)),
        },
    )
)
def test_a_search_is_read_back_from_its_own_address(query):
    if "least" in query:
        query.setdefault("currency", "USD")
    search = read_search(query)

    assert read_search(search.as_query()) == search


def test_closing_takes_an_opening_off_the_list_with_the_second(world):
    publish(world, title="Rate images")

    assert found(now=CLOSES - timedelta(seconds=1)).total == 1
    assert found(now=CLOSES).total == 0


def test_a_list_costs_the_same_with_one_and_three_openings(world):
    publish(world, title="One")
    with CaptureQueriesContext(
        connection,
    ) as one:
        found(world.rita)
    publish(world, title="Two", countries=["DE", "SG"])
    publish(world, title="Three")
    with CaptureQueriesContext(connection) as three:
        found(world.rita)

    assert len(one) == len(three) <= 9


def test_visitors_see_what_is_published_here_and_nothing_else(world):
    publish(world, title="Here")
    source = OpeningSource.objects.create(name="Board", added_by=world.petra, is_shared=True, added_at=NOON)
    StoredOpening.objects.create(
        source=source, state="open", created_at=NOON, posted_at=NOON, **columns_of(IMAGE_EVALUATION)
    )

    assert titles() == ["Here"]
    assert len(titles(world.rita)) == 2


def test_a_page_beyond_the_last_is_the_last(three):
    assert found(page=99).page == 1


# --- eligibility ---


def test_each_row_says_whether_one_is_eligible_and_why_not(three):
    profiles.replace_profile(three.rita, PROFILE, now=NOON)

    missed = {
        shown.row.title: [finding.rule for finding in shown.eligibility.missed] for shown in found(three.rita).shown
    }

    assert missed == {
        "Rate images": [],
        "Label audio": [Rule.LANGUAGE],
        "Draw boxes": [Rule.COUNTRY, Rule.EXPERIENCE],
    }
    assert titles(three.rita, eligible="yes") == ["Rate images"]


def test_the_guard_refuses_with_the_reasons_that_the_list_gives(three):
    profiles.replace_profile(three.rita, PROFILE, now=NOON)
    rows = {shown.row.title: shown.row for shown in found(three.rita).shown}

    assert guard_application(three.rita, rows["Rate images"].public_id, now=NOON).row.title == "Rate images"
    with pytest.raises(ConflictError, match="It is for people in Singapore, and you live in Germany"):
        guard_application(three.rita, rows["Draw boxes"].public_id, now=NOON)


def test_an_application_after_closing_is_refused_with_the_reason(world):
    profiles.replace_profile(world.rita, PROFILE, now=NOON)
    row = publish(world)

    guard_application(world.rita, row.public_id, now=CLOSES - timedelta(seconds=1))
    with pytest.raises(ConflictError, match=f"Applications closed on {CLOSES:%Y-%m-%d}"):
        guard_application(world.rita, row.public_id, now=CLOSES)
    openings.close_opening(world.lena, "audit", row.number, now=NOON)
    with pytest.raises(ConflictError, match="This opening is closed"):
        guard_application(world.rita, row.public_id, now=NOON)


def test_a_draft_is_not_there_to_apply_for(world):
    row = openings.write_opening(world.lena, "audit", IMAGE_EVALUATION.as_json(), now=NOON)

    with pytest.raises(NotFoundError):
        guard_application(world.rita, row.public_id, now=NOON)


def test_an_opening_from_elsewhere_is_applied_for_there(world):
    source = OpeningSource.objects.create(name="Board", added_by=world.petra, is_shared=True, added_at=NOON)
    row = StoredOpening.objects.create(
        source=source, state="open", created_at=NOON, posted_at=NOON, **columns_of(IMAGE_EVALUATION)
    )

    with pytest.raises(ConflictError, match="from elsewhere"):
        guard_application(world.rita, row.public_id, now=NOON)
    with pytest.raises(NotFoundError):
        view_opening(None, row.public_id, now=NOON)


def test_recruiting_stops_when_the_queue_runs_dry_and_goes_on_when_it_fills(world):
    profiles.replace_profile(world.rita, PROFILE, now=NOON)
    row = publish(world)
    fill_queue(world.project, 1)

    assert found(world.rita, now=NOON + timedelta(minutes=4)).shown[0].row.has_work
    dry = NOON + COUNT_AGAIN
    assert [finding.rule for finding in found(world.rita, now=dry).shown[0].eligibility.missed] == [Rule.WORK]
    with pytest.raises(ConflictError, match="less work at the moment"):
        guard_application(world.rita, row.public_id, now=dry)
    fill_queue(world.project)
    assert guard_application(world.rita, row.public_id, now=dry + COUNT_AGAIN)


def test_a_paused_project_takes_no_applications(world):
    profiles.replace_profile(world.rita, PROFILE, now=NOON)
    row = publish(world)
    projects.change_state(world.lena, "audit", ProjectState.PAUSED, now=NOON)

    with pytest.raises(ConflictError, match="less work at the moment"):
        guard_application(world.rita, row.public_id, now=NOON + COUNT_AGAIN)


def test_the_numbers_of_work_come_from_the_live_queue(world):
    publish(world)
    fill_queue(world.project, 100)

    (shown,) = found(world.rita, now=NOON + COUNT_AGAIN).shown

    # 300 places of 4 minutes for Rita and one more.
    assert (shown.row.places_left, shown.row.people) == (300, 1)
    assert shown.availability.hours_each == pytest.approx(10)


# --- one rule in two forms: in SQL for the list, in Python for the guard and the words ---


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(any_opening, st.booleans()), min_size=1, max_size=6), candidates)
def test_the_filter_the_guard_and_the_words_agree(world, stored, candidate):
    source, _made = OpeningSource.objects.of_account(world.petra).get_or_create(
        name="Board", added_by=world.petra, is_shared=True, defaults={"added_at": NOON}
    )
    rows = StoredOpening.objects.everywhere("a test's own")
    rows.filter(source=source).delete()
    made = []
    for opening, has_work in stored:
        row = StoredOpening.objects.create(
            source=source, state="open", created_at=NOON, posted_at=NOON, has_work=has_work, **columns_of(opening)
        )
        made.append((row, opening))
    store_needs(made)

    eligible = {
        row.pk
        for row, opening in made
        if eligibility(opening, candidate, is_open=True, has_work=row.has_work, now=NOON).is_eligible
    }
    by_points = sorted(made, key=lambda pair: (-match(pair[1], candidate).points, pair[0].pk))

    here = rows.filter(source=source)
    assert set(here.filter(is_open(NOON), is_eligible(candidate)).values_list("pk", flat=True)) == eligible
    assert list(ordered(here, Order.MATCH, candidate).values_list("pk", flat=True)) == [row.pk for row, _ in by_points]


PIECES = st.text("ab%_\\\\é", min_size=1, max_size=3)
TEXTS = st.lists(st.lists(PIECES, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=6)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TEXTS, after=TEXTS, asked=st.lists(PIECES, min_size=1, max_size=2, unique=True), crowd=st.booleans())
def test_the_index_of_words_finds_what_reading_every_text_finds(world, before, after, asked, crowd):
    source, _made = OpeningSource.objects.of_account(world.petra).get_or_create(
        name="Board", added_by=world.petra, is_shared=True, defaults={"added_at": NOON}
    )
    rows = StoredOpening.objects.everywhere("a test's own")
    rows.filter(source=source).delete()
    if crowd:
        # So many words hold an "a" that the texts are read instead.
        before = [" ".join(f"a{number}" for number in range(MOST_ALIKE + 1)), *before]
    made = []
    for text in before:
        said = dataclasses.replace(IMAGE_EVALUATION, description=text)
        row = StoredOpening.objects.create(
            source=source, state="open", created_at=NOON, posted_at=NOON, **columns_of(said)
        )
        made.append((row, said))
    store_needs(made)
    rewritten = []
    for (row, _said), text in zip(made, after, strict=False):
        said = dataclasses.replace(IMAGE_EVALUATION, description=text)
        row.words = columns_of(said)["words"]
        row.save()
        rewritten.append((row, said))
    store_needs(rewritten)

    terms = read_search({"q": " ".join(asked)}).words
    scanned = [row.pk for row, _said in made if all(term in row.words for term in terms)]
    here = with_words(rows.filter(source=source), terms)
    assert list(ordered(here, Order.NEWEST, None).values_list("pk", flat=True)) == scanned


def test_the_match_puts_first_what_suits_and_names_its_rules(three):
    profiles.replace_profile(three.rita, PROFILE, now=NOON)

    page = found(three.rita)

    assert page.order == Order.MATCH
    assert [(shown.row.title, shown.match.points) for shown in page.shown] == [
        ("Rate images", 85),
        ("Draw boxes", 45),
        ("Label audio", 25),
    ]
    assert [shown.row.pk for shown in found(three.rita).shown] == [shown.row.pk for shown in page.shown]


def test_an_hour_that_pays_what_one_looks_for_is_worth_its_points(three):
    wanted = {**PROFILE["basics"][0], "least_pay": {"minor": 3_500, "currency": "USD"}}
    profiles.replace_profile(three.rita, {**PROFILE, "basics": [wanted]}, now=NOON)

    points = {shown.row.title: shown.match.points for shown in found(three.rita).shown}
    assert points == {"Rate images": 85, "Draw boxes": 60, "Label audio": 25}


def test_openings_are_ordered_by_pay_within_a_currency(three):
    assert titles(order="pay") == ["Draw boxes", "Rate images", "Label audio"]


def test_a_person_without_a_profile_is_told_what_to_say(three):
    assert candidate_of(three.rita).country == ""
    shown = next(shown for shown in found(three.rita).shown if shown.row.title == "Draw boxes")

    assert all("profile" in finding.how for finding in shown.eligibility.missed)


def test_nothing_narrows_an_empty_search():
    assert not Search().is_narrowed
    assert Search(hours=0).is_narrowed
    assert not Search(order=Order.PAY).is_narrowed
