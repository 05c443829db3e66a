"""Does examples/continue_in_pytorch.py take over where Babble stops, and give back what Babble loads?

    python continue_in_pytorch.py BABBLE...        BABBLE: the command, `babble` or `cargo run ... --`

Babble trains a little. Two processes, by torchrun and DistributedDataParallel, measure the same held-out loss and train
on, to the weights that one process comes to; Babble measures what they say of the result, and trains on
from it. Ends with an exit code other than 0 otherwise.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from safetensors.torch import load_file

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE, DOCS = ROOT / "examples" / "continue_in_pytorch.py", ROOT / "docs" / "weights.md"
# Two implementations that round in float32, in the mean over hundreds of numbers near 1, told to four decimals.
LOSS_BOUND = 1e-4
# Ten updates by gradients that differ in their rounding: Adam divides by their size, so that a weight with hardly
# any gradient may move either way, by ten times the learning rate of 2e-3 at most. In the mean nearly none does.
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


def torchrun(processes: int, *args) -> str:
    documented = re.search(r"^torchrun (.*--nproc_per_node) \d", DOCS.read_text(), re.M)
    assert documented, f"{DOCS} has no line for many processes"
    # What `torchrun` is, in this very Python.
    module = ["-m", "torch.distributed.run"]
    return run(sys.executable, *module, *documented[1].split(), processes, EXAMPLE, *args)


def learn(babble: list, folder: Path, cell: str, layers: int):
    """The text, and weights that Babble has trained for 30 steps on it."""
    learned, ours = folder / "sums.txt", folder / f"{cell}.safetensors"
    learned.write_text(text(), encoding="utf-8", newline="")
    settings = f"--cell {cell} --layers {layers} --hidden 24 --batch 4 --seq 16 --lr 0.01"
    constant = "--schedule constant --warmup-characters 0"
    run(*babble, "train", learned, "--out", ours, "--steps", "30", *settings.split(), *constant.split())
    return learned, ours


def two_are_as_one(babble: list, folder: Path) -> str:
    learned, ours = learn(babble, folder, "gru", 2)
    alone, shared = folder / "alone.safetensors", folder / "shared.safetensors"
    few = ["--steps", "10", "--lr", "0.002"]
    run(sys.executable, EXAMPLE, ours, learned, alone, *few)
    torchrun(2, ours, learned, shared, *few)
    before, one, two = load_file(ours), load_file(alone), load_file(shared)
    assert one.keys() == two.keys() == {name for name in before if not name.startswith("resume.")}
    apart = max((one[name] - two[name]).abs().mean().item() for name in one)
    moved = min((one[name] - before[name]).abs().mean().item() for name in one)
    assert apart < MEAN_BOUND < moved / 100, f"two processes are {apart} from one, which moved {moved}"
    return f"two processes come to the weights of one within {apart:.1e}, having moved them by {moved:.1e}"


def there_and_back(babble: list, folder: Path, cell: str) -> str:
    learned, ours = learn(babble, folder, cell, 1)
    theirs = folder / "theirs.safetensors"
    before, after = told_losses(torchrun(2, ours, learned, theirs, "--steps", "150"))
    measured = objects(*babble, "eval", ours, learned)["eval"]["heldOutLoss"]
    assert abs(before - measured) < LOSS_BOUND, f"{cell}: PyTorch measures {before}, Babble {measured}"
    measured = objects(*babble, "eval", theirs, learned)["eval"]
    assert abs(after - measured["heldOutLoss"]) < LOSS_BOUND, f"{cell}: {after}, Babble {measured}"
    assert measured["sameText"], "the file knows its text"
    assert after < before - 0.1, f"{cell}: from {before} to {after} nothing was learned"

    inspected = objects(*babble, "inspect", theirs)["inspect"]
    assert (inspected["step"], inspected["resumable"]) == (180, False), inspected
    assert inspected["config"]["cell"] == cell
    told = objects(*babble, "train", learned, "--resume", theirs, "--force", "--steps", "5")
    assert told["start"]["origin"] == "weights" and told["end"]["step"] == 5, told
    return f"{cell}: held-out loss {before:.3f} -> {after:.3f}, loaded again"


def main(babble: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(two_are_as_one(babble, Path(folder)), flush=True)
        for cell in ("relu", "lstm"):
            print(there_and_back(babble, Path(folder), cell), flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
