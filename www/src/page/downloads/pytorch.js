/** Code that loads a weights file into PyTorch, with the sizes of the run. Pure. */

import { CELLS } from '../../../../pkg/settings.js';

/** @import { Config } from '../../shared/protocol.js' */

/**
 * @param {object} model
 * @param {string} model.fileName
 * @param {Config} model.config
 * @param {number} model.symbols
 */
export function pytorchCode({ fileName, config, symbols }) {
  const { cell, layers, hiddenSize } = config;
  const depth = layers === 1 ? '' : `, num_layers=${layers}`;
  const { label, torch } = CELLS[cell];
  if (torch === null) return `# PyTorch has no module for the cell ${label}.\n`;
  const options = torch.options === '' ? '' : `, ${torch.options}`;
  return `# pip install torch safetensors numpy
import json
import torch
from safetensors import safe_open

FILE = ${pythonString(fileName)}


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = torch.nn.${torch.module}(${symbols}, ${hiddenSize}${depth}${options})
        self.head = torch.nn.Linear(${hiddenSize}, ${symbols})

    def forward(self, ids, state=None):  # ids: T x B
        x = torch.nn.functional.one_hot(ids, ${symbols}).float()
        y, state = self.rnn(x, state)
        return self.head(y), state


with safe_open(FILE, "pt") as file:
    vocab = json.loads(file.metadata()["vocab"])  # symbols in the order of their ids
    names = [name for name in file.keys() if not name.startswith("resume.")]
    weights = {name: file.get_tensor(name) for name in names}

net = Net()
net.load_state_dict(weights)  # strict: every tensor has its place

# It writes on from a symbol that it knows.
temperature = 0.8
symbol, state, text = torch.tensor([[0]]), None, ""
with torch.no_grad():
    for _ in range(500):
        logits, state = net(symbol, state)
        symbol = torch.multinomial((logits[-1] / temperature).softmax(-1), 1)
        text += vocab[symbol.item()]
print(text)
`;
}

/** A string as Python writes it: JSON's escapes are among Python's. @param {string} text */
const pythonString = (text) =>
  // JSON writes a pair of surrogates as two escapes, which are two symbols in Python.
  `"${[...text].map((symbol) => (/["\\]|\p{Cc}/u.test(symbol) ? JSON.stringify(symbol).slice(1, -1) : symbol)).join('')}"`;
