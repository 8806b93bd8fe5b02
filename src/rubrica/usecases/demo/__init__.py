"""The demo: one organisation, three projects on real photographs, and six simulated raters who have started already.

One of the projects has a history in which every room of the rules has something to show.
"""

from rubrica.usecases.demo.opening import Demo, build_demo
from rubrica.usecases.demo.people import sign_in_secrets
from rubrica.usecases.demo.plans import FULL_SIZE, SMALL_SIZE, DemoSize, is_demo_built

__all__ = ["FULL_SIZE", "SMALL_SIZE", "Demo", "DemoSize", "build_demo", "is_demo_built", "sign_in_secrets"]
