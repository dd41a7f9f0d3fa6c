"""Static files, also for pages of another build."""

import re

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

HASH = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Answer for a known name with an unknown hash: with the file of this build, for this once.

    During a rolling deploy a page and its stylesheet may come from two builds.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(self.static_prefix) and path not in self.files:
            ours = self.files.get(HASH.sub("", path))
            if ours is not None:
                response = self.serve(ours, request)
                # Else a cache would keep this content under a name that promises another.
                response["Cache-Control"] = "no-store"
                return response
        return super().__call__(request)
