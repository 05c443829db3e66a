"""Makes the golden values that tests/native/golden.rs compares with: networks of PyTorch, and what they answer.

    python3 tests/golden/make.py [FOLDER]        FOLDER: where to write, by default tests/golden/values

Needs PyTorch and nothing else. The committed values were made by Debian 12's `python3-torch` (1.13.1, which
calls itself 1.13.0a0) as `/usr/bin/python3 tests/golden/make.py`; another version, or another processor, may
differ from them in the last bit of a number here and there.

Weights and inputs are float32. PyTorch computes from them in float64 and rounds once, at the end, so that a
reference is the float32 number nearest to the true one (optim.safetensors stays in float64).

NAME.weights, NAME.in, NAME.out (.safetensors)
    One case: a network, what it reads, what it answers, in the layout of `babble run`. `config` in the
    weights' metadata says cell, readout and loss. `out` has y, h_n, c_n, loss, `grad.<tensor>` for every
    weight, and the gradients of the inputs that were given. Padded steps of x, of ids and of the targets hold
    numbers like any other, which must take no part; y is zero there. The cases called `lenses` have `activations`
    and `lag` as well.
optim.safetensors
    Ten steps of a language model under each optimiser; see `series`.
average.safetensors
    Weights on their way, and PyTorch's running average of them; see `averaged`.
continue.CELL.safetensors, continue.json
    Files as a PyTorch user would write them, a text, and the held-out loss that PyTorch measures on it.
"""

import json
import math
import struct
import sys
from itertools import count
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.optim.swa_utils import AveragedModel

BATCH, STEPS = 3, 6
# Odd sizes, all different, so that a transposed or swapped dimension cannot fit by accident. I is V for ids.
INPUTS, OUTPUTS, HIDDEN, SYMBOLS = 7, 4, 5, 7
VOCAB = list("abcdefg")
# How far ReLU stays from its kink, and a winning output from the next one: thousands of times float32's error.
KINK_MARGIN, ARGMAX_MARGIN = 1e-3, 1e-2
# A tensor that is zero (the gradient of weights behind dead units, say) would prove nothing.
SILENCE = 1e-4

