//! The terminal, run as a person runs it: `cargo test --features cli --test native terminal::`.
#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::common::sums;
use babble::config::{Config, RawConfig};
use babble::formats::checkpoint::Checkpoint;
use babble::formats::onnx;
use babble::tasks::files::{self, Wanted};
use babble::training::report::Match;
use babble::training::trainer::Trainer;
use serde_json::Value;

/// A folder of one test's own, empty at first, with a text in it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("terminal")
            .join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("our own folder");
        }
        fs::create_dir_all(&folder).expect("a folder in the target folder");
        let place = Self(folder);
        place.write("sums.txt", sums(200).as_bytes());
        place
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.join(name), bytes).expect("a file in our folder");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn weights(&self, name: &str) -> Checkpoint {
        Checkpoint::read(&self.read(name)).expect("a file of ours")
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_babble"));
        command.current_dir(&self.0).args(args.split_whitespace());
        command
    }

    fn run(&self, args: &str) -> Output {
        self.command(args).output().expect("the program starts")
    }

    /// Runs what must succeed; what it printed.
    fn succeed(&self, args: &str) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args}: {output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The same with `--json`, as objects.
    fn objects(&self, args: &str) -> Vec<Value> {
        let printed = self.succeed(&format!("{args} --json"));
        printed
            .lines()
            .map(|line| serde_json::from_str(line).expect("an object a line"))
            .collect()
    }
}

/// A small network, in the words of the command line and in those of the core.
/// The last word on a setting counts.
const SMALL: &str = "--cell rnn --hidden 24 --batch 4 --seq 16 --lr 0.01 \
    --schedule constant --warmup-characters 0 --rate-floor 0.05 --passage-length 0 --state-reset 0 --averaging 0 --recurrent-rate 1 \
    --stop-at-end false";

/// 400 letters from a to h, drawn evenly.
const RANDOM_LETTERS: &str = "ahfagdcdahcbhdfhhhceeefhdgecddhgcbcehdfaegghdbhcaegecechhbhhgacfchbfahbgacfbbbgecgdadaccaegcacebgfgggdacbeabfgbffbcechgdefcacddaafhdfdfaagcfdbhgfchdhhedgdbechdagacfeehdgcbhbbcbhdgahbaegdbdggghahafdccfcbhdfedbadgahdbdfdhhabehcbfbhcacaegdhbfafbfechahddceagdaaegfbddddhcgffcffeegbefafeagcdhfbfehfcgfgafhbghabcfhfeecaggafgdbfbfbebhadegeccedhhhehgfbdfehefbceddcgccgfbcdbgahfegdfccadbchdcdeaehegfcghbdbhbbb";

fn small(change: impl FnOnce(&mut RawConfig)) -> Config {
    crate::common::small_config(change)
}

/// Whether a number is printed as it is: serde_json reads it to the last bit but one.
fn assert_is(printed: &Value, number: f64) {
    let read = printed.as_f64().expect("a number");
    assert!(
        (read - number).abs() <= f64::EPSILON * number.abs(),
        "{read} is not {number}"
    );
}

/// The only object of this event.
fn only<'a>(objects: &'a [Value], event: &str) -> &'a Value {
    let mut found = objects.iter().filter(|object| object["event"] == event);
    let object = found
        .next()
        .unwrap_or_else(|| panic!("no {event:?} in {objects:?}"));
    assert!(found.next().is_none(), "{event:?} comes once");
    object
}

#[test]
fn the_file_is_the_core_s_own_to_the_last_byte() {
    let place = Place::new("same");
    let objects = place.objects(&format!(
        "train sums.txt --steps 40 {SMALL} --cell gru --layers 2 --dropout 0.1 --schedule cosine --arithmetic plain"
    ));
    let config = small(|raw| {
        let cell = serde_json::from_str("\"gru\"").expect("a cell");
        let schedule = serde_json::from_str("\"cosine\"").expect("a schedule");
        (raw.cell, raw.layers, raw.dropout, raw.schedule) = (cell, 2.0, 0.1, schedule);
        raw.run_characters = 40.0 * 4.0 * 16.0;
        raw.shards = 2.0; // the terminal's default
    });
    let mut trainer = Trainer::<f32>::new(config, &sums(200)).expect("long enough");
    for _ in 0..40 {
        trainer.step().expect("it does not diverge");
    }
    trainer.begin_evaluation();
    while trainer.evaluate().is_none() {}
    assert!(
        place.read("sums.safetensors") == trainer.save(),
        "the bytes differ"
    );

    let start = only(&objects, "start");
    assert_eq!(start["parameters"], trainer.report().parameters);
    let end = only(&objects, "end");
    assert_eq!(
        (&end["reason"], &end["step"]),
        (&"length".into(), &40.into())
    );
    let held_out = trainer.held_out().expect("it was measured");
    assert_is(&end["heldOut"]["loss"], held_out.loss);
    assert_eq!(only(&objects, "saved")["path"], "sums.safetensors");
}

#[test]
fn going_on_equals_not_stopping() {
    let place = Place::new("resume");
    let long = format!("{SMALL} --run-characters 100000 --measure-every 1000");
    place.succeed(&format!(
        "train sums.txt --steps 50 --out whole.safetensors {long}"
    ));
    place.succeed(&format!(
        "train sums.txt --steps 30 --out part.safetensors {long}"
    ));
    let objects =
        place.objects("train sums.txt --steps 20 --resume part.safetensors --measure-every 1000");
    assert_eq!(only(&objects, "start")["origin"], "exact");
    assert!(place.read("part.safetensors") == place.read("whole.safetensors"));
}

#[test]
fn threads_change_no_bit() {
    let place = Place::new("threads");
    for shards in ["", "--shards 3"] {
        for threads in [1, 3] {
            place.succeed(&format!(
                "train sums.txt --steps 30 {SMALL} --cell lstm {shards} --threads {threads} --out {threads}.safetensors --force"
            ));
        }
        assert!(place.read("1.safetensors") == place.read("3.safetensors"));
    }
}

