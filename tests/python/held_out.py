"""The held-out loss of a weights file on a text, by code that is not ours.

    python held_out.py WEIGHTS TEXT

Reads the file with the `safetensors` package, runs the network in numpy's float64 by the equations
of `torch.nn.RNN` and `torch.nn.Linear`, and prints one line of JSON: the loss, and what the file says.
"""

import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file


def main(weights_path: str, text_path: str) -> None:
    tensors = load_file(weights_path)
    with safe_open(weights_path, framework="numpy") as file:
        metadata = file.metadata()
    ids = {symbol: i for i, symbol in enumerate(json.loads(metadata["vocab"]))}

    with open(text_path, encoding="utf-8-sig", newline="") as file:
        text = file.read().replace("\r\n", "\n").replace("\r", "\n")
    held_out = [ids[symbol] for symbol in text[len(text) * 9 // 10 :]]

    model = {k: v.astype(np.float64) for k, v in tensors.items() if not k.startswith("resume.")}
    w_ih, w_hh = model.pop("rnn.weight_ih_l0"), model.pop("rnn.weight_hh_l0")
    b_ih, b_hh = model.pop("rnn.bias_ih_l0"), model.pop("rnn.bias_hh_l0")
    w_hy, b_y = model.pop("head.weight"), model.pop("head.bias")
    assert not model, f"tensors that no such module has: {sorted(model)}"

    h = np.zeros(w_hh.shape[0])
    nats = 0.0
    for symbol, following in zip(held_out[:-1], held_out[1:]):
        h = np.tanh(w_ih[:, symbol] + b_ih + w_hh @ h + b_hh)
        y = w_hy @ h + b_y
        nats += np.logaddexp.reduce(y) - y[following]

    told = {key: metadata.get(key) for key in ("step", "held_out_loss", "held_out_step")}
    print(json.dumps({"loss": nats / (len(held_out) - 1), **told}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
