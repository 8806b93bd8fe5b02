"""A profile as a PDF: text that can be selected, searched and read aloud, every section saying where it comes from."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from rubrica.domain.profile import Profile
from rubrica.formats.json_resume import VerifiedWork
from rubrica.formats.profile_words import SELF_DECLARED, VERIFIED, SaidEntry, said

_FONT: Final = "Vera"
_BOLD: Final = "VeraBd"
_MISSING: Final = "\u00bf"
"""What stands for a character that the fonts lack; the JSON Resume has every character."""


def profile_pdf(profile: Profile, name: str, *, made_at: datetime, verified: Sequence[VerifiedWork] = ()) -> bytes:
    """Return a person's profile as a PDF.

    Parameters
    ----------
    profile
        What the person declared.
    name
        What the person is called, where the profile does not say.
    made_at
        When the file is made.
    verified
        Engagements that Rubrica has seen.
    """
    _register_fonts()
    basics = profile.declared.get("basics", [{}])
    title = str(basics[0].get("name", name)) if basics else name
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=title,
        author=title,
        subject="Profile",
        creator="Rubrica",
        lang="en",
        leftMargin=20 * mm,
        rightMargin=20 * mm,
    )
    document.build([*_story(profile, title, made_at, verified)])
    return out.getvalue()


def _story(profile: Profile, title: str, made_at: datetime, verified: Sequence[VerifiedWork]) -> Iterator[Any]:
    yield _paragraph(title, _style(16, bold=True))
    yield _paragraph(f"Made by Rubrica on {made_at:%Y-%m-%d}", _style(8))
    if verified:
        yield from _heading("Work at this Rubrica", VERIFIED)
        for row in verified:
            period = f"{row.start} to {row.end}" if row.end else f"since {row.start}"
            evidence = (("Evidence", (row.evidence,)),) if row.evidence else ()
            facts = ((period, (row.summary,)), *evidence)
            yield from _entry(SaidEntry(f"{row.position}, {row.name}", facts))
    for section in said(profile.handed_on()):
        yield from _heading(section.section.label, SELF_DECLARED)
        for entry in section.entries:
            yield from _entry(entry)


def _heading(label: str, provenance: str) -> Iterator[Any]:
    yield Spacer(1, 5 * mm)
    yield _paragraph(f"{label} – {provenance}", _style(12, bold=True))


def _entry(entry: SaidEntry) -> Iterator[Any]:
    if entry.title:
        yield _paragraph(entry.title, _style(10, bold=True))
    for name, lines in entry.facts:
        yield _paragraph(f"{name}: {'; '.join(lines)}", _style(9))
    yield Spacer(1, 2 * mm)


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    known = _characters()
    shown = "".join(character if ord(character) in known or character == "\n" else _MISSING for character in text)
    return Paragraph(escape(shown).replace("\n", "<br/>"), style)


@cache
def _style(size: int, *, bold: bool = False) -> ParagraphStyle:
    return ParagraphStyle(f"{size}{bold}", fontName=_BOLD if bold else _FONT, fontSize=size, leading=size * 1.35)


@cache
def _register_fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for font in (_FONT, _BOLD):
        pdfmetrics.registerFont(TTFont(font, str(folder / f"{font}.ttf")))


@cache
def _characters() -> frozenset[int]:
    """Return the code points that both fonts have."""
    faces = [pdfmetrics.getFont(font).face for font in (_FONT, _BOLD)]
    return frozenset(faces[0].charToGlyph) & frozenset(faces[1].charToGlyph)
