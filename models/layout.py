"""Where topics stand on a map: those that say the same in like words lie close together."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from threadpoolctl import threadpool_limits

from models.topics import Fitted


def places(fitted: Fitted) -> NDArray[np.float64]:
    """Return a place on a plane for each topic (k × 2), of no unit.

    Classical scaling (Torgerson 1952) of the Jensen-Shannon distances between topics' words, as in
    LDAvis (Sievert and Shirley 2014). Each axis points to where its farthest topic lies.
    """
    shares = fitted.shares().astype(np.float64)
    far = np.array([jensenshannon(shares, row[None, :], axis=1, base=2) for row in shares])
    squares = np.nan_to_num(far) ** 2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    with threadpool_limits(1):
        values, vectors = np.linalg.eigh(-(centred + centred.T) / 4)
    found = np.zeros((fitted.k, 2))
    best = np.argsort(-values, kind="stable")[:2]
    found[:, : len(best)] = vectors[:, best] * np.sqrt(np.maximum(values[best], 0))
    farthest = found[np.abs(found).round(6).argmax(axis=0), [0, 1]]
    return np.asarray((found * np.where(farthest < 0, -1, 1)).round(4) + 0.0, dtype=np.float64)
