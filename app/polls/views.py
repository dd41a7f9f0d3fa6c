"""The pages of the polls. What they show comes from the models."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from polls.maps import SketchMap
from polls.models import Choice, Question

THUMBNAIL_HEIGHT = 210


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    questions = Question.objects.published().with_total().prefetch_related("choices")
    for question in questions:
        question.map = SketchMap(question.choices.all(), height=THUMBNAIL_HEIGHT)
    return render(request, "polls/index.html", {"questions": questions})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _ballot(request, get_object_or_404(Question.objects.published(), pk=pk))


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.published().with_total(), pk=pk)
    choices = list(question.choices.by_votes())
    for rank, choice in enumerate(choices, start=1):
        choice.rank, choice.percent = rank, choice.share_of(question.total)
    centre = next((choice for choice in choices if choice.place), None)
    context = {
        "question": question,
        "choices": choices,
        "map": SketchMap(choices),
        "centre": centre,
        "neighbours": centre.neighbours() if centre else [],
    }
    return render(request, "polls/results.html", context)


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.published(), pk=pk)
    try:
        choice = question.choices.get(pk=request.POST.get("choice", ""))
    except (Choice.DoesNotExist, ValueError):
        return _ballot(request, question, error="Choose a place first, then vote.")
    choice.vote()
    # A redirect, so that reloading the answer does not vote again.
    return redirect("polls:results", pk=question.pk)


def _ballot(request: HttpRequest, question: Question, error: str = "") -> HttpResponse:
    choices = list(question.choices.all())
    for number, choice in enumerate(choices, start=1):
        choice.rank = number
    context = {"question": question, "choices": choices, "map": SketchMap(choices), "error": error}
    return render(request, "polls/detail.html", context, status=400 if error else 200)
