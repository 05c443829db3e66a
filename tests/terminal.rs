//! The terminal, run as a person runs it: `cargo test --features cli --test terminal`.
#![cfg(feature = "cli")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use babble::checkpoint::Checkpoint;
use babble::config::{Config, RawConfig};
use babble::report::Match;
use babble::train::Trainer;
use babble::{door, onnx};
use common::sums;
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
    --schedule constant --warmup-characters 0 --rate-floor 0.05";

fn small(change: impl FnOnce(&mut RawConfig)) -> Config {
    common::small_config(change)
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
        "train sums.txt --steps 40 {SMALL} --cell gru --layers 2 --dropout 0.1 --schedule cosine"
    ));
    let config = small(|raw| {
        let cell = serde_json::from_str("\"gru\"").expect("a cell");
        let schedule = serde_json::from_str("\"cosine\"").expect("a schedule");
        (raw.cell, raw.layers, raw.dropout, raw.schedule) = (cell, 2.0, 0.1, schedule);
        raw.run_characters = 40.0 * 4.0 * 16.0;
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
    for threads in [1, 3] {
        place.succeed(&format!(
            "train sums.txt --steps 30 {SMALL} --cell lstm --shards 3 --threads {threads} --out {threads}.safetensors"
        ));
    }
    assert!(place.read("1.safetensors") == place.read("3.safetensors"));
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

    let eval = &place.objects("eval w.safetensors sums.txt")[0];
    assert_is(&eval["heldOutLoss"], held_out.loss);
    assert_eq!(eval["sameText"], true);
    place.write("other.txt", sums(200).replace('9', "x").as_bytes());
    let skipping = &place.objects("eval w.safetensors other.txt --skip-unknown")[0];
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
    let exported = onnx::export(checkpoint.model(), checkpoint.config());
    assert!(place.read("w.onnx") == exported);
}

#[test]
fn the_door_answers_as_the_core_does() {
    let place = Place::new("door");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/values");
    let file = |name: &str| golden.join(format!("many_to_many_gru_2.{name}.safetensors"));
    let output = place
        .command("run")
        .args([file("weights"), file("in")])
        .args(["answer.safetensors", "--backward"])
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{output:?}");
    let read = |name| fs::read(file(name)).expect("a golden file");
    let answer = door::run(&read("weights"), &read("in"), true).expect("a golden question");
    assert!(place.read("answer.safetensors") == answer);
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
        let told = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(
            told.contains("saved at step") && told.contains("sums.safetensors"),
            "{told}"
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
        .command(&format!("train - --steps 3 --out w.safetensors {SMALL}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().expect("it is piped");
    pipe.write_all(sums(200).as_bytes()).expect("it reads");
    drop(pipe);
    assert!(child.wait().expect("it ends").success());
    let report = place.weights("w.safetensors").report(Some(&sums(200)));
    assert_eq!(report.text, Match::Same);
}

#[test]
fn what_cannot_be_done_gets_one_clear_line_and_its_code() {
    let place = Place::new("refused");
    place.succeed(&format!(
        "train sums.txt --steps 5 {SMALL} --out w.safetensors"
    ));
    fs::create_dir(place.0.join("folder")).expect("a folder");
    place.write("empty.txt", b"");
    place.write("latin.txt", &[&b"caf"[..], &[0xe9; 200]].concat());
    place.write("same.txt", &[b'a'; 500]);
    place.write("short.txt", b"abc");
    place.write("odd.txt", sums(200).replace('9', "x").as_bytes());
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
        ("fly", 2, "fly"),
        ("train", 2, "<TEXT>"),
        ("train sums.txt --wings 2", 2, "--wings"),
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
        ("train sums.txt --unknown skip", 2, "--resume"),
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
        ("gradcheck --layers 0", 2, "0 is not in 1.."),
        // Files to be read.
        ("train nowhere.txt", 3, "nowhere.txt: there is no such file"),
        ("train folder", 3, "folder: this is a folder"),
        ("train empty.txt", 3, "empty.txt: The text has 0 characters"),
        ("train short.txt", 3, "The text has 3 characters"),
        ("train same.txt", 3, "repeats one character"),
        ("train latin.txt", 3, "not UTF-8 (byte 0xe9 at 3)"),
        (
            "train odd.txt --resume w.safetensors --steps 1 --out o.safetensors",
            3,
            "--unknown skip",
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
        ("eval w.safetensors odd.txt", 3, "--skip-unknown"),
        ("eval w.safetensors empty.txt", 3, "0 characters"),
        ("eval w.safetensors folder", 3, "this is a folder"),
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
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let complaints: Vec<_> = told.lines().filter(|l| l.starts_with("babble: ")).collect();
        assert_eq!(output.status.code(), Some(code), "{args}: {told}");
        assert_eq!(complaints.len(), 1, "{args}: {told}");
        assert!(complaints[0].contains(words), "{args}: {told}");
        assert!(output.stdout.is_empty(), "{args}");
        // But what a run says of itself before it goes wrong, it is the only line.
        assert!(code == 5 || told.lines().count() == 1, "{args}: {told}");

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
    let left = fs::read_dir(&place.0).expect("our folder");
    let part = |entry: fs::DirEntry| entry.path().extension().is_some_and(|end| end == "part");
    assert!(!left.flatten().any(part), "no half-written file is left");
}

/// The keys that docs/terminal.md lists for an event: those in backquotes at the beginning of its rows.
fn documented(event: &str) -> BTreeSet<String> {
    let page = include_str!("../docs/terminal.md");
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
fn every_key_is_documented_and_every_documented_key_is_there() {
    let place = Place::new("keys");
    let mut objects = place.objects(&format!("train sums.txt --steps 5 {SMALL}"));
    objects.extend(place.objects("sample sums.safetensors --length 5 --probabilities"));
    objects.extend(place.objects("eval sums.safetensors sums.txt"));
    objects.extend(place.objects("inspect sums.safetensors"));
    objects.extend(place.objects("export sums.safetensors --onnx w.onnx"));
    objects.extend(place.objects("gradcheck --cell rnn --layers 1 --hidden 3"));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/values");
    let file = |name: &str| golden.join(format!("many_to_many_gru_2.{name}.safetensors"));
    for name in ["weights", "in"] {
        let golden = fs::read(file(name)).expect("a golden file");
        place.write(&format!("{name}.safetensors"), &golden);
    }
    objects.extend(place.objects("run weights.safetensors in.safetensors answer.safetensors"));
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
    let all = include_str!("../docs/terminal.md").matches("### `").count();
    assert_eq!(
        events.len(),
        all,
        "every documented event was seen: {events:?}"
    );
}
