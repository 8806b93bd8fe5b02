"""Keep what images look like, one vector for each embedder that has described them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0021_openings"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImageDescriptor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("embedder", models.CharField(max_length=60)),
                ("vector", models.BinaryField(help_text="As rubrica.imaging.descriptors.describe returns it.")),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="descriptors", to="records.image"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="imagedescriptor",
            constraint=models.UniqueConstraint(fields=["image", "embedder"], name="image_descriptor_unique"),
        ),
    ]
