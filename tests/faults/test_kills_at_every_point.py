"""A use case that is killed anywhere leaves nothing, or all of it: proved at every statement and at every file."""

import json
from pathlib import Path

from tests.faults.installations import Installation


def test_a_transaction_cut_short_anywhere_leaves_nothing_or_all_of_it(installation: Installation):
    done = json.loads(installation.run("-m", "tests.faults.dying", "work"))

    assert {name: died["halves"] for name, died in done.items()} == {"take": [], "submit": [], "skip": [], "revise": []}
    assert min(died["kills"] for died in done.values()) > 10
    assert installation.is_sound()


def test_an_export_cut_short_anywhere_leaves_nothing_that_looks_whole(installation: Installation, tmp_path: Path):
    *killed, whole = json.loads(installation.run("-m", "tests.faults.dying", "export", "csv", tmp_path / "out"))

    assert len(killed) > 20
    assert {"manifest.json", "README.md", "evaluations.csv", "guidelines/v1.md"} <= set(whole)
    assert not any(name.startswith("unfinished/") for name in whole)
    for left in killed:
        assert "manifest.json" not in left
        finished = {name: size for name, size in left.items() if not name.startswith("unfinished/")}
        assert finished == {name: whole[name] for name in finished}
