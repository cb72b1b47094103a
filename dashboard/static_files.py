"""Which static files are collected? Packages' files that no page uses are left out."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """Without django-htmx's other versions and extensions of htmx, and without what Django's admin
    has for forms: compressing them took two thirds of the first start."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "ext",
        "htmax-*.js",
        "htmx-4*.js",
        "htmx-2.js",
        "admin/js/vendor/*",
        "admin/css/vendor/*",
        "admin/js/admin/*",
    ]
