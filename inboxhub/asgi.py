"""The ASGI application; the servers make the keys before they import it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "inboxhub.settings")
application = get_asgi_application()
