"""Real images for tests at a browser: each is decoded once in a run and can then stand in any world."""

from collections.abc import Sequence
from hashlib import sha256

from PIL import Image

from rubrica.formats.manifest import ManifestRow
from rubrica.imaging.decode import DecoderPool
from rubrica.kit import clock
from rubrica.records.models import ItemImport
from rubrica.usecases.imports.decoding import ReadyItem, StoredImage, _write
from rubrica.usecases.imports.storing import store_batch
from tests.cast import World
from tests.imaging.makers import BLUE, RED, encoded, quarters

MODELS = ("secret-birch", "secret-cedar")
METADATA = {"camera": "secret-camera"}


class Studio:
    """Makes images, and brings them into a project as an import does, save that it decodes nothing twice."""

    def __init__(self, pool: DecoderPool) -> None:
        self._pool = pool
        self._stored: dict[str, StoredImage] = {}

    def single_images(self, world: World, count: int) -> World:
        """Add images of four colours that meet in the middle, no two alike."""
        names = [f"image-{number}.png" for number in range(1, count + 1)]
        files = [encoded(quarters(640, 480 + 4 * n), "PNG") for n in range(count)]
        rows = [ManifestRow(None, name, (name,), MODELS[:1], name, f"four colours, {name}", METADATA) for name in names]
        return self._bring_in(world, rows, [[file] for file in files])

    def pairs(self, world: World, count: int) -> World:
        """Add pairs of which birch made the red image, and cedar the blue one."""
        keys = [f"pair-{number}" for number in range(1, count + 1)]
        files = [
            [encoded(Image.new("RGB", (400, 300 + 4 * n), colour), "PNG") for colour in (RED, BLUE)]
            for n in range(count)
        ]
        rows = [ManifestRow(None, key, ("a", "b"), MODELS, key, f"one colour, {key}", METADATA) for key in keys]
        return self._bring_in(world, rows, files)

    def single_image(self, world: World, image: Image.Image) -> World:
        """Add this image."""
        row = ManifestRow(None, "image-1.png", ("image-1.png",), MODELS[:1], "image-1.png", "one image", METADATA)
        return self._bring_in(world, [row], [[encoded(image, "PNG")]])

    def image_pairs(self, world: World, pairs: Sequence[Sequence[Image.Image]]) -> World:
        """Add pairs of these images, or sets where there are more of them."""
        files = [[encoded(image, "PNG") for image in images] for images in pairs]
        keys = [f"pair-{number}" for number in range(1, len(pairs) + 1)]
        names = tuple("abcdefghi"[: len(files[0])])
        models = tuple(f"secret-model-{name}" for name in names) if len(names) > len(MODELS) else MODELS
        rows = [ManifestRow(None, key, names, models, key, f"some images, {key}", METADATA) for key in keys]
        return self._bring_in(world, rows, files)

    def sets(self, world: World, count: int, images: int) -> World:
        """Add sets of images of one colour each, no two alike."""
        keys = [f"set-{number}" for number in range(1, count + 1)]
        names = tuple(f"image-{number}" for number in range(images))
        models = tuple(f"secret-model-{number}" for number in range(images))
        files = [
            [encoded(Image.new("RGB", (320, 240 + 4 * n), (20 + 25 * k, 120, 90)), "PNG") for k in range(images)]
            for n in range(count)
        ]
        rows = [ManifestRow(None, key, names, models, key, f"one colour, {key}", METADATA) for key in keys]
        return self._bring_in(world, rows, files)

    def _bring_in(self, world: World, rows: Sequence[ManifestRow], files: Sequence[Sequence[bytes]]) -> World:
        made = ItemImport.objects.create(
            project=world.project, source="images", state="finished", started_by=world.lena, created_at=clock.now()
        )
        items = [
            ReadyItem(row, tuple(self._store(data) for data in images)) for row, images in zip(rows, files, strict=True)
        ]
        store_batch(made, items, now=clock.now())
        return world

    def _store(self, data: bytes) -> StoredImage:
        digest = sha256(data).hexdigest()
        if digest not in self._stored:
            done = self._pool.decode(data)
            _write(digest, data, done)
            self._stored[digest] = StoredImage(
                done.facts,
                done.view_type,
                done.view_width,
                done.view_height,
                done.pyramid is not None,
                done.descriptor,
            )
        return self._stored[digest]
