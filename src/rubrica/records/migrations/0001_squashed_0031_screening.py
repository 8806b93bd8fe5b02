"""Create all tables as they were after 0031_screening, in one step.

A new installation runs this instead of the migrations it replaces; one that has run all of them counts as having run
this, and one that has run some goes on with the rest. What those do to rows that were there before (giving open
questions to leads, indexing the words of openings) has nothing to do here: there are no rows.
"""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import rubrica.domain.calibration_round
import rubrica.domain.change_proposal
import rubrica.domain.edge_case
import rubrica.domain.engagement
import rubrica.domain.gold
import rubrica.domain.opening
import rubrica.domain.review
import rubrica.domain.terms
import rubrica.domain.time_claim
import rubrica.kit.ids
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_another_value, refusing_updates
from rubrica.records.creating import CreateModels

FACTS = (
    "records_evaluation",
    "records_rating",
    "records_mark",
    "records_guidelineversion",
    "records_auditevent",
    "records_acknowledgement",
    "records_casestep",
    "records_casevote",
    "records_casepost",
    "records_ruling",
    "records_reevaluation",
    "records_reviewstep",
    "records_adjudication",
    "records_proposalopinion",
    "records_clauseanswer",
    "records_roundpost",
    "records_timespan",
    "records_timeclaimstep",
    "records_applicationstep",
    "records_applicationreading",
    "records_applicationmessage",
    "records_engagementterms",
    "records_termsanswer",
    "records_engagementstep",
    "records_screeninganswer",
    "records_writingscore",
    "records_screeningcredit",
)


