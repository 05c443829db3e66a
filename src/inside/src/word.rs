//! What a person may look into: a short word or a few numbers, and a small network that reads them.

use babble::config::CellKind;
use babble::data::vocab::SymbolId;
use babble::nn::gradcheck::Task;
use babble::nn::params::Sizes;
use babble::nn::unrolled::Unrolled;
use serde::Deserialize;

/// The most letters of a word.
pub const MOST_LETTERS: usize = 6;
/// The most units of a layer.
pub const MOST_UNITS: usize = 4;
/// The most layers.
pub const MOST_LAYERS: usize = 2;

/// The most numbers that are read, or should come out, at a time step.
pub const MOST_NUMBERS: usize = 4;
/// The largest number.
pub const LARGEST: f64 = 10.0;

/// What a network is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The kind of its units.
    pub cell: CellKind,
    /// How many layers.
    pub layers: usize,
    /// How many units in each.
    pub hidden: usize,
    /// What it reads: each letter but the last one, to guess the next.
    pub word: String,
    /// What it reads in place of the word.
    #[serde(default)]
    pub numbers: Option<Numbers>,
    /// Where its weights come from.
    pub seed: u32,
}

/// Numbers as a person types them: a semicolon between time steps, a space between numbers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// What is read at each time step.
    pub inputs: String,
    /// What should come of it.
    pub targets: String,
}

/// The letters of a word in the order in which they first come, none for numbers, and the network that reads it.
///
/// # Errors
/// A sentence, when word, numbers or network are too small or too large.
pub fn network(settings: &Settings) -> Result<(Vec<char>, Unrolled), String> {
    let &Settings {
        cell,
        layers,
        hidden,
        seed,
        ..
    } = settings;
    let read = match &settings.numbers {
        None => of_word(&settings.word)?,
        Some(numbers) => of_numbers(numbers)?,
    };
    if !(1..=MOST_UNITS).contains(&hidden) {
        return Err(format!(
            "The network may have 1 to {MOST_UNITS} units in a layer, and not {hidden}."
        ));
    }
    if !(1..=MOST_LAYERS).contains(&layers) {
        return Err(format!(
            "The network may have 1 to {MOST_LAYERS} layers, and not {layers}."
        ));
    }
    let Read {
        letters,
        task,
        inputs,
        outputs,
    } = read;
    let sizes = Sizes {
        cell,
        inputs,
        hidden,
        layers,
        outputs,
    };
    Ok((letters, Unrolled::random(sizes, task, u64::from(seed))))
}

/// What is read, and how large it makes a network.
struct Read {
    letters: Vec<char>,
    task: Task,
    inputs: usize,
    outputs: usize,
}

fn of_word(word: &str) -> Result<Read, String> {
    let word: Vec<char> = word.chars().collect();
    if !(2..=MOST_LETTERS).contains(&word.len()) {
        return Err(format!(
            "A word of 2 to {MOST_LETTERS} letters fits here; this one has {}.",
            word.len()
        ));
    }
    let mut letters = Vec::new();
    let mut ids: Vec<SymbolId> = Vec::new();
    for letter in word {
        let known = letters.iter().position(|&known| known == letter);
        let id = known.unwrap_or_else(|| {
            letters.push(letter);
            letters.len() - 1
        });
        ids.push(id as SymbolId);
    }
    if letters.len() < 2 {
        return Err("The word needs two different letters, or there is nothing to guess.".into());
    }
    Ok(Read {
        inputs: letters.len(),
        outputs: letters.len(),
        letters,
        task: Task::Symbols {
            inputs: ids[..ids.len() - 1].to_vec(),
            targets: ids[1..].to_vec(),
        },
    })
}

fn of_numbers(Numbers { inputs, targets }: &Numbers) -> Result<Read, String> {
    let (inputs, targets) = (parsed(inputs)?, parsed(targets)?);
    if inputs.len() != targets.len() {
        return Err(format!(
            "Each time step needs its target: there are {} steps of numbers in, and {} of targets.",
            inputs.len(),
            targets.len()
        ));
    }
    Ok(Read {
        letters: Vec::new(),
        inputs: inputs[0].len(),
        outputs: targets[0].len(),
        task: Task::Values {
            inputs: inputs.concat(),
            targets: targets.concat(),
        },
    })
}

/// The numbers of each time step.
fn parsed(typed: &str) -> Result<Vec<Vec<f64>>, String> {
    let steps: Vec<Vec<f64>> = typed
        .split(';')
        .map(|step| step.split_whitespace().map(number).collect())
        .collect::<Result<_, String>>()?;
    let most = MOST_LETTERS - 1;
    if steps.len() > most {
        return Err(format!(
            "There may be 1 to {most} time steps, and not {}.",
            steps.len()
        ));
    }
    if !(1..=MOST_NUMBERS).contains(&steps[0].len()) {
        return Err(format!(
            "A time step has 1 to {MOST_NUMBERS} numbers, with a space between them. A semicolon begins the next step."
        ));
    }
    if steps.iter().any(|step| step.len() != steps[0].len()) {
        return Err("Every time step needs as many numbers as the first one.".into());
    }
    Ok(steps)
}

fn number(typed: &str) -> Result<f64, String> {
    let value = typed.replace('−', "-").parse().ok();
    value
        .filter(|value: &f64| value.abs() <= LARGEST)
        .ok_or_else(|| {
            let start: String = typed.chars().take(12).collect();
            format!("“{start}” is not a number from −{LARGEST} to {LARGEST}, such as 0.5.")
        })
}
