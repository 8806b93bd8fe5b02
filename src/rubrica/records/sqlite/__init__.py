"""SQLite for many writers: Django's backend plus a gate in front of write transactions."""