MODULES = {"rnn": nn.RNN, "relu": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
DTYPES = {torch.float32: ("F32", "f", 4), torch.float64: ("F64", "d", 8), torch.int64: ("I64", "q", 8)}


def write(path: Path, tensors: dict, metadata: dict = {}) -> None:
    """A safetensors file whose bytes depend on nothing but its content: wide numbers first, then by name."""
    header, numbers = {}, b""
    if metadata:
        header["__metadata__"] = dict(sorted(metadata.items()))
    for name, tensor in sorted(tensors.items(), key=lambda item: (-DTYPES[item[1].dtype][2], item[0])):
        dtype, letter, _ = DTYPES[tensor.dtype]
        values = tensor.detach().reshape(-1).tolist()
        start, numbers = len(numbers), numbers + struct.pack(f"<{len(values)}{letter}", *values)
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [start, len(numbers)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + numbers)


class Unlucky(Exception):
    """These random numbers lie too close to a kink or a tie, or prove nothing: draw others."""


def recurrence(cell: str, inputs: int, hidden: int, layers: int) -> nn.Module:
    options = {"nonlinearity": "relu"} if cell == "relu" else {}
    return MODULES[cell](inputs, hidden, layers, **options)


class Net(nn.Module):
    """The module whose names Babble's files bear."""

    def __init__(self, cell, layers, inputs, outputs, hidden=HIDDEN, encoder_inputs=None):
        super().__init__()
        self.cell = cell
        if encoder_inputs:
            self.encoder = recurrence(cell, encoder_inputs, hidden, layers)
        self.rnn = recurrence(cell, inputs, hidden, layers)
        self.head = nn.Linear(hidden, outputs)
        self.double()
        for name, weight in self.named_parameters():
            drawn = torch.rand(weight.shape, dtype=torch.float32) * 1.6 - 0.8
            if "weight_hh" in name:
                # No block amplifies: a rounding error does not grow from step to step.
                for gate in drawn.split(hidden):
                    gate *= 0.9 / torch.linalg.matrix_norm(gate, 2)
            weight.data = drawn.double()

    def metadata(self, **config) -> dict:
        """A complete configuration of Babble, though most of it does not matter here."""
        base = {"cell": self.cell, "layers": self.rnn.num_layers, "hiddenSize": self.rnn.hidden_size,
                "batchSize": BATCH, "sequenceLength": STEPS, "optimizer": "adam", "learningRate": 0.01,
                "clipNorm": 1, "seed": 1}
        return {"format": "pt", "config": json.dumps({**base, **config})}

    def weights(self) -> dict:
        return {name: weight.detach().float() for name, weight in self.named_parameters()}


def uniform(*shape) -> torch.Tensor:
    """Numbers in +-1 that float32 holds exactly, as float64 leaves of the graph."""
    return (torch.rand(shape, dtype=torch.float32) * 2 - 1).double().requires_grad_()


def symbols(*shape) -> torch.Tensor:
    return torch.randint(SYMBOLS, shape)


def states(net: Net) -> dict:
    """h0, and c0 where the cell has one."""
    shape = (net.rnn.num_layers, BATCH, net.rnn.hidden_size)
    names = ["h0", "c0"] if net.cell == "lstm" else ["h0"]
    return {name: uniform(*shape) for name in names}


def dense(given: dict, key="x", ids="ids") -> torch.Tensor:
    return given[key] if key in given else one_hot(given[ids], SYMBOLS).double()


def read(module: nn.Module, x, lengths, h, c):
    """All outputs (T x B x H, zeros at padded steps) and the last states; h or c may be None, for zeros."""
    shape = (module.num_layers, x.shape[1], module.hidden_size)
    h, c = (torch.zeros(shape, dtype=torch.float64) if s is None else s for s in (h, c))
    keep_off_the_kink(module, x, lengths, h)
    start = (h, c) if isinstance(module, nn.LSTM) else h
    if lengths is None:
        outputs, last = module(x, start)
    else:
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        outputs, last = module(packed, start)
        outputs, _ = pad_packed_sequence(outputs, total_length=x.shape[0])
    return (outputs, *last) if isinstance(module, nn.LSTM) else (outputs, last, None)


def keep_off_the_kink(module, x, lengths, h0) -> None:
    """Every pre-activation of a ReLU network, step by step, must be clear of zero."""
    if getattr(module, "nonlinearity", None) != "relu":
        return
    valid = torch.ones(x.shape[:2], dtype=torch.bool) if lengths is None else mask(lengths, x.shape[0])
    with torch.no_grad():
        for layer in range(module.num_layers):
            w_ih, w_hh, b_ih, b_hh = module.all_weights[layer]
            h, above = h0[layer], []
            for t in range(x.shape[0]):
                z = x[t] @ w_ih.T + b_ih + h @ w_hh.T + b_hh
                if z[valid[t]].abs().lt(KINK_MARGIN).any():
                    raise Unlucky
                h = torch.where(valid[t, :, None], z.relu(), h)
                above.append(h)
            x = torch.stack(above)


def mask(lengths, steps) -> torch.Tensor:
    """T x B: whether stream b still runs at step t."""
    return torch.arange(steps)[:, None] < lengths[None, :]


def loss_of(y, target, valid=None):
    """Mean over valid predictions (cross-entropy) or valid elements (squared error)."""
    if valid is not None:
        y, target = y[valid], target[valid]
    if target.dtype == torch.int64:
        return cross_entropy(y.reshape(-1, y.shape[-1]), target.reshape(-1))
    return (y - target).square().mean()


def many_to_many(net, given):
    lengths = given.get("lengths")
    outputs, h, c = read(net.rnn, dense(given), lengths, given.get("h0"), given.get("c0"))
    y, valid = net.head(outputs), None
    if lengths is not None:
        valid = mask(lengths, y.shape[0])
        y = y * valid[:, :, None]
    return y, h, c, loss_of(y, given["target"], valid)


def many_to_one(net, given):
    _, h, c = read(net.rnn, dense(given), given.get("lengths"), given.get("h0"), given.get("c0"))
    y = net.head(h[-1])
    return y, h, c, loss_of(y, given["target"])


def one_to_many(net, given):
    x, h, c, ys = dense(given), given.get("h0"), given.get("c0"), []
    for _ in range(given["target"].shape[0]):
        outputs, h, c = read(net.rnn, x, None, h, c)
        ys.append(net.head(outputs[0]))
        if "x" in given:
            x = ys[-1][None]
        else:
            best = ys[-1].detach().topk(2)
            if (best.values[:, 0] - best.values[:, 1]).min() < ARGMAX_MARGIN:
                raise Unlucky
            x = one_hot(best.indices[:, 0], SYMBOLS).double()[None]
    if "x" not in given and len({tuple(y.argmax(1).tolist()) for y in ys}) < 3:
        raise Unlucky  # the same symbols over and over would prove little
    y = torch.stack(ys)
    return y, h, c, loss_of(y, given["target"])


def sequence_to_sequence(net, given):
    _, h, c = read(net.encoder, dense(given), given.get("lengths"), given.get("h0"), given.get("c0"))
    lengths = given.get("decoder_lengths")
    outputs, h, c = read(net.rnn, dense(given, "decoder_x", "decoder_ids"), lengths, h, c)
    y, valid = net.head(outputs), None
    if lengths is not None:
        valid = mask(lengths, y.shape[0])
        y = y * valid[:, :, None]
    return y, h, c, loss_of(y, given["target"], valid)


def activations(net, given) -> torch.Tensor:
    """Of every layer the states behind every step, L x T x B x H; zeros at padded steps."""
    x, state, found = dense(given), None, []
    for t in range(x.shape[0]):
        _, state = net.rnn(x[t:t + 1], state)
        found.append(state[0] if isinstance(net.rnn, nn.LSTM) else state)
    valid = mask(given["lengths"], x.shape[0])
    return torch.stack(found, 1) * valid[None, :, :, None]


def lag(net, given) -> torch.Tensor:
    """By how many steps it lies before the last of its stream: the length of the gradient of the loss of the last prediction
    with respect to a symbol's one-hot vector, T x B; zeros where there is none."""
    x = dense(given).requires_grad_()
    lengths, streams = given["lengths"], torch.arange(x.shape[1])
    y = net.head(net.rnn(x)[0])
    last = lengths - 1
    target = given["target"][last, streams] if given["target"].dim() == 2 else given["target"]
    loss = cross_entropy(y[last, streams], target, reduction="sum")
    length = torch.autograd.grad(loss, x)[0].norm(dim=2)
    back = torch.zeros_like(length)
    for stream in streams:
        steps = lengths[stream]
        back[:steps, stream] = length[:steps, stream].flip(0)
    return back


READOUTS = {"manyToMany": many_to_many, "manyToOne": many_to_one, "oneToMany": one_to_many,
            "sequenceToSequence": sequence_to_sequence}


def case(folder: Path, name: str, readout: str, make_net, make_input, vocab=None) -> None:
    """Draws a network and its input until the case is a good one; writes the triple."""
    for seed in count(1):
        torch.manual_seed(seed)
        net = make_net()
        given = make_input(net)
        try:
            y, h_n, c_n, loss = READOUTS[readout](net, given)
            assert math.isfinite(loss), name
            loss.backward()
            out = {"y": y, "h_n": h_n, "loss": loss.reshape(1)}
            if net.cell == "lstm":
                out["c_n"] = c_n
            for key, weight in net.named_parameters():
                out[f"grad.{key}"] = weight.grad
            if name.startswith("lenses"):
                out |= {"activations": activations(net, given), "lag": lag(net, given)}
            # Targets have gradients too, but nobody asks for them.
            for key in ("x", "decoder_x", "h0", "c0"):
                if key in given:
                    out[f"grad.{key}"] = given[key].grad
            assert all(tensor.isfinite().all() for tensor in out.values()), name
            if any(tensor.abs().max() < SILENCE for tensor in out.values()):
                raise Unlucky
            break
        except Unlucky:
            continue

    loss_name = "crossEntropy" if given["target"].dtype == torch.int64 else "squaredError"
    metadata = net.metadata(readout=readout, loss=loss_name)
    if vocab:
        metadata["vocab"] = json.dumps(vocab)
    narrow = lambda tensors: {k: t if t.dtype == torch.int64 else t.detach().float() for k, t in tensors.items()}
    write(folder / f"{name}.weights.safetensors", net.weights(), metadata)
    write(folder / f"{name}.in.safetensors", narrow(given))
    write(folder / f"{name}.out.safetensors", narrow(out))


def cases(folder: Path) -> None:
    lengths = lambda *values: torch.tensor(values)
    for cell in MODULES:
        # Every depth, from given states on.
        for layers in (1, 2, 3):
            case(folder, f"many_to_many_{cell}_{layers}", "manyToMany",
                 lambda: Net(cell, layers, SYMBOLS, SYMBOLS),
                 lambda net: {"ids": symbols(STEPS, BATCH), "target": symbols(STEPS, BATCH), **states(net)},
                 VOCAB)
        # Ragged, from zero states on; for the GRU and the vanilla cell no stream reaches the last step.
        case(folder, f"ragged_{cell}_2", "manyToMany",
             lambda: Net(cell, 2, INPUTS, OUTPUTS),
             lambda net: {"x": uniform(STEPS, BATCH, INPUTS), "target": uniform(STEPS, BATCH, OUTPUTS),
                          "lengths": lengths(3, 5, 1) if cell in ("rnn", "gru") else lengths(1, 6, 4)})
        case(folder, f"many_to_one_class_{cell}_2", "manyToOne",
             lambda: Net(cell, 2, INPUTS, OUTPUTS),
             # The LSTM is given h0 but no c0.
             lambda net: {"x": uniform(STEPS, BATCH, INPUTS), "target": torch.randint(OUTPUTS, (BATCH,)),
                          "lengths": lengths(4, 1, 6), "h0": states(net)["h0"]})
        case(folder, f"many_to_one_value_{cell}_1", "manyToOne",
             lambda: Net(cell, 1, INPUTS, OUTPUTS),
             lambda net: {"x": uniform(STEPS, BATCH, INPUTS), "target": uniform(BATCH, OUTPUTS),
                          "lengths": lengths(1, 6, 2), **states(net)})
        # What the lenses show, of streams of symbols from zero states on.
        for readout, target in (("many", (STEPS, BATCH)), ("one", (BATCH,))):
            case(folder, f"lenses_many_to_{readout}_{cell}_2", f"manyTo{readout.title()}",
                 lambda: Net(cell, 2, SYMBOLS, SYMBOLS),
                 lambda net: {"ids": symbols(STEPS, BATCH), "target": symbols(*target), "lengths": lengths(6, 1, 4)},
                 VOCAB)
    for cell, layers in (("rnn", 1), ("lstm", 2)):
        # Outputs fed back: as they are, and as the likeliest symbol.
        case(folder, f"one_to_many_value_{cell}_{layers}", "oneToMany",
             lambda: Net(cell, layers, INPUTS, INPUTS),
             lambda net: {"x": uniform(1, BATCH, INPUTS), "target": uniform(STEPS, BATCH, INPUTS),
                          "steps": lengths(STEPS), **states(net)})
        case(folder, f"one_to_many_symbol_{cell}_{layers}", "oneToMany",
             lambda: Net(cell, layers, SYMBOLS, SYMBOLS),
             lambda net: {"ids": symbols(1, BATCH), "target": symbols(STEPS, BATCH)}, VOCAB)
    decoder_steps = STEPS - 1
    for cell in ("gru", "lstm"):
        case(folder, f"sequence_to_sequence_{cell}_2", "sequenceToSequence",
             lambda: Net(cell, 2, SYMBOLS, SYMBOLS, encoder_inputs=SYMBOLS),
             lambda net: {"ids": symbols(STEPS, BATCH), "lengths": lengths(2, 6, 1),
                          "decoder_ids": symbols(decoder_steps, BATCH), "decoder_lengths": lengths(5, 1, 3),
                          "target": symbols(decoder_steps, BATCH), **(states(net) if cell == "lstm" else {})},
             VOCAB)
    case(folder, "sequence_to_sequence_rnn_1", "sequenceToSequence",
         lambda: Net("rnn", 1, OUTPUTS, OUTPUTS, encoder_inputs=INPUTS),
         lambda net: {"x": uniform(STEPS, BATCH, INPUTS), "lengths": lengths(1, 4, 6),
                      "decoder_x": uniform(decoder_steps, BATCH, OUTPUTS), "decoder_lengths": lengths(3, 5, 1),
                      "target": uniform(decoder_steps, BATCH, OUTPUTS)})


# Learning rates differ so that each rule moves the weights by about as much; the rest is torch.optim's own.
OPTIMIZERS = {
    "sgd": (lambda weights: torch.optim.SGD(weights, lr=0.5), None),
    "momentum": (lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9), None),
    "adagrad": (lambda weights: torch.optim.Adagrad(weights, lr=0.05), None),
    "rmsprop": (lambda weights: torch.optim.RMSprop(weights, lr=0.01), None),
    "adam": (lambda weights: torch.optim.Adam(weights, lr=0.02), None),
    "adamw": (lambda weights: torch.optim.AdamW(weights, lr=0.02, weight_decay=0.01), None),
    "adam_norm": (lambda weights: torch.optim.Adam(weights, lr=0.02),
                  lambda weights: clip_grad_norm_(weights, 0.5)),
    "adam_value": (lambda weights: torch.optim.Adam(weights, lr=0.02),
                   lambda weights: clip_grad_value_(weights, 0.01)),
}
CHUNKS = 10


