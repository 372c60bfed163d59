"""Small systems of linear equations, symmetric and positive definite."""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Matrix = list[list[float]]


def zeros(size: int) -> Matrix:
    """Return a square matrix of zeros."""
    return [[0.0] * size for _ in range(size)]


def factor(matrix: Sequence[Sequence[float]]) -> Matrix:
    """Return the lower triangle L with L L' = matrix (Cholesky); reads the lower triangle of the matrix only.

    Raises ValueError for a matrix that is not positive definite.
    """
    lower: Matrix = []
    for row in matrix:
        made: list[float] = []
        for index, above in enumerate(lower):
            made.append((row[index] - _dot(made, above)) / above[index])
        left = row[len(lower)] - _dot(made, made)
        if left <= 0.0:
            raise ValueError("the matrix is not positive definite")
        made.append(math.sqrt(left))
        lower.append(made)
    return lower


def solve(lower: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Return x with L L' x = right, for the factor L of a matrix."""
    found: list[float] = []
    for row, value in zip(lower, right, strict=True):
        found.append((value - _dot(found, row)) / row[len(found)])
    for index in range(len(found) - 1, -1, -1):
        value = found[index] = found[index] / lower[index][index]
        for before in range(index):
            found[before] -= lower[index][before] * value
    return found


def inverse(lower: Sequence[Sequence[float]]) -> Matrix:
    """Return the inverse of the matrix whose factor this is."""
    size = len(lower)
    return [solve(lower, [float(row == column) for column in range(size)]) for row in range(size)]


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    """Over the length of the shorter one."""
    return sum(map(mul, one, other), 0.0)
