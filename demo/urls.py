"""Addresses of the first look: step into a person, read the mails that were sent."""

app_name = "demo"
urlpatterns = []
