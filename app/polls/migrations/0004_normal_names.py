from django.db import migrations

import polls.fields
import polls.validators
from polls.names import normal_name


def normalize_names(apps, schema_editor):
    """Give each question and choice the spelling of polls.names.

    Where a question has that choice already, both stay: their votes are not ours to add.
    """
    question, choice = apps.get_model("polls", "Question"), apps.get_model("polls", "Choice")
    for pk, text in question.objects.values_list("pk", "text").iterator():
        if (normal := normal_name(text)) not in ("", text):
            question.objects.filter(pk=pk).update(text=normal)
    for pk, question_id, text in choice.objects.order_by("pk").values_list("pk", "question_id", "text").iterator():
        if (normal := normal_name(text)) in ("", text):
            continue
        if not choice.objects.filter(question_id=question_id, text=normal).exists():
            choice.objects.filter(pk=pk).update(text=normal)


class Migration(migrations.Migration):
    dependencies = [("polls", "0003_place_statistics")]

    operations = [
        migrations.AlterField(
            model_name="choice",
            name="text",
            field=polls.fields.NameField(
                max_length=200, validators=[polls.validators.validate_text], verbose_name="choice"
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="text",
            field=polls.fields.NameField(
                max_length=200, validators=[polls.validators.validate_text], verbose_name="question"
            ),
        ),
        migrations.RunPython(normalize_names, migrations.RunPython.noop),
    ]
