"""Embedders for tests: small ones that work, and those that do not."""

from rubrica.imaging.descriptors import Sample


class Brightness:
    """Tells images apart by how bright they are, and by nothing else."""

    name = "brightness-1"
    dimension = 2
    similar_within = 0.01
    unlike_beyond = 0.2

    def embed(self, sample: Sample) -> list[float]:
        bright = float(sample.mean()) / 255
        return [bright, 1 - bright]


class Broken(Brightness):
    name = "broken-1"

    def embed(self, sample: Sample) -> list[float]:
        raise RuntimeError(f"cannot make anything of {sample.shape}")


class Lopsided(Brightness):
    """Fails on bright images only."""

    name = "lopsided-1"

    def embed(self, sample: Sample) -> list[float]:
        return [0.0, 0.0] if sample.mean() > 128 else super().embed(sample)


class Unready(Brightness):
    name = "unready-1"

    def __init__(self) -> None:
        raise OSError("weights are missing")


class Claims(Brightness):
    """Pretends to be Rubrica's own."""

    name = "classical-2"


class Boundless(Brightness):
    dimension = 1_000_000


class Vague(Brightness):
    unlike_beyond = 0.001


NOT_A_CLASS = Brightness()