#[test]
fn both_arithmetics_learn_the_same_and_say_which_they_are() {
    let place = Place::new("arithmetic");
    // Panels of all heights, in pairs and alone; blocks of all widths. One column, too.
    for sizes in [
        "--hidden 100 --batch 11",
        "--hidden 52 --batch 7",
        "--hidden 100 --batch 1",
    ] {
        let losses = ["plain", "fused"].map(|arithmetic| {
            let objects = place.objects(&format!(
                "train sums.txt --steps 20 --cell gru {sizes} --seq 10 --shards 1 --arithmetic {arithmetic} --out {arithmetic}.safetensors --force"
            ));
            let start = only(&objects, "start");
            assert_eq!(start["arithmetic"], arithmetic);
            assert!(start["instructions"].is_string());
            only(&objects, "end")["heldOut"]["loss"].as_f64().expect("it was measured")
        });
        // Twenty steps of Adam carry roundings of 6e-8 on; they come to 2e-6 here.
        assert!((losses[0] - losses[1]).abs() < 1e-4, "{losses:?}");
        assert_ne!(
            losses[0].to_bits(),
            losses[1].to_bits(),
            "they round otherwise"
        );
    }
    let output = place.run("train sums.txt --arithmetic exact");
    assert_eq!(output.status.code(), Some(2));
    let sentence = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(sentence.contains("plain or fused"), "{sentence}");
}

#[test]
fn a_run_says_how_many_threads_share_it_and_where_it_goes() {
    let place = Place::new("cores");
    let printed = |args: &str| {
        let output = place.run(&format!("train sums.txt --steps 3 --force {SMALL} {args}"));
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let by_default = printed("");
    let line = match cores.min(2) {
        1 => "1 thread works, in ".to_owned(),
        threads => format!("{threads} threads share each step, in "),
    };
    assert!(by_default.contains(&line), "{by_default}");
    assert!(
        by_default.contains("; the weights go to sums.safetensors."),
        "{by_default}"
    );
    let two = printed("--threads 2 --arithmetic plain --out two.safetensors");
    assert!(
        two.contains("2 threads share each step, in plain arithmetic with "),
        "{two}"
    );
    let alone = printed("--shards 1 --threads 2");
    assert!(
        alone.contains("for the steps of this run have one part"),
        "{alone}"
    );
}

#[test]
fn what_the_network_writes_is_shown_and_changes_no_bit() {
    let place = Place::new("generated");
    let run = format!("train sums.txt --steps 200 {SMALL} --dropout 0.1 --layers 2");
    let objects = place.objects(&format!("{run} --sample-every 0.001 --out a.safetensors"));
    let generated: Vec<_> = objects
        .iter()
        .filter(|object| object["event"] == "generated")
        .collect();
    let last = generated.last().expect("the last one is due at the end");
    assert_eq!(last["step"], 200);
    assert!(generated.len() > 1 && generated[0]["step"].as_u64() < Some(200));
    let text = last["text"].as_str().expect("a text");
    assert!(
        text.chars().all(|symbol| sums(200).contains(symbol)),
        "{text}"
    );
    assert_eq!(text.chars().count(), 240);

    let silent = place.objects(&format!("{run} --out b.safetensors"));
    assert!(silent.iter().all(|object| object["event"] != "generated"));
    assert!(place.read("a.safetensors") == place.read("b.safetensors"));

    let output = place.run(&format!("{run} --sample-every 1000 --out c.safetensors"));
    let printed = String::from_utf8(output.stderr).expect("UTF-8");
    let written = place.succeed("sample c.safetensors --temperature 0.8 --seed 1 --length 240");
    let sample = format!("--- step 200 ---\n{}\n", written.trim_end());
    assert!(printed.contains(&sample), "{printed}");
}

#[test]
fn a_long_text_s_held_out_loss_is_estimated_long_before_it_is_measured() {
    let place = Place::new("estimate");
    place.write("long.txt", sums(4000).as_bytes());
    let run = format!("train long.txt {SMALL} --run-characters 35000");
    let objects = place.objects(&run);
    let of = |event: &str| {
        objects
            .iter()
            .filter(|o| o["event"] == event)
            .collect::<Vec<_>>()
    };
    let estimates = of("estimate");
    // 4 streams of 16 characters a step: the first steps at which 10,000 and 30,000 characters have been seen.
    let steps: Vec<_> = estimates.iter().map(|estimate| &estimate["step"]).collect();
    assert_eq!(steps, [157, 469]);
    let held_out = only(&objects, "start")["heldOutCharacters"].as_u64();
    assert!(estimates[0]["characters"].as_u64() < held_out);
    let [measured] = of("heldOut")[..] else {
        panic!("it is measured at the end alone")
    };
    let loss = |object: &Value| object["loss"].as_f64().expect("a number");
    // The network still learns between the two, and the estimate is of about 3000 characters.
    assert!(
        (loss(estimates[1]) - loss(measured)).abs() < 0.2,
        "{objects:?}"
    );
}

#[test]
fn minutes_become_a_length_that_is_written_down() {
    let place = Place::new("minutes");
    let objects = place.objects(&format!("train sums.txt --minutes 0.01 {SMALL}"));
    let length = only(&objects, "start")["config"]["runCharacters"]
        .as_f64()
        .expect("a number");
    let seen = only(&objects, "end")["charactersSeen"]
        .as_f64()
        .expect("a number");
    // The last step goes past the end by less than its own 4 x 16 characters.
    assert!(
        (length..length + 64.0).contains(&seen),
        "{seen} of {length}"
    );
    let config = place.weights("sums.safetensors").config().clone();
    assert_eq!(config.run_characters as f64, length);
}

#[test]
fn a_preset_is_the_page_s_for_a_text_of_this_length_and_flags_change_it() {
    let place = Place::new("presets");
    let config = |args: &str| {
        let objects = place.objects(&format!("train sums.txt --force --steps 1 {args}"));
        only(&objects, "start")["config"].clone()
    };
    let quick = config("--preset quick --run-characters 500");
    assert_eq!(
        (&quick["batchSize"], &quick["sequenceLength"]),
        (&2.into(), &32.into()),
        "the text is short"
    );
    let char_rnn = config("--preset char-rnn --hidden 16");
    assert_eq!(
        (&char_rnn["cell"], &char_rnn["layers"]),
        (&"lstm".into(), &2.into())
    );
    assert_eq!(char_rnn["hiddenSize"], 16, "a flag has the last word");
    let objects = place.objects("train sums.txt --force --preset min-char-rnn --minutes 0.01");
    let timed = &only(&objects, "start")["config"];
    assert_eq!(timed["optimizer"], "adagrad");
    assert_ne!(
        timed["runCharacters"], char_rnn["runCharacters"],
        "minutes give the length"
    );
}

#[test]
fn patience_ends_a_run_with_its_best_weights() {
    let place = Place::new("patience");
    // Every digit is as likely as any other: there is soon nothing more to learn.
    let digits: String = sums(400).chars().filter(char::is_ascii_digit).collect();
    place.write("digits.txt", digits.as_bytes());
    let objects = place.objects(&format!(
        "train digits.txt {SMALL} --patience 3 --measure-every 500 --run-characters 1000000"
    ));
    let end = only(&objects, "end");
    assert_eq!(end["reason"], "patience");
    assert_eq!(end["heldOut"], end["best"]);
    assert_eq!(end["bestPath"], Value::Null, "the run's own file has them");
    assert!(!place.0.join("digits.best.safetensors").exists());
    let losses: Vec<_> = objects
        .iter()
        .filter(|object| object["event"] == "heldOut")
        .collect();
    let best = losses.len() - 4;
    assert_eq!(
        losses[best]["loss"], end["best"]["loss"],
        "three later ones are no better"
    );
}

#[test]
fn the_best_weights_are_kept_where_the_last_ones_are_worse() {
    let place = Place::new("best");
    // Digits that are drawn can only be learned by heart, which makes the held-out loss worse.
    let digits: String = sums(400).chars().filter(char::is_ascii_digit).collect();
    place.write("digits.txt", digits.as_bytes());
    let train = |args: &str| {
        let objects = place.objects(&format!("train digits.txt {args} --measure-every 1000"));
        only(&objects, "end").clone()
    };
    let end = train(&format!("{SMALL} --steps 300"));
    assert!(
        end["best"]["loss"].as_f64() < end["heldOut"]["loss"].as_f64(),
        "{end}"
    );
    assert_eq!(end["bestPath"], "digits.best.safetensors");
    let best = place.weights("digits.best.safetensors").report(None);
    assert!(best.resumable && end["best"]["step"] == best.step);
    let objects = place.objects("eval digits.best.safetensors digits.txt");
    let measured = only(&objects, "eval");
    assert_is(
        &measured["heldOutLoss"],
        best.held_out.expect("it was measured").loss,
    );

    let kept = place.read("digits.best.safetensors");
    let later = train("--resume digits.safetensors --steps 50");
    assert_eq!(
        later["best"], end["best"],
        "a run that goes on knows its best"
    );
    assert!(place.read("digits.best.safetensors") == kept);
    let elsewhere = train("--resume digits.safetensors --steps 10 --out other.safetensors");
    assert_eq!(elsewhere["bestPath"], "other.best.safetensors");
    assert!(place.read("other.best.safetensors") == kept);

    fs::remove_file(place.0.join("digits.safetensors")).expect("our own file");
    let refused = place.run(&format!("train digits.txt {SMALL} --steps 1"));
    let printed = String::from_utf8(refused.stderr).expect("UTF-8");
    assert_eq!(refused.status.code(), Some(2), "{printed}");
    assert!(
        printed.contains("digits.best.safetensors exists already"),
        "{printed}"
    );

    let improving = train(&format!("{SMALL} --steps 1 --force"));
    assert_eq!(improving["best"], improving["heldOut"]);
    assert_eq!(improving["bestPath"], Value::Null);
    assert!(
        !place.0.join("digits.best.safetensors").exists(),
        "the last weights are the best; the earlier run's were given up"
    );
}

#[test]
fn a_run_that_explodes_leaves_its_best_weights() {
    let place = Place::new("explosion");
    let output = place.run(&format!(
        "train sums.txt {SMALL} --cell relu --optimizer sgd --lr 1000 --warmup-characters 600000 \
         --clip-norm 0 --measure-every 500 --run-characters 40000"
    ));
    let printed = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(5), "{printed}");
    assert!(
        printed.contains("are in sums.best.safetensors."),
        "{printed}"
    );
    let best = place.weights("sums.best.safetensors").report(None);
    assert!(best.held_out.is_some_and(|held_out| held_out.loss < 3.0));

    // One that explodes before it has measured anything leaves those of the run before.
    let kept = place.read("sums.best.safetensors");
    let output = place.run(&format!(
        "train sums.txt {SMALL} --cell relu --optimizer sgd --lr 1000 --clip-norm 0 \
         --run-characters 40000 --force"
    ));
    let printed = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(5), "{printed}");
    assert!(printed.contains("Nothing was saved."), "{printed}");
    assert!(place.read("sums.best.safetensors") == kept);
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_utf_8_is_written_and_named_nearly() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let place = Place::new("bytes");
    let output = place
        .command(&format!("train sums.txt {SMALL} --steps 1 --json --out"))
        .arg(OsStr::from_bytes(b"b\xff.safetensors"))
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(printed.contains("b\u{fffd}.safetensors"), "{printed}");
}

