"""The profile as a PDF: text that a program can read, in which every section says where it comes from."""

import io
from datetime import UTC, datetime

import pypdf

from rubrica.domain.profile import EMPTY, Profile
from rubrica.formats.json_resume import VerifiedWork
from rubrica.formats.profile_pdf import profile_pdf

MOMENT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def read(profile, **more):
    reader = pypdf.PdfReader(io.BytesIO(profile_pdf(profile, "Rita", made_at=MOMENT, **more)))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def test_what_a_person_says_can_be_selected_and_is_marked_as_self_declared():
    declared = {
        "basics": [{"name": "Ada Núñez", "summary": "A <b>bold</b> & plain\nsecond line"}],
        "languages": [{"tag": "de-CH", "reading": "C1"}],
    }
    reader, text = read(Profile(declared))

    assert reader.metadata.title == "Ada Núñez"
    assert reader.root_object["/Lang"] == "en"
    for line in ("About you – Self-declared", "Languages – Self-declared", "A <b>bold</b> & plain", "Reading: C1"):
        assert line in text


def test_what_is_verified_stands_apart_and_names_its_evidence():
    work = VerifiedWork("Atelier", "Specialist", "2026-01", "2026-02", "120 items", "https://rubrica.example.org/v")
    _reader, text = read(EMPTY, verified=[work])

    assert "Work at this Rubrica – Verified by Rubrica" in text
    assert "Specialist, Atelier" in text
    assert "https://rubrica.example.org/v" in text
    assert "Self-declared" not in text


def test_what_the_fonts_lack_is_shown_as_missing():
    _reader, text = read(Profile({"basics": [{"name": "Ada 漢"}]}))

    assert "Ada ¿" in text


def test_a_long_career_takes_several_pages():
    work = [{"name": f"Studio {number}", "summary": "word " * 300} for number in range(20)]
    reader, text = read(Profile({"work": work}))

    assert len(reader.pages) > 3
    assert "Studio 19" in text
