export const SETTINGS = [
  {
    "key": "cell",
    "label": "Cell",
    "about": "The recurrence of every layer.",
    "choices": [
      "rnn",
      "relu",
      "gru",
      "lstm"
    ],
    "kind": "choice",
    "default": "gru",
    "live": false
  },
  {
    "key": "layers",
    "label": "Layers",
    "about": "L, layers stacked on each other.",
    "kind": "whole",
    "min": 1,
    "max": 8,
    "default": 1,
    "live": false
  },
  {
    "key": "hiddenSize",
    "label": "Hidden size",
    "about": "H, units of the hidden state.",
    "kind": "whole",
    "min": 1,
    "max": 1024,
    "default": 128,
    "live": false
  },
  {
    "key": "dropout",
    "label": "Dropout",
    "about": "The share of values left out between two layers while training.",
    "kind": "number",
    "min": 0,
    "max": 0.9,
    "default": 0,
    "live": true
  },
  {
    "key": "forgetBias",
    "label": "Forget-gate bias",
    "about": "What the biases of an LSTM's forget gates begin with; the other cells have none.",
    "kind": "number",
    "min": 0,
    "max": 5,
    "default": 1,
    "live": false
  },
  {
    "key": "initialization",
    "label": "Initialization",
    "about": "How the weights are drawn.",
    "choices": [
      "orthogonal",
      "uniform"
    ],
    "kind": "choice",
    "default": "orthogonal",
    "live": false
  },
  {
    "key": "batchSize",
    "label": "Batch size",
    "about": "B, streams of text that are read side by side.",
    "kind": "whole",
    "min": 1,
    "max": 512,
    "default": 10,
    "live": false
  },
  {
    "key": "sequenceLength",
    "label": "Sequence length",
    "about": "T, characters of every stream that one step reads.",
    "kind": "whole",
    "min": 1,
    "max": 1024,
    "default": 64,
    "live": true
  },
  {
    "key": "passageLength",
    "label": "Passage length",
    "about": "Characters that a stream reads on end before it goes on elsewhere in the text, from the zero state. In each pass the passages come in another order, spread over the text. 0: each stream is a contiguous part of the text, as it is where the text is too short for two passages in each stream.",
    "kind": "whole",
    "min": 0,
    "max": 1000000,
    "default": 512,
    "live": false
  },
  {
    "key": "stateReset",
    "label": "State reset",
    "about": "The probability with which each stream begins a chunk with the zero state instead of the carried one. Without it training hardly ever meets the zero state, and a network may never leave a state that some texts lead it to from there.",
    "kind": "number",
    "min": 0,
    "max": 1,
    "default": 0.1,
    "live": true
  },
  {
    "key": "optimizer",
    "label": "Optimizer",
    "about": "The optimiser.",
    "choices": [
      "sgd",
      "adagrad",
      "rmsprop",
      "adam",
      "adamw"
    ],
    "kind": "choice",
    "default": "adam",
    "live": false
  },
  {
    "key": "momentum",
    "label": "Momentum",
    "about": "SGD's momentum; the other optimisers have none to set.",
    "kind": "number",
    "min": 0,
    "max": 0.999,
    "default": 0,
    "live": false
  },
  {
    "key": "weightDecay",
    "label": "Weight decay",
    "about": "AdamW's weight decay; the other optimisers have none.",
    "kind": "number",
    "min": 0,
    "max": 1,
    "default": 0.01,
    "live": false
  },
  {
    "key": "averaging",
    "label": "Weight averaging",
    "about": "What the average of the weights keeps of itself with each step; 0 for no average. The network that is measured, writes and is saved has the average weights. Training does not see them.",
    "kind": "number",
    "min": 0,
    "max": 0.9999,
    "default": 0.998,
    "live": false
  },
  {
    "key": "learningRate",
    "label": "Learning rate",
    "about": "The learning rate at its height; the schedule scales it.",
    "kind": "number",
    "min": 1e-6,
    "max": 1000,
    "default": 0.03,
    "live": true
  },
  {
    "key": "recurrentRate",
    "label": "Recurrent rate",
    "about": "The learning rate of the weights that lead from unit to unit, within a layer and between layers, as a share of the others'.",
    "kind": "number",
    "min": 0,
    "max": 1,
    "default": 0.25,
    "live": false
  },
  {
    "key": "schedule",
    "label": "Schedule",
    "about": "How the learning rate changes.",
    "choices": [
      "constant",
      "step",
      "cosine"
    ],
    "kind": "choice",
    "default": "cosine",
    "live": false
  },
  {
    "key": "warmupCharacters",
    "label": "Warm-up",
    "about": "Characters over which the learning rate rises from zero, under any schedule.",
    "kind": "whole",
    "min": 0,
    "max": 1000000000000,
    "default": 20000,
    "live": false
  },
  {
    "key": "decayFactor",
    "label": "Decay factor",
    "about": "What a step decay multiplies by.",
    "kind": "number",
    "min": 0,
    "max": 1,
    "default": 0.5,
    "live": false
  },
  {
    "key": "decayEvery",
    "label": "Decay every",
    "about": "Characters between two step decays.",
    "kind": "whole",
    "min": 1,
    "max": 1000000000000,
    "default": 1000000,
    "live": false
  },
  {
    "key": "rateFloor",
    "label": "Rate floor",
    "about": "The share of the learning rate that a cosine ends at.",
    "kind": "number",
    "min": 0,
    "max": 1,
    "default": 0.02,
    "live": false
  },
  {
    "key": "runCharacters",
    "label": "Length of the run",
    "about": "The length of the run in characters: where schedules end.",
    "kind": "whole",
    "min": 1,
    "max": 1000000000000,
    "default": 5000000,
    "live": false
  },
  {
    "key": "stopAtEnd",
    "label": "Stop at the end",
    "about": "Whether training stops there; otherwise it goes on at the rate that the schedule ended with.",
    "kind": "switch",
    "default": true,
    "live": false
  },
  {
    "key": "patience",
    "label": "Patience",
    "about": "Measurements of the held-out loss without progress before training stops and goes back to the best weights; 0 never. One counts in each pass over the text, or in 100,000 characters if that is more.",
    "kind": "whole",
    "min": 0,
    "max": 10000,
    "default": 0,
    "live": false
  },
  {
    "key": "clipNorm",
    "label": "Gradient clip",
    "about": "The bound on the gradients' global norm; 0 switches clipping off.",
    "kind": "number",
    "min": 0,
    "max": 1000,
    "default": 1,
    "live": true
  },
  {
    "key": "clipValue",
    "label": "Value clip",
    "about": "The bound on each gradient by itself, applied before the norm's; 0 switches it off.",
    "kind": "number",
    "min": 0,
    "max": 1000,
    "default": 0,
    "live": true
  },
  {
    "key": "shards",
    "label": "Shards",
    "about": "Parts of the batch whose gradients are summed in a fixed order, so that several workers can share a step and come to the same bits as one.",
    "kind": "whole",
    "min": 1,
    "max": 16,
    "default": 1,
    "live": false
  },
  {
    "key": "fused",
    "label": "Fused arithmetic",
    "about": "Whether multiplications are fused with the additions behind them where the page's browser can: faster, and the last digits are the processor's. The native build rounds after each operation whatever this says.",
    "kind": "switch",
    "default": false,
    "live": false
  },
  {
    "key": "seed",
    "label": "Seed",
    "about": "What the initial weights and the sampler are drawn from.",
    "kind": "whole",
    "min": 0,
    "max": 4294967295,
    "default": 1,
    "live": false
  }
];

