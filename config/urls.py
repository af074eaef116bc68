from django.urls import include, path

urlpatterns = [path("ansoegninger/", include("applications.urls"))]
