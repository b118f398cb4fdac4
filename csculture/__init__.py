"""The Django project: settings, top-level routes, WSGI. Everything else lives in `assessments`."""
