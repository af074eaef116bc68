"""Addresses of the calculators and of the register of factors."""

from django.urls import path

from climate import views

app_name = "climate"
urlpatterns = [
    path("beregn/", views.calculators, name="calculators"),
    path("beregn/<slug:calculator>/", views.calculator, name="calculator"),
    path("klimafaktorer/", views.factors, name="factors"),
    path("klimafaktorer.csv", views.factors_csv, name="factors-csv"),
    path("klimafaktorer/<int:factor_id>/", views.factor, name="factor"),
]