class Migration(migrations.Migration):
    replaces = [
        ("records", "0001_initial"),
        ("records", "0002_facts_never_change"),
        ("records", "0003_marks_missing_clause_pair"),
        ("records", "0004_repeats_sensitive_projects_and_own_keys"),
        ("records", "0005_find_lapsed_assignments"),
        ("records", "0006_acknowledge_guidelines"),
        ("records", "0007_edge_cases"),
        ("records", "0008_judge_anew"),
        ("records", "0009_gold_and_attempts"),
        ("records", "0010_reviews"),
        ("records", "0011_change_proposals"),
        ("records", "0012_notifications"),
        ("records", "0013_adaptive_overlap"),
        ("records", "0014_scheduled_publications"),
        ("records", "0015_clause_questions"),
        ("records", "0016_calibration_rounds"),
        ("records", "0017_hourly_cost"),
        ("records", "0018_practice"),
        ("records", "0019_profiles"),
        ("records", "0020_hidden_count"),
        ("records", "0021_openings"),
        ("records", "0022_image_descriptors"),
        ("records", "0023_active_time"),
        ("records", "0024_work_records"),
        ("records", "0025_handed_over"),
        ("records", "0026_questions_wait_for_somebody"),
        ("records", "0027_opening_search_index"),
        ("records", "0028_applications"),
        ("records", "0029_opening_words"),
        ("records", "0030_engagements"),
        ("records", "0031_screening"),
    ]

    initial = True

    dependencies = []

    operations = [
        CreateModels(
            creations=[
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        ("email", models.EmailField(max_length=254)),
                        ("name", models.CharField(max_length=120)),
                        ("time_zone", models.CharField(default="UTC", max_length=64)),
                        ("is_active", models.BooleanField(default=True)),
                        ("is_platform_admin", models.BooleanField(default=False)),
                        ("workbench", models.JSONField(db_default={}, default=dict)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("email"), name="account_email_unique"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Acknowledgement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("acknowledged_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "version"), name="acknowledgement_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Adjudication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "review",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="adjudication",
                                to="records.review",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        ("answers", models.JSONField(help_text="The right answers, by criterion.")),
                        ("reason", models.CharField(max_length=1000)),
                        ("clause", models.CharField(blank=True, max_length=40)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("secret_sha256", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "opening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="applications",
                                to="records.storedopening",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("submitted", "Submitted"),
                                    ("screening", "Screening"),
                                    ("under_review", "Under review"),
                                    ("shortlisted", "Shortlisted"),
                                    ("offered", "Offered"),
                                    ("accepted", "Accepted"),
                                    ("offer_declined", "Offer declined"),
                                    ("offer_expired", "Offer expired"),
                                    ("declined", "Declined"),
                                    ("appealed", "Appealed"),
                                    ("closed", "Declined for good"),
                                    ("withdrawn", "Withdrawn"),
                                    ("job_closed", "Opening closed"),
                                    ("expired_no_decision", "No decision in time"),
                                ],
                                default="draft",
                                max_length=20,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("questions", models.JSONField(default=list, help_text="As they were when it was submitted.")),
                        (
                            "answers",
                            models.JSONField(
                                default=dict, help_text="By the id of the question; empty once the account is deleted."
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("saved_at", models.DateTimeField()),
                        ("submitted_at", models.DateTimeField(null=True)),
                        ("decide_by", models.DateTimeField(help_text="Until when a decision was promised.", null=True)),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "reason_code",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("experience", "Experience"),
                                    ("answers", "Answers to the questions"),
                                    ("language", "Language"),
                                    ("screening", "Result of the screening"),
                                    ("availability", "Availability"),
                                    ("filled", "All places are filled"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                        ("criterion", models.CharField(blank=True, max_length=120)),
                        ("reapply_from", models.DateField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["project", "state"], name="application_queue")],
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="application_number_unique"),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "appealed",
                                            "draft",
                                            "offered",
                                            "screening",
                                            "shortlisted",
                                            "submitted",
                                            "under_review",
                                        ],
                                    )
                                ),
                                fields=("opening", "account"),
                                name="application_once_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("owner__isnull", False),
                                        (
                                            "state__in",
                                            [
                                                "appealed",
                                                "declined",
                                                "draft",
                                                "offered",
                                                "screening",
                                                "shortlisted",
                                                "submitted",
                                                "under_review",
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        ("due_at__isnull", True),
                                        ("owner__isnull", True),
                                        (
                                            "state__in",
                                            [
                                                "accepted",
                                                "closed",
                                                "expired_no_decision",
                                                "job_closed",
                                                "offer_declined",
                                                "offer_expired",
                                                "withdrawn",
                                            ],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="application_waits_for_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["appealed", "closed", "declined"]), _negated=True),
                                    models.Q(
                                        models.Q(("reason_code", ""), _negated=True),
                                        models.Q(("criterion", ""), _negated=True),
                                        ("decided_by__isnull", False),
                                        ("reapply_from__isnull", False),
                                        django.db.models.lookups.GreaterThanOrEqual(
                                            django.db.models.functions.text.Length("reason"), 40
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="application_declined_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApplicationForm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "opening",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="form",
                                to="records.storedopening",
                            ),
                        ),
                        ("questions", models.JSONField(default=list)),
                        ("changed_at", models.DateTimeField()),
                        (
                            "changed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ApplicationMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="records.application",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.CharField(max_length=2000)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ApplicationReading",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="records.application",
                            ),
                        ),
                        (
                            "reader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[("yes", "Yes"), ("borderline", "Borderline"), ("no", "No")], max_length=10
                            ),
                        ),
                        ("note", models.CharField(max_length=1000)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("application", "reader"), name="application_read_once_by_each"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApplicationStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "application",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="records.application",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                help_text="None where it was the clock.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("submit", "submitted it"),
                                    ("start_screening", "the screening began"),
                                    ("finish_screening", "the screening ended"),
                                    ("begin_review", "it is read"),
                                    ("shortlist", "shortlisted it"),
                                    ("offer", "made an offer"),
                                    ("decline", "declined it"),
                                    ("accept_offer", "accepted the offer"),
                                    ("decline_offer", "declined the offer"),
                                    ("withdraw", "withdrew it"),
                                    ("appeal", "appealed"),
                                    ("uphold", "upheld the appeal"),
                                    ("dismiss", "dismissed the appeal"),
                                    ("close_job", "the opening was closed"),
                                    ("expire", "nobody decided in time"),
                                    ("let_lapse", "the offer lapsed"),
                                    ("let_stand", "no appeal came"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("submitted", "Submitted"),
                                    ("screening", "Screening"),
                                    ("under_review", "Under review"),
                                    ("shortlisted", "Shortlisted"),
                                    ("offered", "Offered"),
                                    ("accepted", "Accepted"),
                                    ("offer_declined", "Offer declined"),
                                    ("offer_expired", "Offer expired"),
                                    ("declined", "Declined"),
                                    ("appealed", "Appealed"),
                                    ("closed", "Declined for good"),
                                    ("withdrawn", "Withdrawn"),
                                    ("job_closed", "Opening closed"),
                                    ("expired_no_decision", "No decision in time"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("submitted", "Submitted"),
                                    ("screening", "Screening"),
                                    ("under_review", "Under review"),
                                    ("shortlisted", "Shortlisted"),
                                    ("offered", "Offered"),
                                    ("accepted", "Accepted"),
                                    ("offer_declined", "Offer declined"),
                                    ("offer_expired", "Offer expired"),
                                    ("declined", "Declined"),
                                    ("appealed", "Appealed"),
                                    ("closed", "Declined for good"),
                                    ("withdrawn", "Withdrawn"),
                                    ("job_closed", "Opening closed"),
                                    ("expired_no_decision", "No decision in time"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "reason_code",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("experience", "Experience"),
                                    ("answers", "Answers to the questions"),
                                    ("language", "Language"),
                                    ("screening", "Result of the screening"),
                                    ("availability", "Availability"),
                                    ("filled", "All places are filled"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                        ("criterion", models.CharField(blank=True, max_length=120)),
                    ],
                ),
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="records.item",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("submitted", "Submitted"),
                                    ("skipped", "Skipped"),
                                    ("expired", "Expired"),
                                ],
                                default="open",
                                max_length=12,
                            ),
                        ),
                        ("presentation", models.JSONField(help_text="Which item slot was shown at each place.")),
                        (
                            "is_repeat",
                            models.BooleanField(db_default=False, help_text="The rater has judged the item before."),
                        ),
                        (
                            "pass_number",
                            models.PositiveSmallIntegerField(
                                db_default=1,
                                default=1,
                                help_text="The pass of the item that it was lent in; 0 for gold, from 10000 on for attempts.",
                            ),
                        ),
                        ("taken_at", models.DateTimeField()),
                        ("lease_ends", models.DateTimeField()),
                        (
                            "skip_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("did_not_load", "The image did not load"),
                                    ("too_hard", "I cannot judge this well"),
                                    ("conflict_of_interest", "I know this image or its maker"),
                                    ("distressing", "The content distresses me"),
                                    ("other", "Another reason"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("skip_note", models.CharField(blank=True, max_length=500)),
                        ("late_answer", models.JSONField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["project", "lease_ends"],
                                name="assignment_leases",
                            ),
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["rater", "project"],
                                name="assignment_open",
                            ),
                            models.Index(
                                condition=models.Q(("state", "expired")),
                                fields=["rater", "project"],
                                name="assignment_lapsed",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("item", "rater", "is_repeat", "pass_number"), name="assignment_once_per_rater"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("practice", "Practice"),
                                    ("qualification", "Qualification"),
                                    ("calibration", "Calibration"),
                                    ("round", "Round"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "pass_number",
                            models.PositiveSmallIntegerField(help_text="The pass that its assignments carry."),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.calibrationround",
                            ),
                        ),
                        (
                            "stage",
                            models.PositiveSmallIntegerField(
                                default=1, help_text="Of a round: 1 before it is revealed, 2 after."
                            ),
                        ),
                        ("blocks", models.BooleanField(help_text="Whether other work waits for it.")),
                        (
                            "pass_percent",
                            models.PositiveSmallIntegerField(help_text="What the plan asked for when it began."),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("passed", "Passed"), ("failed", "Failed")],
                                default=rubrica.domain.gold.AttemptState["OPEN"],
                                max_length=8,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("retake_from", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("project", "account", "pass_number"), name="attempt_pass_unique"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("project", "account"),
                                name="attempt_one_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttemptItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "attempt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="items", to="records.attempt"
                            ),
                        ),
                        (
                            "gold",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.gold",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("attempt", "position"), name="attempt_position_unique"),
                            models.UniqueConstraint(fields=("attempt", "gold"), name="attempt_gold_unique"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.organisation",
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.project",
                            ),
                        ),
                        ("action", models.CharField(max_length=60)),
                        ("subject", models.CharField(max_length=200)),
                        ("detail", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["organisation", "-id"], name="audit_of_organisation")],
                    },
                ),
                migrations.CreateModel(
                    name="Beat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "session",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.pagesession"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "at_ms",
                            models.BigIntegerField(
                                help_text="When it was made, on the server's clock, in milliseconds since 1970."
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                choices=[
                                    ("workbench", "Workbench"),
                                    ("guideline", "Guideline"),
                                    ("qualification", "Qualification"),
                                    ("review", "Review"),
                                    ("discussion", "Discussion"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("task", models.CharField(blank=True, help_text="The assignment in hand.", max_length=22)),
                        ("is_visible", models.BooleanField()),
                        ("inputs", models.PositiveSmallIntegerField()),
                        ("is_answer", models.BooleanField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "at_ms"], name="beat_of_account")],
                        "constraints": [models.UniqueConstraint(fields=("session", "number"), name="beat_unique")],
                    },
                ),
                migrations.CreateModel(
                    name="CalibrationRound",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("title", models.CharField(max_length=120)),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("judging", "Judging"),
                                    ("discussion", "Discussion"),
                                    ("judging_again", "Judging again"),
                                    ("closed", "Closed"),
                                ],
                                default="judging",
                                max_length=14,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("revealed_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("project", "number"), name="calibration_round_number_unique"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("owner__isnull", False),
                                        (
                                            "state__in",
                                            [
                                                rubrica.domain.calibration_round.RoundState["DISCUSSION"],
                                                rubrica.domain.calibration_round.RoundState["JUDGING"],
                                                rubrica.domain.calibration_round.RoundState["JUDGING_AGAIN"],
                                            ],
                                        ),
                                    ),
                                    models.Q(("due_at__isnull", True), ("owner__isnull", True), ("state", "closed")),
                                    _connector="OR",
                                ),
                                name="calibration_round_waits_for_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CasePost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="records.edgecase"
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField(max_length=2000)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="CaseStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="records.edgecase"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("open_vote", "put it to the vote"),
                                    ("close_vote", "closed the vote"),
                                    ("rule", "ruled on it"),
                                    ("merge", "merged it"),
                                    ("answer", "closed it as answered"),
                                    ("reopen", "reopened it"),
                                    ("resume", "took it up again"),
                                    ("take_over", "sees to it from now on"),
                                    ("hand_over", "handed it over"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("raised", "Raised"),
                                    ("voting", "Voting"),
                                    ("discussion", "Discussion"),
                                    ("ruled", "Ruled"),
                                    ("duplicate", "Duplicate"),
                                    ("answered", "Answered"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                choices=[
                                    ("raised", "Raised"),
                                    ("voting", "Voting"),
                                    ("discussion", "Discussion"),
                                    ("ruled", "Ruled"),
                                    ("duplicate", "Duplicate"),
                                    ("answered", "Answered"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                    ],
                ),
                migrations.CreateModel(
                    name="CaseVote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="records.edgecase"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "option",
                            models.PositiveSmallIntegerField(
                                help_text="Place among the options; null for none of them.", null=True
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("case", "account"), name="case_vote_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ChangeProposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        ("clause", models.CharField(max_length=40)),
                        ("old_text", models.TextField()),
                        ("new_text", models.TextField()),
                        ("summary", models.CharField(max_length=300)),
                        ("rationale", models.TextField(blank=True, max_length=2000)),
                        (
                            "rulings",
                            models.JSONField(default=list, help_text="Numbers of the rulings that it is built from."),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("accepted", "Accepted"),
                                    ("declined", "Declined"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="change_proposal_number_unique"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("owner__isnull", False),
                                        ("state__in", [rubrica.domain.change_proposal.ProposalState["OPEN"]]),
                                    ),
                                    models.Q(
                                        ("due_at__isnull", True),
                                        ("owner__isnull", True),
                                        (
                                            "state__in",
                                            [
                                                rubrica.domain.change_proposal.ProposalState["ACCEPTED"],
                                                rubrica.domain.change_proposal.ProposalState["DECLINED"],
                                                rubrica.domain.change_proposal.ProposalState["WITHDRAWN"],
                                            ],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="change_proposal_waits_for_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClauseAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="records.clausequestion",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.CharField(max_length=1000)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="ClauseQuestion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        ("clause", models.CharField(max_length=40)),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.CharField(max_length=1000)),
                        ("at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("settled_at", models.DateTimeField(null=True)),
                        (
                            "settled_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["project", "settled_at"], name="clause_question_open")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("owner__isnull", False),
                                        ("settled_at__isnull", True),
                                    ),
                                    models.Q(
                                        ("due_at__isnull", True), ("owner__isnull", True), ("settled_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="clause_question_waits_for_somebody",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EdgeCase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"
                            ),
                        ),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.assignment"
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("ambiguous_rule", "Ambiguous rule"),
                                    ("gap", "Gap"),
                                    ("conflict", "Conflict"),
                                    ("novel_pattern", "Novel pattern"),
                                    ("bad_item", "Bad item"),
                                    ("needs_expertise", "Needs expertise"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("question", models.CharField(max_length=300)),
                        (
                            "answer",
                            models.CharField(
                                blank=True, help_text="What the rater would do; hidden from voters.", max_length=300
                            ),
                        ),
                        ("clause", models.CharField(blank=True, max_length=40)),
                        ("criterion", models.CharField(blank=True, max_length=60)),
                        ("code", models.CharField(blank=True, max_length=60)),
                        ("slot", models.PositiveSmallIntegerField()),
                        ("shape", models.CharField(max_length=12)),
                        ("geometry", models.JSONField()),
                        (
                            "raised_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("raised_at", models.DateTimeField()),
                        ("idempotency_key", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("raised", "Raised"),
                                    ("voting", "Voting"),
                                    ("discussion", "Discussion"),
                                    ("ruled", "Ruled"),
                                    ("duplicate", "Duplicate"),
                                    ("answered", "Answered"),
                                ],
                                default=rubrica.domain.edge_case.CaseState["RAISED"],
                                max_length=12,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        (
                            "options",
                            models.JSONField(
                                default=list, help_text="What is voted on, as short answers to the question."
                            ),
                        ),
                        (
                            "duplicate_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="duplicates",
                                to="records.edgecase",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["project", "state"], name="edge_case_board")],
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="edge_case_number_unique"),
                            models.UniqueConstraint(
                                fields=("raised_by", "idempotency_key"), name="edge_case_idempotent"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("owner__isnull", False),
                                        (
                                            "state__in",
                                            [
                                                rubrica.domain.edge_case.CaseState["RAISED"],
                                                rubrica.domain.edge_case.CaseState["VOTING"],
                                                rubrica.domain.edge_case.CaseState["DISCUSSION"],
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        ("due_at__isnull", True),
                                        ("owner__isnull", True),
                                        (
                                            "state__in",
                                            [
                                                rubrica.domain.edge_case.CaseState["RULED"],
                                                rubrica.domain.edge_case.CaseState["DUPLICATE"],
                                                rubrica.domain.edge_case.CaseState["ANSWERED"],
                                            ],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="edge_case_waits_for_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Engagement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "application",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="engagement",
                                to="records.application",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[("specialist", "Specialist"), ("reviewer", "Reviewer")], max_length=24
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("offered", "Offered"),
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("ending", "Notice given"),
                                    ("restricted", "Restricted"),
                                    ("hearing", "Hearing"),
                                    ("deciding", "Hearing, being decided"),
                                    ("ended", "Ended"),
                                    ("ended_for_cause", "Ended for cause"),
                                    ("not_begun", "Never begun"),
                                ],
                                default="offered",
                                max_length=20,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("offered_at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "reason_code",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("fraud", "Fraud"),
                                    ("security", "Security"),
                                    ("confidentiality", "Confidentiality"),
                                    ("abuse", "Abuse"),
                                    ("by_specialist", "Paused by the specialist"),
                                    ("by_host", "Paused by the project"),
                                    ("no_work", "No work at present"),
                                    ("work_ends", "The work ends"),
                                    ("budget", "The budget ends"),
                                    ("no_agreement", "No agreement on terms"),
                                    ("fit", "The work and the person do not fit"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                        (
                            "notice_ends_at",
                            models.DateTimeField(
                                help_text="Once notice was given, also through a restriction.", null=True
                            ),
                        ),
                        (
                            "blocked_at",
                            models.DateTimeField(help_text="When work was last withheld; kept afterwards.", null=True),
                        ),
                        (
                            "blocked_until",
                            models.DateTimeField(help_text="While work is withheld before a decision.", null=True),
                        ),
                        (
                            "is_restricted",
                            models.BooleanField(
                                default=False, help_text="Whether images are closed during the block as well."
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                help_text="Who accuses, while somebody does.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "evidence_count",
                            models.PositiveSmallIntegerField(default=0, help_text="What the accusation rests on."),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["project", "state"], name="engagement_of_project")],
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="engagement_number_unique"),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["active", "deciding", "ending", "hearing", "offered", "paused", "restricted"],
                                    )
                                ),
                                fields=("project", "account"),
                                name="engagement_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("owner__isnull", False),
                                        (
                                            "state__in",
                                            ["deciding", "ending", "hearing", "offered", "paused", "restricted"],
                                        ),
                                    ),
                                    models.Q(
                                        ("due_at__isnull", True),
                                        ("owner__isnull", True),
                                        ("state__in", ["active", "ended", "ended_for_cause", "not_begun"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_waits_for_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("started_at__isnull", True), ("state__in", ["not_begun", "offered"])),
                                    models.Q(
                                        models.Q(("state__in", ["not_begun", "offered"]), _negated=True),
                                        ("started_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_begins_once_accepted",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", False), ("state__in", ["ended", "ended_for_cause"])),
                                    models.Q(
                                        models.Q(("state__in", ["ended", "ended_for_cause"]), _negated=True),
                                        ("ended_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_ends_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["deciding", "ended_for_cause", "hearing", "restricted"]),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("evidence_count__gte", 1),
                                        ("opened_by__isnull", False),
                                        ("reason_code__in", ["abuse", "confidentiality", "fraud", "security"]),
                                        django.db.models.lookups.GreaterThanOrEqual(
                                            django.db.models.functions.text.Length("reason"), 40
                                        ),
                                        models.Q(("opened_by", models.F("account")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_accused_with_evidence",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", rubrica.domain.engagement.EngagementState["ENDED_FOR_CAUSE"]),
                                        _negated=True,
                                    ),
                                    models.Q(
                                        ("decided_by__isnull", False),
                                        models.Q(("decided_by", models.F("opened_by")), _negated=True),
                                        models.Q(("decided_by", models.F("account")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_ended_by_two_people",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("blocked_until__isnull", False),
                                        ("state", rubrica.domain.engagement.EngagementState["RESTRICTED"]),
                                    ),
                                    models.Q(
                                        ("state__in", ["deciding", "hearing", "restricted"]),
                                        models.Q(
                                            ("state", rubrica.domain.engagement.EngagementState["RESTRICTED"]),
                                            _negated=True,
                                        ),
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ["deciding", "hearing", "restricted"]), _negated=True),
                                        ("blocked_until__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_blocked_only_before_decision",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EngagementStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "engagement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="records.engagement",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                help_text="None where it was the clock.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("offer", "offered terms"),
                                    ("accept", "accepted the terms"),
                                    ("decline", "declined the offer"),
                                    ("cancel", "took the offer back"),
                                    ("pause", "paused it"),
                                    ("resume", "resumed it"),
                                    ("give_notice", "gave notice"),
                                    ("take_back", "took the notice back"),
                                    ("restrict", "restricted access"),
                                    ("lift", "lifted the restriction"),
                                    ("open_hearing", "opened a hearing"),
                                    ("answer", "answered"),
                                    ("reinstate", "reinstated"),
                                    ("end_for_cause", "ended it for cause"),
                                    ("leave", "left"),
                                    ("let_lapse", "the offer lapsed"),
                                    ("let_resume", "the pause was over"),
                                    ("let_notice_run", "the notice runs on"),
                                    ("end", "the notice was over"),
                                    ("let_go", "the restriction was over"),
                                    ("close_answer", "the time for an answer was over"),
                                    ("let_reinstate", "nobody decided in time: reinstated"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("offered", "Offered"),
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("ending", "Notice given"),
                                    ("restricted", "Restricted"),
                                    ("hearing", "Hearing"),
                                    ("deciding", "Hearing, being decided"),
                                    ("ended", "Ended"),
                                    ("ended_for_cause", "Ended for cause"),
                                    ("not_begun", "Never begun"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                choices=[
                                    ("offered", "Offered"),
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("ending", "Notice given"),
                                    ("restricted", "Restricted"),
                                    ("hearing", "Hearing"),
                                    ("deciding", "Hearing, being decided"),
                                    ("ended", "Ended"),
                                    ("ended_for_cause", "Ended for cause"),
                                    ("not_begun", "Never begun"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "reason_code",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("fraud", "Fraud"),
                                    ("security", "Security"),
                                    ("confidentiality", "Confidentiality"),
                                    ("abuse", "Abuse"),
                                    ("by_specialist", "Paused by the specialist"),
                                    ("by_host", "Paused by the project"),
                                    ("no_work", "No work at present"),
                                    ("work_ends", "The work ends"),
                                    ("budget", "The budget ends"),
                                    ("no_agreement", "No agreement on terms"),
                                    ("fit", "The work and the person do not fit"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=4000)),
                        ("evidence", models.JSONField(default=list, help_text="What is shown to whoever is accused.")),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("actor__isnull", False),
                                    (
                                        "event__in",
                                        [
                                            "close_answer",
                                            "end",
                                            "let_go",
                                            "let_lapse",
                                            "let_notice_run",
                                            "let_reinstate",
                                            "let_resume",
                                        ],
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_moved_by_people",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EngagementTerms",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "engagement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="terms",
                                to="records.engagement",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("document", models.JSONField(help_text="As ``domain.terms`` writes it.")),
                        ("sha256", models.CharField(help_text="Of the document's canonical JSON.", max_length=64)),
                        (
                            "proposed_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("proposed_at", models.DateTimeField()),
                        ("answer_by", models.DateTimeField(help_text="What nobody answers by then is not agreed.")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("engagement", "version"), name="terms_version_unique"),
                            models.CheckConstraint(
                                condition=models.Q(("answer_by__gt", models.F("proposed_at"))),
                                name="terms_leave_time_to_answer",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evaluation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "assignment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.assignment"
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        ("guideline_hash", models.CharField(max_length=64)),
                        ("image_sha256s", models.JSONField(help_text="SHA-256 of the original in each item slot.")),
                        ("presentation", models.JSONField(help_text="Which item slot was shown at each place.")),
                        ("answer", models.JSONField(help_text="As given, in terms of what was shown.")),
                        ("explanation", models.TextField(blank=True)),
                        ("cannot_judge", models.CharField(blank=True, max_length=40)),
                        ("active_ms", models.PositiveIntegerField(null=True)),
                        (
                            "is_repeat",
                            models.BooleanField(
                                db_default=False,
                                help_text="Counts apart: judged again by the same rater, or asked as gold or in an attempt.",
                            ),
                        ),
                        ("idempotency_key", models.CharField(max_length=64)),
                        ("body_sha256", models.CharField(max_length=64)),
                        (
                            "supersedes",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="superseded_by",
                                to="records.evaluation",
                            ),
                        ),
                        ("revision_reason", models.CharField(blank=True, max_length=500)),
                        ("taken_at", models.DateTimeField()),
                        ("submitted_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["project", "id"], name="evaluation_of_project"),
                            models.Index(fields=["rater", "project", "id"], name="evaluation_of_rater"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("rater", "idempotency_key"), name="evaluation_idempotent"),
                            models.UniqueConstraint(
                                condition=models.Q(("supersedes", None)),
                                fields=("assignment",),
                                name="evaluation_once_per_assignment",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FoundPosting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "opening",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="posting",
                                to="records.storedopening",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to="records.openingsource",
                            ),
                        ),
                        ("key", models.CharField(max_length=500)),
                        (
                            "fingerprint",
                            models.CharField(help_text="The same for one opening at several sources.", max_length=64),
                        ),
                        ("raw", models.TextField(help_text="As it came; never shown as a page.")),
                        ("raw_hash", models.CharField(max_length=64)),
                        ("first_seen", models.DateTimeField()),
                        ("last_seen", models.DateTimeField()),
                        (
                            "misses",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Complete fetches in a row that lacked it."
                            ),
                        ),
                        ("gone_at", models.DateTimeField(null=True)),
                        (
                            "said_posted",
                            models.DateTimeField(help_text="The first date that the source gave.", null=True),
                        ),
                        ("said_updated", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["fingerprint"], name="found_posting_fingerprint")],
                        "constraints": [models.UniqueConstraint(fields=("source", "key"), name="found_posting_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Gold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="gold", to="records.item"
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("expert", "Expert"),
                                    ("agreement", "Agreement"),
                                    ("ruling", "Ruling"),
                                    ("planted", "Planted"),
                                    ("adjudication", "Adjudication"),
                                    ("repeat", "Repeat"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("answers", models.JSONField(default=dict, help_text="The right answers, by criterion.")),
                        (
                            "note",
                            models.CharField(
                                blank=True, help_text="Why they are right; shown to who missed one.", max_length=1000
                            ),
                        ),
                        (
                            "is_secret",
                            models.BooleanField(
                                default=False, help_text="Misses are counted, and the item is not shown."
                            ),
                        ),
                        (
                            "is_practice",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Shown with its answers as soon as somebody has judged it, and asked nowhere else.",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        (
                            "ended_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        ("voided_at", models.DateTimeField(null=True)),
                        (
                            "voided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("void_reason", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="gold_number_unique"),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_by__isnull", True), ("voided_at__isnull", True)),
                                fields=("item",),
                                name="gold_once_per_item",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GoldPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "test_items",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Items of the test that new specialists pass before other work; 0 for no test.",
                            ),
                        ),
                        (
                            "pass_percent",
                            models.PositiveSmallIntegerField(
                                default=60,
                                help_text="What the lower end of the 90 % interval of right answers must reach.",
                            ),
                        ),
                        ("retake_days", models.PositiveSmallIntegerField(default=7)),
                        ("clarification_items", models.PositiveSmallIntegerField(default=5)),
                        ("breaking_items", models.PositiveSmallIntegerField(default=15)),
                        (
                            "tolerances",
                            models.JSONField(default=dict, help_text="Levels an answer may lie off, by criterion."),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="GuidelineDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        ("markdown", models.TextField()),
                        ("rubric", models.JSONField()),
                        ("revision", models.PositiveIntegerField(default=1)),
                        ("updated_at", models.DateTimeField()),
                        (
                            "updated_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="GuidelineVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("markdown", models.TextField()),
                        ("rubric", models.JSONField()),
                        ("content_hash", models.CharField(max_length=64)),
                        (
                            "change_class",
                            models.CharField(
                                choices=[
                                    ("editorial", "Editorial"),
                                    ("clarification", "Clarification"),
                                    ("breaking", "Breaking"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("summary", models.CharField(max_length=400)),
                        ("published_at", models.DateTimeField()),
                        (
                            "published_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="guideline_number_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Image",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        ("sha256", models.CharField(max_length=64)),
                        ("media_type", models.CharField(max_length=40)),
                        ("byte_size", models.PositiveBigIntegerField()),
                        (
                            "width",
                            models.PositiveIntegerField(help_text="Pixels as displayed, after EXIF orientation."),
                        ),
                        (
                            "height",
                            models.PositiveIntegerField(help_text="Pixels as displayed, after EXIF orientation."),
                        ),
                        ("view_width", models.PositiveIntegerField()),
                        ("view_height", models.PositiveIntegerField()),
                        ("view_type", models.CharField(max_length=40)),
                        ("thumbnail_type", models.CharField(max_length=40)),
                        ("has_pyramid", models.BooleanField(default=False)),
                        (
                            "fingerprint",
                            models.CharField(help_text="64-bit difference hash in hexadecimal.", max_length=16),
                        ),
                        (
                            "facts",
                            models.JSONField(
                                default=dict, help_text="Technical checks and what decoding had to change."
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "sha256"), name="image_sha256_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImageDescriptor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "image",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="descriptors",
                                to="records.image",
                            ),
                        ),
                        ("embedder", models.CharField(max_length=60)),
                        ("vector", models.BinaryField(help_text="As rubrica.imaging.descriptors.describe returns it.")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("image", "embedder"), name="image_descriptor_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.organisation"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="records.project",
                            ),
                        ),
                        ("email", models.EmailField(max_length=254)),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("specialist", "Specialist"),
                                    ("reviewer", "Reviewer"),
                                    ("lead", "Lead"),
                                    ("organisation_admin", "Organisation admin"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("secret_sha256", models.CharField(max_length=64, unique=True)),
                        (
                            "invited_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("accepted_at", models.DateTimeField(null=True)),
                        (
                            "accepted_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Item",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("prompt", models.TextField(blank=True, max_length=20000)),
                        ("metadata", models.JSONField(default=dict)),
                        ("known_defects", models.JSONField(default=list)),
                        ("is_withdrawn", models.BooleanField(default=False)),
                        ("places_left", models.IntegerField()),
                        ("evaluation_count", models.PositiveIntegerField(default=0)),
                        (
                            "pass_number",
                            models.PositiveSmallIntegerField(
                                db_default=1,
                                default=1,
                                help_text="Rises when changed rules have the item judged anew; counters start again.",
                            ),
                        ),
                        (
                            "extra_places",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="Evaluations wanted beyond the overlap, because raters differ.",
                            ),
                        ),
                        ("queue_position", models.BigIntegerField()),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("places_left__gt", 0)),
                                fields=["project", "queue_position"],
                                name="item_queue",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "key"), name="item_key_unique"),
                            models.CheckConstraint(
                                condition=models.Q(("places_left__gte", 0)), name="item_places_not_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ItemImage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.item"
                            ),
                        ),
                        ("slot", models.PositiveSmallIntegerField()),
                        (
                            "image",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="item_images",
                                to="records.image",
                            ),
                        ),
                        ("source_model", models.CharField(blank=True, max_length=120)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "slot"), name="item_image_slot_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ItemImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        ("source", models.CharField(max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("finished", "Finished"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=12,
                            ),
                        ),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("accepted", models.PositiveIntegerField(default=0)),
                        ("refused", models.PositiveIntegerField(default=0)),
                        (
                            "known",
                            models.PositiveIntegerField(default=0, help_text="Rows whose key the project already had."),
                        ),
                        ("failure", models.CharField(blank=True, max_length=500)),
                        (
                            "started_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="ItemImportProblem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "item_import",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.itemimport"
                            ),
                        ),
                        ("line", models.PositiveIntegerField(null=True)),
                        ("name", models.CharField(max_length=300)),
                        ("code", models.CharField(max_length=40)),
                        ("reason", models.CharField(max_length=500)),
                    ],
                ),
                migrations.CreateModel(
                    name="Job",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("subject", models.CharField(help_text="Public id of what the job works on.", max_length=40)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=12,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("lease_ends", models.DateTimeField(null=True)),
                        ("failure", models.TextField(blank=True)),
                        (
                            "available_at",
                            models.DateTimeField(help_text="Not to be begun before; null for at once.", null=True),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["state", "id"], name="job_queue")],
                    },
                ),
                migrations.CreateModel(
                    name="Mark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "evaluation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.evaluation"
                            ),
                        ),
                        (
                            "number",
                            models.PositiveSmallIntegerField(
                                help_text="1, 2, … in the order of the answer; explanations cite it."
                            ),
                        ),
                        ("slot", models.PositiveSmallIntegerField()),
                        ("shape", models.CharField(max_length=12)),
                        ("geometry", models.JSONField()),
                        ("code", models.CharField(blank=True, max_length=60)),
                        ("part", models.CharField(blank=True, max_length=60)),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                help_text="Null where the code is recorded, not a fault.", null=True
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=1000)),
                        (
                            "missing",
                            models.BooleanField(
                                db_default=False, help_text="The place is where something should be and is not."
                            ),
                        ),
                        (
                            "clause",
                            models.CharField(
                                blank=True, db_default="", help_text="Anchor that the rater named.", max_length=40
                            ),
                        ),
                        (
                            "pair",
                            models.PositiveSmallIntegerField(
                                help_text="Number of the mark of the same on the other image.", null=True
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Membership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to="records.organisation",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("specialist", "Specialist"),
                                    ("reviewer", "Reviewer"),
                                    ("lead", "Lead"),
                                    ("organisation_admin", "Organisation admin"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("organisation", "account"), name="membership_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notification",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("review", "Reviews of my work"),
                                    ("appeal", "Appeals"),
                                    ("case", "Edge cases and rulings"),
                                    ("proposal", "Proposals to change the rules"),
                                    ("guideline", "New versions of a guideline"),
                                    ("test", "Tests and calibrations"),
                                    ("time", "My time and claims"),
                                    ("applying", "Applications and engagements"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("text", models.CharField(max_length=300)),
                        (
                            "path",
                            models.CharField(help_text="Where it leads, from the root of the site.", max_length=200),
                        ),
                        ("at", models.DateTimeField()),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("app", "On Today"),
                                    ("digest", "On Today, and in the daily mail"),
                                    ("now", "On Today, and by mail at once"),
                                ],
                                max_length=6,
                            ),
                        ),
                        ("mailed_at", models.DateTimeField(null=True)),
                        ("failures", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["account", "at"], name="notification_of_account"),
                            models.Index(
                                condition=models.Q(("mailed_at__isnull", True)),
                                fields=["account", "way"],
                                name="notification_unmailed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NotificationChoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "topic",
                            models.CharField(
                                choices=[
                                    ("review", "Reviews of my work"),
                                    ("appeal", "Appeals"),
                                    ("case", "Edge cases and rulings"),
                                    ("proposal", "Proposals to change the rules"),
                                    ("guideline", "New versions of a guideline"),
                                    ("test", "Tests and calibrations"),
                                    ("time", "My time and claims"),
                                    ("applying", "Applications and engagements"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("app", "On Today"),
                                    ("digest", "On Today, and in the daily mail"),
                                    ("now", "On Today, and by mail at once"),
                                ],
                                default="digest",
                                max_length=6,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "topic"), name="notification_choice_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpeningCountry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "opening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="country_rows",
                                to="records.storedopening",
                            ),
                        ),
                        ("code", models.CharField(max_length=2)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["code", "opening"], name="opening_country")],
                        "constraints": [
                            models.UniqueConstraint(fields=("opening", "code"), name="opening_country_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpeningLanguage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "opening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="language_rows",
                                to="records.storedopening",
                            ),
                        ),
                        ("tag", models.CharField(max_length=16)),
                        ("primary", models.CharField(max_length=3)),
                        ("rank", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["primary", "rank", "opening"], name="opening_language")],
                        "constraints": [
                            models.UniqueConstraint(fields=("opening", "tag"), name="opening_language_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpeningSource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        (
                            "url",
                            models.CharField(blank=True, help_text="Empty for what is put in by hand.", max_length=500),
                        ),
                        (
                            "kind",
                            models.CharField(blank=True, help_text="In what form; empty to find out.", max_length=12),
                        ),
                        (
                            "added_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "is_shared",
                            models.BooleanField(
                                help_text="Whether everybody sees its openings, or only whoever added it."
                            ),
                        ),
                        ("added_at", models.DateTimeField()),
                        ("every_hours", models.PositiveSmallIntegerField(default=6)),
                        ("etag", models.CharField(blank=True, max_length=200)),
                        ("last_modified", models.CharField(blank=True, max_length=100)),
                        ("fetched_at", models.DateTimeField(help_text="When it last answered.", null=True)),
                        (
                            "failures",
                            models.PositiveSmallIntegerField(default=0, help_text="Fetches in a row that failed."),
                        ),
                        ("failure", models.CharField(blank=True, max_length=500)),
                        (
                            "refused",
                            models.JSONField(
                                default=list, help_text="Entries of the last fetch that were not taken, and why."
                            ),
                        ),
                        ("removed_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="OpeningWord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "opening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="records.storedopening",
                            ),
                        ),
                        (
                            "word",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="openings",
                                to="records.word",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("word", "opening"), name="opening_word_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Organisation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=60, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("created_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="PageSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        ("key", models.CharField(max_length=36)),
                        (
                            "anchor_ms",
                            models.BigIntegerField(
                                help_text="Where its counter was nought, in milliseconds since 1970."
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "project", "key"), name="page_session_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonalClock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("settled_until_ms", models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name="PlatformWait",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("start_ms", models.BigIntegerField()),
                        ("end_ms", models.BigIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "end_ms"], name="platform_wait_of_account")],
                    },
                ),
                migrations.CreateModel(
                    name="Portfolio",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(help_text="What the page calls the person.", max_length=120)),
                        ("opened_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Project",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.organisation"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=60, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("description", models.TextField(blank=True, max_length=2000)),
                        ("template", models.CharField(max_length=60)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("active", "Active"),
                                    ("paused", "Paused"),
                                    ("closed", "Closed"),
                                ],
                                default="draft",
                                max_length=12,
                            ),
                        ),
                        ("overlap", models.PositiveSmallIntegerField(default=3)),
                        (
                            "most_overlap",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="Most evaluations of an item on which raters differ; 0 for as many as of the others.",
                            ),
                        ),
                        ("lease_seconds", models.PositiveIntegerField(default=1800)),
                        ("repeat_percent", models.PositiveSmallIntegerField(db_default=0, default=0)),
                        (
                            "gold_percent",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="Of a hundred evaluations of one person, how many are of gold, unannounced.",
                            ),
                        ),
                        (
                            "is_sensitive",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Images stay blurred until the person reveals them.",
                            ),
                        ),
                        (
                            "may_be_named",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Whether those who worked in it may tell others its name.",
                            ),
                        ),
                        (
                            "hourly_limit",
                            models.PositiveSmallIntegerField(
                                help_text="Most evaluations of one person within an hour, to limit exposure.", null=True
                            ),
                        ),
                        (
                            "hourly_cost_minor",
                            models.PositiveIntegerField(
                                help_text="What an hour of a specialist is reckoned to cost, in minor units of the currency.",
                                null=True,
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                db_default="USD", default="USD", help_text="Code of ISO 4217.", max_length=3
                            ),
                        ),
                        (
                            "idle_seconds",
                            models.PositiveSmallIntegerField(
                                db_default=120, default=120, help_text="Credited of a pause without input."
                            ),
                        ),
                        (
                            "task_cap_seconds",
                            models.PositiveIntegerField(
                                db_default=600, default=600, help_text="Beyond it, the time of one task is told apart."
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        ("queue_tail", models.BigIntegerField(default=0)),
                        ("item_count", models.PositiveIntegerField(default=0)),
                        (
                            "requeued_count",
                            models.PositiveIntegerField(
                                db_default=0,
                                default=0,
                                help_text="How often items were queued again because the rules had changed.",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("overlap__gte", 1), ("overlap__lte", 50)),
                                name="project_overlap_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("most_overlap__lte", 50)), name="project_most_overlap_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("lease_seconds__gte", 60), ("lease_seconds__lte", 86400)),
                                name="project_lease_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("repeat_percent__lte", 20)), name="project_repeat_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("gold_percent__lte", 20)), name="project_gold_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hourly_limit__gte", 1)), name="project_hourly_limit_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("idle_seconds__gte", 60), ("idle_seconds__lte", 300)),
                                name="project_idle_range",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("task_cap_seconds__gte", 600)), name="project_task_cap_range"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectMembership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="project_memberships",
                                to="records.project",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="project_memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("specialist", "Specialist"),
                                    ("reviewer", "Reviewer"),
                                    ("lead", "Lead"),
                                    ("applicant", "Applicant"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        ("queue_cursor", models.BigIntegerField(default=0)),
                        ("evaluation_count", models.PositiveIntegerField(default=0)),
                        (
                            "hidden_count",
                            models.PositiveIntegerField(
                                db_default=0,
                                default=0,
                                help_text="Evaluations that count apart, of repeats and gold that came unannounced.",
                            ),
                        ),
                        (
                            "must_acknowledge",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="A breaking change waits to be read before new work is given.",
                            ),
                        ),
                        (
                            "must_pass",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="A test or calibration comes before all other work.",
                            ),
                        ),
                        (
                            "takes_work",
                            models.BooleanField(
                                db_default=True,
                                default=True,
                                help_text="Whether new work is given; an engagement that is paused gives none.",
                            ),
                        ),
                        (
                            "attempt",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="records.attempt",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "account"), name="project_membership_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalOpinion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="opinions",
                                to="records.changeproposal",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approves", models.BooleanField()),
                        ("comment", models.CharField(blank=True, max_length=500)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("proposal", "account"), name="proposal_opinion_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Rating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "evaluation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.evaluation"
                            ),
                        ),
                        ("criterion", models.CharField(max_length=60)),
                        ("value", models.CharField(max_length=60)),
                        (
                            "score",
                            models.FloatField(
                                help_text="Null where the answer carries no order, such as 'not sure'.", null=True
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Reevaluation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "version",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reevaluation",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "which",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("sample", "A sample"),
                                    ("disputed", "Those on which raters differ"),
                                    ("all", "All"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("reached", models.PositiveIntegerField(help_text="Items that the change reaches.")),
                        ("queued", models.PositiveIntegerField(help_text="Items that were queued again.")),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Review",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "evaluation",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="review",
                                to="records.evaluation",
                            ),
                        ),
                        (
                            "rater",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                choices=[("sample", "Sample"), ("disagreement", "Disagreement"), ("flag", "Flag")],
                                max_length=12,
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, help_text="What whoever flagged it said; not for the rater.", max_length=500
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("accepted", "Accepted"),
                                    ("returned", "Returned"),
                                    ("adjudicated", "Adjudicated"),
                                    ("appealed", "Appealed"),
                                    ("upheld", "Upheld"),
                                    ("dismissed", "Dismissed"),
                                    ("settled", "Settled"),
                                ],
                                default="pending",
                                max_length=12,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("opened_at", models.DateTimeField()),
                        (
                            "opened_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("criterion", models.CharField(blank=True, max_length=60)),
                        ("clause", models.CharField(blank=True, max_length=40)),
                        ("comment", models.CharField(blank=True, max_length=1000)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["project", "state"], name="review_queue")],
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="review_number_unique"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("owner__isnull", False),
                                        (
                                            "state__in",
                                            [
                                                rubrica.domain.review.ReviewState["ADJUDICATED"],
                                                rubrica.domain.review.ReviewState["APPEALED"],
                                                rubrica.domain.review.ReviewState["PENDING"],
                                                rubrica.domain.review.ReviewState["RETURNED"],
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        ("due_at__isnull", True),
                                        ("owner__isnull", True),
                                        (
                                            "state__in",
                                            [
                                                rubrica.domain.review.ReviewState["ACCEPTED"],
                                                rubrica.domain.review.ReviewState["DISMISSED"],
                                                rubrica.domain.review.ReviewState["SETTLED"],
                                                rubrica.domain.review.ReviewState["UPHELD"],
                                            ],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="review_waits_for_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="records.review"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("accept", "accepted it"),
                                    ("return", "returned it"),
                                    ("adjudicate", "adjudicated"),
                                    ("appeal", "appealed"),
                                    ("uphold", "upheld the appeal"),
                                    ("dismiss", "dismissed the appeal"),
                                    ("settle", "took it as it is"),
                                    ("take_over", "sees to it from now on"),
                                    ("hand_over", "handed it over"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("accepted", "Accepted"),
                                    ("returned", "Returned"),
                                    ("adjudicated", "Adjudicated"),
                                    ("appealed", "Appealed"),
                                    ("upheld", "Upheld"),
                                    ("dismissed", "Dismissed"),
                                    ("settled", "Settled"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("accepted", "Accepted"),
                                    ("returned", "Returned"),
                                    ("adjudicated", "Adjudicated"),
                                    ("appealed", "Appealed"),
                                    ("upheld", "Upheld"),
                                    ("dismissed", "Dismissed"),
                                    ("settled", "Settled"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                    ],
                ),
                migrations.CreateModel(
                    name="RoundItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="items",
                                to="records.calibrationround",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("round", "position"), name="round_position_unique"),
                            models.UniqueConstraint(fields=("round", "item"), name="round_item_unique"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoundPost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "round_item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to="records.rounditem",
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("text", models.TextField(max_length=2000)),
                        ("at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Ruling",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "case",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ruling",
                                to="records.edgecase",
                            ),
                        ),
                        ("question", models.CharField(max_length=300)),
                        ("decision", models.CharField(max_length=500)),
                        ("rationale", models.TextField(max_length=2000)),
                        ("clause", models.CharField(blank=True, max_length=40)),
                        ("criterion", models.CharField(blank=True, max_length=60)),
                        ("code", models.CharField(blank=True, max_length=60)),
                        (
                            "reach",
                            models.CharField(
                                choices=[
                                    ("item", "This item only"),
                                    ("pattern", "Everything like it"),
                                    ("global", "The whole project"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("decided_at", models.DateTimeField()),
                        (
                            "review_on",
                            models.DateField(help_text="The day from which the ruling wants to be looked at again."),
                        ),
                        (
                            "supersedes",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="superseded_by",
                                to="records.ruling",
                            ),
                        ),
                        ("answers", models.JSONField(default=dict)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="ruling_number_unique")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedSearch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("query", models.CharField(help_text="As the query of an address.", max_length=1000)),
                        ("by_mail", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                        ("told_until", models.DateTimeField(help_text="Openings that were listed later are news.")),
                    ],
                ),
                migrations.CreateModel(
                    name="ScheduledPublication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("markdown", models.TextField()),
                        ("rubric", models.JSONField()),
                        ("summary", models.CharField(max_length=400)),
                        (
                            "change_class",
                            models.CharField(
                                choices=[
                                    ("editorial", "Editorial"),
                                    ("clarification", "Clarification"),
                                    ("breaking", "Breaking"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "which",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("sample", "A sample"),
                                    ("disputed", "Those on which raters differ"),
                                    ("all", "All"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("sample", models.PositiveIntegerField(default=0)),
                        ("effective_at", models.DateTimeField()),
                        (
                            "scheduled_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("scheduled_at", models.DateTimeField()),
                        (
                            "ended_at",
                            models.DateTimeField(
                                help_text="When it was published, cancelled or found impossible.", null=True
                            ),
                        ),
                        (
                            "version",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scheduled",
                                to="records.guidelineversion",
                            ),
                        ),
                        ("failure", models.CharField(blank=True, max_length=500)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("project",),
                                name="scheduled_publication_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Screening",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "application",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.application"
                            ),
                        ),
                        (
                            "guideline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        (
                            "minutes",
                            models.JSONField(help_text="About how many minutes each of its parts takes, by part."),
                        ),
                        ("questions", models.JSONField(default=list)),
                        ("writing", models.JSONField(default=dict)),
                        (
                            "rate_minor",
                            models.PositiveBigIntegerField(
                                help_text="Least pay of the opening for an hour.", null=True
                            ),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        (
                            "role_before",
                            models.CharField(
                                blank=True, help_text="The person's former role in the project.", max_length=24
                            ),
                        ),
                        (
                            "texts",
                            models.JSONField(
                                default=list, help_text="What was written; empty once the account is deleted."
                            ),
                        ),
                        ("saved_at", models.DateTimeField(null=True)),
                        ("written_at", models.DateTimeField(help_text="When the texts were handed in.", null=True)),
                        ("started_at", models.DateTimeField()),
                        (
                            "finished_at",
                            models.DateTimeField(help_text="From when the application is read.", null=True),
                        ),
                        (
                            "ended_at",
                            models.DateTimeField(help_text="From when the person has no access any more.", null=True),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ScreeningAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "screening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="records.screening",
                            ),
                        ),
                        ("question", models.PositiveSmallIntegerField(help_text="Its place, from 0.")),
                        ("chosen", models.JSONField()),
                        ("is_right", models.BooleanField()),
                        ("number", models.PositiveSmallIntegerField(help_text="1 for the first try.")),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("screening", "question", "number"), name="screening_answer_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScreeningCredit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "screening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credits",
                                to="records.screening",
                            ),
                        ),
                        (
                            "opening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.storedopening",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("seconds", models.PositiveIntegerField()),
                        (
                            "total_seconds",
                            models.PositiveIntegerField(
                                help_text="Of all screenings for the opening, paid or not, by then."
                            ),
                        ),
                        (
                            "rate_minor",
                            models.PositiveBigIntegerField(
                                help_text="For an hour; none where the opening says none.", null=True
                            ),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("opening", "account", "total_seconds"), name="screening_credited_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("seconds__gte", 1)), name="screening_credit_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScreeningPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        ("is_on", models.BooleanField(default=False)),
                        (
                            "guideline",
                            models.ForeignKey(
                                help_text="What the questions are on.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.guidelineversion",
                            ),
                        ),
                        ("questions", models.JSONField(default=list)),
                        ("writing", models.JSONField(default=dict, help_text="The writing task; empty for none.")),
                        ("changed_at", models.DateTimeField(null=True)),
                        (
                            "changed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Session",
                    fields=[
                        (
                            "session_key",
                            models.CharField(
                                max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                            ),
                        ),
                        ("session_data", models.TextField(verbose_name="session data")),
                        ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "session",
                        "verbose_name_plural": "sessions",
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SignInLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("secret_sha256", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="SpecialistProfile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("declared", models.JSONField(default=dict)),
                        ("revision", models.PositiveIntegerField(default=1)),
                        ("changed_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="StoredOpening",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="records.project",
                            ),
                        ),
                        ("number", models.PositiveIntegerField(null=True)),
                        (
                            "source",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="openings",
                                to="records.openingsource",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "Draft"), ("open", "Open"), ("closed", "Closed")], max_length=6
                            ),
                        ),
                        ("document", models.JSONField()),
                        ("url", models.CharField(blank=True, help_text="Its page elsewhere.", max_length=500)),
                        (
                            "notes",
                            models.JSONField(
                                default=list, help_text="What in it contradicts itself or could not be taken."
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("posted_at", models.DateTimeField(null=True)),
                        ("listed_at", models.DateTimeField(help_text="When it came to be seen here.", null=True)),
                        ("updated_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("title", models.CharField(max_length=200)),
                        ("organisation", models.CharField(max_length=200)),
                        ("words", models.TextField()),
                        ("data_type", models.CharField(blank=True, max_length=12)),
                        ("label_types", models.CharField(blank=True, help_text="Each between bars.", max_length=240)),
                        ("pay_basis", models.CharField(blank=True, max_length=5)),
                        ("pay_currency", models.CharField(blank=True, max_length=3)),
                        ("pay_high", models.BigIntegerField(null=True)),
                        ("hours_low", models.PositiveSmallIntegerField(null=True)),
                        ("experience", models.CharField(blank=True, max_length=12)),
                        ("experience_rank", models.PositiveSmallIntegerField(default=0)),
                        (
                            "reach",
                            models.CharField(
                                choices=[
                                    ("anywhere", "Anywhere"),
                                    ("listed", "In the countries listed"),
                                    ("unsaid", "Not said"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("closes_at", models.DateTimeField(null=True)),
                        (
                            "private_to",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "is_listed",
                            models.BooleanField(
                                default=True, help_text="Whether it is shown, and not another copy of it."
                            ),
                        ),
                        ("has_work", models.BooleanField(default=True)),
                        ("places_left", models.PositiveIntegerField(default=0)),
                        ("people", models.PositiveIntegerField(default=0)),
                        ("minutes_each", models.FloatField(null=True)),
                        ("counted_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["state", "is_listed", "-posted_at"], name="opening_list"),
                            models.Index(fields=["project", "state"], name="opening_of_project"),
                            models.Index(
                                fields=[
                                    "state",
                                    "is_listed",
                                    "closes_at",
                                    "private_to",
                                    "posted_at",
                                    "data_type",
                                    "label_types",
                                    "pay_basis",
                                    "pay_currency",
                                    "pay_high",
                                    "experience",
                                    "experience_rank",
                                    "hours_low",
                                    "reach",
                                    "has_work",
                                    "source",
                                    "project",
                                ],
                                name="opening_search",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="opening_number_unique"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("number__isnull", False), ("project__isnull", False), ("source__isnull", True)
                                    ),
                                    models.Q(
                                        ("number__isnull", True), ("project__isnull", True), ("source__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="opening_belongs_somewhere",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", rubrica.domain.opening.OpeningState["DRAFT"]),
                                    ("posted_at__isnull", False),
                                    ("state", rubrica.domain.opening.OpeningState["CLOSED"]),
                                    _connector="OR",
                                ),
                                name="opening_posted_when_open",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TermsAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "terms",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="records.engagementterms",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("accepted", "Accepted"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Taken back"),
                                    ("lapsed", "Not answered in time"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                help_text="None where it was the clock.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("sha256", models.CharField(help_text="Of the document that was answered to.", max_length=64)),
                        (
                            "holds_from",
                            models.DateTimeField(
                                help_text="With the second acceptance: from when the version holds.", null=True
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=1000)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("terms", "account", "kind"), name="terms_answered_once_by_each"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("account__isnull", True),
                                        ("kind", rubrica.domain.terms.TermsAnswerKind["LAPSED"]),
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("kind", rubrica.domain.terms.TermsAnswerKind["LAPSED"]), _negated=True
                                        ),
                                        ("account__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="terms_answered_by_people",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("holds_from__isnull", True),
                                    models.Q(
                                        ("holds_from__gte", models.F("at")),
                                        ("kind", rubrica.domain.terms.TermsAnswerKind["ACCEPTED"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="terms_never_hold_before_accepted",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TimeClaim",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField()),
                        (
                            "claimed_ms",
                            models.PositiveIntegerField(help_text="What of it was not credited when it was claimed."),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("thinking", "Thinking or looking"),
                                    ("reading", "Reading elsewhere"),
                                    ("meeting", "A meeting"),
                                    ("outage", "An outage"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("claimed", "Claimed"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("contested", "Contested"),
                                    ("upheld", "Refusal stands"),
                                ],
                                default="claimed",
                                max_length=9,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_at", models.DateTimeField(null=True)),
                        ("claimed_at", models.DateTimeField()),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "started_at"], name="time_claim_of_account")],
                        "constraints": [
                            models.UniqueConstraint(fields=("project", "number"), name="time_claim_number_unique"),
                            models.CheckConstraint(
                                condition=models.Q(("ended_at__gt", models.F("started_at"))),
                                name="time_claim_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("owner__isnull", False),
                                        (
                                            "state__in",
                                            [
                                                rubrica.domain.time_claim.ClaimState["CLAIMED"],
                                                rubrica.domain.time_claim.ClaimState["CONTESTED"],
                                                rubrica.domain.time_claim.ClaimState["REFUSED"],
                                            ],
                                        ),
                                    ),
                                    models.Q(
                                        ("due_at__isnull", True),
                                        ("owner__isnull", True),
                                        (
                                            "state__in",
                                            [
                                                rubrica.domain.time_claim.ClaimState["APPROVED"],
                                                rubrica.domain.time_claim.ClaimState["UPHELD"],
                                            ],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="time_claim_waits_for_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TimeClaimStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "claim",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="records.timeclaim",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "event",
                            models.CharField(
                                choices=[
                                    ("approve", "approved it"),
                                    ("refuse", "refused it"),
                                    ("contest", "contests the refusal"),
                                    ("let_stand", "let the refusal stand"),
                                    ("uphold", "upheld the refusal"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("claimed", "Claimed"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("contested", "Contested"),
                                    ("upheld", "Refusal stands"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "target",
                            models.CharField(
                                choices=[
                                    ("claimed", "Claimed"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("contested", "Contested"),
                                    ("upheld", "Refusal stands"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                    ],
                ),
                migrations.CreateModel(
                    name="TimeSpan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "page",
                            models.CharField(
                                choices=[
                                    ("workbench", "Workbench"),
                                    ("guideline", "Guideline"),
                                    ("qualification", "Qualification"),
                                    ("review", "Review"),
                                    ("discussion", "Discussion"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("task", models.CharField(blank=True, max_length=22)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("credited", "Credited"), ("idle", "Idle"), ("over_cap", "Over_cap")],
                                max_length=8,
                            ),
                        ),
                        (
                            "because",
                            models.CharField(
                                choices=[
                                    ("worked", "Worked"),
                                    ("answered", "Answered"),
                                    ("waited", "Waited"),
                                    ("no_input", "No_input"),
                                    ("long_task", "Long_task"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("start_ms", models.BigIntegerField()),
                        ("end_ms", models.BigIntegerField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["project", "start_ms"], name="time_span_of_project"),
                            models.Index(
                                condition=models.Q(("task", ""), _negated=True),
                                fields=["account", "task"],
                                name="time_span_of_task",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "start_ms"), name="time_span_unique"),
                            models.CheckConstraint(
                                condition=models.Q(("end_ms__gt", models.F("start_ms"))), name="time_span_lasts"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TrackedApplication",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("platform", models.CharField(max_length=120)),
                        ("title", models.CharField(max_length=120)),
                        ("url", models.CharField(blank=True, max_length=500)),
                        ("note", models.CharField(blank=True, max_length=1000)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("saved", "Saved"),
                                    ("applied", "Applied"),
                                    ("testing", "Testing"),
                                    ("accepted", "Accepted"),
                                    ("working", "Working"),
                                    ("left", "Left"),
                                    ("rejected", "Rejected"),
                                    ("no_answer", "No answer"),
                                ],
                                default="saved",
                                max_length=10,
                            ),
                        ),
                        ("unpaid_minutes", models.PositiveIntegerField(default=0)),
                        ("paid_minutes", models.PositiveIntegerField(default=0)),
                        ("income_minor", models.BigIntegerField(null=True)),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("added_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Word",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField()),
                        ("digest", models.CharField(max_length=64, unique=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="WorkCredential",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "public_id",
                            models.CharField(
                                default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "token",
                            models.TextField(
                                blank=True, help_text="The signed text; empty once nobody may have it any more."
                            ),
                        ),
                        ("issued_at", models.DateTimeField()),
                        ("valid_until", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="WorkDisclosure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "project",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.project"
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                choices=[
                                    ("nothing", "Nothing"),
                                    ("role", "Role, period and kind of task"),
                                    ("counts", "Also items and hours"),
                                    ("calibration", "Also tests and calibrations passed"),
                                ],
                                default="nothing",
                                max_length=12,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "project"), name="work_disclosure_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WritingScore",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "screening",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scores",
                                to="records.screening",
                            ),
                        ),
                        (
                            "reader",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("scores", models.JSONField(help_text="1 to 5, by criterion.")),
                        ("comment", models.CharField(help_text="The applicant reads it.", max_length=2000)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("screening", "reader"), name="writing_scored_once_by_each")
                        ],
                    },
                ),
            ],
        ),
        migrations.RunPython(*refusing_updates(FACTS)),
        migrations.RunPython(*refusing_another_value("records_storedopening", "posted_at")),
    ]
