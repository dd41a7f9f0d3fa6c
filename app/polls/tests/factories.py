"""Questions and choices for tests: what a test does not care about, it does not say."""

from django.contrib.gis.geos import Point
from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from polls.models import Choice, Question


class QuestionFactory(DjangoModelFactory):
    text = Sequence("Question {}?".format)

    class Meta:
        model = Question


class ChoiceFactory(DjangoModelFactory):
    question = SubFactory(QuestionFactory)
    text = Sequence("Place {}".format)
    place = Point(-75.1635, 39.9526, srid=4326)

    class Meta:
        model = Choice
