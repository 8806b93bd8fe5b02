"""One decoder process for all tests that only need a decoder: starting it costs a third of a second."""

import pytest

from rubrica.imaging.decode import DecoderPool


@pytest.fixture(scope="session")
def pool():
    with DecoderPool(workers=1) as running:
        yield running
