"""Boxes and points on an image, as people mark them."""

import numpy as np
from hypothesis import strategies as st

from rubrica.measure.regions.shapes import corners


def boxes(*, smallest=0.02):
    """Draw boxes inside the image."""

    def placed(sides_and_places):
        width, height, x, y = sides_and_places
        return [x * (1 - width), y * (1 - height), width, height]

    side, place = st.floats(smallest, 1.0), st.floats(0.0, 1.0)
    return st.tuples(side, side, place, place).map(placed)


points = st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)).map(list)


def as_polygon(box):
    return corners(np.array(box)).tolist()