def series(folder: Path) -> None:
    """Ten steps of a GRU language model under each optimiser, in float64 throughout.

    `ids` (10*T + 1, B) are three streams of symbols; step k reads rows k*T to (k+1)*T and predicts the rows one
    further on, beginning with the state that the step before ended with (zero at first; no gradient flows into
    it). `start.<tensor>` are the first weights; `<optimizer>.loss` the ten losses, each before its update;
    `<optimizer>.<tensor>` the weights after the tenth. Metadata `lr` holds each learning rate.
    """
    torch.manual_seed(2)
    ids = symbols(CHUNKS * STEPS + 1, BATCH)
    start = Net("gru", 2, SYMBOLS, SYMBOLS)
    out = {"ids": ids, **{f"start.{name}": weight.double() for name, weight in start.weights().items()}}
    rates = {}
    for name, (make_optimizer, clip) in OPTIMIZERS.items():
        net = Net("gru", 2, SYMBOLS, SYMBOLS)
        net.load_state_dict(start.state_dict())
        optimizer = make_optimizer(net.parameters())
        rates[name] = optimizer.param_groups[0]["lr"]
        h, losses, clipped = None, [], 0
        for k in range(CHUNKS):
            chunk = ids[k * STEPS : (k + 1) * STEPS + 1]
            outputs, h, _ = read(net.rnn, one_hot(chunk[:-1], SYMBOLS).double(), None, h, None)
            h = h.detach()
            loss = loss_of(net.head(outputs), chunk[1:])
            optimizer.zero_grad()
            loss.backward()
            if clip:
                before = [weight.grad.clone() for weight in net.parameters()]
                clip(net.parameters())
                clipped += any((weight.grad != b).any() for weight, b in zip(net.parameters(), before))
            optimizer.step()
            losses.append(loss.item())
        assert all(map(math.isfinite, losses)) and losses[-1] != losses[0], name
        assert not clip or clipped >= CHUNKS // 2, f"{name}: it clipped {clipped} times, which shows little"
        out[f"{name}.loss"] = torch.tensor(losses, dtype=torch.float64)
        out.update({f"{name}.{key}": weight.detach() for key, weight in net.named_parameters()})
    write(folder / "optim.safetensors", out, start.metadata() | {"lr": json.dumps(rates)})


