"""Is every number that Look inside shows the one of PyTorch's autograd, for random words, numbers, cells and layers?

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


def kept(x: torch.Tensor) -> torch.Tensor:
    """A tensor that keeps its gradient."""
    x.retain_grad()
    return x


def step(kind: str, cell, x, before: tuple) -> tuple[torch.Tensor, torch.Tensor | None, list]:
    """One step of PyTorch's cell, written out so that each sum keeps its gradient: h, c, and for each block of gates the
    sum before it is squashed and what becomes of it, in the order of our blocks."""
    h, c = before
    a = torch.nn.functional.linear(x, cell.weight_ih, cell.bias_ih)
    r = torch.nn.functional.linear(h, cell.weight_hh, cell.bias_hh)
    if kind in ("rnn", "relu"):
        z = kept(a + r)
        return kept(torch.tanh(z) if kind == "rnn" else torch.relu(z)), None, [(z, z)]
    if kind == "gru":
        (a_r, a_z, a_n), (h_r, h_z, h_n) = a.chunk(3), r.chunk(3)
        sums = [kept(a_r + h_r), kept(a_z + h_z)]
        reset, update = (torch.sigmoid(s) for s in sums)
        m = kept(h_n + 0)
        sum_n = kept(a_n + reset * m)
        n = torch.tanh(sum_n)
        h = kept((1 - update) * n + update * h)
        return h, None, [(sum_n, n), (sums[0], reset), (sums[1], update), (m, m)]
    sums = [kept(s) for s in (a + r).chunk(4)]
    i, f, g, o = (f(s) for f, s in zip((torch.sigmoid, torch.sigmoid, torch.tanh, torch.sigmoid), sums))
    c = kept(f * c + i * g)
    return kept(o * torch.tanh(c)), c, list(zip(sums, (i, f, g, o)))


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
    trace, hidden, layers, kind = network["trace"], network["hidden"], network["layers"], network["cell"]
    numbers = trace["numbers"]
    if numbers is None:
        symbols = len(trace["letters"])
        inputs = list(torch.eye(symbols, dtype=torch.float64)[trace["inputs"]])
        outputs = symbols
    else:
        inputs = list(torch.tensor(numbers["inputs"], dtype=torch.float64))
        targets = torch.tensor(numbers["targets"], dtype=torch.float64)
        outputs = targets.shape[1]
    steps, given = len(inputs), len(inputs[0])
    cells = [CELLS[kind](hidden if layer else given, hidden).double() for layer in range(layers)]
    head = torch.nn.Linear(hidden, outputs).double()
    parameters = {f"head.{name}": parameter for name, parameter in head.named_parameters()}
    for layer, cell in enumerate(cells):
        parameters |= {f"rnn.{name}_l{layer}": parameter for name, parameter in cell.named_parameters()}
    assert sorted(parameters) == sorted(place["name"] for place in network["tensors"])
    for place in network["tensors"]:
        parameters[place["name"]].data = tensor(trace["weights"], place)

    states = []
    for cell in cells:
        before = (torch.zeros(hidden, dtype=torch.float64), torch.zeros(hidden, dtype=torch.float64))
        of_layer = []
        for x in inputs:
            h, c, gates = step(kind, cell, x, before)
            theirs = cell(x, before if kind == "lstm" else before[0])
            told("PyTorch's own cell", h.tolist(), theirs[0] if kind == "lstm" else theirs)
            of_layer.append((h, c, gates))
            before = (h, c)
        states.append(of_layer)
        inputs = [h for h, _, _ in of_layer]
    y = kept(torch.stack([head(h) for h in inputs]))
    if numbers is None:
        losses = torch.nn.functional.cross_entropy(y, torch.tensor(trace["targets"]), reduction="none")
        p = y.softmax(1)
    else:
        losses = torch.nn.functional.mse_loss(y, targets, reduction="none").sum(1)
        p = y - targets
    losses.mean().backward(retain_graph=True)

    apart = [
        told("loss", trace["loss"], losses.mean()),
        told("losses", [step["loss"] for step in trace["forward"]], losses),
        told("y", [step["y"] for step in trace["forward"]], y),
        told("p", [step["p"] for step in trace["forward"]], p),
        told("d_y", [step["d_y"] for step in trace["backward"]], y.grad),
    ]
    for layer in range(layers):
        for t in range(steps):
            h, c, gates = states[layer][t]
            forward, backward = trace["forward"][t]["layers"][layer], trace["backward"][t]["layers"][layer]
            apart.append(told("h", forward["h"], h))
            apart.append(told("d_h", backward["d_h"], h.grad))
            both = zip(backward["d_h_from_above"], backward["d_h_from_next"])
            apart.append(told("the two places", [above + later for above, later in both], h.grad))
            if layer + 1 == layers:
                apart.append(told("from above", backward["d_h_from_above"], head.weight.T @ y.grad[t]))
            apart.append(told("gates", forward["gates"], torch.cat([gate for _, gate in gates])))
            apart.append(told("d_gates", backward["d_gates"], torch.cat([before.grad for before, _ in gates])))
            if c is not None:
                apart.append(told("c", forward["c"], c))
                apart.append(told("d_c", backward["d_c"], c.grad))
                if t + 1 < steps:
                    next_c, (_, forget) = states[layer][t + 1][1], states[layer][t + 1][2][1]
                    apart.append(told("d_c_from_next", backward["d_c_from_next"], next_c.grad * forget))
    summed = [sum(parts) for parts in zip(*(step["d_weights"] for step in trace["backward"]))]
    for place in network["tensors"]:
        theirs = parameters[place["name"]].grad
        apart.append(told(place["name"], tensor(trace["gradient"], place).tolist(), theirs))
        apart.append(told(f"{place['name']} summed", tensor(summed, place).tolist(), theirs))
    # At the end, for this adds to the gradients that are kept.
    for layer in range(layers):
        for t in range(steps):
            ours = trace["backward"][t]["layers"][layer]["d_h_of_loss"]
            for of, loss in zip(ours, losses[t:], strict=True):
                (theirs,) = torch.autograd.grad(loss / steps, states[layer][t][0], retain_graph=True)
                apart.append(told("d_h of a loss", of, theirs))
    return max(apart)


def main(node: str) -> None:
    script = Path(__file__).with_name("inside_traces.mjs")
    printed = subprocess.run([node, str(script)], stdout=subprocess.PIPE, text=True, check=True).stdout
    networks = [json.loads(line) for line in printed.splitlines()]
    assert len(networks) == 80, len(networks)
    worst = max(compare(network) for network in networks)
    print(f"Look inside: every number of {len(networks)} networks is PyTorch's, to {worst:.0e}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
