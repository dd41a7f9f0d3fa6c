"""`/polls/<id>/places.geojson`."""

import json
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from polls.geojson import features, parameters
from polls.geojson.problems import with_problems
from polls.models import MOST_CHOICES_WITH_TOTAL, Question


@require_safe
@with_problems
def places(request: HttpRequest, pk: int) -> HttpResponse:
    wanted = parameters.read(request.GET)
    question = get_object_or_404(Question.objects.published().with_total_of_few(MOST_CHOICES_WITH_TOTAL), pk=pk)
    collection, after = features.page(question, wanted)
    # Caches revalidate each time: votes count at once.
    headers = {"Cache-Control": "no-cache"}
    if after:
        collection["next"] = _address(request, after)
        headers["Link"] = f'<{collection["next"]}>; rel="next"'
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    headers["ETag"] = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    response = HttpResponse(body, content_type="application/geo+json", headers=headers)
    return get_conditional_response(request, etag=headers["ETag"], response=response)


def _address(request: HttpRequest, after: str) -> str:
    """The same request for the places after these, relative to this host."""
    query = request.GET.copy()
    query["after"] = after
    return f"{request.path}?{query.urlencode(safe=',')}"
