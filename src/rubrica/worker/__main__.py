"""Run a worker: ``python -m rubrica.worker [--until-empty]``. ``rubrica worker`` is the door for people."""

import os
import sys

import django


def main() -> None:
    """Run jobs; with ``--until-empty`` end when there are none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubrica.config.settings")
    django.setup()
    from rubrica.worker.loop import work_forever, work_until_empty  # noqa: PLC0415  (models need Django set up)

    if "--until-empty" in sys.argv[1:]:
        work_until_empty()
    else:
        work_forever()


if __name__ == "__main__":
    main()
