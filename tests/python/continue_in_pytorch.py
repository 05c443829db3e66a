"""Does examples/continue_in_pytorch.py take over where Babble stops, and give back what Babble loads?

    python continue_in_pytorch.py BABBLE...        BABBLE: the command, `babble` or `cargo run ... --`

For three cells: Babble trains a little; PyTorch measures the same held-out loss, trains on in one process and, by
torchrun and DistributedDataParallel, in two, to the same weights; Babble measures what PyTorch says of the
result, and trains on from it. Ends with an exit code other than 0 otherwise.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "continue_in_pytorch.py"
# Two implementations that round in float32; a loss is a mean of thousands of such numbers near 1.
LOSS_BOUND = 1e-4
# Ten updates by gradients that differ in their rounding: Adam divides by their size, so that a weight with hardly
# any gradient may move either way, by ten times the learning rate of 1e-3 at most. In the mean nearly none does.
MEAN_BOUND = 1e-5


def text() -> str:
    draw = random.Random(3)
    pairs = ((draw.randrange(40), draw.randrange(40)) for _ in range(400))
    # A byte-order mark and a carriage return: both sides must read over them.
    return "\ufeff" + "".join(f"{a}+{b}={a + b}\r\n" for a, b in pairs)


def run(*command) -> str:
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0, f"{command} ended with {done.returncode}"
    return done.stdout


def objects(*command) -> dict:
    """By their event; of equal events the last."""
    lines = run(*command, "--json").splitlines()
    return {told["event"]: told for told in map(json.loads, lines)}


def told_losses(printed: str) -> list:
    return [float(loss) for loss in re.findall(r"held-out loss (?:before|after): ([\d.]+)", printed)]


def check(babble: list, folder: Path, cell: str, layers: int) -> str:
    learned, ours = folder / "sums.txt", folder / f"{cell}.safetensors"
    learned.write_text(text(), encoding="utf-8", newline="")
    settings = f"--cell {cell} --layers {layers} --hidden 24 --batch 4 --seq 16 --lr 0.01".split()
    run(*babble, "train", learned, "--out", ours, "--steps", "30", *settings)

    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2"]
    alone, shared = folder / "alone.safetensors", folder / "shared.safetensors"
    few = ["--steps", "10", "--lr", "0.001"]
    run(sys.executable, EXAMPLE, ours, learned, alone, *few)
    run(*torchrun, EXAMPLE, ours, learned, shared, *few)
    one, two = load_file(alone), load_file(shared)
    assert one.keys() == two.keys()
    for name in one:
        apart = (one[name] - two[name]).abs().mean().item()
        assert apart < MEAN_BOUND, f"{cell}: {name} of two processes is {apart} from that of one"
    moved = (load_file(ours)["head.weight"] - two["head.weight"]).abs().mean().item()
    assert moved > 100 * MEAN_BOUND, f"{cell}: the weights moved by no more than {moved}"

    before, after = told_losses(run(*torchrun, EXAMPLE, ours, learned, shared, "--steps", "150"))
    measured = objects(*babble, "eval", ours, learned)["eval"]["heldOutLoss"]
    assert abs(before - measured) < LOSS_BOUND, f"{cell}: PyTorch measures {before}, Babble {measured}"
    measured = objects(*babble, "eval", shared, learned)["eval"]
    assert abs(after - measured["heldOutLoss"]) < LOSS_BOUND, f"{cell}: {after}, Babble {measured}"
    assert measured["sameText"], "the file knows its text"
    assert after < before - 0.1, f"{cell}: from {before} to {after} nothing was learned"

    inspected = objects(*babble, "inspect", shared)["inspect"]
    assert (inspected["step"], inspected["resumable"]) == (180, False), inspected
    assert inspected["config"]["cell"] == cell
    told = objects(*babble, "train", learned, "--resume", shared, "--steps", "5")
    assert told["start"]["origin"] == "weights" and told["end"]["step"] == 5, told
    return f"{cell} x {layers}: {before:.3f} -> {after:.3f} in PyTorch {torch.__version__}, loaded again"


def main(babble: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for cell, layers in (("relu", 1), ("gru", 2), ("lstm", 1)):
            print(check(babble, Path(folder), cell, layers), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