export const LIVE = ["dropout","sequenceLength","stateReset","learningRate","clipNorm","clipValue"];

export const LIMITS = {
  "layers": {
    "min": 1,
    "max": 8
  },
  "hiddenSize": {
    "min": 1,
    "max": 1024
  },
  "dropout": {
    "min": 0,
    "max": 0.9
  },
  "forgetBias": {
    "min": 0,
    "max": 5
  },
  "batchSize": {
    "min": 1,
    "max": 512
  },
  "sequenceLength": {
    "min": 1,
    "max": 1024
  },
  "passageLength": {
    "min": 0,
    "max": 1000000
  },
  "stateReset": {
    "min": 0,
    "max": 1
  },
  "momentum": {
    "min": 0,
    "max": 0.999
  },
  "weightDecay": {
    "min": 0,
    "max": 1
  },
  "averaging": {
    "min": 0,
    "max": 0.9999
  },
  "learningRate": {
    "min": 1e-6,
    "max": 1000
  },
  "recurrentRate": {
    "min": 0,
    "max": 1
  },
  "warmupCharacters": {
    "min": 0,
    "max": 1000000000000
  },
  "decayFactor": {
    "min": 0,
    "max": 1
  },
  "decayEvery": {
    "min": 1,
    "max": 1000000000000
  },
  "rateFloor": {
    "min": 0,
    "max": 1
  },
  "runCharacters": {
    "min": 1,
    "max": 1000000000000
  },
  "patience": {
    "min": 0,
    "max": 10000
  },
  "clipNorm": {
    "min": 0,
    "max": 1000
  },
  "clipValue": {
    "min": 0,
    "max": 1000
  },
  "shards": {
    "min": 1,
    "max": 16
  },
  "seed": {
    "min": 0,
    "max": 4294967295
  },
  "temperature": {
    "min": 0,
    "max": 2
  },
  "topK": {
    "min": 0,
    "max": 65536
  },
  "topP": {
    "min": 0.01,
    "max": 1
  },
  "textCharacters": {
    "min": 100,
    "max": 100000000
  },
  "weightsBytes": 268435456
};

export const CELLS = {
  "rnn": {
    "label": "RNN",
    "torch": {
      "module": "RNN",
      "options": ""
    }
  },
  "relu": {
    "label": "ReLU RNN",
    "torch": {
      "module": "RNN",
      "options": "nonlinearity=\"relu\""
    }
  },
  "gru": {
    "label": "GRU",
    "torch": {
      "module": "GRU",
      "options": ""
    }
  },
  "lstm": {
    "label": "LSTM",
    "torch": {
      "module": "LSTM",
      "options": ""
    }
  }
};