#[test]
fn a_run_whose_schedule_has_ended_says_so_and_begins_another_one() {
    let place = Place::new("schedule");
    let cosine = format!("{SMALL} --schedule cosine --warmup-characters 256 --rate-floor 0.02");
    let rate = |objects: &[Value]| only(objects, "start")["learningRate"].clone();
    place.succeed(&format!(
        "train sums.txt --run-characters 1920 {cosine} --out w.safetensors"
    ));
    let said = |args: &str| {
        let output = place.run(&format!(
            "train sums.txt --resume w.safetensors --out o.safetensors --force {args}"
        ));
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let ended = "The schedule is at its end, with a learning rate of 0.0002, 2% of 0.01";
    assert!(said("--steps 3").contains(ended), "{}", said("--steps 3"));
    assert!(said("--steps 3 --lr 0.02").contains("0.0004, 2% of 0.02"));
    assert!(said("").contains("--new-schedule trains on"));
    assert!(said("--steps 3 --schedule constant").contains("unless --new-schedule"));
    assert!(
        said("--steps 3 --new-schedule --lr 0.004")
            .contains("over 192 characters, with a learning rate of 0.004 at its height")
    );

    // A run of 30 steps reads a little less than 30 times a step's characters, for an epoch's last step is short.
    place.succeed(&format!(
        "train sums.txt --steps 30 {cosine} --out n.safetensors"
    ));
    let output = place.run("train sums.txt --resume n.safetensors --steps 3");
    let near = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        near.contains("The schedule is at its end, with a learning rate of 0.000202"),
        "{near}"
    );

    // In one piece and in two: the second one goes on to the new end by itself.
    let new = "--new-schedule --lr 0.004 --run-characters 2560 --resume w.safetensors";
    let whole = place.objects(&format!("train sums.txt {new} --out whole.safetensors"));
    assert_eq!(rate(&whole), 0.0, "it rises from nothing again");
    let seen = &only(&whole, "start")["scheduleStart"];
    assert_eq!(seen, &only(&whole, "start")["charactersSeen"]);
    place.succeed(&format!(
        "train sums.txt {new} --steps 11 --out part.safetensors"
    ));
    let rest = place.objects("train sums.txt --resume part.safetensors");
    assert_eq!(&only(&rest, "start")["scheduleStart"], seen);
    assert!(rate(&rest).as_f64() > Some(0.002));
    assert!(place.read("part.safetensors") == place.read("whole.safetensors"));
    // Another schedule altogether.
    let constant = place.objects(
        "train sums.txt --resume w.safetensors --new-schedule --schedule constant --warmup-characters 0 --steps 5 --out c.safetensors",
    );
    assert_eq!(rate(&constant), 0.01);
}

