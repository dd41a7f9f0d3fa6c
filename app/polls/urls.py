from django.urls import path

from polls import views
from polls.geojson.views import places

app_name = "polls"
urlpatterns = [
    path("", views.index, name="index"),
    # The same page for a CDN, which asks for the first page by a name.
    path("polls/", views.index, name="first"),
    path("polls/<int:pk>/", views.detail, name="detail"),
    path("polls/<int:pk>/results/", views.results, name="results"),
    path("polls/<int:pk>/vote/", views.vote, name="vote"),
    path("polls/<int:pk>/places.geojson", places, name="places"),
    path("near/", views.near, name="near"),
    path("favicon.ico", views.icon, name="icon"),
    # Addresses before version 0.2.
    path("<int:pk>/", views.moved, {"name": "detail"}),
    path("<int:pk>/results/", views.moved, {"name": "results"}),
    path("<int:pk>/vote/", views.moved, {"name": "vote"}),
]
