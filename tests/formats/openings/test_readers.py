"""Feeds of strangers: valid ones of each kind, and what malformed, huge and hostile ones come to."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrica.domain.language import Level
from rubrica.domain.opening import DataType, Employment, Experience, Hours, LabelType, LanguageNeed, Pay, PayBasis
from rubrica.domain.opening_check import contradictions
from rubrica.formats.openings import FeedKind, FeedRefusedError, kind_of, read_feed
from rubrica.formats.openings.feed import MOST_BYTES, MOST_ENTRIES
from tests.domain.openings import POSTED_IN_WORDS

MARCH = datetime(2026, 3, 2, tzinfo=UTC)
HOURLY = Pay(PayBasis.HOUR, 2_000, 3_000, "USD")

JOB_POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Image Evaluation Specialist",
    "identifier": {"@type": "PropertyValue", "value": "1784"},
    "url": "https://board.example/jobs/1784",
    "description": "<p>Evaluate and rate images.</p><ul><li>English required</li></ul><p>Open worldwide.</p>",
    "hiringOrganization": {"@type": "Organization", "name": "Atelier"},
    "datePosted": "2026-03-02",
    "validThrough": "2026-06-01T00:00:00Z",
    "employmentType": ["CONTRACTOR", "PART_TIME"],
    "jobLocationType": "TELECOMMUTE",
    "workHours": "20+ hours",
    "experienceRequirements": {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": 0},
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "USD",
        "value": {"@type": "QuantitativeValue", "minValue": 20, "maxValue": "30.00", "unitText": "HOUR"},
    },
}
PAGE = f"""<!DOCTYPE html><html><head>
<script type="application/ld+json">{{"@type": "WebSite", "name": "Board"}}</script>
<script type='application/ld+json'>{json.dumps({"@graph": [JOB_POSTING]})}</script>
</head><body><script>alert(1)</script></body></html>"""
INDEED = """<?xml version="1.0" encoding="utf-8"?>
<source><publisher>Board</publisher><lastBuildDate>Mon, 02 Mar 2026 12:00:00 GMT</lastBuildDate>
<job>
<title><![CDATA[Image Evaluation Specialist]]></title><date><![CDATA[Mon, 02 Mar 2026 00:00:00 GMT]]></date>
<referencenumber><![CDATA[1784]]></referencenumber><url><![CDATA[https://board.example/jobs/1784]]></url>
<company><![CDATA[Atelier]]></company><country><![CDATA[US]]></country><remotetype>Fully remote</remotetype>
<description><![CDATA[<p>Evaluate and rate images, worldwide. English required.</p>]]></description>
<salary><![CDATA[$20 - $30 per hour]]></salary><jobtype><![CDATA[Contract, Part-time]]></jobtype>
<experience>Entry level</experience>
</job></source>"""
RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Jobs</title>
<item><title>Image Evaluation Specialist</title><link>https://board.example/jobs/1784</link><guid>1784</guid>
<pubDate>Mon, 02 Mar 2026 00:00:00 GMT</pubDate><dc:creator>Atelier</dc:creator>
<description>&lt;p&gt;Evaluate and rate images. $20-$30 per hour, 20+ hours/week, worldwide. English required.
Entry level, contractor, part-time.&lt;/p&gt;</description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Jobs</title><entry><id>1784</id>
<title>Image Evaluation Specialist</title><link rel="self" href="https://board.example/feed"/>
<link href="https://board.example/jobs/1784"/><published>2026-03-02T00:00:00Z</published>
<author><name>Atelier</name></author><content type="html">&lt;p&gt;Evaluate and rate images. USD 20–30 an hour,
20+ hours a week, worldwide. English required. Entry level, contractor, part-time.&lt;/p&gt;</content></entry></feed>"""
LISTING = {
    "jobs": [
        {
            "id": "1784",
            "slug": "image-evaluation",
            "title": "Image Evaluation Specialist",
            "companyName": "Atelier",
            "descriptionText": "Evaluate and rate images.",
            "status": "open",
            "datePosted": "2026-03-02",
            "employmentTypes": ["CONTRACTOR", "Part-time"],
            "countries": [],
            "languages": [{"language": "English", "proficiency": "FLUENT"}],
            "dataType": "IMAGE",
            "labelTypes": ["EVALUATION_RATING"],
            "experienceLevel": "ENTRY_LEVEL",
            "timeRequirement": "20+ hours/week",
            "pay": {"paymentType": "PAY_PER_HOUR", "currency": "USD", "hourlyMin": 20, "hourlyMax": 30},
            "url": "https://board.example/jobs/1784",
        },
        {"id": "1", "title": "Gone", "status": "closed"},
    ],
    "nextCursor": "abc",
}
CSV = (
    "Title;Company;URL;Date posted;data_type;pay_basis;currency;pay_low;pay_high;hours_low;languages;countries;"
    "experience;employment;description\n"
    "Image Evaluation Specialist;Atelier;https://board.example/jobs/1784;2026-03-02;image;hour;USD;20;30;20;en;"
    'worldwide;entry;contractor;"Evaluate and rate images"\n'
)
VALID = {
    FeedKind.PAGE: PAGE,
    FeedKind.JSON_LD: json.dumps(JOB_POSTING),
    FeedKind.INDEED: INDEED,
    FeedKind.SYNDICATION: RSS,
    FeedKind.LISTING: json.dumps(LISTING),
    FeedKind.CSV: CSV.replace("Date posted", "date_posted"),
    FeedKind.TEXT: POSTED_IN_WORDS,
}


@pytest.mark.parametrize(("kind", "text"), [*VALID.items(), (FeedKind.SYNDICATION, ATOM)])
def test_the_posting_this_was_made_for_comes_in_every_form(kind, text):
    assert kind_of(text.encode()) == kind

    (posting,) = read_feed(text.encode()).postings

    opening = posting.opening
    assert opening.title.startswith("Image Evaluation Specialist")
    assert opening.organisation == "Atelier"
    assert posting.posted == MARCH
    assert opening.pay == HOURLY
    assert opening.is_worldwide
    assert opening.experience == Experience.ENTRY
    assert Employment.CONTRACTOR in opening.employment
    assert [need.tag for need in opening.languages] == ["en"]
    assert opening.data_type == DataType.IMAGE
    assert LabelType.EVALUATION_RATING in opening.label_types
    assert opening.hours == (None if kind == FeedKind.INDEED else Hours(20))
    assert posting.raw
    assert contradictions(opening) == ()


def test_a_listing_has_more_behind_its_cursor():
    feed = read_feed(json.dumps(LISTING).encode())

    assert feed.next_cursor == "abc"
    assert [posting.key for posting in feed.postings] == ["1784"]
    assert feed.postings[0].opening.languages == (LanguageNeed("en", Level.C1),)


@pytest.mark.parametrize(
    ("pay", "read"),
    [
        ({"paymentType": "PAY_PER_LABEL", "perLabelRate": 0.015}, Pay(PayBasis.ITEM, 15, 15, "USD", 10)),
        ({"paymentType": "FIXED_PRICE", "fixedPrice": "250"}, Pay(PayBasis.FIXED, 25_000, 25_000, "USD")),
        ({"paymentType": "PAY_PER_HOUR", "hourlyRate": 4.5, "currency": "EUR"}, Pay(PayBasis.HOUR, 450, 450, "EUR")),
        ({"paymentType": "BY_MOOD", "hourlyRate": 4}, None),
        ({"paymentType": "PAY_PER_HOUR"}, None),
        ({"paymentType": "PAY_PER_HOUR", "hourlyRate": True}, None),
        ({"paymentType": "PAY_PER_HOUR", "hourlyRate": "NaN"}, None),
    ],
)
def test_the_listing_pays_by_hour_item_or_whole(pay, read):
    job = {"id": 7, "title": "Rate", "pay": pay}

    assert read_feed(json.dumps({"jobs": [job]}).encode()).postings[0].opening.pay == read


# --- what is left out of an entry, and said ---


def notes_of(**changes):
    (posting,) = read_feed(json.dumps({**JOB_POSTING, **changes}).encode()).postings
    return posting, [note.field for note in posting.notes]


def test_a_field_that_is_not_of_the_model_is_left_out_and_noted():
    posting, notes = notes_of(totalJobOpenings=0)

    assert posting.opening.headcount is None
    assert notes == ["headcount"]
    assert posting.opening.title


def test_pay_by_the_month_is_noted_not_compared():
    salary = {"currency": "USD", "value": {"minValue": 2_000, "maxValue": 3_000, "unitText": "MONTH"}}

    posting, notes = notes_of(baseSalary=salary)

    assert posting.opening.pay is None
    assert notes == ["pay"]
    assert "by month" in posting.notes[0].problem


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://lena:pw@board.example/", "file:///etc/passwd"])
def test_an_address_that_is_none_is_not_taken(url):
    posting, notes = notes_of(url=url)

    assert posting.url == ""
    assert notes == ["url"]


def test_a_place_of_work_is_where_people_must_live():
    location = {"@type": "Place", "address": {"@type": "PostalAddress", "addressCountry": "SG"}}

    posting, _notes = notes_of(jobLocationType=None, jobLocation=location)

    assert posting.opening.countries == ("SG",)


def test_countries_of_applicants_are_read():
    posting, _notes = notes_of(applicantLocationRequirements=[{"@type": "Country", "name": "Germany"}, {"name": "AT"}])

    assert posting.opening.countries == ("AT", "DE")


def test_worldwide_and_a_residence_are_both_read_so_that_they_contradict():
    posting, _notes = notes_of(description="<p>Rate images, worldwide. You must reside in Singapore.</p>")

    assert [problem.field for problem in contradictions(posting.opening)] == ["countries"]


def test_without_a_key_of_its_own_the_address_is_the_key():
    posting, _notes = notes_of(identifier=None)

    assert posting.key == "https://board.example/jobs/1784"
    nameless, _notes = notes_of(identifier=None, url=None)
    assert len(nameless.key) == 32


# --- hostile and broken feeds ---

DOCTYPE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BOMB = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
REFUSED = {
    "external entity": INDEED.replace("<source>", f"{DOCTYPE}<source>").replace("Atelier", "&x;"),
    "entity bomb": RSS.replace("<rss", f"{BOMB}<rss").replace("Atelier", "&b;"),
    "external document type": RSS.replace("<rss", '<!DOCTYPE rss SYSTEM "http://127.0.0.1/evil.dtd"><rss'),
    "cut short": INDEED[:-40],
    "undefined entity": INDEED.replace("<publisher>Board", "<publisher>&nbsp;"),
    "another XML": '<?xml version="1.0"?><catalogue/>',
    "deep": "<rss>" + "<a>" * 40 + "</a>" * 40 + "</rss>",
    "many elements": "<source>" + "<a/>" * 200_001 + "</source>",
    "unknown encoding": '<?xml version="1.0" encoding="x-evil"?><rss/>',
    "nothing": "   ",
    "page without markup": "<html><body>Jobs</body></html>",
    "page with other markup": '<html><script type="application/ld+json">{"@type": "Person"}</script></html>',
    "broken JSON": '{"jobs": [',
    "JSON without jobs": '{"hello": 1}',
    "JSON-LD without a posting": '{"@type": "Thing", "name": "JobPosting"}',
    "JSON with a key twice": '{"jobs": [], "jobs": []}',
    "JSON too deep": '{"jobs": ' + "[" * 100 + "]" * 100 + "}",
    "CSV with an unknown column": "title,wage\nRate,20\n",
    "CSV with a column twice": "title,company,organisation\nRate,a,b\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_as_a_whole_is_refused_with_the_reason(text):
    with pytest.raises(FeedRefusedError) as refused:
        read_feed(text.encode())

    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("kind", FeedKind)
def test_a_huge_file_is_refused_before_it_is_read(kind):
    with pytest.raises(FeedRefusedError, match=r"at most 5,000,000"):
        read_feed(b"<" + b"a" * MOST_BYTES, kind)


def test_csv_in_another_encoding_is_refused():
    with pytest.raises(FeedRefusedError, match="UTF-8"):
        read_feed("title\nÜber\n".encode("latin-1"), FeedKind.CSV)


def test_scripts_of_a_feed_are_not_kept():
    hostile = INDEED.replace("<p>Evaluate", "<script>alert(1)</script><p onclick=x()>Evaluate").replace(
        "https://board.example/jobs/1784", "javascript:alert(1)"
    )

    (posting,) = read_feed(hostile.encode()).postings

    assert "alert" not in posting.opening.description
    assert posting.url == ""


def test_an_entry_without_a_title_is_refused_alone():
    feed = read_feed(json.dumps([JOB_POSTING, {"@type": "JobPosting", "identifier": "2"}]).encode())

    assert [posting.key for posting in feed.postings] == ["1784"]
    assert [(entry.place, entry.key) for entry in feed.refused] == [("file, posting 2", "2")]
    assert feed.is_complete


def test_an_entry_that_cannot_be_known_again_leaves_open_what_is_missing():
    feed = read_feed(json.dumps({"jobs": [LISTING["jobs"][0], "what?", {"title": ""}]}).encode())

    assert len(feed.refused) == 2
    assert not feed.is_complete


def test_a_row_with_other_cells_than_the_header_is_refused_alone():
    feed = read_feed((VALID[FeedKind.CSV] + "only;two\n").encode())

    assert len(feed.postings) == 1
    assert [entry.place for entry in feed.refused] == ["row 3"]


def test_a_feed_that_goes_on_and_on_is_cut_and_known_to_be():
    jobs = [{"id": str(number), "title": "Rate"} for number in range(MOST_ENTRIES + 5)]

    feed = read_feed(json.dumps({"jobs": jobs}).encode())

    assert len(feed.postings) == MOST_ENTRIES
    assert not feed.is_complete


def test_a_block_that_is_no_json_is_refused_alone():
    broken = PAGE.replace("</head>", '<script type="application/ld+json">{"@type": "JobPosting",}</script></head>')

    feed = read_feed(broken.encode())

    assert len(feed.postings) == 1
    assert len(feed.refused) == 1


def test_a_block_that_never_ends_is_none():
    with pytest.raises(FeedRefusedError):
        read_feed(('<html><script type="application/ld+json">' * 2_000).encode())


@given(st.binary(max_size=200), st.sampled_from(FeedKind))
def test_any_bytes_are_read_or_refused(data, kind):
    try:
        feed = read_feed(data, kind)
    except FeedRefusedError:
        return
    assert all(posting.opening.title for posting in feed.postings)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*JOB_POSTING, *LISTING["jobs"][0], "value", "name"]), inner, max_size=6)
        ),
        max_leaves=12,
    ),
    st.sampled_from([{"@type": "JobPosting", "title": "Rate"}, {"jobs": [{"title": "Rate"}]}]),
)
def test_any_values_of_known_fields_are_read_or_left_out(value, frame):
    fields = value if isinstance(value, dict) else {"pay": value, "baseSalary": value, "languages": value}
    document = {**fields, **frame} if "@type" in frame else {"jobs": [{**fields, "title": "Rate"}]}

    feed = read_feed(json.dumps(document).encode())

    assert len(feed.postings) + len(feed.refused) <= 1
