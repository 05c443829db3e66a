"""Fits the tanh of src/linalg/activation.rs: python docs/tanh.py (needs numpy).

    tanh(x) = x - x^3 P(x^2)                              for 0 <= x < SPLIT
            = 1 - 2 / (a_3 + 2)                           from there on, with a_3 = e^2x - 1
    a_n+1   = a_n (a_n + 2),  a_0 = e^(x/4) - 1 = x Q(x)

Every coefficient of Q is positive. So each operation of the second line grows with x, or falls with x, and rounding
keeps that: the result never falls, whatever the rounding. Past the point where the true value rounds to 1 it is 1.

Both fits make their largest error small by Lawson's algorithm (1961): least squares over and over, each time with
more weight on the points that were missed most. What is printed are the coefficients as f32, the largest error of
each fit, and the errors of the formula as f32 computes it, over a part of all numbers.
"""

import numpy as np

SPLIT = 0.59375
END = 9.010914  # tanh rounds to 1 from here on: ln(2^26 - 1) / 2
DEGREES = 3, 5  # of P in x^2, of Q in x
POINTS, ROUNDS = 4000, 200


def lawson(x, degree, wanted, weight):
    """The polynomial in x with the smallest largest error weight * |polynomial - wanted|, and that error."""
    powers = np.arange(degree + 1)
    # In units of the largest x, for powers of x itself differ by too much.
    columns = (x / x.max())[:, None] ** powers * weight[:, None]
    more, best = np.ones(len(x)), None
    for _ in range(ROUNDS):
        scale = np.sqrt(more)
        solution = np.linalg.lstsq(columns * scale[:, None], wanted * weight * scale, rcond=1e-17)[0]
        error = np.abs(columns @ solution - wanted * weight)
        if best is None or error.max() < best[1]:
            best = solution / x.max() ** powers, error.max()
        more *= error / error.max() + 1e-3
        more /= more.mean()
    return [np.float32(value) for value in best[0]], best[1]


def near():
    """P, by its error relative to tanh."""
    x = SPLIT / 2 * (1 - np.cos((np.arange(POINTS) + 0.5) * np.pi / POINTS))
    x = x[x > 1e-2]
    return lawson(x**2, DEGREES[0], (x - np.tanh(x)) / x**3, x**3 / np.tanh(x))


def far():
    """Q, by the error of 1 - 2 / (e^2x + 1); towards END the relative error of e^2x counts as well."""
    x = np.linspace(SPLIT, END, POINTS)
    a, grown = np.expm1(x / 4), np.exp(2 * x)
    # A relative error of a + 1 is eight times as large in e^2x.
    relative = 8 * x / (a + 1)
    weight = relative * np.maximum(2 * grown / (grown + 1) ** 2, 4e-5 * (x / END) ** 8)
    return lawson(x, DEGREES[1], a / x, weight)


def tanh(x, p, q):
    """As f32 computes it, for positive x."""
    one, two = np.float32(1), np.float32(2)
    square = x * x
    fourth = square * square
    close = x - x * square * ((p[0] + square * p[1]) + fourth * (p[2] + square * p[3]))
    a = x * ((q[0] + x * q[1]) + (square * (q[2] + x * q[3]) + fourth * (q[4] + x * q[5])))
    for _ in range(3):
        a = a * (a + two)
    return np.where(x < np.float32(SPLIT), close, one - two / (a + two))


def main():
    (p, near_error), (q, far_error) = near(), far()
    print("P:", *p)
    print("Q:", *q)
    assert min(q) > 0
    print(f"error of the fits: {near_error:.1e}, {far_error:.1e}")
    bits = np.arange(np.float32(1e-3).view(np.uint32), np.float32(12).view(np.uint32), 3, dtype=np.uint32)
    x = bits.view(np.float32)
    value, true = tanh(x, p, q), np.tanh(x.astype(np.float64))
    slope = np.abs((1 - value.astype(np.float64) ** 2) - np.cosh(x.astype(np.float64)) ** -2)
    print(f"relative error {np.abs(value / true - 1).max():.1e}, of 1 - tanh^2 {slope.max():.1e}")
    print(f"falls {(np.diff(value) < 0).sum()} times; 1 from {x[value == 1].min()} on")


if __name__ == "__main__":
    main()
