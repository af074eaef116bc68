"""Addresses of the public site, and of its preview for those who make it."""

from django.urls import path

from publishing import feeds, views

app_name = "publishing"
urlpatterns = [
    path("resultater/", views.front, name="front"),
    path("resultater/feed.xml", feeds.atom, name="feed"),
    path("resultater/kort.geojson", feeds.points, name="points"),
    path("resultater/billeder/<int:photo_id>-<str:mark>-<int:width>.jpg", views.photo, name="photo"),
    path("resultater/tal/<slug:indicator>/", views.contributions, name="contributions"),
    path("resultater/<slug:slug>/", views.project, name="project"),
    path("resultater/<slug:slug>/tal/<int:place>/", views.number, name="number"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("ansoegninger/<str:number>/historie/vis/", views.preview, name="preview"),
    path("ansoegninger/<str:number>/historie/vis/tal/<int:place>/", views.preview_number, name="preview-number"),
    path("ansoegninger/<str:number>/historie/billede/<int:photo_id>/", views.preview_photo, name="preview-photo"),
]
