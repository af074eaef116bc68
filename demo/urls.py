"""Addresses of the first look: step into a person, read the mails that were sent."""

from django.urls import path

from demo import views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("<int:person_id>/", views.step_into, name="step-into"),
    path("mails/", views.mails, name="mails"),
    path("mails/<str:name>/", views.mail, name="mail"),
]
