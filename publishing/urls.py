"""Addresses of the public site, and of its preview for those who make it."""

from django.urls import path

from publishing import feeds, views, year_pages

app_name = "publishing"
urlpatterns = [
    path("resultater/", views.front, name="front"),
    path("resultater/feed.xml", feeds.atom, name="feed"),
    path("resultater/kort.geojson", feeds.points, name="points"),
    path("resultater/billeder/<int:photo_id>-<str:mark>-<int:width>.jpg", views.photo, name="photo"),
    path("resultater/tal/<slug:indicator>/", views.contributions, name="contributions"),
    path("resultater/aar/", year_pages.shown_years, name="years"),
    path("resultater/aar/<int:year>/", year_pages.shown, name="year"),
    path("resultater/aar/<int:year>/aarsberetning.pdf", year_pages.shown_pdf, name="year-pdf"),
    path("resultater/<slug:slug>/", views.project, name="project"),
    path("resultater/<slug:slug>/tal/<int:place>/", views.number, name="number"),
    path("aarsberetninger/", year_pages.reports, name="year-reports"),
    path("aarsberetninger/begynd/", year_pages.begin, name="begin-year-report"),
    path("aarsberetninger/<int:edition_id>/", year_pages.report, name="year-report"),
    path("aarsberetninger/<int:edition_id>/ret/", year_pages.edit, name="edit-year-report"),
    path("aarsberetninger/<int:edition_id>/vis/", year_pages.preview, name="preview-year-report"),
    path("aarsberetninger/<int:edition_id>/aarsberetning.pdf", year_pages.draft_pdf, name="year-report-pdf"),
    path("aarsberetninger/<int:edition_id>/<slug:act>/", year_pages.act, name="turn-year-report"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("ansoegninger/<str:number>/historie/vis/", views.preview, name="preview"),
    path("ansoegninger/<str:number>/historie/vis/tal/<int:place>/", views.preview_number, name="preview-number"),
    path("ansoegninger/<str:number>/historie/billede/<int:photo_id>/", views.preview_photo, name="preview-photo"),
]
