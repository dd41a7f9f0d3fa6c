from django.urls import path, re_path

from polls import views
from polls.geojson.views import places

app_name = "polls"
urlpatterns = [
    path("", views.index, name="home"),
    path("polls/", views.index, name="index"),
    path("favicon.ico", views.icon, name="icon"),
    path("near/", views.near, name="near"),
    path("polls/<int:pk>/", views.detail, name="detail"),
    path("polls/<int:pk>/results/", views.results, name="results"),
    path("polls/<int:pk>/vote/", views.vote, name="vote"),
    path("polls/<int:pk>/places.geojson", places, name="places"),
    # The addresses until version 0.1.
    re_path(r"^[0-9]+/(?:results/|vote/)?$", views.redirect_to_polls),
]
