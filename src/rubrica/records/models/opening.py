"""Openings: those of our projects and those from elsewhere, in one table that is searched, and where they came from."""

from django.db import models
from typing_extensions import override

from rubrica.domain.opening import OpeningState
from rubrica.records.models.account import Account
from rubrica.records.models.fields import public_id, sha256
from rubrica.records.models.project import Project
from rubrica.records.scoping import Scope, ScopedManager


class Reach(models.TextChoices):
    """Where people may live."""

    ANYWHERE = "anywhere", "Anywhere"
    LISTED = "listed", "In the countries listed"
    UNSAID = "unsaid", "Not said"


class OpeningSource(models.Model):
    """Where openings come from: an address that is fetched again, or what somebody has put in by hand."""

    public_id = public_id()
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=500, blank=True, help_text="Empty for what is put in by hand.")
    kind = models.CharField(max_length=12, blank=True, help_text="In what form; empty to find out.")
    added_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    is_shared = models.BooleanField(help_text="Whether everybody sees its openings, or only whoever added it.")
    added_at = models.DateTimeField()
    every_hours = models.PositiveSmallIntegerField(default=6)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    fetched_at = models.DateTimeField(null=True, help_text="When it last answered.")
    failures = models.PositiveSmallIntegerField(default=0, help_text="Fetches in a row that failed.")
    failure = models.CharField(max_length=500, blank=True)
    refused = models.JSONField(default=list, help_text="Entries of the last fetch that were not taken, and why.")
    removed_at = models.DateTimeField(null=True)

    scope = Scope(account="added_by")
    objects = ScopedManager["OpeningSource"]()

    @override
    def __str__(self) -> str:
        return self.name