#[test]
fn the_measurement_that_ends_a_command_uses_up_no_patience() {
    let place = Place::new("closing");
    // There is next to nothing to learn: the best loss comes early, at step 51.
    place.write("letters.txt", RANDOM_LETTERS.as_bytes());
    let train = "train letters.txt --hidden 40 --batch 4 --seq 16 --lr .02 --cell gru --patience 4 \
        --run-characters 1000000 --measure-every 3000";
    let end = |more: &str| only(&place.objects(&format!("{train} {more}")), "end").clone();

    let short = end("--steps 203 --out short.safetensors");
    assert_eq!(short["reason"], "length");
    assert_eq!(
        (&short["step"], &short["heldOut"]["step"]),
        (&203.into(), &203.into())
    );
    assert!(short["best"]["loss"].as_f64() < short["heldOut"]["loss"].as_f64());

    let whole = end("--steps 400 --out whole.safetensors");
    assert_eq!(whole["reason"], "patience");
    assert_eq!(whole["heldOut"], whole["best"]);
    let mut piece = end("--steps 45 --out pieces.safetensors");
    for _ in 0..9 {
        if piece["reason"] == "patience" {
            break;
        }
        let objects = place.objects(
            "train letters.txt --resume pieces.safetensors --measure-every 3000 --steps 45",
        );
        piece = only(&objects, "end").clone();
    }
    assert_eq!(piece["step"], whole["step"]);
    assert!(place.read("pieces.safetensors") == place.read("whole.safetensors"));
}

#[test]
fn weights_write_measure_and_tell_what_they_are() {
    let place = Place::new("use");
    place.succeed(&format!(
        "train sums.txt --steps 60 {SMALL} --cell lstm --out w.safetensors"
    ));
    let checkpoint = place.weights("w.safetensors");
    let held_out = checkpoint.report(None).held_out.expect("it was measured");

    let one = place.succeed("sample w.safetensors --prompt 12+ --length 40 --seed 7");
    assert!(
        one.starts_with("12+") && one.chars().count() == 3 + 40 + 1,
        "{one:?}"
    );
    let object = &place.objects("sample w.safetensors --prompt 12+ --length 40 --seed 7")[0];
    assert_eq!(
        format!("12+{}\n", object["text"].as_str().expect("a text")),
        one
    );
    let detail =
        &place.objects("sample w.safetensors --length 9 --temperature 0 --probabilities")[0];
    let probabilities = detail["probabilities"].as_array().expect("a list");
    let alternatives = detail["alternatives"].as_array().expect("a list");
    assert_eq!((probabilities.len(), alternatives.len()), (9, 9));
    // At temperature 0 what is written is the likeliest alternative.
    for (i, written) in detail["text"].as_str().expect("a text").chars().enumerate() {
        assert_eq!(alternatives[i][0][0], written.to_string());
        assert_eq!(alternatives[i][0][1], probabilities[i]);
    }

    let evaluated = place.objects("eval w.safetensors sums.txt");
    let eval = only(&evaluated, "eval");
    assert_is(&eval["heldOutLoss"], held_out.loss);
    assert_eq!(eval["sameText"], true);
    place.write("other.txt", sums(200).replace('9', "x").as_bytes());
    let evaluated = place.objects("eval w.safetensors other.txt --skip-unknown");
    let skipping = only(&evaluated, "eval");
    assert_eq!(
        skipping["skippedCharacters"],
        sums(200).matches('9').count()
    );

    let table = place.succeed("inspect w.safetensors");
    assert!(table.contains("rnn.weight_hh_l0"), "{table}");
    assert!(table.contains("96 x 24"), "{table}");
    let inspected = &place.objects("inspect w.safetensors")[0];
    assert_eq!(
        inspected["summary"]["parameters"],
        checkpoint.report(None).parameters
    );
    assert_eq!(inspected["resumable"], true);

    place.succeed("export w.safetensors --onnx w.onnx");
    let exported =
        onnx::export(checkpoint.model(), checkpoint.config()).expect("a GRU has an operator");
    assert!(place.read("w.onnx") == exported);
    place.write("w.onnx", b"an earlier one");
    place.succeed("export w.safetensors --onnx w.onnx --force");
    assert!(place.read("w.onnx") == exported);
}

#[test]
fn a_run_answers_as_the_core_does() {
    let place = Place::new("run");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/values");
    let file = |name: &str| golden.join(format!("lenses_many_to_many_gru_2.{name}.safetensors"));
    let output = place
        .command("run")
        .args([file("weights"), file("in")])
        .args(["response.safetensors"])
        .args([
            "--backward",
            "--activations",
            "--lag",
            "--arithmetic",
            "plain",
        ])
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    let read = |name| fs::read(file(name)).expect("a golden file");
    let wanted = Wanted {
        backward: true,
        activations: true,
        lag: true,
    };
    let response = files::run(&read("weights"), &read("in"), wanted).expect("a golden request");
    assert!(place.read("response.safetensors") == response);
}

#[test]
fn gradients_are_checked_where_they_are_used() {
    let place = Place::new("gradcheck");
    for cell in ["relu", "lstm"] {
        let objects = place.objects(&format!("gradcheck --cell {cell} --layers 2 --hidden 4"));
        let verdict = only(&objects, "gradcheck");
        assert_eq!(verdict["holds"], true, "{verdict}");
        // Two layers of four tensors and a readout of two, under two losses.
        assert_eq!(objects.len(), 1 + 2 * (2 * 4 + 2));
    }
}

