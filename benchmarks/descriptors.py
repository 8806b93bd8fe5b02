"""How often the right image is found again: Rubrica's descriptor beside the difference hash, and what it costs."""

import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.distortions import DISTORTIONS
from benchmarks.pipelines import import_seconds, write_photographs
from rubrica.imaging.classical import Classical
from rubrica.imaging.descriptors import Vector, describe, distances, make_sample, read_descriptor
from rubrica.imaging.fingerprints import LIKELY_THE_SAME, difference_hash
from rubrica.imaging.inspection import inspect
from rubrica.imaging.limits import Limits
from rubrica.imaging.photographs import photograph, photographs

DATA: Final = Path(os.environ.get("RUBRICA_DATA", "../shared/data"))
LARGEST: Final = 1024
RULED: Final = (5, 20, 100)
"""Numbers of rulings in force."""
DRAWS: Final = 2_000
TIMED: Final = 120
OWN: Final = Classical()


@dataclass(frozen=True)
class Picture:
    """A picture, the collection that it is of, and what it shows."""

    image: Image.Image
    collection: str
    subject: str


COLLECTIONS: Final[tuple[tuple[str, str, Callable[[Path], str]], ...]] = (
    ("products", "grocery/dataset/val", lambda file: file.parent.name),
    ("pictures of products", "grocery/dataset/iconic-images-and-descriptions", lambda file: file.stem),
    ("generated", "avt_ai_images/images", lambda file: file.stem),
    ("campus", "bias_university/images", lambda file: file.stem),
    ("people and rooms", "mjbench_pairs", lambda file: file.stem),
)


def real_pictures() -> list[Picture]:
    """Return the real images; where there is no folder of real data, the photographs that come with a library."""
    found = []
    for collection, folder, subject_of in COLLECTIONS:
        # Images that were edited afterwards are copies of others.
        for file in sorted(each for each in (DATA / folder).rglob("*.jpg") if "edited" not in each.name):
            image = Image.open(file).convert("RGB")
            image.thumbnail((LARGEST, LARGEST))
            found.append(Picture(image, collection, subject_of(file)))
    return found or [Picture(Image.fromarray(photograph(each.name)), "", each.name) for each in photographs()]


def _vector(image: Image.Image) -> Vector:
    return read_descriptor(describe(OWN, make_sample(image.convert("RGB"))), OWN.dimension)


def _bits(some: Sequence[Image.Image], others: Sequence[Image.Image]) -> NDArray[np.uint8]:
    """Return in how many bits the difference hashes of images differ, each with each."""
    mine, theirs = (
        np.frombuffer(bytes.fromhex("".join(map(difference_hash, images))), np.uint8).reshape(-1, 8)
        for images in (some, others)
    )
    return np.bitwise_count(mine[:, None] ^ theirs[None]).sum(axis=-1, dtype=np.uint8)


def _found_first(apart: NDArray[Any]) -> float:
    """Return how often the original is nearer than any other image: a tie finds nothing."""
    others = apart.astype(np.float64)
    np.fill_diagonal(others, np.inf)
    return float((apart.diagonal() < others.min(axis=1)).mean())


def _copies(pictures: Sequence[Picture], vectors: Vector) -> None:
    print("| copy | found first | by difference hash | counts as similar | as the same by difference hash |")
    print("|---|---:|---:|---:|---:|")
    originals = [picture.image for picture in pictures]
    for name, distort in DISTORTIONS.items():
        copies = [distort(image) for image in originals]
        apart = distances(np.stack([_vector(copy) for copy in copies]), vectors)
        bits = _bits(copies, originals)
        similar = (apart.diagonal() <= OWN.similar_within).mean()
        same = (bits.diagonal() <= LIKELY_THE_SAME).mean()
        print(
            f"| {name} | {_found_first(apart):.3f} | {_found_first(bits):.3f} | {similar:.3f} | {same:.3f} |",
            flush=True,
        )


