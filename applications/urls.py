from django.urls import path
app_name = "applications"
urlpatterns = [path("<str:number>/", lambda r, number: None, name="case")]
