"""Keep engagements, their terms with what both sides answered, and their steps; a membership may give no work."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import rubrica.domain.engagement
import rubrica.domain.terms
import rubrica.kit.ids
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0029_opening_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="projectmembership",
            name="takes_work",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Whether new work is given; an engagement that is paused gives none.",
            ),
        ),
        migrations.CreateModel(
            name="Engagement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "role",
                    models.CharField(choices=[("specialist", "Specialist"), ("reviewer", "Reviewer")], max_length=24),
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
                    models.DateTimeField(help_text="Once notice was given, also through a restriction.", null=True),
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
                    models.BooleanField(default=False, help_text="Whether images are closed during the block as well."),
                ),
                (
                    "evidence_count",
                    models.PositiveSmallIntegerField(default=0, help_text="What the accusation rests on."),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            name="EngagementStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
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
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="records.engagement"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EngagementTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("document", models.JSONField(help_text="As ``domain.terms`` writes it.")),
                ("sha256", models.CharField(help_text="Of the document's canonical JSON.", max_length=64)),
                ("proposed_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField(help_text="What nobody answers by then is not agreed.")),
                (
                    "engagement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terms", to="records.engagement"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TermsAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("at", models.DateTimeField()),
                ("sha256", models.CharField(help_text="Of the document that was answered to.", max_length=64)),
                (
                    "holds_from",
                    models.DateTimeField(
                        help_text="With the second acceptance: from when the version holds.", null=True
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
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
                (
                    "terms",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="records.engagementterms",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="engagement",
            index=models.Index(fields=["project", "state"], name="engagement_of_project"),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="engagement_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["active", "deciding", "ending", "hearing", "offered", "paused", "restricted"])
                ),
                fields=("project", "account"),
                name="engagement_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False),
                        ("owner__isnull", False),
                        ("state__in", ["deciding", "ending", "hearing", "offered", "paused", "restricted"]),
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
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("started_at__isnull", True), ("state__in", ["not_begun", "offered"])),
                    models.Q(
                        models.Q(("state__in", ["not_begun", "offered"]), _negated=True), ("started_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="engagement_begins_once_accepted",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ["ended", "ended_for_cause"])),
                    models.Q(
                        models.Q(("state__in", ["ended", "ended_for_cause"]), _negated=True), ("ended_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="engagement_ends_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["deciding", "ended_for_cause", "hearing", "restricted"]), _negated=True),
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
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", rubrica.domain.engagement.EngagementState["ENDED_FOR_CAUSE"]), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("opened_by")), _negated=True),
                        models.Q(("decided_by", models.F("account")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="engagement_ended_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("blocked_until__isnull", False),
                        ("state", rubrica.domain.engagement.EngagementState["RESTRICTED"]),
                    ),
                    models.Q(
                        ("state__in", ["deciding", "hearing", "restricted"]),
                        models.Q(("state", rubrica.domain.engagement.EngagementState["RESTRICTED"]), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state__in", ["deciding", "hearing", "restricted"]), _negated=True),
                        ("blocked_until__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="engagement_blocked_only_before_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagementstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actor__isnull", False),
                    (
                        "event__in",
                        ["close_answer", "end", "let_go", "let_lapse", "let_notice_run", "let_reinstate", "let_resume"],
                    ),
                    _connector="OR",
                ),
                name="engagement_moved_by_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagementterms",
            constraint=models.UniqueConstraint(fields=("engagement", "version"), name="terms_version_unique"),
        ),
        migrations.AddConstraint(
            model_name="engagementterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_by__gt", models.F("proposed_at"))), name="terms_leave_time_to_answer"
            ),
        ),
        migrations.AddConstraint(
            model_name="termsanswer",
            constraint=models.UniqueConstraint(fields=("terms", "account", "kind"), name="terms_answered_once_by_each"),
        ),
        migrations.AddConstraint(
            model_name="termsanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account__isnull", True), ("kind", rubrica.domain.terms.TermsAnswerKind["LAPSED"])),
                    models.Q(
                        models.Q(("kind", rubrica.domain.terms.TermsAnswerKind["LAPSED"]), _negated=True),
                        ("account__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="terms_answered_by_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="termsanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("holds_from__isnull", True),
                    models.Q(
                        ("holds_from__gte", models.F("at")), ("kind", rubrica.domain.terms.TermsAnswerKind["ACCEPTED"])
                    ),
                    _connector="OR",
                ),
                name="terms_never_hold_before_accepted",
            ),
        ),
        migrations.RunPython(
            *refusing_updates(["records_engagementterms", "records_termsanswer", "records_engagementstep"])
        ),
    ]
