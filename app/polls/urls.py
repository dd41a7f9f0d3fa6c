from django.urls import path

from polls import views
from polls.geojson.views import places

app_name = "polls"
urlpatterns = [
    path("", views.index, name="index"),
    # The same page for a CDN, which asks for the first page by a name.
    path("polls/", views.index, name="first"),
    path("favicon.ico", views.icon, name="icon"),
    path("near/", views.near, name="near"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/results/", views.results, name="results"),
    path("<int:pk>/vote/", views.vote, name="vote"),
    path("polls/<int:pk>/places.geojson", places, name="places"),
]