class StoredOpening(models.Model):
    """An opening: the document of ``domain.opening``, and beside it what is searched by.

    It belongs to a project, or was found at a source. The database refuses another ``posted_at`` than the first.
    """

    public_id = public_id()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField(null=True)
    source = models.ForeignKey(OpeningSource, on_delete=models.PROTECT, null=True, related_name="openings")
    state = models.CharField(
        max_length=6,
        choices=[
            (OpeningState.DRAFT.value, "Draft"),
            (OpeningState.OPEN.value, "Open"),
            (OpeningState.CLOSED.value, "Closed"),
        ],
    )
    document = models.JSONField()
    url = models.CharField(max_length=500, blank=True, help_text="Its page elsewhere.")
    notes = models.JSONField(default=list, help_text="What in it contradicts itself or could not be taken.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(null=True, help_text="When it came to be seen here.")
    updated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    # What is searched by, taken from the document whenever that is stored.
    title = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    words = models.TextField()
    data_type = models.CharField(max_length=12, blank=True)
    label_types = models.CharField(max_length=240, blank=True, help_text="Each between bars.")
    pay_basis = models.CharField(max_length=5, blank=True)
    pay_currency = models.CharField(max_length=3, blank=True)
    pay_high = models.BigIntegerField(null=True)
    hours_low = models.PositiveSmallIntegerField(null=True)
    experience = models.CharField(max_length=12, blank=True)
    experience_rank = models.PositiveSmallIntegerField(default=0)
    reach = models.CharField(max_length=8, choices=Reach.choices)
    closes_at = models.DateTimeField(null=True)
    private_to = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    is_listed = models.BooleanField(default=True, help_text="Whether it is shown, and not another copy of it.")

    # How much work there is, counted anew when it is looked at and older than a few minutes.
    has_work = models.BooleanField(default=True)
    places_left = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    minutes_each = models.FloatField(null=True)
    counted_at = models.DateTimeField(null=True)

    scope = Scope(project="project", organisation="project__organisation", account="private_to")
    objects = ScopedManager["StoredOpening"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="opening_number_unique"),
            models.CheckConstraint(
                condition=models.Q(project__isnull=False, number__isnull=False, source__isnull=True)
                | models.Q(project__isnull=True, number__isnull=True, source__isnull=False),
                name="opening_belongs_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(state=OpeningState.DRAFT)
                | models.Q(posted_at__isnull=False)
                # A draft that is given up was never posted.
                | models.Q(state=OpeningState.CLOSED),
                name="opening_posted_when_open",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "is_listed", "-posted_at"], name="opening_list"),
            models.Index(fields=["project", "state"], name="opening_of_project"),
            # All that is counted and sorted by, so that no search reads the rows, which carry whole documents.
            models.Index(
                fields=[
                    *("state", "is_listed", "closes_at", "private_to", "posted_at", "data_type", "label_types"),
                    *("pay_basis", "pay_currency", "pay_high", "experience", "experience_rank", "hours_low"),
                    *("reach", "has_work", "source", "project"),
                ],
                name="opening_search",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"O-{self.number}" if self.number is not None else self.public_id


class OpeningCountry(models.Model):
    """A country in which people may live who apply for an opening."""

    opening = models.ForeignKey(StoredOpening, on_delete=models.CASCADE, related_name="country_rows")
    code = models.CharField(max_length=2)

    scope = Scope(project="opening__project")
    objects = ScopedManager["OpeningCountry"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opening", "code"], name="opening_country_once")]
        indexes = [models.Index(fields=["code", "opening"], name="opening_country")]

    @override
    def __str__(self) -> str:
        return self.code


class OpeningLanguage(models.Model):
    """A language that an opening asks for, and the least level by its rank; 0 where none is said."""

    opening = models.ForeignKey(StoredOpening, on_delete=models.CASCADE, related_name="language_rows")
    tag = models.CharField(max_length=16)
    primary = models.CharField(max_length=3)
    rank = models.PositiveSmallIntegerField()

    scope = Scope(project="opening__project")
    objects = ScopedManager["OpeningLanguage"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opening", "tag"], name="opening_language_once")]
        indexes = [models.Index(fields=["primary", "rank", "opening"], name="opening_language")]

    @override
    def __str__(self) -> str:
        return self.tag


class Word(models.Model):
    """A word that stands in an opening, whole: what is looked for may be a part of it."""

    text = models.TextField()
    # Words can be longer than what the databases put into an index.
    digest = sha256(unique=True)

    objects = models.Manager["Word"]()

    @override
    def __str__(self) -> str:
        return self.text


class OpeningWord(models.Model):
    """That an opening has a word, so that looking for words reads no texts."""

    opening = models.ForeignKey(StoredOpening, on_delete=models.CASCADE, related_name="+")
    word = models.ForeignKey(Word, on_delete=models.CASCADE, related_name="openings", db_index=False)

    scope = Scope(project="opening__project", account="opening__private_to")
    objects = ScopedManager["OpeningWord"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "opening"], name="opening_word_once")]

    @override
    def __str__(self) -> str:
        return str(self.word)


class FoundPosting(models.Model):
    """How an opening was found at its source, and what the source says of it."""

    opening = models.OneToOneField(StoredOpening, on_delete=models.CASCADE, related_name="posting")
    source = models.ForeignKey(OpeningSource, on_delete=models.PROTECT, related_name="postings")
    key = models.CharField(max_length=500)
    fingerprint = sha256(help_text="The same for one opening at several sources.")
    raw = models.TextField(help_text="As it came; never shown as a page.")
    raw_hash = sha256()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    misses = models.PositiveSmallIntegerField(default=0, help_text="Complete fetches in a row that lacked it.")
    gone_at = models.DateTimeField(null=True)
    said_posted = models.DateTimeField(null=True, help_text="The first date that the source gave.")
    said_updated = models.DateTimeField(null=True)

    scope = Scope(account="source__added_by")
    objects = ScopedManager["FoundPosting"]()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="found_posting_once")]
        indexes = [models.Index(fields=["fingerprint"], name="found_posting_fingerprint")]

    @override
    def __str__(self) -> str:
        return self.key


class SavedSearch(models.Model):
    """Something that a person looks for among openings, and whether new ones come with the daily mail."""

    public_id = public_id()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    query = models.CharField(max_length=1_000, help_text="As the query of an address.")
    by_mail = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    told_until = models.DateTimeField(help_text="Openings that were listed later are news.")

    scope = Scope(account="account")
    objects = ScopedManager["SavedSearch"]()

    @override
    def __str__(self) -> str:
        return self.name