def averaged(folder: Path) -> None:
    """Weights after 0 to 24 steps of a walk, and their average by PyTorch's `AveragedModel` after each, in float64.

    A step keeps min(0.9, (1 + t) / (10 + t)) of the average. The first four steps count by themselves; from then on
    every fourth is taken in for all four."""
    torch.manual_seed(3)
    walk = torch.cumsum(torch.rand(25, 5, dtype=torch.float64) - 0.3, 0)
    net = nn.Linear(5, 1, bias=False).double()
    net.weight.data = walk[:1].clone()
    steps = {}

    def keep(average, weight, _):
        kept = min(0.9, (1 + steps["t"]) / (10 + steps["t"])) ** steps["passed"]
        return kept * average + (1 - kept) * weight

    average = AveragedModel(net, avg_fn=keep)
    average.update_parameters(net)  # the first time copies
    rows = [average.module.weight.detach().clone()]
    for t, weight in enumerate(walk[1:], 1):
        net.weight.data = weight[None].clone()
        if t <= 4 or t % 4 == 0:
            steps.update(t=t, passed=1 if t <= 4 else 4)
            average.update_parameters(net)
        rows.append(average.module.weight.detach().clone())
    write(folder / "average.safetensors", {"weights": walk, "average": torch.cat(rows)}, {"decay": "0.9"})


