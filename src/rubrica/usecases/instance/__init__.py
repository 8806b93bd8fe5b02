"""The installation as a whole: preparing it, checking it, backing it up."""

from rubrica.usecases.instance.backing_up import Backup, back_up
from rubrica.usecases.instance.checking import check_instance
from rubrica.usecases.instance.finding import Finding
from rubrica.usecases.instance.preparing import first_admin, is_prepared, prepare_instance

__all__ = ["Backup", "Finding", "back_up", "check_instance", "first_admin", "is_prepared", "prepare_instance"]
