"""A server imports the measures at its start and should not pay for what only a report needs."""

import subprocess
import sys
from pathlib import Path

import rubrica

PROGRAM = """
import importlib, pkgutil, sys
import rubrica.measure
for module in pkgutil.walk_packages(rubrica.measure.__path__, "rubrica.measure."):
    importlib.import_module(module.name)
print("scipy" in sys.modules)
"""


def test_no_measure_imports_scipy_before_it_computes_an_interval():
    source = Path(rubrica.__file__).parents[1]

    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, cwd=source)

    assert ran.stdout.strip() == "False"
