"""The Django project: settings, URLs, the WSGI application and its server."""
