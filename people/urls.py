"""Addresses of sign-in, one's own pages, and the register of persons, units, roles and committees."""

from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("log-ind/", views.sign_in, name="sign-in"),
    path("log-ud/", views.sign_out, name="sign-out"),
    path("min-side/", views.my_page, name="my-page"),
    path("min-side/adgangskode/", views.change_password, name="change-password"),
    path("beskeder/", views.messages, name="messages"),
    path("beskeder/<int:message_id>/", views.message, name="message"),
    path("personer/", views.persons, name="persons"),
    path("personer/ny/", views.new_person, name="new-person"),
    path("personer/<int:person_id>/", views.person, name="person"),
    path("personer/<int:person_id>/rolle/", views.appoint, name="appoint"),
    path("personer/<int:person_id>/aktiv/", views.turn_person, name="turn-person"),
    path("personer/<int:person_id>/adgang/", views.send_invitation, name="invite"),
    path("adgang/<str:uid>/<str:token>/", views.set_password, name="set-password"),
    path("adgang/glemt/", views.forgotten_password, name="forgotten-password"),
    path("roller/<int:assignment_id>/afslut/", views.end_role, name="end-role"),
    path("enheder/", views.units, name="units"),
    path("enheder/ny/", views.new_unit, name="new-unit"),
    path("enheder/<int:unit_id>/", views.unit, name="unit"),
    path("enheder/<int:unit_id>/rediger/", views.edit_unit, name="edit-unit"),
    path("enheder/<int:unit_id>/flyt/", views.move_unit, name="move-unit"),
    path("enheder/<int:unit_id>/luk/", views.close_unit, name="close-unit"),
    path("udvalg/", views.committees, name="committees"),
    path("udvalg/nyt/", views.edit_committee, name="new-committee"),
    path("udvalg/<int:committee_id>/", views.edit_committee, name="edit-committee"),
]
