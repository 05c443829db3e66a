//! What a person should know of a text before it is learned. Page and terminal say the same.

use serde::Serialize;

use crate::data::corpus::MIN_CHARACTERS;

/// So many of the symbols that only the held-out part has are named.
const NAMED: usize = 5;
/// A symbol is hardly learned that comes so many times as often in the held-out tenth as in all the rest.
const MOSTLY: u32 = 4;
/// A symbol that comes so often does so by no chance.
const MANY: u32 = 10;
/// A smaller share of the held-out part hardly raises its loss.
const LITTLE: f64 = 0.02;
/// A larger share of the held-out part that stands in the rest is worth a word; licences and refrains are smaller.
const MUCH: f64 = 0.2;
/// Passages of so many bytes are looked for: two texts hardly share one by chance.
const PASSAGE: usize = 40;
/// At most about so many of them, for the search shall not leave the processor's cache.
const PASSAGES: usize = 10_000;
/// A list has this many lines at least, of this many bytes at most on the average.
const LEAST_LINES: usize = 25;
const LONGEST_LINE: usize = 60;
/// In a sorted list so many of ten lines come no earlier than the line before; in a shuffled one, five.
const SORTED_OF_TEN: usize = 9;
/// Where lines are sorted in parts, the held-out part is unlike the rest when so many of ten of its lines come later than
/// a line of the rest; of a fair sample, five.
const LATER_OF_TEN: usize = 7;
/// Of more lines than this, some stand for all.
const LINES: usize = 10_000;

/// What stands out in a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// How many symbols only the held-out part has, or has for the most part: the network hardly sees them.
    pub unlearned_symbols: usize,
    /// How many characters of the held-out part they are.
    pub unlearned_characters: usize,
    /// What follows from all this for who trains on the text, in sentences.
    pub remarks: Vec<String>,
    /// Whether it is a list in the order of the alphabet, as a whole or in parts, so that its end is no sample of it.
    pub sorted: bool,
    /// The share of the held-out part that stands word for word in the rest.
    pub repeated: f64,
    /// Control characters other than newlines and tabs.
    pub controls: usize,
    /// Closing tags, as markup has them.
    pub tags: usize,
}

/// The facts of a normalized text.
#[must_use]
pub fn facts(text: &str) -> Facts {
    let characters = text.chars().count();
    let training = text
        .char_indices()
        .nth(characters * 9 / 10)
        .map_or(text.len(), |(at, _)| at);
    let (training, held_out) = text.split_at(training);

    let (learned, asked) = (counts(training), counts(held_out));
    let new = || {
        (0u32..)
            .zip(learned.iter().zip(&asked))
            .filter(|&(_, (&learned, &asked))| {
                // The tenth of the text has most of it, by far; once or twice is chance.
                asked > MOSTLY * learned && (learned == 0 || asked >= MANY)
            })
            .filter_map(|(code, (&learned, &asked))| Some((char::from_u32(code)?, learned, asked)))
    };
    let order = order_of(text);
    let mut facts = Facts {
        unlearned_symbols: new().count(),
        unlearned_characters: new().map(|(.., asked)| asked as usize).sum(),
        remarks: Vec::new(),
        sorted: order.is_some(),
        repeated: repeated(training.as_bytes(), held_out.as_bytes()),
        controls: text.chars().filter(|&symbol| is_control(symbol)).count(),
        tags: text
            .as_bytes()
            .windows(3)
            .filter(|three| three.starts_with(b"</") && three[2].is_ascii_alphabetic())
            .count(),
    };
    let names: Vec<String> = new()
        .take(NAMED)
        .map(|(symbol, ..)| format!("{symbol:?}"))
        .collect();
    let first = text.chars().next();
    let differs = text.chars().any(|symbol| Some(symbol) != first);
    // Else the text is refused, for a reason that comes before all of these.
    if characters >= MIN_CHARACTERS && differs {
        let never = new().all(|(_, learned, _)| learned == 0);
        facts.remarks = remarks(
            &facts,
            &names,
            never,
            order,
            characters - characters * 9 / 10,
        );
    }
    facts
}

fn remarks(
    facts: &Facts,
    names: &[String],
    never: bool,
    order: Option<&str>,
    held_out_characters: usize,
) -> Vec<String> {
    let mut remarks = Vec::new();
    let symbols = facts.unlearned_symbols;
    if symbols > 0 {
        let share = facts.unlearned_characters as f64 / held_out_characters as f64;
        let (noun, them) = if symbols == 1 {
            ("symbol stands", "it")
        } else {
            ("symbols stand", "them")
        };
        let (only, sees) = if never {
            ("only", "never sees")
        } else {
            ("only or mostly", "hardly sees")
        };
        let more = if symbols > names.len() { ", …" } else { "" };
        remarks.push(format!(
            "{symbols} {noun} {only} in the held-out part ({}{more}): {} of its characters. The network {sees} {them}, so {}.",
            names.join(", "),
            percent(share),
            if share < LITTLE {
                "the held-out loss is a little higher than it might be"
            } else {
                "the held-out loss stays high, however well it learns the rest"
            },
        ));
    }
    if let Some(order) = order {
        remarks.push(format!(
            "The lines are {order}, so the held-out last tenth is unlike the rest. Shuffled, it would be a fair sample.",
        ));
    }
    if facts.repeated > MUCH {
        remarks.push(format!(
            "The unseen text is not unseen: {} of it stands word for word in the rest. The held-out loss tells how well that is known by heart.",
            percent(facts.repeated)
        ));
    }
    remarks
}

fn percent(share: f64) -> String {
    if share < 0.01 {
        "less than 1%".to_owned()
    } else {
        format!("{:.0}%", 100.0 * share)
    }
}

