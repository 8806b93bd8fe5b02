"""Give questions about clauses an owner and a deadline, and steps the words for what is handed over or taken up again."""

from datetime import timedelta

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TIME_ALLOWED = timedelta(days=7)


def give_to_leads(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give what is open to the first lead of its project, or to whoever founded the project."""
    questions = apps.get_model("records", "ClauseQuestion")._base_manager
    members = apps.get_model("records", "ProjectMembership")._base_manager
    for question in questions.filter(settled_at=None).select_related("project"):
        leads = members.filter(project=question.project_id, role="lead", is_active=True).order_by("pk")
        lead = leads.values_list("account", flat=True).first()
        due_at = question.at + _TIME_ALLOWED
        questions.filter(pk=question.pk).update(owner=lead or question.project.created_by_id, due_at=due_at)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0024_work_records"),
    ]

    operations = [
        migrations.AddField(
            model_name="clausequestion",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="clausequestion",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(give_to_leads, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="casestep",
            name="event",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="reviewstep",
            name="event",
            field=models.CharField(
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
    ]