def continued(folder: Path) -> None:
    """Files of somebody who trained in PyTorch and knows nothing of Babble but its names: PyTorch's own fresh
    weights, and a vocabulary in no particular order. `rnn`, `gru` and `lstm` can be told from their shapes;
    `relu` has to say what it is. No resume.*, no other metadata."""
    text = "".join(f"{a}+{b}={a + b}\n" for a in range(3, 60, 7) for b in range(2, 40, 9))
    vocab = list("9=8+7165\n40231"[:13])
    assert sorted(vocab) == sorted(set(text))
    cut = len(text) * 9 // 10  # the last tenth is held out
    held_out = torch.tensor([vocab.index(symbol) for symbol in text[cut:]])
    losses = {}
    for seed, cell in enumerate(MODULES):
        torch.manual_seed(seed)
        net = Net(cell, 2, len(vocab), len(vocab), hidden=9)
        for module in (net.rnn, net.head):
            module.reset_parameters()
            for weight in module.parameters():
                weight.data = weight.data.float().double()
        x = one_hot(held_out[:-1, None], len(vocab)).double()
        with torch.no_grad():
            outputs = net.rnn(x)[0]
            losses[cell] = loss_of(net.head(outputs), held_out[1:, None]).item()
        metadata = {"format": "pt", "vocab": json.dumps(vocab)}
        if cell == "relu":
            metadata["config"] = json.dumps({"cell": "relu"})
        write(folder / f"continue.{cell}.safetensors", net.weights(), metadata)
    (folder / "continue.json").write_text(json.dumps({"text": text, "held_out_loss": losses}, indent=1) + "\n")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "values"
    folder.mkdir(parents=True, exist_ok=True)
    cases(folder)
    series(folder)
    averaged(folder)
    continued(folder)


if __name__ == "__main__":
    main()
