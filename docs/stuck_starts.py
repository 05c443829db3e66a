"""Counts the starts from which a trained network never comes to itself: python3 docs/stuck_starts.py BABBLE [FOLDER].

BABBLE is the built terminal (target/release/babble). For seeds 1 to 5 and some probabilities of a state reset it
trains a GRU of 64 units (B 8, T 32, Adam 0.005, 400,000 characters) on 50 kB of invented sentences, and then lets
it read 200 passages of that text from the zero state: 100 that begin anywhere, 100 behind 50 random symbols. A
start is stuck when the mean loss over the 1,000 characters that follow is above blind guessing, ln V. It prints
the held-out loss and the stuck starts of every run.
"""

import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

PROBABILITIES = 0, 0.01, 0.03, 0.1
SEEDS = range(1, 6)
STARTS, PASSAGE, NOISE = 200, 1000, 50
SETTINGS = (
    "--cell gru --hidden 64 --batch 8 --seq 32 --lr 0.005 --recurrent-rate 1 --averaging 0.99 --run-characters 400000"
).split()
SYLLABLES = "ba ke lo mi nu ra si to ve zo an el ir os um tha pri gol fen dra".split()


def invented_text():
    """120 paragraphs of six sentences out of 400 invented words."""
    rng = random.Random(3)
    words = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))) for _ in range(400)]

    def sentence():
        chosen = [rng.choice(words) for _ in range(rng.randint(5, 12))]
        return " ".join(chosen).capitalize() + rng.choice("...?!")

    return "\n\n".join(" ".join(sentence() for _ in range(6)) for _ in range(120))


def babble(program, *arguments):
    """The last event that a command tells."""
    done = subprocess.run([program, *map(str, arguments), "--json"], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def is_stuck(program, weights, passage, blind, folder):
    """Whether the network is lost all over a passage behind its first characters, which it may need."""
    file = folder / "passage.txt"
    file.write_text(passage)
    return babble(program, "eval", weights, file)["wholeLoss"] > blind


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    text = invented_text()
    symbols = sorted(set(text))
    (folder / "plain.txt").write_text(text)
    rng = random.Random(1)
    passages = []
    for index in range(STARTS):
        at = rng.randrange(len(text) - PASSAGE)
        noise = "".join(rng.choice(symbols) for _ in range(NOISE)) if index % 2 else ""
        passages.append(noise + text[at : at + PASSAGE])
    print(f"{len(text)} characters, {len(symbols)} symbols, blind guessing {math.log(len(symbols)):.3f}")
    for probability in PROBABILITIES:
        for seed in SEEDS:
            weights = folder / f"{probability}-{seed}.safetensors"
            chosen = [*SETTINGS, "--seed", seed, "--state-reset", probability]
            told = babble(program, "train", folder / "plain.txt", "--out", weights, "--force", *chosen)
            stuck = sum(is_stuck(program, weights, passage, math.log(len(symbols)), folder) for passage in passages)
            print(
                f"reset {probability:<5} seed {seed}: held-out {told['heldOut']['loss']:.3f},"
                f" {stuck} of {STARTS} starts stuck",
                flush=True,
            )


main()
