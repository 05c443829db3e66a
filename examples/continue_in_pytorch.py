"""Goes on training Babble's weights in PyTorch, for a model that has outgrown a tab, and writes a file for Babble.

    python continue_in_pytorch.py WEIGHTS TEXT OUT                            on the CPU, or on one GPU
    torchrun --nproc_per_node 4 continue_in_pytorch.py WEIGHTS TEXT OUT       on many: one process each

With Debian's PyTorch (1.13) torchrun wants `--redirects 1 --tee 1` before the other options.

Needs `torch` (1.13 or newer) and `safetensors`. The text is split as Babble splits it: the last tenth is held out, and
the loss on it is comparable. OUT holds the model, its vocabulary and its settings; the page and the terminal load
it and train on from its weights. What an exact continuation of the old run needs (`resume.*`) is left behind.
"""

import argparse
import hashlib
import json
import math
import os
import time

import torch
import torch.distributed as dist
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel


class Net(nn.Module):
    """The module whose parameters bear the names of Babble's tensors."""

    def __init__(self, cell: str, symbols: int, hidden: int, layers: int, dropout: float):
        super().__init__()
        modules = {"rnn": nn.RNN, "relu": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}
        options = {"nonlinearity": "relu"} if cell == "relu" else {}
        self.rnn = modules[cell](symbols, hidden, layers, dropout=dropout if layers > 1 else 0.0, **options)
        self.head = nn.Linear(hidden, symbols)

    def forward(self, ids, state):
        """ids: T x B -> logits: T x B x V, and the state after them."""
        x = nn.functional.one_hot(ids, self.head.out_features).to(self.head.weight.dtype)
        h, state = self.rnn(x, state)
        return self.head(h), state


def load(path: str):
    """The network, its vocabulary, its settings, and the rest of the file's metadata."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata() or {}
        tensors = {name: file.get_tensor(name) for name in file.keys() if not name.startswith("resume.")}
    vocabulary = json.loads(metadata["vocab"])
    gates_by_hidden, hidden = tensors["rnn.weight_hh_l0"].shape
    # What a file without settings must be follows from its shapes; a vanilla cell is then taken to have tanh.
    cell = {1: "rnn", 3: "gru", 4: "lstm"}[gates_by_hidden // hidden]
    layers = sum(name.startswith("rnn.weight_hh_l") for name in tensors)
    config = {"cell": cell, "layers": layers, "hiddenSize": hidden, **json.loads(metadata.get("config", "{}"))}
    net = Net(config["cell"], len(vocabulary), hidden, layers, config.get("dropout", 0.0))
    net.load_state_dict(tensors)  # strict: nothing may be missing and nothing left over
    return net, vocabulary, config, metadata


def read_text(path: str) -> str:
    """The text as Babble reads it: no byte-order mark, every line end a newline."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return file.read().replace("\r\n", "\n").replace("\r", "\n")


def encode(text: str, vocabulary: list) -> torch.Tensor:
    ids = {symbol: id for id, symbol in enumerate(vocabulary)}
    unknown = sorted(set(text) - set(ids))
    if unknown:
        raise SystemExit(f"The weights have never seen {unknown}; take these characters out of the text.")
    return torch.tensor([ids[symbol] for symbol in text])


def detach(state):
    """The state without its history: gradients end at the chunk."""
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def reset_streams(state, which):
    """The state with zeros for some streams, the columns of its second dimension."""
    if isinstance(state, tuple):
        return tuple(reset_streams(part, which) for part in state)
    return state.masked_fill(which[:, None], 0.0)


@torch.no_grad()
def held_out_loss(net: Net, ids: torch.Tensor, chunk: int = 256) -> float:
    """Nats per character, read as one stream from a state of zero."""
    net.eval()
    nats, state = 0.0, None
    for at in range(0, len(ids) - 1, chunk):
        inputs = ids[at : min(at + chunk, len(ids) - 1), None]
        targets = ids[at + 1 : at + 1 + len(inputs)]
        logits, state = net(inputs, state)
        nats += cross_entropy(logits[:, 0], targets, reduction="sum").item()
    net.train()
    return nats / (len(ids) - 1)


