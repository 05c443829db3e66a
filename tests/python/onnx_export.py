"""Does onnxruntime compute from an exported file what Babble computes?

    python onnx_export.py BABBLE...        BABBLE: the command, `babble` or `cargo run ... --`

For each cell, one layer deep and three, with random weights: `babble export --onnx` makes the file, `babble run` answers
ids from random states, and onnxruntime's logits and last states must be within 1e-4 of that. Then onnxruntime writes, feeding
its states back, and must choose what Babble's own sampler chooses. Ends with an exit code other than 0 otherwise.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from safetensors.numpy import load_file, save_file

VOCAB = ["\n", " ", '"', "a", "b", "ß", "猫"]
# All different, so that no swapped dimension fits.
STEPS, BATCH, HIDDEN, SYMBOLS = 9, 4, 11, len(VOCAB)
GATES = {"rnn": 1, "relu": 1, "gru": 3, "lstm": 4}
# What the two may differ by: both round in float32, some 2 * 9 * 3 layers' sums of 11 terms, each by 6e-8
# of numbers near 1. Wrong gates, say, differ by 0.1 and more.
BOUND = 1e-4


def weights(cell: str, layers: int, random) -> dict:
    rows = GATES[cell] * HIDDEN
    tensors = {}
    for layer in range(layers):
        inputs = SYMBOLS if layer == 0 else HIDDEN
        tensors[f"rnn.weight_ih_l{layer}"] = (rows, inputs)
        tensors[f"rnn.weight_hh_l{layer}"] = (rows, HIDDEN)
        tensors[f"rnn.bias_ih_l{layer}"] = tensors[f"rnn.bias_hh_l{layer}"] = (rows,)
    tensors["head.weight"], tensors["head.bias"] = (SYMBOLS, HIDDEN), (SYMBOLS,)
    # Small enough that a ReLU's states stay near 1.
    return {name: random.uniform(-0.4, 0.4, shape).astype(np.float32) for name, shape in tensors.items()}


def session(path: Path) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def ask(net: onnxruntime.InferenceSession, feed: dict) -> dict:
    return dict(zip((output.name for output in net.get_outputs()), net.run(None, feed)))


def check(babble: list[str], folder: Path, cell: str, layers: int) -> float:
    random = np.random.default_rng(layers)
    model, question, answer, exported = (folder / name for name in ("model", "in", "out", "model.onnx"))
    config = {"cell": cell, "layers": layers, "hiddenSize": HIDDEN}
    metadata = {"format": "pt", "vocab": json.dumps(VOCAB), "config": json.dumps(config)}
    save_file(weights(cell, layers, random), model, metadata)
    given = {"ids": random.integers(0, SYMBOLS, (STEPS, BATCH))}
    states = ["h0", "c0"] if cell == "lstm" else ["h0"]
    for state in states:
        given[state] = random.uniform(-0.9, 0.9, (layers, BATCH, HIDDEN)).astype(np.float32)
    save_file(given, question)
    for command in (["run", model, question, answer], ["export", model, "--onnx", exported]):
        subprocess.run([*babble, *command, "--force"], check=True, stdout=subprocess.DEVNULL)

    net = session(exported)
    theirs, ours = ask(net, given), load_file(answer)
    theirs["y"] = theirs.pop("logits")
    assert theirs.keys() == ours.keys(), f"{cell} x {layers}: {theirs.keys()} are not {ours.keys()}"
    worst = max(np.abs(theirs[name] - ours[name]).max() for name in ours)
    assert worst < BOUND, f"{cell} x {layers}: the outputs differ by {worst}"

    metadata = net.get_modelmeta().custom_metadata_map
    assert json.loads(metadata["vocab"]) == VOCAB and json.loads(metadata["config"])["cell"] == cell

    command = [*babble, "sample", model, "--temperature", "0", "--length", "30", "--json"]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    text, feed = "", {state: np.zeros((layers, 1, HIDDEN), np.float32) for state in states}
    symbol = VOCAB.index("\n")
    for _ in range(30):
        out = ask(net, {"ids": np.array([[symbol]]), **feed})
        symbol = int(out["logits"].argmax())
        text += VOCAB[symbol]
        feed = {state: out[state[0] + "_n"] for state in states}
    assert text == json.loads(printed)["text"], f"{cell} x {layers}: it writes {text!r}"
    return worst


def main(babble: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for cell in GATES:
            for layers in (1, 3):
                worst = check(babble, Path(folder), cell, layers)
                print(f"{cell} x {layers}: onnxruntime {onnxruntime.__version__} within {worst:.1e}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
