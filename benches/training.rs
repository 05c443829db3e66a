//! `cargo bench`: how fast the native build trains, workload by workload, and what its kernels reach.
//! Medians of turns, in which everything is measured once, so that what else the machine does falls on
//! all alike. The numbers go to `target/bench/native.json` as well. `cargo bench -- W1 product` runs what
//! has such a word in its name.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use babble::config::{Config, RawConfig};
use babble::linalg::{
    Arithmetic, Columns, ColumnsMut, Packed, TransposeScratch, Update, exp_in_place, multiply,
    multiply_transposed, sigmoid_in_place, tanh_in_place, use_arithmetic,
};
use babble::training::trainer::Trainer;
use serde_json::{Value, json};

const TURNS: usize = 7;
const SLICE: Duration = Duration::from_millis(300);
/// V of every workload.
const SYMBOLS: usize = 65;

/// Something to measure: runs for about this long, and says how much it did and how long it took.
type Work = Box<dyn FnMut(Duration) -> (f64, Duration)>;

struct Subject {
    name: String,
    unit: &'static str,
    /// What a unit costs in floating-point operations, where that means something.
    flops: Option<f64>,
    work: Work,
    rates: Vec<f64>,
}

fn main() {
    // Cargo adds `--bench`.
    let mut words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let asked = words.len();
    words.retain(|word| word != "plain");
    let arithmetic = if words.len() < asked {
        Arithmetic::Plain
    } else {
        Arithmetic::Fused
    };
    let instructions =
        use_arithmetic(arithmetic).expect("this processor can: `-- plain` always does");
    println!("{arithmetic:?} arithmetic with {instructions}\n");
    let mut subjects: Vec<Subject> = workloads().chain(products()).chain(activations()).collect();
    subjects.retain(|subject| words.is_empty() || words.iter().any(|w| subject.name.contains(w)));
    for subject in &mut subjects {
        (subject.work)(SLICE / 3);
    }
    for turn in 1..=TURNS {
        eprintln!("turn {turn} of {TURNS}");
        for subject in &mut subjects {
            let (units, took) = (subject.work)(SLICE);
            subject.rates.push(units / took.as_secs_f64());
        }
    }
    let rows: Vec<Value> = subjects.iter().map(row).collect();
    let mut table =
        String::from("| what | unit | median a second | range | GFLOP/s |\n|-|-|-|-|-|\n");
    for row in &rows {
        let number = |key: &str| row[key].as_f64().map(short).unwrap_or_default();
        writeln!(
            table,
            "| {} | {} | {} | {} to {} | {} |",
            row["name"].as_str().unwrap_or_default(),
            row["unit"].as_str().unwrap_or_default(),
            number("median"),
            number("min"),
            number("max"),
            number("gflops"),
        )
        .expect("a string takes every line");
    }
    println!("{table}");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench");
    let path = folder.join("native.json");
    let content = json!({ "measured": "native", "arithmetic": format!("{arithmetic:?}"), "instructions": instructions, "turns": TURNS, "results": rows });
    std::fs::create_dir_all(&folder).expect("the target folder can be written");
    std::fs::write(&path, format!("{content:#}\n")).expect("the target folder can be written");
    println!("{}", path.display());
}

fn row(subject: &Subject) -> Value {
    let mut rates = subject.rates.clone();
    rates.sort_by(f64::total_cmp);
    let median = rates[rates.len() / 2];
    json!({
        "name": subject.name,
        "unit": subject.unit,
        "median": median,
        "min": rates[0],
        "max": rates[rates.len() - 1],
        "gflops": subject.flops.map(|flops| median * flops / 1e9),
        "rates": subject.rates,
    })
}

fn short(value: f64) -> String {
    match value {
        v if v >= 1e9 => format!("{:.2} G", v / 1e9),
        v if v >= 1e6 => format!("{:.2} M", v / 1e6),
        v if v >= 1e3 => format!("{:.1} k", v / 1e3),
        v => format!("{v:.1}"),
    }
}

/// Repeats `act`, worth `units` each time, until the time is over.
fn repeat(units: f64, mut act: impl FnMut() + 'static) -> Work {
    Box::new(move |slice| {
        let began = now();
        let mut done = 0.0;
        while (now() - began) < slice {
            act();
            done += units;
        }
        (done, (now() - began))
    })
}

