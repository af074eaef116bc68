"""Addresses of the pool's account and its rounds."""

from django.urls import path

from pool import views

app_name = "pool"
urlpatterns = [
    path("pulje/", views.newest_year, name="newest"),
    path("pulje/<int:year>/", views.year, name="year"),
    path("pulje/<int:year>/bevaegelser/", views.moves, name="moves"),
    path("pulje/<int:year>/bevaegelser.csv", views.moves_csv, name="moves-csv"),
    path("pulje/<int:year>/bevilling/", views.appropriate, name="appropriate"),
    path("pulje/nyt-aar/", views.new_year, name="new-year"),
    path("runder/", views.rounds, name="rounds"),
    path("runder/ny/", views.edit_round, name="new-round"),
    path("runder/<int:round_id>/", views.round, name="round"),
    path("runder/<int:round_id>/rediger/", views.edit_round, name="edit-round"),
    path("runder/<int:round_id>/annoncer/", views.announce, name="announce"),
    path("runder/<int:round_id>/frist/", views.move_deadline, name="move-deadline"),
    path("runder/<int:round_id>/mere-tid/", views.extend, name="extend"),
    path("runder/<int:round_id>/kopi/", views.clone, name="clone"),
    path("runder/<int:round_id>/arkiver/", views.archive, name="archive"),
]
