"""Print every number that the documentation quotes: ``make bench``, or some of it by name."""

import importlib
import os
import platform
import sys

SECTIONS = (
    "growth",
    "loops",
    "pipelines",
    "footprint",
    "painting",
    "interactions",
    "coach",
    "measure",
    "overlap",
    "active_time",
    "own_data",
    "descriptors",
    "openings",
)


def main(wanted: list[str]) -> None:
    """Run the sections named, by default all."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    for section in wanted or SECTIONS:
        importlib.import_module(f"benchmarks.{section}").report()


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - set(SECTIONS)
    if unknown:
        sys.exit(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    main(sys.argv[1:])