def make_optimizer(config: dict, net: Net, rate: float) -> torch.optim.Optimizer:
    kind = config.get("optimizer", "adam")
    options = {
        "sgd": {"momentum": config.get("momentum", 0.0)},
        "adamw": {"weight_decay": config.get("weightDecay", 0.01)},
    }.get(kind, {})
    kinds = {
        "sgd": torch.optim.SGD,
        "adagrad": torch.optim.Adagrad,
        "rmsprop": torch.optim.RMSprop,
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
    }
    # Weights that lead from unit to unit may have a rate of their own.
    recurrent, others = [], []
    for name, parameter in net.named_parameters():
        between_units = name.startswith("rnn.weight") and name != "rnn.weight_ih_l0"
        (recurrent if between_units else others).append(parameter)
    share = config.get("recurrentRate", 1.0)
    groups = [{"params": others, "lr": rate}, {"params": recurrent, "lr": rate * share}]
    return kinds[kind](groups, lr=rate, **options)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", help="a file of Babble, or of PyTorch with the same names and a vocabulary")
    parser.add_argument("text", help="the text to learn, UTF-8")
    parser.add_argument("out", help="where to write the file for Babble")
    parser.add_argument("--steps", type=int, default=1000, help="updates of the weights (default 1000)")
    parser.add_argument("--batch", type=int, help="streams over all processes together (default: the file's)")
    parser.add_argument("--seq", type=int, help="characters of each stream that a step reads (default: the file's)")
    parser.add_argument("--lr", type=float, help="learning rate at its height (default: the file's)")
    parser.add_argument("--floor", type=float, default=0.05, help="the share of it that a cosine ends at (default 0.05)")
    parser.add_argument("--seed", type=int, default=1, help="what dropout is drawn from")
    return parser.parse_args()


def main() -> None:
    args = parse()
    # torchrun tells each process which one it is; without it this is the only one.
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(device)
    if world > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    torch.manual_seed(args.seed + rank)

    net, vocabulary, config, metadata = load(args.weights)
    net.to(device)
    text = read_text(args.text)
    ids = encode(text, vocabulary).to(device)
    split = len(ids) * 9 // 10
    training, held_out = ids[:split], ids[split:]
    batch, steps = args.batch or config.get("batchSize", 16), args.seq or config.get("sequenceLength", 64)
    if batch % world:
        raise SystemExit(f"{batch} streams cannot be dealt evenly to {world} processes; choose --batch.")
    length = (len(training) - 1) // batch
    if length < 1 or len(held_out) < 2:
        raise SystemExit(f"The text has {len(ids)} characters, too few for {batch} streams.")

    def tell(line: str) -> None:
        if rank == 0:
            print(line, flush=True)

    before = held_out_loss(net, held_out)
    tell(f"held-out loss before: {before:.4f} nats a character")

    # The streams lie side by side in the text; this process has its share of them, as columns.
    mine = range(rank * batch // world, (rank + 1) * batch // world)
    starts = torch.tensor([stream * length for stream in mine], device=device)
    ids_net = net if world == 1 else DistributedDataParallel(net, [device.index] if device.type == "cuda" else None)
    optimizer = make_optimizer(config, net, args.lr or config.get("learningRate", 0.003))
    cosine = lambda step: args.floor + (1 - args.floor) * (1 + math.cos(math.pi * step / args.steps)) / 2
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, cosine)
    state, position, begun, seen = None, 0, time.perf_counter(), 0
    # Drawn for all streams, and alike in every process, so that their number changes nothing.
    resets, reset = torch.Generator().manual_seed(args.seed), config.get("stateReset", 0.0)
    for step in range(1, args.steps + 1):
        reach = min(steps, length - position)
        at = starts + position + torch.arange(reach, device=device)[:, None]
        begins_anew = (torch.rand(batch, generator=resets) < reset)[mine.start : mine.stop].to(device)
        logits, state = ids_net(training[at], None if state is None else reset_streams(state, begins_anew))
        # The mean over this process's predictions; DistributedDataParallel takes the mean over the processes.
        loss = cross_entropy(logits.flatten(0, 1), training[at + 1].flatten())
        optimizer.zero_grad()
        loss.backward()
        if config.get("clipValue", 0.0) > 0:
            nn.utils.clip_grad_value_(net.parameters(), config["clipValue"])
        if config.get("clipNorm", 1.0) > 0:
            nn.utils.clip_grad_norm_(net.parameters(), config.get("clipNorm", 1.0))
        optimizer.step()
        schedule.step()
        seen += reach * batch
        position = (position + reach) % length
        state = None if position == 0 else detach(state)
        if step % 100 == 0 or step == args.steps:
            speed = seen / (time.perf_counter() - begun)
            tell(f"step {step:,}  loss {loss.item():.3f}  {speed:,.0f} characters/s")

    after = held_out_loss(net, held_out)
    tell(f"held-out loss after: {after:.4f} nats a character")
    if rank == 0:
        done = int(metadata.get("step", 0)) + args.steps
        header = {
            "format": "pt",
            "babble": metadata.get("babble", "1"),
            "vocab": json.dumps(vocabulary, ensure_ascii=False),
            "config": json.dumps(config),
            "step": str(done),
            "held_out_loss": repr(after),
            "held_out_step": str(done),
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in net.state_dict().items()}
        save_file(tensors, args.out, header)
        tell(f"wrote {args.out}")
    if world > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
