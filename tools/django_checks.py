"""Django's own checks: no migration is missing, and the settings behind HTTPS are safe to deploy."""

import os
import sys

os.environ["RUBRICA_BASE_URL"] = "https://rubrica.example"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubrica.config.settings")

import django
from django.core.management import call_command

django.setup()
call_command("makemigrations", "--check", "--dry-run")
call_command("check", "--deploy", "--fail-level", "WARNING")
sys.stdout.write("Django's checks pass\n")
