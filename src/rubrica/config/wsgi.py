"""The WSGI application that granian serves."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubrica.config.settings")
# A thread that holds the write gate gives up the interpreter at each statement. With Python's usual 5 ms it would wait
# that long behind threads that only prepare their requests, and everybody behind it: measured, 8 raters get half as
# much.
sys.setswitchinterval(0.0005)
application = get_wsgi_application()
