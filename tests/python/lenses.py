"""What the lenses show of a weights file and a text, by code that is not ours.

    python lenses.py WEIGHTS TEXT

Reads the file and runs the network as `held_out.py` does, in float64. Prints one line of JSON: `surprise`, -ln p of every symbol of the text
but the first; `units`, the states of the top layer behind the last symbol; and `influence`, how strongly the -ln p of the last
symbol changes with each of the `NUDGED` symbols before it: the length of the slope over all entries of its one-hot vector, by central differences.
"""

import json
import sys

import numpy as np

from held_out import read, states

NUDGE = 1e-5
NUDGED = 4


def nats(network, x: np.ndarray, targets: list) -> list:
    w_hy, b_y = network.head
    found = []
    for h, target in zip(states(network, x), targets):
        y = w_hy @ h + b_y
        found.append(np.logaddexp.reduce(y) - y[target])
    return found


def main(weights_path: str, text_path: str) -> None:
    network = read(weights_path)
    with open(text_path, encoding="utf-8") as file:
        ids = [network.ids[symbol] for symbol in file.read()]
    x = np.eye(len(network.ids))[ids]

    def last(nudged: np.ndarray) -> float:
        return nats(network, nudged[:-1], ids[1:])[-1]

    influence = []
    for t in range(len(ids) - 1 - NUDGED, len(ids) - 1):
        slopes = []
        for symbol in range(len(network.ids)):
            nudge = np.zeros_like(x)
            nudge[t, symbol] = NUDGE
            slopes.append((last(x + nudge) - last(x - nudge)) / (2 * NUDGE))
        influence.append(float(np.linalg.norm(slopes)))
    *_, units = states(network, x)
    print(json.dumps({"surprise": nats(network, x[:-1], ids[1:]), "units": list(units), "influence": influence}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
