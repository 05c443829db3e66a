//! From text to ids, streams and chunks.

use crate::common::{small_config, sums};
use babble::Error;
use babble::data::corpus::{
    Batch, Corpus, Cursor, MIN_CHARACTERS, Streams, fingerprint, normalize,
};
use babble::data::facts::facts;
use babble::data::vocab::Vocabulary;
use babble::training::trainer::Trainer;
use proptest::prelude::*;

/// Emoji with modifiers and joiners, CJK in and beyond the first plane, combining accents, right-to-left
/// text, controls: what a lossy path would lose.
const EVERYTHING: &str =
    "Zażółć 你好𠀀 👩🏽‍🚀 e\u{301} שלום مرحبا \u{202e}rtl\u{202c}\tend\0\u{10ffff}\n";

#[test]
fn every_script_survives_the_round_trip() {
    let vocabulary = Vocabulary::of(EVERYTHING).expect("it has few symbols");
    assert_eq!(
        vocabulary.decode(&vocabulary.encode(EVERYTHING)),
        EVERYTHING
    );
    assert!(
        vocabulary.symbols().is_sorted(),
        "ids follow the scalar values"
    );
}

proptest! {
    #[test]
    fn encoding_is_the_inverse_of_decoding(text in any::<String>()) {
        let vocabulary = Vocabulary::of(&text).expect("it has few symbols");
        prop_assert_eq!(vocabulary.decode(&vocabulary.encode(&text)), text);
    }

    #[test]
    fn a_text_is_cut_at_nine_tenths_whatever_its_length(length in MIN_CHARACTERS..5000) {
        let text: String = "ab".chars().cycle().take(length).collect();
        let corpus = Corpus::new(&text, &Vocabulary::of(&text).expect("two symbols")).expect("long enough");
        // floor(0.9 N) without a fraction: 10 t <= 9 N < 10 (t + 1).
        let t = corpus.training().len();
        prop_assert!(10 * t <= 9 * length && 9 * length < 10 * (t + 1));
        prop_assert_eq!(corpus.held_out().len(), length - t);
    }

    #[test]
    fn streams_shrink_until_each_can_fill_a_step(
        training in 2usize..20_000, batch in 1usize..512, steps in 1usize..1024,
    ) {
        let streams = Streams::new(training, batch, steps, 0);
        prop_assert!((1..=batch).contains(&streams.batch) && (1..=steps).contains(&streams.steps));
        prop_assert!(streams.steps <= streams.length);
        prop_assert!(streams.batch * streams.length < training, "every input has a target");
        let enough = training > batch * steps;
        prop_assert_eq!(enough, streams.batch == batch && streams.steps == steps, "no more than needed");
    }

    #[test]
    fn an_epoch_reads_every_stream_once_in_order(
        training in 90usize..600, batch in 1usize..9, steps in 1usize..70,
    ) {
        let ids: Vec<u16> = (0..training as u16).collect();
        let streams = Streams::new(training, batch, steps, 0);
        let (mut cursor, mut chunk) = (Cursor::default(), Batch::default());
        let mut read = vec![Vec::new(); streams.batch];
        while cursor.epoch == 0 {
            prop_assert_eq!(cursor.position == 0, read[0].is_empty());
            chunk.read(&ids, streams, 0..streams.batch, cursor);
            cursor.advance(streams);
            prop_assert!(chunk.inputs.len() <= streams.batch * streams.steps);
            for (at, (&input, &target)) in chunk.inputs.iter().zip(&chunk.targets).enumerate() {
                prop_assert_eq!(target, input + 1, "the target is what follows");
                read[at % streams.batch].push(usize::from(input));
            }
        }
        for (b, read) in read.iter().enumerate() {
            let stream: Vec<usize> = (b * streams.length..(b + 1) * streams.length).collect();
            prop_assert_eq!(read, &stream);
        }
    }
}

