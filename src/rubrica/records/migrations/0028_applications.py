"""Keep applications for openings, what was read, decided and written of them, and a notebook of others."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import rubrica.kit.ids
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0027_opening_search_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notification",
            name="topic",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="notificationchoice",
            name="topic",
            field=models.CharField(
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
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("number", models.PositiveIntegerField()),
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
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="records.storedopening",
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
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApplicationForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("questions", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "opening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="form", to="records.storedopening"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApplicationMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="records.application"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApplicationReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("yes", "Yes"), ("borderline", "Borderline"), ("no", "No")], max_length=10
                    ),
                ),
                ("note", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="readings", to="records.application"
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApplicationStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
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
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="records.application"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrackedApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
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
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["project", "state"], name="application_queue"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="application_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["appealed", "draft", "offered", "screening", "shortlisted", "submitted", "under_review"],
                    )
                ),
                fields=("opening", "account"),
                name="application_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="applicationreading",
            constraint=models.UniqueConstraint(fields=("application", "reader"), name="application_read_once_by_each"),
        ),
        migrations.RunPython(
            *refusing_updates(["records_applicationstep", "records_applicationreading", "records_applicationmessage"])
        ),
    ]
