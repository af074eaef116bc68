"""Addresses of the pool's account and its rounds."""

from django.urls import path

from pool.views import account, acts, planning, rounds, year_end

app_name = "pool"
urlpatterns = [
    path("pulje/", account.newest_year, name="newest"),
    path("pulje/<int:year>/", account.year, name="year"),
    path("pulje/<int:year>/bevaegelser/", account.moves, name="moves"),
    path("pulje/<int:year>/bevaegelser.csv", account.moves_csv, name="moves-csv"),
    path("pulje/<int:year>/bevilling/", account.appropriate, name="appropriate"),
    path("pulje/<int:year>/afslut/", year_end.close_year, name="close-year"),
    path("pulje/<int:year>/konto/", year_end.edit_account, name="edit-account"),
    path("pulje/nyt-aar/", account.new_year, name="new-year"),
    path("runder/", rounds.listed, name="rounds"),
    path("runder/ny/", planning.edit_round, name="new-round"),
    path("runder/<int:round_id>/", rounds.page, name="round"),
    path("runder/<int:round_id>/rediger/", planning.edit_round, name="edit-round"),
    path("runder/<int:round_id>/annoncer/", acts.announce, name="announce"),
    path("runder/<int:round_id>/frist/", acts.move_deadline, name="move-deadline"),
    path("runder/<int:round_id>/mere-tid/", acts.extend, name="extend"),
    path("runder/<int:round_id>/kopi/", acts.clone, name="clone"),
    path("runder/<int:round_id>/arkiver/", acts.archive, name="archive"),
]
