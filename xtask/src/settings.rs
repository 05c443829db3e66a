//! The table of settings as JavaScript and TypeScript, written from [`Config::SETTINGS`].

use babble::config::{CellKind, Config, Kind, Range, Setting, TEMPERATURE, TOP_K, TOP_P};
use babble::data::corpus::{MAX_CHARACTERS, MIN_CHARACTERS};
use babble::formats::checkpoint::MAX_BYTES;
use serde_json::{Map, Value, json};

/// Bounds that no setting of a run has, with what they are of.
const OTHER_LIMITS: [(&str, Range, &str); 4] = [
    (
        "temperature",
        TEMPERATURE,
        "of a sampler; 0 always takes the likeliest symbol",
    ),
    ("topK", TOP_K, "of a sampler; 0 chooses from all symbols"),
    ("topP", TOP_P, "of a sampler; 1 chooses from all symbols"),
    (
        "textCharacters",
        Range {
            min: MIN_CHARACTERS as f64,
            max: MAX_CHARACTERS as f64,
        },
        "of a text",
    ),
];

/// `settings.js`: the table and the limits, which need no module to be started.
pub fn script() -> String {
    let defaults = defaults();
    let rows: Vec<Value> = Config::SETTINGS
        .iter()
        .map(|setting| row(setting, default_of(setting, &defaults)))
        .collect();
    let mut limits = Map::new();
    for setting in Config::SETTINGS {
        if let Some(range) = range(setting) {
            limits.insert(setting.key.into(), bounds(range));
        }
    }
    for (name, range, _) in OTHER_LIMITS {
        limits.insert(name.into(), bounds(range));
    }
    limits.insert("weightsBytes".into(), json!(MAX_BYTES));
    let cells = CellKind::ALL.iter().map(|cell| {
        let torch = cell.properties().torch.as_ref();
        let torch = torch.map(|torch| json!({ "module": torch.module, "options": torch.options }));
        let row = json!({ "label": cell.label(), "torch": torch });
        (cell.name().to_owned(), row)
    });
    format!(
        "export const SETTINGS = {:#};\n\nexport const LIVE = {};\n\nexport const LIMITS = {:#};\n\nexport const CELLS = {:#};\n",
        Value::Array(rows),
        json!(Config::LIVE),
        Value::Object(limits),
        Value::Object(cells.collect())
    )
}

/// How [`types`] begins.
pub const TYPES_BEGIN: &str = "\n/** What the person chose. */\nexport interface Config {\n";

/// The interfaces of what the table describes; `babble.d.ts` ends with them.
pub fn types() -> String {
    let defaults = defaults();
    let mut types = String::from(TYPES_BEGIN);
    for setting in Config::SETTINGS {
        let bounds = range(setting).map_or_else(String::new, |Range { min, max }| {
            format!("{} to {}; ", number(min), number(max))
        });
        let default = default_of(setting, &defaults);
        let live = if setting.live {
            "; may change during a run"
        } else {
            ""
        };
        types += &format!(
            "  /**\n   * {}\n   * ({bounds}{default} in a new run{live})\n   */\n  {}: {};\n",
            about(setting),
            setting.key,
            kind_type(setting.kind)
        );
    }
    types += "}\n/** Settings that may change between two steps; those left out stay. */\n";
    types += &format!(
        "export type Tuning = Partial<Pick<Config, {}>>;\n",
        Config::LIVE
            .iter()
            .map(|key| format!("'{key}'"))
            .collect::<Vec<_>>()
            .join(" | ")
    );
    types += "/** Both ends are allowed. */\nexport interface Range { min: number; max: number }\n";
    types += "/** The bounds of everything that has some. */\nexport interface Limits {\n";
    for setting in Config::SETTINGS {
        if range(setting).is_some() {
            types += &format!("  {}: Range;\n", setting.key);
        }
    }
    for (name, _, about) in OTHER_LIMITS {
        types += &format!("  /** {about} */\n  {name}: Range;\n");
    }
    types += "  /** the largest weights file accepted */\n  weightsBytes: number;\n}\n";
    types += "/** One row of the table of settings. */
export interface Setting {
  key: keyof Config;
  /** what people call it */
  label: string;
  /** what it is, in a sentence or two */
  about: string;
  kind: 'whole' | 'number' | 'switch' | 'choice';
  /** of a number */
  min?: number;
  max?: number;
  /** the names that a choice is among */
  choices?: string[];
  /** what a new run has */
  default: number | boolean | string;
  /** whether it may change between two steps of a run */
  live: boolean;
}
/** A recurrence. */
export interface Cell {
  /** what people call it */
  label: string;
  /** the module of `torch.nn` that computes it, with its options besides the sizes as Python writes them */
  torch: { module: string; options: string } | null;
}
";
    types
}

/// `settings.d.ts`
pub fn script_types(name: &str) -> String {
    format!(
        "import type {{ Cell, Config, Limits, Setting, Tuning }} from './{name}.js';\n\n\
         /** Every setting of a run, in the order of a Config. */\n\
         export const SETTINGS: readonly Setting[];\n\
         /** The settings that may change between two steps. */\n\
         export const LIVE: readonly (keyof Tuning)[];\n\
         export const LIMITS: Limits;\n\
         /** Every cell, by its name in a Config. */\n\
         export const CELLS: Readonly<Record<Config['cell'], Cell>>;\n"
    )
}

/// What a new run has, by key.
fn defaults() -> Value {
    serde_json::to_value(Config::default()).expect("a configuration is JSON")
}

fn default_of(setting: &Setting, defaults: &Value) -> Value {
    let default = &defaults[setting.key];
    default.as_f64().map_or_else(|| default.clone(), number)
}

fn row(setting: &Setting, default: Value) -> Value {
    let mut row = Map::new();
    row.insert("key".into(), setting.key.into());
    row.insert("label".into(), setting.label.into());
    row.insert("about".into(), about(setting).into());
    let kind = match setting.kind {
        Kind::Whole(_) => "whole",
        Kind::Number(_) => "number",
        Kind::Switch => "switch",
        Kind::Choice(names) => {
            row.insert("choices".into(), json!(names));
            "choice"
        }
    };
    row.insert("kind".into(), kind.into());
    if let Some(Range { min, max }) = range(setting) {
        row.insert("min".into(), number(min));
        row.insert("max".into(), number(max));
    }
    row.insert("default".into(), default);
    row.insert("live".into(), setting.live.into());
    Value::Object(row)
}

fn about(setting: &Setting) -> String {
    setting.about.trim().replace('`', "")
}

fn range(setting: &Setting) -> Option<Range> {
    match setting.kind {
        Kind::Whole(range) | Kind::Number(range) => Some(range),
        Kind::Switch | Kind::Choice(_) => None,
    }
}

fn bounds(Range { min, max }: Range) -> Value {
    json!({ "min": number(min), "max": number(max) })
}

/// Whole numbers are written as such.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

fn kind_type(kind: Kind) -> String {
    match kind {
        Kind::Whole(_) | Kind::Number(_) => "number".into(),
        Kind::Switch => "boolean".into(),
        Kind::Choice(names) => names
            .iter()
            .map(|name| format!("'{name}'"))
            .collect::<Vec<_>>()
            .join(" | "),
    }
}
