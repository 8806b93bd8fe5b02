"""Keep openings: of projects, and found elsewhere."""

import django.db.models.deletion
import rubrica.domain.opening
import rubrica.kit.ids
from django.conf import settings
from django.db import migrations, models

from rubrica.records.append_only import refusing_another_value


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0020_hidden_count"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpeningSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("name", models.CharField(max_length=120)),
                ("url", models.CharField(blank=True, help_text="Empty for what is put in by hand.", max_length=500)),
                ("kind", models.CharField(blank=True, help_text="In what form; empty to find out.", max_length=12)),
                (
                    "is_shared",
                    models.BooleanField(help_text="Whether everybody sees its openings, or only whoever added it."),
                ),
                ("added_at", models.DateTimeField()),
                ("every_hours", models.PositiveSmallIntegerField(default=6)),
                ("etag", models.CharField(blank=True, max_length=200)),
                ("last_modified", models.CharField(blank=True, max_length=100)),
                ("fetched_at", models.DateTimeField(help_text="When it last answered.", null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0, help_text="Fetches in a row that failed.")),
                ("failure", models.CharField(blank=True, max_length=500)),
                (
                    "refused",
                    models.JSONField(default=list, help_text="Entries of the last fetch that were not taken, and why."),
                ),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("name", models.CharField(max_length=120)),
                ("query", models.CharField(help_text="As the query of an address.", max_length=1000)),
                ("by_mail", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
                ("told_until", models.DateTimeField(help_text="Openings that were listed later are news.")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StoredOpening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=rubrica.kit.ids.new_id, editable=False, max_length=22, unique=True),
                ),
                ("number", models.PositiveIntegerField(null=True)),
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
                    models.JSONField(default=list, help_text="What in it contradicts itself or could not be taken."),
                ),
                ("created_at", models.DateTimeField()),
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
                    "is_listed",
                    models.BooleanField(default=True, help_text="Whether it is shown, and not another copy of it."),
                ),
                ("has_work", models.BooleanField(default=True)),
                ("places_left", models.PositiveIntegerField(default=0)),
                ("people", models.PositiveIntegerField(default=0)),
                ("minutes_each", models.FloatField(null=True)),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "project",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.project"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="records.openingsource",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpeningLanguage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tag", models.CharField(max_length=16)),
                ("primary", models.CharField(max_length=3)),
                ("rank", models.PositiveSmallIntegerField()),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="language_rows",
                        to="records.storedopening",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpeningCountry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=2)),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="country_rows",
                        to="records.storedopening",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FoundPosting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    models.PositiveSmallIntegerField(default=0, help_text="Complete fetches in a row that lacked it."),
                ),
                ("gone_at", models.DateTimeField(null=True)),
                ("said_posted", models.DateTimeField(help_text="The first date that the source gave.", null=True)),
                ("said_updated", models.DateTimeField(null=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="records.openingsource"
                    ),
                ),
                (
                    "opening",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posting", to="records.storedopening"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="storedopening",
            index=models.Index(fields=["state", "is_listed", "-posted_at"], name="opening_list"),
        ),
        migrations.AddIndex(
            model_name="storedopening",
            index=models.Index(fields=["project", "state"], name="opening_of_project"),
        ),
        migrations.AddConstraint(
            model_name="storedopening",
            constraint=models.UniqueConstraint(fields=("project", "number"), name="opening_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="storedopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("number__isnull", False), ("project__isnull", False), ("source__isnull", True)),
                    models.Q(("number__isnull", True), ("project__isnull", True), ("source__isnull", False)),
                    _connector="OR",
                ),
                name="opening_belongs_somewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="storedopening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", rubrica.domain.opening.OpeningState["DRAFT"]),
                    ("posted_at__isnull", False),
                    ("state", rubrica.domain.opening.OpeningState["CLOSED"]),
                    _connector="OR",
                ),
                name="opening_posted_when_open",
            ),
        ),
        migrations.AddIndex(
            model_name="openinglanguage",
            index=models.Index(fields=["primary", "rank", "opening"], name="opening_language"),
        ),
        migrations.AddConstraint(
            model_name="openinglanguage",
            constraint=models.UniqueConstraint(fields=("opening", "tag"), name="opening_language_once"),
        ),
        migrations.AddIndex(
            model_name="openingcountry",
            index=models.Index(fields=["code", "opening"], name="opening_country"),
        ),
        migrations.AddConstraint(
            model_name="openingcountry",
            constraint=models.UniqueConstraint(fields=("opening", "code"), name="opening_country_once"),
        ),
        migrations.AddIndex(
            model_name="foundposting",
            index=models.Index(fields=["fingerprint"], name="found_posting_fingerprint"),
        ),
        migrations.AddConstraint(
            model_name="foundposting",
            constraint=models.UniqueConstraint(fields=("source", "key"), name="found_posting_once"),
        ),
        migrations.RunPython(*refusing_another_value("records_storedopening", "posted_at")),
    ]
