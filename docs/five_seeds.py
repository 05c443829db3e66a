"""Trains with the seeds 1 to 5 and prints the held-out loss after so many characters: median, least and most.

    cargo build --release --features cli
    python3 docs/five_seeds.py target/release/babble TEXT --every 500000 --until 5000000 -- --passage-length 0

What stands behind `--` goes to `babble train`. The runs come one after another, each on one thread, and the length of
the run, where the schedule ends, is the default's unless it is given.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SEEDS = range(1, 6)


def losses(babble, text, seed, every, until, flags):
    """The held-out losses of one run: {characters: nats}."""
    with tempfile.TemporaryDirectory() as folder:
        command = [babble, "train", text, "--json", "--threads", "1", "--seed", str(seed)]
        command += ["--out", str(Path(folder) / "weights.safetensors"), "--measure-every", str(every), *flags]
        found = {}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                event = json.loads(line)
                if event["event"] == "heldOut":
                    found[every * (len(found) + 1)] = event["loss"]
                    if len(found) * every >= until:
                        process.terminate()
                        break
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("babble")
    parser.add_argument("text")
    parser.add_argument("--every", type=int, default=500_000, help="characters between two measurements")
    parser.add_argument("--until", type=int, default=5_000_000, help="characters that each run reads")
    given = sys.argv[1:]
    end = given.index("--") if "--" in given else len(given)
    args, flags = parser.parse_args(given[:end]), given[end + 1 :]
    runs = [losses(args.babble, args.text, seed, args.every, args.until, flags) for seed in SEEDS]
    print("characters  median  least   most")
    for characters in sorted(set.intersection(*(set(run) for run in runs))):
        of = [run[characters] for run in runs]
        print(f"{characters:10,}  {statistics.median(of):.3f}   {min(of):.3f}   {max(of):.3f}")


if __name__ == "__main__":
    main()
