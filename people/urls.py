"""Addresses of sign-in, one's own pages, and the register of persons, units, roles and committees."""

from django.urls import path

from people.views import committees, from_file, mine, persons, security, signing_in, units

app_name = "people"
urlpatterns = [
    path("log-ind/", signing_in.sign_in, name="sign-in"),
    path("log-ind/kode/", signing_in.show_code, name="second-factor"),
    path("log-ud/", signing_in.sign_out, name="sign-out"),
    path("adgang/glemt/", signing_in.forgotten_password, name="forgotten-password"),
    path("adgang/<str:uid>/<str:token>/", signing_in.set_password, name="set-password"),
    path("min-side/", mine.my_page, name="my-page"),
    path("min-side/adgangskode/", mine.change_password, name="change-password"),
    path("min-side/sikkerhed/", security.security, name="security"),
    path("min-side/sikkerhed/telefon/", security.set_up, name="set-up-second-factor"),
    path("min-side/sikkerhed/noedkoder/", security.renew_paper, name="renew-recovery-codes"),
    path("min-side/sikkerhed/slaa-fra/", security.switch_off, name="switch-off-second-factor"),
    path("beskeder/", mine.messages, name="messages"),
    path("beskeder/laest/", mine.read_all, name="read-all"),
    path("beskeder/<int:message_id>/", mine.message, name="message"),
    path("personer/", persons.persons_list, name="persons"),
    path("personer/ny/", persons.new_person, name="new-person"),
    path("personer/<int:person_id>/", persons.person, name="person"),
    path("personer/<int:person_id>/rediger/", persons.edit_person, name="edit-person"),
    path("personer/<int:person_id>/rolle/", persons.appoint, name="appoint"),
    path("personer/<int:person_id>/aktiv/", persons.turn_person, name="turn-person"),
    path("personer/<int:person_id>/totrinslogin/", persons.remove_second_factor, name="remove-second-factor"),
    path("personer/<int:person_id>/adgang/", persons.send_invitation, name="invite"),
    path("roller/<int:assignment_id>/afslut/", persons.end_role, name="end-role"),
    path("enheder/", units.units, name="units"),
    path("enheder/ny/", units.new_unit, name="new-unit"),
    path("enheder/fra-fil/", from_file.choose, name="from-file"),
    path("enheder/fra-fil/forskelle/", from_file.difference, name="file-difference"),
    path("enheder/fra-fil/forskelle.csv", from_file.difference_csv, name="file-difference-csv"),
    path("enheder/fra-fil/glem/", from_file.forget, name="forget-file"),
    path("enheder/fra-fil/enheder.xlsx", from_file.template, {"kind": "enheder"}, name="units-template"),
    path("enheder/fra-fil/personer.xlsx", from_file.template, {"kind": "personer"}, name="persons-template"),
    path("enheder/<int:unit_id>/", units.unit, name="unit"),
    path("enheder/<int:unit_id>/rediger/", units.edit_unit, name="edit-unit"),
    path("enheder/<int:unit_id>/flyt/", units.move_unit, name="move-unit"),
    path("enheder/<int:unit_id>/luk/", units.close_unit, name="close-unit"),
    path("udvalg/", committees.committees, name="committees"),
    path("udvalg/nyt/", committees.edit_committee, name="new-committee"),
    path("udvalg/<int:committee_id>/", committees.edit_committee, name="edit-committee"),
]
