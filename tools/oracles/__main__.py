"""``python -m tools.oracles peers NAME…`` writes what peers compute; ``… table`` the page that stands beside it."""

import importlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Callable, Mapping
from typing import Final

from tools.oracles.agreement import Values, irrcac, krippendorff, scikit_learn, statsmodels
from tools.oracles.consensus import crowd_kit
from tools.oracles.inputs import INPUTS, checksum
from tools.oracles.opinion import sureal
from tools.oracles.preference import choix, evalica
from tools.oracles.sets import REFERENCE_VALUES

PEERS: Final[Mapping[str, Callable[[], Values]]] = {
    "choix": choix,
    "crowd-kit": crowd_kit,
    "evalica": evalica,
    "irrCAC": irrcac,
    "krippendorff": krippendorff,
    "scikit-learn": scikit_learn,
    "statsmodels": statsmodels,
    "sureal": sureal,
}
"""What each peer is asked, by the name it is installed under."""


def write(peer: str) -> None:
    """Ask a peer, and store what it says with the versions it said it under."""
    versions = {name: importlib.metadata.version(name) for name in (peer, "numpy", "scipy", "pandas")}
    document = {
        "source": f"{peer} {versions[peer]}: written by `make oracles`, not by hand",
        "environment": {"python": platform.python_version(), **versions},
        "inputs": {name: checksum(columns) for name, columns in INPUTS.items()},
        "values": PEERS[peer](),
    }
    path = REFERENCE_VALUES / f"peers_{peer.lower().replace('-', '_')}.json"
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(document['values'])} values")


def main(command: str = "", *names: str) -> None:
    """Run the command."""
    if command == "peers" and set(names) <= set(PEERS):
        for name in names:
            write(name)
    elif command == "table" and not names:
        # Of all the commands this alone needs Rubrica, which the peers' environments do not have.
        importlib.import_module("tools.oracles.table").write()
    else:
        sys.exit(f"usage: python -m tools.oracles peers NAME… | table; the peers are {', '.join(PEERS)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