/// A run that only a signal ends, once it has reported a step.
#[cfg(unix)]
fn endless(place: &Place, args: &str) -> (Child, Vec<Value>) {
    let mut child = place
        .command(&format!(
            "train sums.txt --steps 1000000000 {SMALL} --json {args}"
        ))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut reader = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut objects: Vec<Value> = Vec::new();
    while objects
        .last()
        .is_none_or(|object| object["event"] != "progress")
    {
        let mut line = String::new();
        reader.read_line(&mut line).expect("UTF-8");
        objects.push(serde_json::from_str(&line).expect("an object a line"));
    }
    child.stdout = Some(reader.into_inner());
    (child, objects)
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_saves_says_where_and_goes_on() {
    let place = Place::new("interrupt");
    for signal in ["-INT", "-TERM"] {
        let (child, objects) = endless(&place, "--force");
        let step = objects.last().expect("a report")["step"]
            .as_u64()
            .expect("a number");
        let id = child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.expect("kill is there").success());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(130), "{output:?}");
        let printed = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(
            printed.contains("saved at step") && printed.contains("sums.safetensors"),
            "{printed}"
        );
        let report = place.weights("sums.safetensors").report(Some(&sums(200)));
        assert!(report.step >= step && report.resumable);
        assert_eq!(report.text, Match::Same);
    }
    place.succeed("train sums.txt --resume sums.safetensors --steps 3");
}

#[cfg(unix)]
#[test]
fn whoever_stops_reading_stops_nothing_and_hears_no_panic() {
    let place = Place::new("pipe");
    place.succeed(&format!("train sums.txt --steps 5 {SMALL}"));
    let mut child = place
        .command("sample sums.safetensors --length 1000000000")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
}

#[test]
fn a_text_may_be_piped_in() {
    let place = Place::new("stdin");
    let mut child = place
        .command(&format!("train - --steps 3 {SMALL}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("it is piped");
    pipe.write_all(sums(200).as_bytes()).expect("it reads");
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(
        printed.contains("Learning standard input:")
            && printed.contains("go to weights.safetensors."),
        "{printed}"
    );
    let report = place
        .weights("weights.safetensors")
        .report(Some(&sums(200)));
    assert_eq!(report.text, Match::Same);
}

/// What is wrong with a file is never the command line's fault (2), and its sentence is the core's, which knows
/// neither a page nor a text that is not there.
#[test]
fn a_faulty_file_ends_a_command_with_three() {
    let place = Place::new("faulty");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut seen, mut texts) = (0, BTreeSet::new());
    for entry in fs::read_dir(&cases).expect("it is a folder of this repository") {
        let path = entry.expect("it can be listed").path();
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if !(name.starts_with("config_") || name.starts_with("vocab_")) {
            continue;
        }
        seen += 1;
        for args in ["inspect", "sample", "eval", "train"] {
            let path = path.display();
            let output = place.run(&match args {
                "eval" => format!("eval {path} sums.txt"),
                "train" => format!("train sums.txt --resume {path} --out o.safetensors"),
                args => format!("{args} {path}"),
            });
            let printed = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(3), "{args} {name}: {printed}");
            assert!(
                !printed.contains("page") && !printed.contains("The text"),
                "{printed}"
            );
            texts.insert(printed);
        }
    }
    assert_eq!(
        texts.len(),
        seen,
        "a file is reported in one way, and in one of its own"
    );
    let memory = place.run(&format!(
        "run {0}/run_memory.w.safetensors {0}/run_memory.i.safetensors o.safetensors",
        cases.display()
    ));
    assert_eq!(memory.status.code(), Some(3), "{memory:?}");
}

#[test]
fn help_says_that_optimiser_and_cell_bring_a_learning_rate() {
    let output = Place::new("help").run("train --help");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = "[default: 0.03, unless optimiser or cell bring another]";
    assert!(printed.contains(said), "{printed}");
}

#[test]
fn weights_that_overflow_before_any_step_are_not_the_learning_rate_s_fault() {
    let place = Place::new("overflow");
    place.write("relu.safetensors", &crate::files::case("relu_1e38"));
    place.write("abc.txt", "abcacb".repeat(50).as_bytes());
    let output = place.run("train abc.txt --resume relu.safetensors --steps 5 --out o.safetensors");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5), "{printed}");
    assert!(printed.contains("their numbers are too large"), "{printed}");
    assert!(!printed.contains("earning rate"), "{printed}");
}

#[test]
fn a_passage_of_two_characters_is_measured() {
    let place = Place::new("passages");
    place.succeed(&format!(
        "train sums.txt --steps 5 {SMALL} --out w.safetensors"
    ));
    let uniform = 5f64.exp();
    for text in ["12", "1+2=3", "1111"] {
        place.write("passage.txt", text.as_bytes());
        let objects = place.objects("eval w.safetensors passage.txt");
        let printed = only(&objects, "eval");
        assert_eq!(printed["characters"], text.len());
        assert!(printed["heldOutLoss"].is_null(), "{printed}");
        let whole = printed["wholeLoss"].as_f64().expect("a number");
        assert!(whole > 0.0 && whole < uniform, "{printed}");
    }
    place.write("passage.txt", b"1");
    let output = place.run("eval w.safetensors passage.txt");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{printed}");
    assert!(
        printed.contains("The text has 1 character; at least two are needed"),
        "{printed}"
    );
}

#[test]
fn the_loss_of_a_run_is_the_mean_of_its_last_fifty_steps() {
    let place = Place::new("running");
    for steps in [20, 70] {
        let objects = place.objects(&format!(
            "train sums.txt --steps {steps} {SMALL} --shards 1 --force --arithmetic plain"
        ));
        let mut trainer = Trainer::<f32>::new(small(|_| ()), &sums(200)).expect("long enough");
        let losses: Vec<f64> = (0..steps)
            .map(|_| trainer.step().expect("it does not diverge").loss)
            .collect();
        let last = &losses[losses.len().saturating_sub(50)..];
        let mean = last.iter().sum::<f64>() / last.len() as f64;
        assert_is(&only(&objects, "end")["loss"], mean);
    }
}

