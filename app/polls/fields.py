"""Model fields of the polls."""

from typing import Any

from django.db import models

from polls.names import normal_name


class NameField(models.CharField):
    """A text that people read, in one spelling, whether a form, a file or a shell brings it, also to look it up."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normal_name(value) if isinstance(value, str) else value
