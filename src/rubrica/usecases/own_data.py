"""Everything that Rubrica keeps of a person, as one file for that person.

What is not in it: secrets, which are kept as hashes only; what others wrote that the person may not see yet; and which
of the person's evaluations were asked as gold or as repeats, because they are to stay unannounced.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
from django.conf import settings
from django.db.models import Q, QuerySet

from rubrica.records import models
from rubrica.records.models import Account
from rubrica.records.queries.evaluations import snapshot
from rubrica.usecases.access import record
from rubrica.usecases.profiles import own_profile
from rubrica.usecases.resumes import resume_of, resume_pdf

_encode: Final = msgspec.json.Encoder().encode
_ROWS_AT_ONCE: Final = 2_000
_README: Final = """\
What Rubrica keeps of you.

account.json    your account
profile.json    what you say of yourself
resume.json     the same as a JSON Resume, resume.pdf as a PDF
*.jsonl         one row a line: what you did, and what was decided on it

Secrets are not in it: only hashes of them are kept. Which of your evaluations were asked as gold or as repeats is left
out, because they are to stay unannounced. Reviews are in it once they are decided.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the file: the model, the way to its owner, and the columns."""

    file: str
    model: str
    owner: str
    columns: tuple[str, ...]
    condition: Q | None = None


PARTS: Final = (
    Part("memberships", "Membership", "account", ("organisation__slug", "role", "created_at")),
    Part(
        "project_roles",
        "ProjectMembership",
        "account",
        ("project__slug", "role", "is_active", "evaluation_count", "created_at"),
    ),
    Part(
        "engagements",
        "Engagement",
        "account",
        ("project__slug", "number", "role", "state", "offered_at", "started_at", "ended_at", "reason_code", "reason"),
    ),
    Part(
        "engagement_terms",
        "EngagementTerms",
        "engagement__account",
        ("engagement__number", "version", "document", "sha256", "proposed_at", "answer_by"),
    ),
    Part(
        "terms_answers",
        "TermsAnswer",
        "terms__engagement__account",
        ("terms__engagement__number", "terms__version", "kind", "at", "sha256", "holds_from", "reason"),
    ),
    Part(
        "engagement_steps",
        "EngagementStep",
        "engagement__account",
        ("engagement__number", "event", "source", "target", "reason_code", "reason", "evidence", "at"),
    ),
    Part(
        "ratings_given",
        "MutualRating",
        "author",
        ("engagement__number", "engagement__project__slug", "side", "scores", "comment", "at"),
    ),
    Part("rating_replies", "MutualRatingReply", "author", ("rating__engagement__number", "text", "at")),
    Part("tokens", "ApiToken", "account", ("public_id", "name", "created_at", "expires_at", "revoked_at")),
    Part("sign_in_links", "SignInLink", "account", ("created_at", "expires_at", "used_at")),
    Part("invitations_accepted", "Invitation", "accepted_by", ("organisation__slug", "email", "role", "accepted_at")),
    Part("acknowledgements", "Acknowledgement", "account", ("project__slug", "version__number", "acknowledged_at")),
    Part(
        "assignments",
        "Assignment",
        "rater",
        ("public_id", "project__slug", "item__key", "state", "taken_at", "skip_reason", "skip_note", "late_answer"),
    ),
    Part(
        "evaluations",
        "Evaluation",
        "rater",
        (
            "public_id",
            "project__slug",
            "item__key",
            "guideline__number",
            "presentation",
            "answer",
            "explanation",
            "cannot_judge",
            "active_ms",
            "supersedes__public_id",
            "revision_reason",
            "taken_at",
            "submitted_at",
        ),
    ),
    Part(
        "reviews",
        "Review",
        "rater",
        ("project__slug", "number", "evaluation__public_id", "state", "decided_at", "criterion", "clause", "comment"),
        Q(decided_at__isnull=False),
    ),
    Part("review_steps", "ReviewStep", "actor", ("review__project__slug", "review__number", "event", "reason", "at")),
    Part(
        "attempts", "Attempt", "account", ("project__slug", "purpose", "state", "pass_percent", "opened_at", "ended_at")
    ),
    Part("round_posts", "RoundPost", "author", ("round_item__round__project__slug", "text", "at")),
    Part(
        "edge_cases",
        "EdgeCase",
        "raised_by",
        ("project__slug", "number", "kind", "question", "answer", "clause", "criterion", "state", "raised_at"),
    ),
    Part("case_steps", "CaseStep", "actor", ("case__project__slug", "case__number", "event", "reason", "at")),
    Part("case_votes", "CaseVote", "account", ("case__project__slug", "case__number", "option", "reason", "at")),
    Part("case_posts", "CasePost", "author", ("case__project__slug", "case__number", "text", "at")),
    Part(
        "proposals",
        "ChangeProposal",
        "author",
        ("project__slug", "number", "clause", "new_text", "summary", "rationale", "state", "reason", "made_at"),
    ),
    Part(
        "proposal_opinions",
        "ProposalOpinion",
        "account",
        ("proposal__project__slug", "proposal__number", "approves", "comment", "at"),
    ),
    Part("clause_questions", "ClauseQuestion", "author", ("project__slug", "clause", "text", "at", "settled_at")),
    Part("clause_answers", "ClauseAnswer", "author", ("question__project__slug", "question__clause", "text", "at")),
    Part(
        "beats",
        "Beat",
        "account",
        (
            "session__project__slug",
            "session__key",
            "number",
            "at_ms",
            "page",
            "task",
            "is_visible",
            "inputs",
            "is_answer",
        ),
    ),
    Part(
        "time",
        "TimeSpan",
        "account",
        ("project__slug", "page", "task", "kind", "because", "start_ms", "end_ms"),
    ),
    Part("waits", "PlatformWait", "account", ("start_ms", "end_ms")),
    Part(
        "time_claims",
        "TimeClaim",
        "account",
        ("project__slug", "number", "started_at", "ended_at", "claimed_ms", "reason", "note", "state", "claimed_at"),
    ),
    Part(
        "time_claim_steps",
        "TimeClaimStep",
        "claim__account",
        ("claim__project__slug", "claim__number", "event", "reason", "at"),
    ),
    Part(
        "applications",
        "Application",
        "account",
        (
            "public_id",
            "opening__title",
            "state",
            "questions",
            "answers",
            "started_at",
            "submitted_at",
            "decided_at",
            "reason_code",
            "reason",
            "criterion",
            "reapply_from",
        ),
    ),
    Part("application_steps", "ApplicationStep", "actor", ("application__public_id", "event", "reason", "at")),
    Part("application_readings", "ApplicationReading", "reader", ("application__public_id", "verdict", "note", "at")),
    Part(
        "screenings",
        "Screening",
        "application__account",
        (
            "application__public_id",
            "guideline__number",
            "minutes",
            "writing",
            "texts",
            "started_at",
            "finished_at",
            "written_at",
            "ended_at",
        ),
    ),
    Part(
        "screening_answers",
        "ScreeningAnswer",
        "screening__application__account",
        ("screening__application__public_id", "question", "chosen", "is_right", "number", "at"),
    ),
    Part(
        "screening_credits",
        "ScreeningCredit",
        "account",
        ("screening__application__public_id", "opening__title", "seconds", "rate_minor", "currency", "at"),
    ),
    Part(
        "writing_scores",
        "WritingScore",
        "reader",
        ("screening__application__public_id", "scores", "comment", "at"),
    ),
    Part("application_messages", "ApplicationMessage", "author", ("application__public_id", "text", "at")),
    Part(
        "applications_elsewhere",
        "TrackedApplication",
        "account",
        (
            "platform",
            "title",
            "url",
            "note",
            "state",
            "unpaid_minutes",
            "paid_minutes",
            "income_minor",
            "currency",
            "added_at",
            "changed_at",
        ),
    ),
    Part("news", "Notification", "account", ("project__slug", "topic", "text", "path", "at", "read_at", "way")),
    Part("news_choices", "NotificationChoice", "account", ("topic", "way")),
    Part("disclosures", "WorkDisclosure", "account", ("project__slug", "level")),
    Part(
        "credentials",
        "WorkCredential",
        "account",
        ("public_id", "project__slug", "token", "issued_at", "valid_until", "revoked_at"),
    ),
    Part("portfolio", "Portfolio", "account", ("public_id", "name", "opened_at")),
    Part("saved_searches", "SavedSearch", "account", ("public_id", "name", "query", "by_mail", "created_at")),
    Part("sources", "OpeningSource", "added_by", ("name", "url", "is_shared", "added_at", "removed_at")),
    Part("openings", "StoredOpening", "private_to", ("title", "organisation", "url", "document", "created_at")),
    Part("audit", "AuditEvent", "actor", ("at", "action", "subject", "project__slug", "detail")),
)

NOT_PERSONAL: Final = {
    "Session": "a secret; the account page says how many there are",
    "SpecialistProfile": "stands in profile.json",
    "PageSession": "stands with its beats",
    "PersonalClock": "says up to when time stands in spans",
    "Project": "belongs to the organisation; that it was made stands in the audit trail",
    "GuidelineDraft": "as above",
    "GuidelineVersion": "as above",
    "ScheduledPublication": "as above",
    "Reevaluation": "as above",
    "CalibrationRound": "as above",
    "Ruling": "as above",
    "Gold": "as above",
    "ItemImport": "as above",
    "Adjudication": "as above",
    "FoundPosting": "what a source says; the person's own openings stand in openings",
    "OpeningWord": "an index of the words of openings, which stand in openings",
    "ScreeningPlan": "belongs to the project; what was asked stands in screenings",
    "ApplicationForm": "belongs to the project, like its opening",
    "AttemptItem": "which items were gold stays unannounced",
}
"""Models that name a person and are no part of the file, and why. A test finds any that stands nowhere."""


def export_own_data(account: Account, *, now: datetime) -> BinaryIO:
    """Return a zip of everything that is kept of a person, as an open file that no name leads to."""
    outgoing = Path(settings.HOME) / "outgoing"
    outgoing.mkdir(mode=0o700, exist_ok=True)
    file = tempfile.TemporaryFile(dir=outgoing)  # noqa: SIM115  (the caller sends it, then closes it)
    with snapshot(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as package:
        package.writestr("README.txt", _README)
        for name, document in _documents(account, now):
            package.writestr(name, json.dumps(document, ensure_ascii=False, indent=2, default=str))
        package.writestr("resume.pdf", resume_pdf(account, now=now))
        for part in PARTS:
            with package.open(f"{part.file}.jsonl", "w", force_zip64=True) as entry, io.BufferedWriter(entry) as out:
                for line in _lines(part, account):
                    out.write(line)
    record("account.exported", account.public_id, at=now, actor=account)
    file.seek(0)
    return file


def _documents(account: Account, now: datetime) -> Iterator[tuple[str, object]]:
    stored = Account.objects.get(pk=account.pk)
    yield (
        "account.json",
        {
            "id": stored.public_id,
            "email": stored.email,
            "name": stored.name,
            "time_zone": stored.time_zone,
            "workbench": stored.workbench,
            "created_at": stored.created_at.isoformat(),
        },
    )
    own = own_profile(account)
    changed = own.changed_at.isoformat() if own.changed_at else None
    yield "profile.json", {"declared": own.profile.declared, "provenance": "self-declared", "changed_at": changed}
    yield "resume.json", resume_of(account, now=now)


def _lines(part: Part, account: Account) -> Iterator[bytes]:
    names = [column.replace("__", ".") for column in part.columns]
    for row in _rows(part, account).values_list(*part.columns).iterator(_ROWS_AT_ONCE):
        yield _encode(dict(zip(names, _plain(row), strict=True))) + b"\n"


def _rows(part: Part, account: Account) -> QuerySet[Any]:
    manager = getattr(models, part.model).objects
    rows: QuerySet[Any] = manager.everywhere("each row is the person's own").filter(**{part.owner: account})
    return (rows if part.condition is None else rows.filter(part.condition)).order_by("pk")


def _plain(row: Sequence[Any]) -> Iterator[Any]:
    for value in row:
        yield value.isoformat() if isinstance(value, datetime) else value