#[test]
fn what_cannot_be_done_gets_one_clear_line_and_its_code() {
    let place = Place::new("refused");
    place.succeed(&format!(
        "train sums.txt --steps 5 {SMALL} --out w.safetensors"
    ));
    fs::create_dir(place.0.join("folder")).expect("a folder");
    place.write("empty.txt", b"");
    place.write("letter.rtf", br"{\rtf1\ansi\deff0 A letter.}");
    place.write("same.txt", &[b'a'; 500]);
    place.write("short.txt", b"abc");
    place.write("odd.txt", sums(200).replace('9', "x\u{e9}").as_bytes());
    place.write("w.onnx", b"of somebody");
    place.write("cut.safetensors", &place.read("w.safetensors")[..500]);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/values");
    let foreign = golden.join("many_to_one_class_gru_2.weights.safetensors");
    place.write(
        "foreign.safetensors",
        &fs::read(foreign).expect("a golden file"),
    );
    let before = place.read("w.safetensors");

    for (args, code, words) in [
        // The command line.
        ("", 2, "no command"),
        (
            "fly",
            2,
            "no command fly. The commands are train, sample, eval, inspect, gradcheck, export, run.",
        ),
        ("trian", 2, "no command trian; did you mean train?"),
        ("train", 2, "<TEXT>"),
        (
            "train sums.txt --wings 2",
            2,
            "`babble train` has no flag --wings. Its flags are --encoding, --column, --take-out,",
        ),
        (
            "train sums.txt --hiden 2",
            2,
            "no flag --hiden; did you mean --hidden?",
        ),
        (
            "sample w.safetensors --promt x",
            2,
            "did you mean --prompt? Its flags are --prompt, --length, --temperature, --top-k, --top-p, --seed, \
             --probabilities, --json, --arithmetic, --help; `babble sample --help` explains them.",
        ),
        ("eval w.safetensors", 2, "`babble eval --help` tells more"),
        (
            "train sums.txt --cell tree",
            2,
            "`rnn`, `relu`, `gru`, `lstm`",
        ),
        ("train sums.txt --layers many", 2, "a number"),
        ("train sums.txt --layers nan", 2, "a number"),
        (
            "train sums.txt --layers 9",
            2,
            "Layers is 9, but must lie between 1 and 8",
        ),
        (
            "train sums.txt --hidden 1e300",
            2,
            "--hidden-size: Hidden size is 1",
        ),
        (
            "train sums.txt --batch 1.5",
            2,
            "Batch size must be a whole number",
        ),
        ("train sums.txt --lr -1", 2, "Learning rate is -1"),
        ("train sums.txt --seed 4294967296", 2, "Seed"),
        ("train sums.txt --steps 0", 2, "0 is not in 1.."),
        ("train sums.txt --steps -3", 2, "-3"),
        ("train sums.txt --steps 99999999999999999999", 2, "--steps"),
        ("train sums.txt --minutes 0", 2, "between 0.01"),
        (
            "train sums.txt --minutes 1 --steps 1",
            2,
            "cannot be used with",
        ),
        ("train sums.txt --sample-every -1", 2, "between 0 and"),
        ("train sums.txt --unknown skip", 2, "--resume"),
        (
            "train sums.txt --preset fast",
            2,
            "[possible values: quick, minute, best, long, min-char-rnn, char-rnn]",
        ),
        (
            "train sums.txt --preset best --resume w.safetensors",
            2,
            "cannot be used with",
        ),
        ("train sums.txt --threads 0", 2, "0 is not in 1.."),
        ("train sums.txt --stop-at-end maybe", 2, "true or false"),
        (
            "train sums.txt --out sums.txt --force",
            2,
            "would replace the input",
        ),
        ("train sums.txt --out w.safetensors", 2, "exists already"),
        (
            "train sums.txt --resume w.safetensors",
            2,
            "--steps or --minutes",
        ),
        ("train sums.txt --new-schedule --steps 1", 2, "--resume"),
        (
            "train sums.txt --resume w.safetensors --hidden 9 --steps 1",
            2,
            "--hidden-size is settled",
        ),
        (
            "train sums.txt --hidden 1024 --layers 8 --cell lstm",
            2,
            "MB of working memory",
        ),
        (
            "sample w.safetensors --temperature 3",
            2,
            "Temperature is 3",
        ),
        ("sample w.safetensors --top-p 0", 2, "Top-p is 0"),
        ("sample w.safetensors --top-k -1", 2, "Top-k is -1"),
        ("sample w.safetensors --length 0", 2, "0 is not in 1.."),
        ("sample w.safetensors --probabilities", 2, "--json"),
        ("export w.safetensors", 2, "--onnx"),
        (
            "export w.safetensors --onnx ./w.safetensors",
            2,
            "would replace the input",
        ),
        (
            "export w.safetensors --onnx w.onnx",
            2,
            "w.onnx exists already: --force replaces it",
        ),
        (
            "run foreign.safetensors w.safetensors w.onnx",
            2,
            "w.onnx exists already: --force replaces it",
        ),
        ("gradcheck --layers 0", 2, "0 is not in 1.."),
        // Files to be read.
        ("train nowhere.txt", 3, "nowhere.txt: there is no such file"),
        ("train folder", 3, "folder: There is no text in it"),
        (
            "train sums.txt --encoding klingon",
            2,
            "no encoding of that name",
        ),
        (
            "train sums.txt --take-out vowels",
            2,
            "possible values: rare, controls, markup",
        ),
        ("train sums.txt --column age", 3, "no table"),
        ("train empty.txt", 3, "empty.txt: The text has 0 characters"),
        ("train short.txt", 3, "The text has 3 characters"),
        ("train same.txt", 3, "repeats one character"),
        (
            "train letter.rtf",
            3,
            "letter.rtf: This is a rich-text document (RTF)",
        ),
        (
            "train sums.txt letter.rtf",
            3,
            "letter.rtf: This is a rich-text document (RTF)",
        ),
        (
            "train odd.txt --resume w.safetensors --steps 1 --out o.safetensors",
            3,
            "Unknown: 'x', 'é'. --unknown skip leaves them out, --unknown grow adds them.",
        ),
        (
            "train sums.txt --resume nowhere.safetensors --steps 1",
            3,
            "nowhere.safetensors",
        ),
        ("sample nowhere.safetensors", 3, "no such file"),
        ("sample folder", 3, "this is a folder"),
        ("sample sums.txt", 3, "not weights that Babble can read"),
        ("sample empty.txt", 3, "too short"),
        ("sample cut.safetensors", 3, "cut short"),
        ("sample foreign.safetensors", 3, "no vocabulary"),
        ("inspect sums.txt", 3, "not weights"),
        (
            "eval w.safetensors odd.txt",
            3,
            "Unknown: 'x', 'é'. --skip-unknown leaves them out.",
        ),
        ("eval w.safetensors -", 3, "standard input: The text has 0"),
        ("train - --out o.safetensors", 3, "standard input: The text"),
        ("eval w.safetensors empty.txt", 3, "0 characters"),
        (
            "eval w.safetensors folder",
            3,
            "folder: There is no text in it",
        ),
        (
            "run w.safetensors sums.txt o.safetensors",
            3,
            "sums.txt: This input cannot be run",
        ),
        (
            "run sums.txt w.safetensors o.safetensors",
            3,
            "sums.txt: These are not weights",
        ),
        (
            "run w.safetensors foreign.safetensors o.safetensors",
            3,
            "no meaning here",
        ),
        // Files to be written.
        ("train sums.txt --out folder", 4, "folder"),
        (
            "train sums.txt --out nowhere/w.safetensors",
            4,
            "no such file or folder",
        ),
        ("train sums.txt --out w.safetensors/w", 4, "not a folder"),
        ("train sums.txt --out ..", 4, "not the name of a file"),
        (
            "export w.safetensors --onnx nowhere/w.onnx",
            4,
            "no such file or folder",
        ),
        // Numbers that come to nothing.
        (
            "train sums.txt --cell relu --optimizer sgd --lr 1000 --clip-norm 0 --out o.safetensors",
            5,
            "Nothing was saved.",
        ),
    ] {
        let output = place.run(args);
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        let complaints: Vec<_> = printed
            .lines()
            .filter(|l| l.starts_with("babble: "))
            .collect();
        assert_eq!(output.status.code(), Some(code), "{args}: {printed}");
        assert_eq!(complaints.len(), 1, "{args}: {printed}");
        assert!(complaints[0].contains(words), "{args}: {printed}");
        assert!(output.stdout.is_empty(), "{args}");
        // But what a run says of itself before it goes wrong, it is the only line.
        assert!(
            code == 5 || printed.lines().count() == 1,
            "{args}: {printed}"
        );

        if args.contains("--probabilities") {
            continue; // with --json it can be done
        }
        let output = place.run(&format!("{args} --json"));
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let last: Value =
            serde_json::from_str(printed.lines().last().expect("an object")).expect("JSON");
        assert_eq!(last["event"], "error", "{args}");
        assert_eq!(last["exitCode"], code, "{args}: {last}");
        let message = last["message"].as_str().expect("a sentence");
        assert_eq!(format!("babble: {message}"), complaints[0]);
    }
    assert!(place.read("w.safetensors") == before, "nothing was touched");
    assert_eq!(place.read("w.onnx"), b"of somebody");
    let left = fs::read_dir(&place.0).expect("our folder");
    let part = |entry: fs::DirEntry| entry.path().extension().is_some_and(|end| end == "part");
    assert!(!left.flatten().any(part), "no half-written file is left");
}