/// The first characters of the passages that each pass reads, in their order, after what holds for every chunk is
/// asserted. The text counts its characters.
fn passages_read(training: usize, streams: Streams, passes: u64) -> Vec<Vec<usize>> {
    let ids: Vec<u16> = (0..training as u16).collect();
    let (mut cursor, mut chunk) = (Cursor::default(), Batch::default());
    let mut begun = vec![Vec::new(); passes as usize];
    let mut expected = Vec::new();
    while cursor.epoch < passes {
        chunk.read(&ids, streams, 0..streams.batch, cursor);
        assert_eq!(
            chunk.begins_passage,
            cursor.position.is_multiple_of(streams.passage)
        );
        if chunk.begins_passage {
            expected = chunk.inputs[..streams.batch].to_vec();
            let firsts = expected.iter().map(|&at| usize::from(at));
            begun[cursor.epoch as usize].extend(firsts);
        }
        let steps = chunk.inputs.len() / streams.batch;
        assert!((1..=streams.steps).contains(&steps));
        for (inputs, targets) in chunk
            .inputs
            .chunks(streams.batch)
            .zip(chunk.targets.chunks(streams.batch))
        {
            assert_eq!(inputs, expected, "each stream reads on in its passage");
            expected.iter_mut().for_each(|at| *at += 1);
            assert_eq!(targets, expected, "the target is what follows");
        }
        cursor.advance(streams);
    }
    begun
}

proptest! {
    #[test]
    fn a_pass_reads_every_passage_once_and_leaves_less_than_one_for_each_stream(
        training in 90usize..3000, batch in 1usize..9, steps in 1usize..70, passage in 1usize..400,
    ) {
        let streams = Streams::new(training, batch, steps, passage);
        let in_each = (training - 1) / streams.batch / passage;
        if in_each < 2 {
            let straight = Streams::new(training, batch, steps, 0);
            prop_assert_eq!(streams, straight, "too short for two passages in each stream");
        } else {
            prop_assert_eq!((streams.passage, streams.length), (passage, in_each * passage));
        }
        for mut firsts in passages_read(training, streams, 3) {
            let count = streams.batch * streams.length / streams.passage;
            prop_assert_eq!(firsts.len(), count);
            firsts.sort_unstable();
            // They follow one another without a gap, so that what is not read lies before or behind all of them.
            for (number, &first) in firsts.iter().enumerate() {
                prop_assert_eq!(first, firsts[0] + number * streams.passage);
            }
            prop_assert!(firsts[0] + count * streams.passage < training);
        }
    }
}

#[test]
fn passages_are_spread_over_the_text_at_any_time_and_come_in_another_order_in_each_pass() {
    let streams = Streams::new(20_001, 8, 16, 64);
    let passes = passages_read(20_001, streams, 2);
    assert_ne!(passes[0], passes[1]);
    let count = streams.batch * streams.length / streams.passage;
    // The golden section's multiples leave gaps of three lengths, of which the largest is the sum of the others: for
    // any number of turns within 1 / sqrt(5) to sqrt(5) + 1 of an even spread; one passage more for rounding.
    for turns in [8, 16, 40, 100] {
        let mut read: Vec<usize> = passes[0][..turns].to_vec();
        read.sort_unstable();
        let largest = read
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .max()
            .expect("two or more");
        let even = (count / turns + 1) * streams.passage;
        assert!(
            (largest as f64) < 3.3 * even as f64,
            "{turns} turns leave a gap of {largest}"
        );
    }
}

#[test]
fn what_a_pass_leaves_out_is_read_in_another() {
    // 100 characters more than two passages for each of four streams, which can lie at 101 places.
    let streams = Streams::new(901, 4, 16, 100);
    let mut read = [false; 900];
    for first in passages_read(901, streams, 101).into_iter().flatten() {
        read[first..first + 100].fill(true);
    }
    assert!(read.iter().all(|&read| read));
}

