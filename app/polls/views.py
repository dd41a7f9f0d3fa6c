"""The pages of the polls. What they show comes from the models."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe

from polls.city import LANDMARKS
from polls.forms import NearForm, SearchForm
from polls.maps import NearMap, SketchMap
from polls.models import MOST_CHOICES_WITH_TOTAL, Choice, Question
from polls.near import nearest

THUMBNAIL_HEIGHT = 210
QUESTIONS_PER_PAGE = 12
# On its card on the first page, and on its own pages.
CHOICES_PER_CARD = 8
CHOICES_PER_PAGE = 50
NEAREST = 10
# A message travels in a cookie, which has room for so many signs of any script.
MOST_SIGNS_IN_MESSAGE = 80


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    search = SearchForm(request.GET)
    questions = Question.objects.none()
    if search.is_valid():
        questions = Question.objects.published().search(search.cleaned_data["q"])
    page = _page(request, questions, QUESTIONS_PER_PAGE)
    # Counted for those on the page; the database would also count for all on the pages before it.
    shown = Question.objects.published().filter(pk__in=page.object_list.values("pk"))
    page.object_list = shown.with_total_of_few(MOST_CHOICES_WITH_TOTAL).with_first(CHOICES_PER_CARD)
    choices = Choice.objects.in_bulk([pk for question in page for pk in question.first])
    for question in page:
        question.first_choices = [choices[pk] for pk in question.first]
        question.map = SketchMap(question.first_choices, height=THUMBNAIL_HEIGHT, overview=True)
    context = {"search": search, "page": page}
    return render(request, "polls/index.html", context, status=400 if search.errors else 200)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _ballot(request, get_object_or_404(Question.objects.published(), pk=pk))


@require_safe
def results(request: HttpRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.published().with_total(), pk=pk)
    choices = question.choices.by_votes()
    paginator = Paginator(choices, CHOICES_PER_PAGE)
    # Among more choices a number takes long to count, and no pin has room for it.
    if paginator.count <= MOST_CHOICES_WITH_TOTAL:
        paginator.object_list = choices.with_number()
    page = paginator.get_page(request.GET.get("page"))
    most = page[0].votes if page and page.number == 1 else 0
    for choice in page:
        choice.question = question
        choice.leads = 0 < choice.votes == most
        choice.percent = choice.share_of(question.total)
    centre = next((choice for choice in page if choice.place and choice.votes), None)
    context = {
        "question": question,
        "page": page,
        "map": SketchMap(page),
        "centre": centre,
        "neighbours": centre.neighbours()[:5] if centre else [],
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
    messages.success(request, f"Your vote for {Truncator(choice.text).chars(MOST_SIGNS_IN_MESSAGE)} was counted.")
    # A redirect, so that reloading the answer does not vote again.
    return redirect("polls:results", pk=question.pk)


def redirect_to_polls(request: HttpRequest) -> HttpResponse:
    """Redirect an address to the same one below /polls/; a vote stays a POST."""
    return redirect(f"/polls{request.get_full_path()}", permanent=True, preserve_request=request.method == "POST")


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """The icon of pages that name none, such as the admin's."""
    return redirect(static("polls/icon.svg"))


@require_safe
def near(request: HttpRequest) -> HttpResponse:
    form = NearForm(request.GET or None)
    context = {"form": form, "landmarks": LANDMARKS}
    if form.is_valid():
        choices = nearest(**form.cleaned_data, limit=NEAREST)
        here = form.cleaned_data["lat"], form.cleaned_data["lon"]
        context |= {"choices": choices, "map": NearMap(*here, choices)}
    return render(request, "polls/near.html", context, status=400 if form.errors else 200)


def _ballot(request: HttpRequest, question: Question, error: str = "") -> HttpResponse:
    page = _page(request, Choice.objects.of_question(question.pk), CHOICES_PER_PAGE)
    numbered = page.paginator.count <= MOST_CHOICES_WITH_TOTAL
    for number, choice in enumerate(page, start=page.start_index()):
        choice.question = question
        choice.number = number if numbered else None
    context = {"question": question, "page": page, "map": SketchMap(page), "error": error}
    return render(request, "polls/detail.html", context, status=400 if error else 200)


def _page(request: HttpRequest, items: QuerySet, size: int) -> Page:
    """The page that the address asks for; the first or the last one where it asks for nonsense."""
    return Paginator(items, size).get_page(request.GET.get("page"))
