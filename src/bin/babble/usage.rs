//! The one line that answers a command line that cannot be understood.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

/// What is wrong with `arguments`, and what would be right: the flags that there are, or where they stand.
pub fn sentence(wrong: &Error, mut babble: Command, arguments: &[String]) -> String {
    babble.build();
    let invalid = said(
        wrong,
        [ContextKind::InvalidArg, ContextKind::InvalidSubcommand],
    );
    // A flag in front of the command's name is not one of the command's.
    let command = arguments
        .iter()
        .take_while(|&argument| Some(argument) != invalid)
        .find_map(|argument| babble.find_subcommand(argument))
        .unwrap_or(&babble);
    let name = command.get_bin_name().unwrap_or("babble");
    match (wrong.kind(), invalid) {
        (ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, _) => {
            "There is no command; `babble --help` lists them.".to_owned()
        }
        (ErrorKind::InvalidSubcommand, Some(invalid)) => format!(
            "There is no command {invalid}{} The commands are {}.",
            did_you_mean(wrong),
            names(&babble)
        ),
        (ErrorKind::UnknownArgument, Some(invalid)) if invalid.starts_with('-') => format!(
            "`{name}` has no flag {invalid}{} Its flags are {}; `{name} --help` explains them.",
            did_you_mean(wrong),
            flags(command)
        ),
        _ => format!("{}; `{name} --help` tells more.", first_paragraph(wrong)),
    }
}

/// What clap says of the first of these, be it in a list or alone.
fn said(wrong: &Error, kinds: [ContextKind; 2]) -> Option<&String> {
    kinds.into_iter().find_map(|kind| match wrong.get(kind) {
        Some(ContextValue::String(one)) => Some(one),
        Some(ContextValue::Strings(all)) => all.first(),
        _ => None,
    })
}

/// The end of a sentence on a wrong name, with the name that it resembles if there is one.
fn did_you_mean(wrong: &Error) -> String {
    let kinds = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand];
    match said(wrong, kinds) {
        Some(similar) => format!("; did you mean {similar}?"),
        None => ".".to_owned(),
    }
}

/// The names of all commands.
fn names(babble: &Command) -> String {
    let names = babble.get_subcommands().map(Command::get_name);
    names
        .filter(|&name| name != "help")
        .collect::<Vec<_>>()
        .join(", ")
}

/// All flags of a command, those with a shorter name as `--hidden-size/--hidden`.
fn flags(command: &Command) -> String {
    command
        .get_arguments()
        .filter_map(|argument| argument.get_long_and_visible_aliases())
        .map(|names| format!("--{}", names.join("/--")))
        .collect::<Vec<_>>()
        .join(", ")
}

/// clap's first paragraph in one line.
fn first_paragraph(wrong: &Error) -> String {
    let message = wrong.to_string();
    let lines: Vec<&str> = message
        .strip_prefix("error: ")
        .unwrap_or(&message)
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    lines.join(" ")
}
