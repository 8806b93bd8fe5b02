"""Keep edge cases, blind votes, discussion and rulings; what was voted, said and decided is never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import rubrica.kit.ids
from rubrica.records.append_only import refusing_updates


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_acknowledge_guidelines"),
    ]

    operations = [
        migrations.CreateModel(
            name="EdgeCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("number", models.PositiveIntegerField()),
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
                        default="raised",
                        max_length=12,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                (
                    "options",
                    models.JSONField(default=list, help_text="What is voted on, as short answers to the question."),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.assignment"
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
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.item"),
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
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "option",
                    models.PositiveSmallIntegerField(
                        help_text="Place among the options; null for none of them.", null=True
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="votes", to="records.edgecase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
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
                            ("take_over", "sees to it from now on"),
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
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="records.edgecase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CasePost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="records.edgecase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("number", models.PositiveIntegerField()),
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
                ("decided_at", models.DateTimeField()),
                ("review_on", models.DateField(help_text="The day from which the ruling wants to be looked at again.")),
                ("answers", models.JSONField(default=dict)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ruling", to="records.edgecase"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "guideline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.guidelineversion"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                    ),
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
            ],
        ),
        migrations.AddIndex(
            model_name="edgecase",
            index=models.Index(fields=["project", "state"], name="edge_case_board"),
        ),
        migrations.AddConstraint(
            model_name="edgecase",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="edge_case_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="edgecase",
            constraint=models.UniqueConstraint(fields=("raised_by", "idempotency_key"), name="edge_case_idempotent"),
        ),
        migrations.AddConstraint(
            model_name="edgecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False),
                        ("owner__isnull", False),
                        ("state__in", ["raised", "voting", "discussion"]),
                    ),
                    models.Q(
                        ("due_at__isnull", True),
                        ("owner__isnull", True),
                        ("state__in", ["ruled", "duplicate", "answered"]),
                    ),
                    _connector="OR",
                ),
                name="edge_case_waits_for_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="casevote",
            constraint=models.UniqueConstraint(fields=("case", "account"), name="case_vote_once"),
        ),
        migrations.AddConstraint(
            model_name="ruling",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="ruling_number_unique"),
        ),
        migrations.RunPython(
            *refusing_updates(("records_casestep", "records_casevote", "records_casepost", "records_ruling"))
        ),
    ]
