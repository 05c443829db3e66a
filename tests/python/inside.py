"""Is every number that Look inside shows the one of PyTorch's autograd, for random words, cells and layers?

    python inside.py NODE

Node runs the shipped wasm (inside_traces.mjs); PyTorch runs the same weights in float64. Ends with an exit code other
than 0 where two numbers differ.
"""

import json
import subprocess
import sys
from pathlib import Path

import torch

# Sums of a few dozen numbers below ten, in double precision.
BOUND = 1e-9
CELLS = {
    "rnn": torch.nn.RNNCell,
    "relu": lambda *sizes: torch.nn.RNNCell(*sizes, nonlinearity="relu"),
    "gru": torch.nn.GRUCell,
    "lstm": torch.nn.LSTMCell,
}


def told(what: str, ours, theirs: torch.Tensor) -> float:
    """How far apart the two are, which must be less than the bound."""
    ours = torch.tensor(ours, dtype=torch.float64)
    assert ours.shape == theirs.shape, f"{what}: {ours.shape} is not {theirs.shape}"
    apart = (ours - theirs.detach()).abs().max().item()
    assert apart < BOUND, f"{what}: {apart:.1e} apart"
    return apart


def tensor(values: list, place: dict) -> torch.Tensor:
    """One tensor of all weights, which lie column by column; a bias is a vector."""
    part = values[place["begin"] : place["begin"] + place["rows"] * place["columns"]]
    matrix = torch.tensor(part, dtype=torch.float64).reshape(place["columns"], place["rows"]).T
    return matrix.flatten() if "bias" in place["name"] else matrix


def compare(network: dict) -> float:
    trace, hidden, layers = network["trace"], network["hidden"], network["layers"]
    symbols, steps = len(trace["letters"]), len(trace["inputs"])
    cells = [CELLS[network["cell"]](hidden if layer else symbols, hidden).double() for layer in range(layers)]
    head = torch.nn.Linear(hidden, symbols).double()
    parameters = {f"head.{name}": parameter for name, parameter in head.named_parameters()}
    for layer, cell in enumerate(cells):
        parameters |= {f"rnn.{name}_l{layer}": parameter for name, parameter in cell.named_parameters()}
    assert sorted(parameters) == sorted(place["name"] for place in network["tensors"])
    for place in network["tensors"]:
        parameters[place["name"]].data = tensor(trace["weights"], place)

    # Cell by cell, so that every state keeps its gradient.
    inputs = list(torch.eye(symbols, dtype=torch.float64)[trace["inputs"]])
    states = []
    for cell in cells:
        before, outputs = None, []
        for x in inputs:
            before = cell(x, before)
            h, c = before if network["cell"] == "lstm" else (before, None)
            h.retain_grad()
            outputs.append((h, c))
        states.append(outputs)
        inputs = [h for h, _ in outputs]
    logits = torch.stack([head(h) for h in inputs])
    logits.retain_grad()
    losses = torch.nn.functional.cross_entropy(logits, torch.tensor(trace["targets"]), reduction="none")
    losses.mean().backward()

    apart = [
        told("loss", trace["loss"], losses.mean()),
        told("losses", [step["loss"] for step in trace["forward"]], losses),
        told("y", [step["y"] for step in trace["forward"]], logits),
        told("p", [step["p"] for step in trace["forward"]], logits.softmax(1)),
        told("d_y", [step["d_y"] for step in trace["backward"]], logits.grad),
    ]
    for layer in range(layers):
        for t in range(steps):
            h, c = states[layer][t]
            forward, backward = trace["forward"][t]["layers"][layer], trace["backward"][t]["layers"][layer]
            apart.append(told("h", forward["h"], h))
            apart.append(told("d_h", backward["d_h"], h.grad))
            both = zip(backward["d_h_from_above"], backward["d_h_from_next"])
            apart.append(told("the two places", [above + later for above, later in both], h.grad))
            if c is not None:
                apart.append(told("c", forward["c"], c))
    summed = [sum(parts) for parts in zip(*(step["d_weights"] for step in trace["backward"]))]
    for place in network["tensors"]:
        theirs = parameters[place["name"]].grad
        apart.append(told(place["name"], tensor(trace["gradient"], place).tolist(), theirs))
        apart.append(told(f"{place['name']} summed", tensor(summed, place).tolist(), theirs))
    return max(apart)


def main(node: str) -> None:
    script = Path(__file__).with_name("inside_traces.mjs")
    printed = subprocess.run([node, str(script)], stdout=subprocess.PIPE, text=True, check=True).stdout
    networks = [json.loads(line) for line in printed.splitlines()]
    assert len(networks) == 40, len(networks)
    worst = max(compare(network) for network in networks)
    print(f"Look inside: every number of {len(networks)} networks is PyTorch's, to {worst:.0e}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