def _pairs(pictures: Sequence[Picture], vectors: Vector) -> None:
    print("\n| pairs | how many | similar | unlike |")
    print("|---|---:|---:|---:|")
    collections, subjects = _columns(pictures)
    row, column = np.triu_indices(len(pictures), 1)
    apart = distances(vectors, vectors)[row, column]
    products = (collections[row] == "products") & (collections[column] == "products")
    same = subjects[row] == subjects[column]
    for what, chosen in (
        ("photographs of one product", products & same),
        ("photographs of different products", products & ~same),
        ("images of different collections", collections[row] != collections[column]),
    ):
        similar, unlike = apart[chosen] <= OWN.similar_within, apart[chosen] >= OWN.unlike_beyond
        print(f"| {what} | {chosen.sum()} | {similar.mean():.4f} | {unlike.mean():.4f} |")
    for collection in ("products", "generated"):
        chosen = collections == collection
        among = distances(vectors[chosen], vectors[chosen])
        np.fill_diagonal(among, np.inf)
        right = (subjects[chosen][among.argmin(axis=1)] == subjects[chosen]).mean()
        print(f"\nThe nearest image shows the same ({collection}, {chosen.sum()} images): {right:.3f}")


def _novelty(pictures: Sequence[Picture], vectors: Vector) -> None:
    """Rule on photographs of products, and ask whether another image is unlike all of them."""
    print("\n| rulings on products | the same product | another product | an image of another collection |")
    print("|---:|---:|---:|---:|")
    collections, subjects = _columns(pictures)
    apart = distances(vectors, vectors)
    drawn = np.random.default_rng(1)
    products, foreign = np.flatnonzero(collections == "products"), np.flatnonzero(collections != "products")
    for rulings in RULED:
        said: dict[str, list[bool]] = {"same": [], "another": [], "foreign": []}
        for _ in range(DRAWS):
            asked, *ruled = drawn.permutation(products)[: 1 + rulings]
            kind = "same" if subjects[asked] in subjects[ruled] else "another"
            for which, each in ((kind, asked), ("foreign", drawn.choice(foreign))):
                said[which].append(bool(apart[each, ruled].min() >= OWN.unlike_beyond))
        same, another, strange = (f"{np.mean(each):.2f}" for each in said.values())
        print(f"| {rulings} | {same} | {another} | {strange} |", flush=True)


def _columns(pictures: Sequence[Picture]) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    return np.array([each.collection for each in pictures]), np.array([each.subject for each in pictures])


def _cost() -> None:
    """Time one process on images of one megapixel, as an import's decoder does the work."""
    with tempfile.TemporaryDirectory() as folder:
        write_photographs(Path(folder), TIMED)
        files = [file.read_bytes() for file in sorted(Path(folder).iterdir())]
    whole, part = [], []
    for data in files:
        image = Image.open(io.BytesIO(data)).convert("RGB")
        begun = time.process_time()
        describe(OWN, make_sample(image))
        part.append(1000 * (time.process_time() - begun))
        begun = time.process_time()
        inspect(data, Limits())
        whole.append(1000 * (time.process_time() - begun))
    described, inspected = statistics.median(part), statistics.median(whole)
    imported = 1000 * import_seconds(TIMED)[1] / TIMED
    stored = [describe(OWN, make_sample(image)) for image in [Image.open(io.BytesIO(files[0])).convert("RGB")]] * 1000
    begun = time.process_time()
    vectors = np.stack([read_descriptor(each, OWN.dimension) for each in stored])
    distances(vectors[:1], vectors)
    compared = 1000 * (time.process_time() - begun)
    print("\n| what | ms of the processor |")
    print("|---|---:|")
    print(f"| sample and descriptor of an image of 1 MP | {described:.1f} |")
    print(f"| the whole inspection: decoded, checked, measured, renditions, descriptor | {inspected:.1f} |")
    print(f"| the whole import of an image, the command included | {imported:.1f} |")
    print(f"| share of the descriptor in the inspection | {described / inspected:.3f} |")
    print(f"| share of the descriptor in the import | {described / imported:.3f} |")
    print(f"| comparing with 1 000 stored descriptors, reading them included | {compared:.1f} |")


def report() -> None:
    """Print how often copies are found, which pairs count as similar, and what it costs."""
    pictures = real_pictures()
    vectors = np.stack([_vector(picture.image) for picture in pictures])
    print(f"\n### Similar images: {OWN.name} on {len(pictures)} images\n")
    _copies(pictures, vectors)
    if pictures[0].collection:
        _pairs(pictures, vectors)
        _novelty(pictures, vectors)
    else:
        print(f"\nWhat shows the same is known of real data only, and {DATA} is not there.")
    _cost()


if __name__ == "__main__":
    report()