/// How often each scalar value comes.
fn counts(text: &str) -> Vec<u32> {
    let mut counts = vec![0; char::MAX as usize + 1];
    for symbol in text.chars() {
        counts[symbol as usize] += 1;
    }
    counts
}

fn is_control(symbol: char) -> bool {
    let direction = matches!(symbol, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    direction || (symbol.is_control() && !matches!(symbol, '\n' | '\t'))
}

/// How the lines of a list are in the order of the alphabet, either way, if they are: all of them, or in parts that
/// follow each other, the last of which ends in the held-out part, unlike the rest. `None` also for whatever is no list
/// of short lines that begin with letters.
fn order_of(text: &str) -> Option<&'static str> {
    let all = || text.lines().filter(|line| !line.trim().is_empty());
    let count = all().count();
    if count < LEAST_LINES || text.len() > count * LONGEST_LINE {
        return None;
    }
    let lines: Vec<&str> = all().step_by(count.div_ceil(LINES)).collect();
    let most = |part: usize, all: usize, of_ten: usize| part * 10 >= all * of_ten;
    let lettered = lines.iter().filter(|line| line.starts_with(is_letter));
    if !most(lettered.count(), lines.len(), SORTED_OF_TEN) {
        return None;
    }
    let (half, rest) = (lines.len() / 2, lines.len() * 9 / 10);
    let (up, down) = ups_and_downs(&lines, &|i| i + 1);
    let follow = |(ups, downs): (usize, usize), of_ten: usize| {
        let part = if up < down { downs } else { ups };
        part > 0 && most(part, ups + downs, of_ten)
    };
    if !follow((up, down), SORTED_OF_TEN) {
        return None;
    }
    if follow(ups_and_downs(&lines, &|i| i + half), SORTED_OF_TEN) {
        return Some("sorted");
    }
    // Each line of the rest beside a line of the end.
    let ends = |i| match i < rest {
        true => rest + i % (lines.len() - rest),
        false => lines.len(),
    };
    follow(ups_and_downs(&lines, &ends), LATER_OF_TEN).then_some("sorted in parts")
}

/// How many lines are in the order of the alphabet with the line that `other` names, if there is one, and how many in
/// the opposite one.
fn ups_and_downs(lines: &[&str], other: &dyn Fn(usize) -> usize) -> (usize, usize) {
    let (mut up, mut down) = (0, 0);
    for (i, line) in lines.iter().enumerate() {
        let Some(other) = lines.get(other(i)) else {
            continue;
        };
        let order = small_letters(line).cmp(small_letters(other));
        up += usize::from(order.is_lt());
        down += usize::from(order.is_gt());
    }
    (up, down)
}

/// Whatever is no sign of ASCII may be a letter.
fn is_letter(symbol: char) -> bool {
    symbol.is_ascii_alphabetic() || !symbol.is_ascii()
}

fn small_letters(line: &str) -> impl Iterator<Item = u8> {
    line.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// The share of the passages of `held_out` that `training` has at any place.
fn repeated(training: &[u8], held_out: &[u8]) -> f64 {
    let each = (held_out.len() / PASSAGE).div_ceil(PASSAGES).max(1);
    let passages = || {
        held_out
            .chunks_exact(PASSAGE)
            .step_by(each)
            .map(|passage| Rolling::of(passage).0)
    };
    let count = passages().count();
    let mut table = Table::with_room_for(count);
    passages().for_each(|hash| table.insert(hash));
    if count == 0 || training.len() < PASSAGE {
        return 0.0;
    }
    let mut hash = Rolling::of(&training[..PASSAGE]);
    table.mark(hash.0);
    for (old, new) in training.iter().zip(&training[PASSAGE..]) {
        hash.roll(*old, *new);
        table.mark(hash.0);
    }
    passages().filter(|&hash| table.is_marked(hash)).count() as f64 / count as f64
}

/// A polynomial of the last [`PASSAGE`] bytes (Rabin and Karp), modulo 2^64.
#[derive(Clone, Copy)]
struct Rolling(u64);

impl Rolling {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    const OLDEST: u64 = Self::BASE.wrapping_pow(PASSAGE as u32);

    fn of(passage: &[u8]) -> Self {
        let mut hash = Self(0);
        passage.iter().for_each(|&byte| hash.roll(0, byte));
        hash
    }

    fn roll(&mut self, old: u8, new: u8) {
        let kept = self.0.wrapping_mul(Self::BASE);
        let gone = Self::OLDEST.wrapping_mul(u64::from(old));
        self.0 = kept.wrapping_sub(gone).wrapping_add(u64::from(new));
    }
}

/// A set of hashes, each with a mark; open addressing.
struct Table {
    places: Vec<Option<(u64, bool)>>,
}

impl Table {
    fn with_room_for(hashes: usize) -> Self {
        let places = vec![None; (2 * hashes).next_power_of_two()];
        Self { places }
    }

    /// Where the hash is, or where it would be.
    fn place(&self, hash: u64) -> usize {
        let last = self.places.len() - 1;
        // The low bits of a polynomial modulo 2^64 are those of few bytes.
        let mut at = (hash >> 32) as usize & last;
        while self.places[at].is_some_and(|(other, _)| other != hash) {
            at = (at + 1) & last;
        }
        at
    }

    fn insert(&mut self, hash: u64) {
        let at = self.place(hash);
        self.places[at].get_or_insert((hash, false));
    }

    fn mark(&mut self, hash: u64) {
        let at = self.place(hash);
        if let Some((_, marked)) = &mut self.places[at] {
            *marked = true;
        }
    }

    fn is_marked(&self, hash: u64) -> bool {
        self.places[self.place(hash)].is_some_and(|(_, marked)| marked)
    }
}
