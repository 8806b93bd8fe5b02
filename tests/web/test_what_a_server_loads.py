"""A server at rest loads only what it needs to answer: everything it loads weighs for as long as it runs."""

import os
import subprocess
import sys

# Each weighs megabytes and serves something that most requests are not about.
HEAVY = ("PIL", "cryptography", "harper", "numpy", "pyarrow", "reportlab")

LOADED = f"""
import sys, django
django.setup()
import rubrica.config.urls, rubrica.config.wsgi
print(*sorted(sys.modules.keys() & {set(HEAVY)}), "and", "rubrica.api" in sys.modules)
"""


def test_a_server_at_rest_loads_no_numbers_images_signatures_or_dictionaries():
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "rubrica.config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["and", "True"]
