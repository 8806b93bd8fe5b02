"""Linear systems that know differences only: what comparisons tell of items, and common units of raters.

Such a system is the Laplacian of a weighted graph, and says nothing along equal values; solutions are those that add up
to zero.
"""

import numpy as np

from rubrica.measure.columns import FloatArray
from rubrica.measure.errors import UnboundedScoresError
from rubrica.measure.sparse_tables import Product


def centred(columns: FloatArray) -> FloatArray:
    """Return each column less its mean.

    Examples
    --------
    >>> centred(np.array([[1.0, 5.0], [3.0, 5.0]]))
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    return np.asarray(columns - columns.mean(axis=0), dtype=np.float64)


def conjugate_gradients(product: Product, diagonal: FloatArray, right: FloatArray, precision: float) -> FloatArray:
    """Solve a Laplacian system by conjugate gradients, preconditioned by a diagonal, for all right-hand sides at once.

    Parameters
    ----------
    product
        Returns the matrix times the columns given to it, shape ``(k, m)`` both.
    diagonal
        Shape ``(k,)``, positive: near the diagonal of the matrix.
    right
        Shape ``(k, m)``: right-hand sides; each column adds up to zero.
    precision
        Relative: a column is done when the preconditioned length of its residual has shrunk to this.

    Returns
    -------
    FloatArray
        Shape ``(k, m)``; each column adds up to zero.

    Raises
    ------
    UnboundedScoresError
        The matrix is not positive along a direction that a right-hand side asks for.

    References
    ----------
    Hestenes, M. R., & Stiefel, E. (1952). Methods of conjugate gradients for solving linear systems. Journal of
    Research of the National Bureau of Standards, 49(6), 409-436. doi:10.6028/jres.049.044

    Examples
    --------
    Two items, of whose difference the information is 4:

    >>> matrix = np.array([[4.0, -4.0], [-4.0, 4.0]])
    >>> conjugate_gradients(lambda columns: matrix @ columns, np.full(2, 4.0), np.array([[2.0], [-2.0]]), 1e-9)
    array([[ 0.25],
           [-0.25]])
    """
    solution = np.zeros_like(right)
    residual = centred(right)
    scaled = residual / diagonal[:, None]
    direction = scaled.copy()
    size = _column_products(residual, scaled)
    enough = precision**2 * size
    for _ in range(4 * len(right)):
        going = size > enough
        if not going.any():
            break
        along = product(direction)
        curvature = _column_products(direction, along)
        if np.any(curvature[going] <= 0.0):
            raise UnboundedScoresError("A system of equations has no solution: it is not curved along some direction.")
        # A column that is done takes no more steps, and divides by nothing.
        length = np.divide(size, curvature, out=np.zeros_like(size), where=going)
        solution += length * direction
        residual -= length * along
        np.divide(residual, diagonal[:, None], out=scaled)
        size, before = np.where(going, _column_products(residual, scaled), size), size
        direction *= np.divide(size, before, out=np.zeros_like(size), where=going)
        direction += scaled
    return centred(solution)


def _column_products(one: FloatArray, other: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("ij,ij->j", one, other), dtype=np.float64)