#[test]
fn line_ends_and_the_byte_order_mark_are_made_one() {
    assert_eq!(normalize("\u{feff}a\r\nb\rc\n"), "a\nb\nc\n");
    assert_eq!(
        normalize("a\u{feff}"),
        "a\u{feff}",
        "only a leading mark is one"
    );
    assert_eq!(fingerprint(&normalize("a\r\nb")), fingerprint("a\nb"));
    // NIST's test vector for SHA-256.
    assert_eq!(
        fingerprint("abc"),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn a_short_text_shrinks_the_batch_and_says_so() {
    let text = sums(30);
    let config = small_config(|c| (c.batch_size, c.sequence_length) = (64.0, 200.0));
    let report = Trainer::<f32>::new(config, &text)
        .expect("the text is long enough")
        .report();
    let shrunk = report
        .shrunk
        .iter()
        .find(|s| s.field == "batchSize")
        .expect("64 x 200 is too much");
    assert_eq!((shrunk.asked, shrunk.used), (64, report.config.batch_size));
    assert!(report.config.batch_size * report.config.sequence_length < report.training_characters);
}

#[test]
fn a_hundred_characters_are_enough_and_fewer_are_refused_by_number() {
    let text: String = sums(30).chars().take(MIN_CHARACTERS).collect();
    let mut trainer =
        Trainer::<f32>::new(small_config(|_| ()), &text).expect("a hundred characters suffice");
    trainer.step().expect("it trains");

    let short: String = text.chars().skip(1).collect();
    let error = Trainer::<f32>::new(small_config(|_| ()), &short).expect_err("99 are too few");
    assert_eq!(
        error,
        Error::TextTooShort {
            characters: 99,
            minimum: MIN_CHARACTERS
        }
    );
    assert!(error.to_string().contains("99") && error.to_string().contains("100"));
    let error = Trainer::<f32>::new(small_config(|_| ()), "").expect_err("nothing is too little");
    assert_eq!(error.name(), "TextTooShort");
}

#[test]
fn characters_are_counted_as_scalar_values_not_bytes() {
    // 60 characters of three bytes each.
    let error =
        Trainer::<f32>::new(small_config(|_| ()), &"你好".repeat(30)).expect_err("too short");
    assert_eq!(
        error,
        Error::TextTooShort {
            characters: 60,
            minimum: MIN_CHARACTERS
        }
    );
}

#[test]
fn one_repeated_character_is_refused_by_name() {
    let error = Trainer::<f32>::new(small_config(|_| ()), &"é".repeat(500))
        .expect_err("nothing to predict");
    assert_eq!(error, Error::OneSymbol { symbol: 'é' });
    assert!(error.to_string().contains('é'));
}

#[test]
fn unknown_symbols_are_listed_and_counted() {
    let vocabulary = Vocabulary::of("hello world").expect("few symbols");
    assert_eq!(
        vocabulary.unknown("hello WORLD 😀😀"),
        (vec!['D', 'L', 'O', 'R', 'W', '😀'], 7)
    );
    assert_eq!(vocabulary.unknown("lower"), (vec![], 0));
    let grown = vocabulary.grown(&['😀', 'A']).expect("both are new");
    assert_eq!(grown.id('h'), vocabulary.id('h'), "an id never changes");
    assert_eq!(grown.encode("A😀"), [9, 8]);
}

#[test]
fn the_unigram_loss_is_that_of_the_letter_frequencies() {
    // Training part: 90 characters, 60 a and 30 b; held out: ten b, nine of them predicted.
    let text = format!("{}{}", "aab".repeat(30), "b".repeat(10));
    let corpus = Corpus::new(&text, &Vocabulary::of(&text).expect("two")).expect("long enough");
    let expected = -((30.0f64 + 1.0) / (90.0 + 2.0)).ln();
    assert!((corpus.unigram_loss(2) - expected).abs() < 1e-12);
}

/// Lines of five words, none of which comes twice in the same order.
fn prose(lines: usize) -> String {
    let words = ["rain", "roof", "cat", "sill", "gate", "river", "bridge"];
    (0..lines)
        .map(|i| {
            let word = |at: usize| words[(i / words.len().pow(at as u32) + at * i) % words.len()];
            format!("{} {} {} number {i}.\n", word(0), word(1), word(2))
        })
        .collect()
}

#[test]
fn symbols_that_only_the_held_out_part_has_are_told_with_their_consequence() {
    let common = prose(100);
    assert_eq!(facts(&common).unlearned_symbols, 0);
    assert_eq!(facts(&common).remarks, [""; 0]);
    // Eleven symbols fill the last tenth.
    let end: String =
        "\u{3a9}\u{2211}\u{2202}\u{192}\u{a9}\u{2d9}\u{2206}\u{2da}\u{ac}\u{2026}\u{e6}"
            .repeat(common.len() / 100);
    let found = facts(&(common.clone() + &end));
    assert_eq!(
        (found.unlearned_symbols, found.unlearned_characters),
        (11, end.chars().count())
    );
    let expected = "11 symbols stand only in the held-out part ('\u{a9}', '\u{ac}', '\u{e6}', '\u{192}', '\u{2a}";
    let [remark] = &found.remarks[..] else {
        panic!("{:?}", found.remarks)
    };
    assert!(
        remark.starts_with(&expected[..40]) && remark.contains("the held-out loss stays high"),
        "{remark}"
    );
    let found = facts(&(common + "?"));
    assert!(
        found.remarks[0]
            .contains("1 symbol stands only in the held-out part ('?'): less than 1% of its"),
        "{:?}",
        found.remarks
    );
}

#[test]
fn symbols_that_hardly_stand_before_the_held_out_part_are_told_as_well() {
    // The last ninth is of other symbols, a little of which the training part has.
    let found = facts(&(prose(400) + &"\u{3a9}\u{2211}".repeat(prose(400).len() / 16)));
    assert_eq!(found.unlearned_symbols, 2);
    assert!(
        found.remarks[0].starts_with(
            "2 symbols stand only or mostly in the held-out part ('\u{3a9}', '\u{2211}'): 100%"
        ),
        "{:?}",
        found.remarks
    );
    // Twice at the end and once before is chance.
    assert_eq!(facts(&format!("?{}??", prose(400))).unlearned_symbols, 0);
}

#[test]
fn a_sorted_list_is_told_from_a_shuffled_one_and_from_prose() {
    let names: Vec<String> = (0..300)
        .map(|i| {
            format!(
                "{}{}a",
                ["B", "k", "r"][i / 100],
                char::from(b'a' + (i % 100 / 4) as u8)
            )
        })
        .collect();
    let text = |names: &[String]| names.join("\n") + "\n";
    assert!(facts(&text(&names)).sorted);
    let backwards: Vec<String> = names.iter().rev().cloned().collect();
    assert!(facts(&text(&backwards)).sorted);
    // 157 and 300 have no common divisor.
    let shuffled: Vec<String> = (0..300).map(|i| names[i * 157 % 300].clone()).collect();
    assert!(!facts(&text(&shuffled)).sorted);
    assert!(
        !facts(&text(&names[..20])).sorted,
        "so few lines show nothing"
    );
    // As the names of several files, each sorted.
    let remarks = |parts: &[String]| facts(&text(parts)).remarks.join(" ");
    assert!(remarks(&names).contains("The lines are sorted, so the held-out"));
    for several in [2, 3] {
        for parts in [&names, &backwards].map(|names| vec![names.clone(); several].concat()) {
            assert!(facts(&text(&parts)).sorted);
            assert!(remarks(&parts).contains("The lines are sorted in parts, so the held-out"));
        }
    }
    let many = vec![names[..100].to_vec(); 12].concat();
    assert!(!facts(&text(&many)).sorted, "the end has all of them");
    assert!(!remarks(&many).contains("sorted"));
    assert!(!facts(&prose(100)).sorted);
    let log: String = (0..100)
        .map(|i| format!("2024-01-{i:03} started\n"))
        .collect();
    assert!(!facts(&log).sorted, "the order of time is no accident");
}

#[test]
fn a_held_out_part_that_stands_in_the_rest_is_told_whatever_its_lines() {
    for sentence in [
        "One sentence, again and again, with no line end. ",
        "a line of its own that comes again and again\n",
    ] {
        let found = facts(&sentence.repeat(200));
        assert!(found.repeated == 1.0, "{}", found.repeated);
        assert!(
            found.remarks[0].contains("100% of it stands word for word in the rest"),
            "{:?}",
            found.remarks
        );
    }
    assert_eq!(facts(&prose(1000)).repeated, 0.0);
    // Half of the held-out part is new: 40 bytes are one passage.
    let old: String = prose(200).chars().take(4000).collect();
    let new: String = (0..100)
        .map(|i| format!("{:04}", i * 97))
        .collect::<String>()
        .chars()
        .take(222)
        .collect();
    let found = facts(&format!("{old}{new}{}", &old[..222]));
    assert!(
        (found.repeated - 0.5).abs() <= 0.1,
        "of eleven passages five: {}",
        found.repeated
    );
}

#[test]
fn control_characters_and_tags_are_counted() {
    let found = facts("\x1b[32mINFO\x1b[0m\tdone\n<p>one</p> a</ b </B>\u{202e}x\0");
    assert_eq!((found.controls, found.tags), (4, 2));
}