/// The workloads of www/bench/workloads.js.
fn workloads() -> impl Iterator<Item = Subject> {
    [
        ("W1", "rnn", 100, 1, 1, 25),
        ("W2", "rnn", 128, 1, 16, 64),
        ("W3", "rnn", 256, 1, 32, 64),
        ("W4", "lstm", 128, 2, 50, 50),
        ("W5", "gru", 256, 1, 32, 64),
    ]
    .into_iter()
    .map(|(name, cell, hidden, layers, batch, steps)| {
        let gates = hidden * match cell {
            "gru" => 3,
            "lstm" => 4,
            _ => 1,
        };
        let weights = gates * hidden * (2 * layers - 1) + hidden * SYMBOLS;
        let raw: RawConfig = serde_json::from_value(json!({
            "cell": cell, "hiddenSize": hidden, "layers": layers, "batchSize": batch,
            "sequenceLength": steps, "optimizer": "adam", "learningRate": 0.002, "clipNorm": 5, "seed": 1,
        }))
        .expect("the configuration is complete");
        let config = Config::from_raw(&raw).expect("the configuration is allowed");
        let mut trainer = Trainer::<f32>::new(config, &text()).expect("the text is long enough");
        Subject {
            name: format!("{name} {cell} {hidden} x {layers}, B {batch}, T {steps}"),
            unit: "characters",
            flops: Some(6.0 * weights as f64),
            work: Box::new(move |slice| {
                let (began, before) = (now(), trainer.characters_seen());
                while (now() - began) < slice {
                    trainer.step().expect("it does not diverge");
                }
                ((trainer.characters_seen() - before) as f64, (now() - began))
            }),
            rates: Vec::new(),
        }
    })
}

/// 200,000 characters with as many symbols as every workload has, in no order to speak of.
fn text() -> String {
    let symbols: Vec<char> = ('!'..).take(SYMBOLS).collect();
    let mut state = 1u32;
    let drawn = std::iter::from_fn(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let x = (state >> 16) as usize % (SYMBOLS * SYMBOLS);
        Some(symbols[(x as f64).sqrt() as usize])
    });
    symbols.iter().copied().chain(drawn).take(200_000).collect()
}

/// Products of the shapes that the workloads ask for: A B with A packed, and C += A B^T.
fn products() -> impl Iterator<Item = Subject> {
    let numbers = |count: usize| -> Vec<f32> {
        (0..count)
            .map(|i| (i * 7 % 13) as f32 / 16.0 - 0.4)
            .collect()
    };
    let shapes = [
        (100, 100, 1),
        (128, 128, 16),
        (256, 256, 32),
        (512, 512, 32),
        (256, 2048, 256),
    ];
    shapes.into_iter().flat_map(move |(m, k, n)| {
        let (a, b, mut c) = (numbers(m * k), numbers(k * n), vec![0.0; m * n]);
        let mut packed = Packed::with_capacity(m, k);
        packed.pack(Columns::new(&a, m));
        let product = repeat(1.0, move || {
            let (c, b) = (ColumnsMut::new(&mut c, m), Columns::new(&b, k));
            multiply(c, Update::Replace, &packed, b);
        });
        let (a, b, mut c) = (numbers(m * k), numbers(k * n), vec![0.0; m * n]);
        let mut scratch = TransposeScratch::with_capacity(m.max(n));
        let transposed = repeat(1.0, move || {
            let (a, b) = (Columns::new(&a, m), Columns::new(&b, n));
            multiply_transposed(ColumnsMut::new(&mut c, m), a, b, &mut scratch);
        });
        let shape = format!("{m} x {k} x {n}");
        [("product", product), ("transposed product", transposed)].map(|(name, work)| Subject {
            name: format!("{name} {shape}"),
            unit: "products",
            flops: Some(2.0 * (m * k * n) as f64),
            work,
            rates: Vec::new(),
        })
    })
}

fn activations() -> impl Iterator<Item = Subject> {
    type InPlace = fn(&mut [f32]);
    let functions: [(&str, InPlace); 3] = [
        ("tanh", tanh_in_place),
        ("sigmoid", sigmoid_in_place),
        ("exp", exp_in_place),
    ];
    functions.into_iter().map(|(name, function)| {
        let source: Vec<f32> = (0..4096).map(|i| i as f32 / 512.0 - 4.0).collect();
        let mut values = source.clone();
        let count = source.len() as f64;
        let work = repeat(count, move || {
            values.copy_from_slice(&source);
            function(black_box(&mut values));
        });
        Subject {
            name: name.to_owned(),
            unit: "values",
            flops: None,
            work,
            rates: Vec::new(),
        }
    })
}

/// A clock: this thread's processor time where the system says it, which is Linux; else the time since the first call.
fn now() -> Duration {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|said| said.split(' ').next()?.parse().ok())
        .map_or_else(
            || BEGAN.get_or_init(Instant::now).elapsed(),
            Duration::from_nanos,
        )
}
