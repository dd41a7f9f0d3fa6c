from django.db import migrations

import polls.fields
import polls.validators

# In the spelling of polls.names. Where a question has that choice already, both stay: their votes are not ours to add.
# Only the first of several that would become the same.
QUESTIONS = "update polls_question set text = normalize(text, nfc) where text is not nfc normalized"
CHOICES = """
    update polls_choice choice set text = normalize(text, nfc)
    where text is not nfc normalized and not exists (
        select from polls_choice other
        where other.question_id = choice.question_id and normalize(other.text, nfc) = normalize(choice.text, nfc)
            and (other.text is nfc normalized or other.id < choice.id)
    )
"""


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
        migrations.RunSQL([QUESTIONS, CHOICES], migrations.RunSQL.noop),
    ]
