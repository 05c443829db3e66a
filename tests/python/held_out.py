"""The held-out loss of a weights file on a text, by code that is not ours.

    python held_out.py WEIGHTS TEXT

Reads the file with the `safetensors` package, runs the network in numpy's float64 by the equations in
the documentation of `torch.nn.RNN`, `GRU`, `LSTM` and `Linear`, and prints one line of JSON: the loss,
and what the file says.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def rnn(activation, from_input, from_hidden, h, c):
    return activation(from_input + from_hidden), c


def gru(from_input, from_hidden, h, c):
    (ir, iz, in_), (hr, hz, hn) = np.split(from_input, 3), np.split(from_hidden, 3)
    z = sigmoid(iz + hz)
    n = np.tanh(in_ + sigmoid(ir + hr) * hn)
    return (1 - z) * n + z * h, c


def lstm(from_input, from_hidden, h, c):
    i, f, g, o = np.split(from_input + from_hidden, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


CELLS = {
    "rnn": lambda *given: rnn(np.tanh, *given),
    "relu": lambda *given: rnn(lambda z: np.maximum(z, 0), *given),
    "gru": gru,
    "lstm": lstm,
}


@dataclass
class Network:
    cell: Callable
    ids: dict
    layers: list
    head: tuple
    metadata: dict


def read(path: str) -> Network:
    tensors = load_file(path)
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    config = json.loads(metadata["config"])
    model = {k: v.astype(np.float64) for k, v in tensors.items() if not k.startswith("resume.")}
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    layers = [[model.pop(f"rnn.{name}_l{layer}") for name in names] for layer in range(config["layers"])]
    head = model.pop("head.weight"), model.pop("head.bias")
    assert not model, f"tensors that no such module has: {sorted(model)}"
    ids = {symbol: i for i, symbol in enumerate(json.loads(metadata["vocab"]))}
    return Network(CELLS[config["cell"]], ids, layers, head, metadata)


def states(network: Network, inputs: Iterable) -> Iterator:
    """The states of the top layer behind each of the input vectors, from a state of zeros."""
    hs = [np.zeros(w_hh.shape[1]) for _, w_hh, _, _ in network.layers]
    cs = [np.zeros_like(h) for h in hs]
    for x in inputs:
        for layer, (w_ih, w_hh, b_ih, b_hh) in enumerate(network.layers):
            from_hidden = w_hh @ hs[layer] + b_hh
            hs[layer], cs[layer] = network.cell(w_ih @ x + b_ih, from_hidden, hs[layer], cs[layer])
            x = hs[layer]
        yield x


def main(weights_path: str, text_path: str) -> None:
    network = read(weights_path)
    with open(text_path, encoding="utf-8-sig", newline="") as file:
        text = file.read().replace("\r\n", "\n").replace("\r", "\n")
    held_out = [network.ids[symbol] for symbol in text[len(text) * 9 // 10 :]]
    w_hy, b_y = network.head
    one_hot = np.eye(len(network.ids))
    nats = 0.0
    for h, following in zip(states(network, (one_hot[symbol] for symbol in held_out[:-1])), held_out[1:]):
        y = w_hy @ h + b_y
        nats += np.logaddexp.reduce(y) - y[following]

    told = {key: network.metadata.get(key) for key in ("step", "held_out_loss", "held_out_step")}
    print(json.dumps({"loss": nats / (len(held_out) - 1), **told}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