/// A text whose last tenth is of another kind than the rest.
fn lost_text() -> String {
    "abc".repeat(300) + &"cba".repeat(33)
}

#[test]
fn a_run_that_is_lost_on_unseen_text_alone_is_told_so_once() {
    let place = Place::new("lost");
    place.write("lost.txt", lost_text().as_bytes());
    let args = format!("train lost.txt --steps 300 --measure-every 3000 {SMALL}");
    let said = "does worse than blind guessing";
    let objects = place.objects(&args);
    let measured = objects.iter().filter(|o| o["event"] == "heldOut").count();
    assert!(measured > 2, "{measured} measurements could say it");
    let message = only(&objects, "worseThanBlind")["message"].as_str();
    assert!(message.is_some_and(|message| message.contains(said)));
    let printed = place.run(&format!("{args} --force"));
    let printed = String::from_utf8(printed.stderr).expect("UTF-8");
    assert_eq!(printed.matches(said).count(), 1, "{printed}");
    let quiet = place.run(&format!("train sums.txt --steps 300 {SMALL}"));
    let quiet = String::from_utf8(quiet.stderr).expect("UTF-8");
    assert!(!quiet.contains(said), "{quiet}");
}

/// The keys that docs/terminal.md lists for an event: those in backquotes at the beginning of its rows.
fn documented(event: &str) -> BTreeSet<String> {
    let page = include_str!("../../docs/terminal.md");
    let heading = format!("### `{event}`\n");
    let at = page
        .find(&heading)
        .unwrap_or_else(|| panic!("docs/terminal.md has no {heading:?}"));
    let section = page[at + heading.len()..]
        .split("\n#")
        .next()
        .unwrap_or_default();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn symbols_that_are_left_out_or_new_are_named() {
    let place = Place::new("symbols");
    place.succeed(&format!("train sums.txt --steps 3 {SMALL}"));
    place.write("odd.txt", sums(200).replace('9', "x\u{e9}").as_bytes());
    for (choice, line) in [
        (
            "skip",
            "characters left out, for the weights lack 'x', 'é'.",
        ),
        ("grow", "2 symbols new to the weights: 'x', 'é'."),
    ] {
        let output = place.run(&format!(
            "train odd.txt --resume sums.safetensors --unknown {choice} --steps 1 --out {choice}.safetensors"
        ));
        let printed = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(printed.contains(line), "{printed}");
    }
    let printed = place.succeed("eval sums.safetensors odd.txt --skip-unknown");
    assert!(
        printed.contains("characters skipped: 'x', 'é'."),
        "{printed}"
    );
    place.write("one.txt", format!("{}\u{e9}", sums(200)).as_bytes());
    let printed = place.succeed("eval sums.safetensors one.txt --skip-unknown");
    assert!(printed.contains("1 character skipped: 'é'."), "{printed}");
    let output = place.run("sample sums.safetensors --length 5 --prompt x1é");
    let printed = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(printed.contains("never seen 'x', 'é';"), "{printed}");
}

#[test]
fn every_key_is_documented_and_every_documented_key_is_there() {
    let place = Place::new("keys");
    let mut objects = place.objects(&format!(
        "train sums.txt --steps 5 {SMALL} --sample-every 9"
    ));
    place.write("lost.txt", lost_text().as_bytes());
    objects.extend(place.objects(&format!("train lost.txt --steps 200 {SMALL}")));
    place.write("long.txt", sums(2000).as_bytes());
    objects.extend(place.objects(&format!("train long.txt --steps 200 {SMALL}")));
    objects.extend(place.objects("sample sums.safetensors --length 5 --probabilities"));
    objects.extend(place.objects("eval sums.safetensors sums.txt"));
    objects.extend(place.objects("inspect sums.safetensors"));
    objects.extend(place.objects("export sums.safetensors --onnx w.onnx"));
    objects.extend(place.objects("gradcheck --cell rnn --layers 1 --hidden 3"));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/values");
    let file = |name: &str| golden.join(format!("lenses_many_to_many_gru_2.{name}.safetensors"));
    for name in ["weights", "in"] {
        let golden = fs::read(file(name)).expect("a golden file");
        place.write(&format!("{name}.safetensors"), &golden);
    }
    objects.extend(place.objects("run weights.safetensors in.safetensors response.safetensors"));
    let refused = place.run("sample nowhere --json");
    objects.push(serde_json::from_slice(&refused.stdout).expect("an object"));
    let mut events = BTreeSet::new();
    for object in &objects {
        let event = object["event"].as_str().expect("every object has an event");
        let keys: BTreeSet<_> = object
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        assert_eq!(
            keys,
            &documented(event) | &BTreeSet::from(["event".to_owned()]),
            "{event}"
        );
        events.insert(event);
    }
    let all = include_str!("../../docs/terminal.md")
        .matches("### `")
        .count();
    assert_eq!(
        events.len(),
        all,
        "every documented event was seen: {events:?}"
    );
}

#[test]
fn files_and_folders_become_one_text_in_the_order_of_their_names() {
    let place = Place::new("several");
    let part = |name: &str| {
        format!("This is {name}, and it is one line of text that is learned.\n").repeat(2)
    };
    fs::create_dir_all(place.0.join("book/.git")).expect("folders");
    for name in [
        "book/chapter 10.txt",
        "book/chapter 9.txt",
        "zebra.txt",
        "book/.git/config",
        "book/.hidden",
    ] {
        place.write(name, part(name).trim_end().as_bytes());
    }
    place.write("book/cover.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let expected = [
        part("book/chapter 9.txt").trim_end(),
        part("book/chapter 10.txt").trim_end(),
        part("zebra.txt").trim_end(),
    ]
    .join("\n");

    // A flag between the files, and the later name first.
    let objects = place.objects("train zebra.txt --steps 1 book --out w.safetensors");
    let start = only(&objects, "start");
    assert_eq!(
        start["textHash"],
        babble::data::corpus::fingerprint(&expected)
    );
    let texts = only(&objects, "texts");
    let left = &texts["left"][0];
    assert_eq!(left["path"], "book/cover.png");
    assert_eq!(
        left["why"].as_str().map(|why| &why[..31]),
        Some("This is a picture (PNG), not a ")
    );
    assert_eq!(texts["files"].as_array().map(Vec::len), Some(3));

    let output = place.run("eval w.safetensors book zebra.txt");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        printed.contains("3 files as one text:\n  book/chapter 9.txt\n"),
        "{printed}"
    );
    assert!(
        printed.contains("left out: book/cover.png. This is a picture (PNG)"),
        "{printed}"
    );
    assert!(
        !String::from_utf8_lossy(&output.stdout).contains("another text"),
        "it is the very text"
    );

    place.succeed("train book --steps 1");
    assert!(
        place.0.join("book.safetensors").is_file(),
        "the file is named after the folder"
    );
}

