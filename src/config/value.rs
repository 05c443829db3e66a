//! What a setting may be, and where its value lies for whoever knows it by its key alone.

use std::fmt::Write;

use super::Range;
use crate::json::{Reader, write_string};

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A whole number within bounds.
    Whole(Range),
    /// A number within bounds.
    Number(Range),
    /// Yes or no.
    Switch,
    /// One of these names.
    Choice(&'static [&'static str]),
}

impl Kind {
    pub(crate) fn words(self) -> String {
        match self {
            Self::Whole(Range { min, max }) => format!("a whole number between {min} and {max}"),
            Self::Number(Range { min, max }) => format!("a number between {min} and {max}"),
            Self::Switch => "true or false".into(),
            Self::Choice(names) => alternatives(names),
        }
    }
}

/// `"a", "b" or "c"`.
pub(crate) fn alternatives(names: &[&str]) -> String {
    let mut words = String::new();
    for (at, name) in names.iter().enumerate() {
        words.push_str(match at {
            0 => "",
            _ if at + 1 == names.len() => " or ",
            _ => ", ",
        });
        write_string(&mut words, name);
    }
    words
}

/// A choice among names.
pub(crate) trait Choice {
    /// Makes the choice of this name, if there is one.
    fn choose(&mut self, name: &str) -> Option<()>;
    /// The name of what is chosen.
    fn chosen(&self) -> &'static str;
}

/// Where the value of a setting lies, for whoever knows it by its key alone.
pub(crate) enum Place<'a> {
    Number(&'a mut f64),
    Switch(&'a mut bool),
    Choice(&'a mut dyn Choice),
}

impl<'a> From<&'a mut f64> for Place<'a> {
    fn from(number: &'a mut f64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a mut bool> for Place<'a> {
    fn from(switch: &'a mut bool) -> Self {
        Self::Switch(switch)
    }
}

impl Place<'_> {
    /// Reads a value of JSON.
    pub(super) fn read(self, reader: &mut Reader<'_>) -> Option<()> {
        match self {
            Self::Number(number) => *number = reader.number()?,
            Self::Switch(switch) => *switch = reader.boolean()?,
            Self::Choice(choice) => choice.choose(&reader.string()?)?,
        }
        Some(())
    }

    /// Appends the value as JSON.
    pub(crate) fn write(self, into: &mut String) {
        // Writing to a String cannot fail.
        let _ = match self {
            Self::Number(number) => write!(into, "{number}"),
            Self::Switch(switch) => write!(into, "{switch}"),
            Self::Choice(choice) => return write_string(into, choice.chosen()),
        };
    }
}

/// Declares a choice among names: the enum, and its names in JSON and at the boundary.
macro_rules! names {
    ($(#[$doc:meta])* pub enum $enum:ident { $($(#[$of:meta])* $variant:ident = $name:tt,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $enum {
            $($(#[$of])* #[serde(rename = $name)] $variant,)*
        }

        impl $enum {
            /// Its names, in order.
            #[allow(dead_code)] // not every choice is refused by them
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),*];

            /// The one of this name.
            pub(crate) fn named(name: &str) -> Option<Self> {
                [$(($name, Self::$variant)),*]
                    .into_iter()
                    .find_map(|(known, variant)| (known == name).then_some(variant))
            }

            /// Its name in files and links.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }

        impl $crate::config::Choice for $enum {
            fn choose(&mut self, name: &str) -> Option<()> {
                *self = Self::named(name)?;
                Some(())
            }
            fn chosen(&self) -> &'static str {
                self.name()
            }
        }

        impl<'a> From<&'a mut $enum> for $crate::config::Place<'a> {
            fn from(choice: &'a mut $enum) -> Self {
                Self::Choice(choice)
            }
        }
    };
}
pub(crate) use names;
