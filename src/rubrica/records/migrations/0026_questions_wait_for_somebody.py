"""Have the database refuse an open question about a clause that waits for nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0025_handed_over"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="clausequestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("owner__isnull", False), ("settled_at__isnull", True)),
                    models.Q(("due_at__isnull", True), ("owner__isnull", True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="clause_question_waits_for_somebody",
            ),
        ),
    ]
