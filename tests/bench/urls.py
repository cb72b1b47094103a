"""The project's addresses, and an empty page behind the login."""

from django.urls import path

from dashboard.urls import urlpatterns as project
from tests.bench.stock_urls import floor

urlpatterns = [path("bench/floor", floor), *project]