#[test]
fn what_was_found_out_about_a_file_is_said_with_the_flag_that_overrules_it() {
    let place = Place::new("encodings");
    let russian = "\u{441}\u{442}\u{430}\u{440}\u{44b}\u{439} \u{43c}\u{43e}\u{441}\u{442}, \u{434}\u{43e}\u{436}\u{434}\u{44c} \u{448}\u{451}\u{43b}\n".repeat(40);
    // windows-1251 has the letters from U+0410 on in a row.
    let old: Vec<u8> = russian
        .chars()
        .map(|symbol| match u32::from(symbol) {
            0x451 => 0xb8,
            code @ 0x410..=0x44f => (code - 0x410 + 0xc0) as u8,
            code => code as u8,
        })
        .collect();
    place.write("old.txt", &old);
    place.write(
        "bad.txt",
        &[russian.as_bytes(), b"\xff", russian.as_bytes()].concat(),
    );
    place.write(
        "page.html",
        format!("<!doctype html><p>{russian}</p>").as_bytes(),
    );
    let list: String = ('a'..='z')
        .map(|letter| format!("{letter}nna and {letter}ert\n"))
        .collect();
    place.write("list.txt", list.as_bytes());
    place.write(
        "log.txt",
        "\x1b[32mINFO\x1b[0m\u{e9} Ready\n".repeat(40).as_bytes(),
    );

    let cases = [
        (
            "old.txt",
            "old.txt is read as windows-1251, which is a guess; --encoding names another",
        ),
        ("old.txt --encoding koi8-r", "old.txt is read as KOI8-R."),
        (
            "bad.txt",
            "UTF-8 with 1 place that cannot be read, the first at byte 1,640 in line 41",
        ),
        (
            "page.html",
            "page.html is a web page (HTML): its markup is learned too",
        ),
        (
            "list.txt",
            "a fair sample.\n--shuffle-lines shuffles the lines.",
        ),
        (
            "log.txt",
            "The text has 80 control characters; --take-out controls leaves them out.",
        ),
        (
            "log.txt",
            "The unseen text is not unseen: 100% of it stands word for word in the rest.",
        ),
        ("log.txt --take-out controls,rare --lower-case", ""),
    ];
    for (args, said) in cases {
        let output = place.run(&format!(
            "train {args} --steps 1 --hidden 4 --force --out w.safetensors"
        ));
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success() && printed.contains(said),
            "{args}: {printed}"
        );
    }
    // What `--take-out` and `--lower-case` leave is what was learned.
    let symbols = place
        .weights("w.safetensors")
        .model()
        .vocabulary
        .symbols()
        .to_vec();
    assert_eq!(symbols.iter().collect::<String>(), "\n adefinory\u{e9}");
}
