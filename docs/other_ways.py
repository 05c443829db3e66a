"""Holds two ways of learning that Babble does without against the ones it has, in PyTorch: minGRU instead of GRU, and
a batch that grows. docs/choosing.md has what came of it.

    python3 docs/other_ways.py TEXT --cell gru --hidden 128 --rate 0.03 --recurrent-rate 0.25
    python3 docs/other_ways.py TEXT --cell mingru --hidden 276 --layers 3 --rate 0.01
    python3 docs/other_ways.py TEXT --cell gru --hidden 128 --rate 0.03 --recurrent-rate 0.25 --batch 0:5,0.3:10,0.7:20

Prints the loss on the last tenth of the text, of averaged weights, after a quarter, a half, three quarters and all of a
cosine. Streams are contiguous parts of the text, and begin a chunk with the zero state with a probability of 0.1.
"""

import argparse
import math

import torch
from torch import nn
from torch.nn.functional import cross_entropy, one_hot

STEPS = 64
AVERAGING = 0.998  # for a step of ten streams; the average reaches as many characters back for any batch
WARMUP_CHARACTERS = 20_000
RESET = 0.1


class MinGru(nn.Module):
    """h_t = (1 - z_t) h_{t-1} + z_t g_t, where z and g are of the input alone (Feng et al., 2024, "Were RNNs all we
    needed?", section 3.1). The input is normalised, and added to what comes out. The biases of z spread over -3 to 1.5,
    so that units forget at different speeds."""

    def __init__(self, inputs, hidden, is_first):
        super().__init__()
        self.is_first = is_first
        self.weights = nn.Linear(inputs, 2 * hidden)
        nn.init.xavier_uniform_(self.weights.weight)
        bias = torch.cat([torch.linspace(-3, 1.5, hidden), torch.zeros(hidden)])
        self.weights.bias.data.copy_(bias)
        self.norm = nn.Identity() if is_first else nn.LayerNorm(inputs)

    def forward(self, x, h):
        z, g = self.weights(self.norm(x)).chunk(2, -1)
        z = torch.sigmoid(z)
        states = []
        for keep, new in zip((1 - z).unbind(0), (z * g).unbind(0)):
            h = keep * h + new
            states.append(h)
        y = torch.stack(states)
        return (y if self.is_first else y + x), h


class Stack(nn.Module):
    """Layers of one cell, and a readout. States are L x B x H."""

    def __init__(self, cell, symbols, hidden, layers):
        super().__init__()
        self.symbols = symbols
        if cell == "gru":
            self.layers = nn.GRU(symbols, hidden, layers)
            for name, tensor in self.layers.named_parameters():
                for gate in tensor.data.split(hidden):
                    if "bias" in name:
                        nn.init.zeros_(gate)
                    elif "hh" in name:
                        nn.init.orthogonal_(gate)
                    else:
                        nn.init.xavier_uniform_(gate)
        else:
            first = [MinGru(symbols, hidden, True)]
            self.layers = nn.ModuleList(first + [MinGru(hidden, hidden, False) for _ in range(layers - 1)])
        self.norm = nn.LayerNorm(hidden) if cell == "mingru" else nn.Identity()
        self.readout = nn.Linear(hidden, symbols)
        nn.init.xavier_uniform_(self.readout.weight)
        nn.init.zeros_(self.readout.bias)

    def forward(self, x, states):
        y = one_hot(x, self.symbols).float()
        if isinstance(self.layers, nn.GRU):
            y, after = self.layers(y, states)
        else:
            after = []
            for layer, state in zip(self.layers, states):
                y, state = layer(y, state)
                after.append(state)
            after = torch.stack(after)
        return self.readout(self.norm(y)), after


def held_out_loss(net, weights, ids, shape):
    """The loss of these weights on a text that is read on end."""
    trained = [tensor.detach().clone() for tensor in net.parameters()]
    for tensor, averaged in zip(net.parameters(), weights):
        tensor.data.copy_(averaged)
    total, states = 0.0, torch.zeros(shape[0], 1, shape[1])
    with torch.no_grad():
        for at in range(0, len(ids) - 1, 2000):
            x, y = ids[at : at + 2000], ids[at + 1 : at + 2001]
            logits, states = net(x[: len(y), None], states)
            total += cross_entropy(logits[:, 0], y, reduction="sum").item()
    for tensor, own in zip(net.parameters(), trained):
        tensor.data.copy_(own)
    return total / (len(ids) - 1)


def read():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text")
    parser.add_argument("--cell", choices=["gru", "mingru"], default="gru")
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.03)
    parser.add_argument("--recurrent-rate", type=float, default=1.0)
    parser.add_argument("--batch", default="0:10", help="streams from each share of the run on: 0:5,0.5:10")
    parser.add_argument("--characters", type=int, default=1_070_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    options = read()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    with open(options.text, encoding="utf-8") as file:
        text = file.read()
    vocabulary = {symbol: i for i, symbol in enumerate(sorted(set(text)))}
    ids = torch.tensor([vocabulary[symbol] for symbol in text])
    training, held_out = ids[: len(ids) * 9 // 10], ids[len(ids) * 9 // 10 :]
    shape = (options.layers, options.hidden)
    net = Stack(options.cell, len(vocabulary), options.hidden, options.layers)
    recurrent = [tensor for name, tensor in net.named_parameters() if "hh" in name]
    others = [tensor for name, tensor in net.named_parameters() if "hh" not in name]
    groups = [{"params": others, "share": 1.0}, {"params": recurrent, "share": options.recurrent_rate}]
    optimizer = torch.optim.Adam([group for group in groups if group["params"]])
    averages = [tensor.detach().clone() for tensor in net.parameters()]
    batches = [(float(share), int(size)) for share, size in (part.split(":") for part in options.batch.split(","))]

    characters, steps, batch, losses = 0, 0, 0, []
    while characters < options.characters:
        share = characters / options.characters
        wanted = [size for begin, size in batches if begin <= share][-1]
        if wanted != batch:
            done = 0.0 if batch == 0 else place / length
            batch, length = wanted, len(training) // wanted
            streams = training[: batch * length].view(batch, length).t()
            place = int(done * length)
            states = torch.zeros(options.layers, batch, options.hidden)
        if place + STEPS + 1 > length:
            place, states = 0, torch.zeros_like(states)
        x, y = streams[place : place + STEPS], streams[place + 1 : place + STEPS + 1]
        place += STEPS
        characters += batch * STEPS
        steps += 1
        for group in optimizer.param_groups:
            cosine = 0.5 * (1 + math.cos(math.pi * share))
            group["lr"] = options.rate * group["share"] * cosine * min(1, characters / WARMUP_CHARACTERS)
        kept = (torch.rand(batch) > RESET).float()[None, :, None]
        logits, states = net(x, states * kept)
        states = states.detach()
        optimizer.zero_grad()
        cross_entropy(logits.reshape(-1, len(vocabulary)), y.reshape(-1)).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        keep = min(AVERAGING ** (batch / 10), steps / (9 + steps))
        for average, tensor in zip(averages, net.parameters()):
            average.mul_(keep).add_(tensor.detach(), alpha=1 - keep)
        if characters / options.characters >= (len(losses) + 1) / 4:
            losses.append(held_out_loss(net, averages, held_out, shape))
    weights = sum(tensor.numel() for tensor in net.parameters())
    print(f"{weights:,} weights:", ", ".join(f"{loss:.3f}" for loss in losses))


if __name__ == "__main__":
    main()
