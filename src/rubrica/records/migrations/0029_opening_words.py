"""Keep the words of openings, so that looking for words reads no texts."""

import hashlib

import django.db.models.deletion
from django.db import migrations, models


AT_ONCE = 200


def index_words(apps, _schema_editor):
    """Index the openings that there are."""
    word_rows = apps.get_model("records", "Word").objects
    index = apps.get_model("records", "OpeningWord").objects
    known = {}
    batch = []
    for opening, text in apps.get_model("records", "StoredOpening").objects.values_list("pk", "words").iterator():
        batch.append((opening, set(text.split())))
        if len(batch) == AT_ONCE:
            _index(batch, known, word_rows, index)
            batch = []
    _index(batch, known, word_rows, index)


def _index(batch, known, word_rows, index):
    digests = {
        hashlib.sha256(word.encode("utf-8", "replace")).hexdigest(): word
        for word in {word for _opening, words in batch for word in words} - known.keys()
    }
    word_model = word_rows.model
    made = word_rows.bulk_create([word_model(text=word, digest=digest) for digest, word in digests.items()], 500)
    known.update({row.text: row.pk for row in made})
    row_model = index.model
    index.bulk_create(
        (row_model(opening_id=opening, word_id=known[word]) for opening, words in batch for word in words), 500
    )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0028_applications"),
    ]

    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="OpeningWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="records.storedopening"
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
        migrations.RunPython(index_words, migrations.RunPython.noop),
    ]
