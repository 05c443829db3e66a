"""Fits the tanh of src/linalg/activation.rs: python docs/tanh.py (needs numpy).

tanh(x) is x P(x^2) / Q(x^2), with P(0) = Q(0) = 1 so that nothing is lost near zero, on [-END, END]; further out
it stays where it is there. The relative error is made even by Lawson's algorithm (1961): least squares over and
over, each time with more weight on the points that were missed most. What is printed are the coefficients as f32,
and the largest relative error of the formula as f32 computes it, over normal numbers of all sizes.
"""

import numpy as np

DEGREES = 5, 3  # of P and Q, in x^2
END = 7.9  # tanh(END) is 1 - 2.7e-7
POINTS, ROUNDS = 4000, 200


def fit():
    """The coefficients of P and of Q, lowest first, and the largest relative error of the fit."""
    x = END / 2 * (1 - np.cos((np.arange(POINTS) + 0.5) * np.pi / POINTS))
    # In units of END^2, for powers of x^2 itself differ by too much.
    z, ratio = (x / END) ** 2, x / np.tanh(x)
    p, q = (np.arange(1, degree + 1) for degree in DEGREES)
    weights, below, best = np.ones(POINTS), np.ones(POINTS), None
    for _ in range(ROUNDS):
        # P x / tanh(x) - Q = 0, divided by the Q of the round before.
        scale = np.sqrt(weights) / below
        columns = np.concatenate([z[:, None] ** p * ratio[:, None], -(z[:, None] ** q)], axis=1)
        solution = np.linalg.lstsq(columns * scale[:, None], (1 - ratio) * scale, rcond=1e-17)[0]
        above = 1 + z[:, None] ** p @ solution[: len(p)]
        below = 1 + z[:, None] ** q @ solution[len(p) :]
        error = np.abs(above * ratio / below - 1)
        if best is None or error.max() < best[2]:
            powers = END ** (2.0 * np.concatenate([p, q]))
            best = *np.split(solution / powers, [len(p)]), error.max()
        weights *= error / error.max() + 1e-3
        weights /= weights.mean()
    return best


def main():
    above, below, error = fit()
    p = [np.float32(value) for value in (1, *above)]
    q = [np.float32(value) for value in (1, *below)]
    x = np.arange(np.float32(1.2e-38).view(np.uint32), np.float32(100).view(np.uint32), 211).astype(np.uint32)
    x = x.view(np.float32)
    near = np.minimum(x, np.float32(END))
    square = near * near
    fourth = square * square
    upper = (p[0] + square * p[1]) + fourth * ((p[2] + square * p[3]) + fourth * (p[4] + square * p[5]))
    lower = (q[0] + square * q[1]) + fourth * (q[2] + square * q[3])
    true = np.tanh(x.astype(np.float64))
    rounded = np.abs((near * upper / lower).astype(np.float64) / true - 1).max()
    print("P:", *p)
    print("Q:", *q)
    print(f"relative error: {error:.1e} of the fit, {rounded:.1e} as computed")


if __name__ == "__main__":
    main()
