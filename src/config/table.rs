//! What everybody who shows or reads a setting must know of it, and the macro that declares the table of settings.

use super::Kind;

/// One row of [`Config::SETTINGS`](super::Config::SETTINGS): what everybody who shows or reads a setting must know of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Its key in files, links and calls.
    pub key: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What it is, in a sentence or two.
    pub about: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it may change between two steps of a run.
    pub live: bool,
}

/// Declares [`Config`], [`RawConfig`], [`Config::SETTINGS`] and the ways from one to the other. A row holds what a
/// setting is, its type, the value that it has in a file that does not name it, how it is read, its key, its
/// label, its bounds, and `live` where it may change between two steps. Everything else follows from the row.
macro_rules! settings {
    ($($(#[doc = $doc:literal])* $name:ident: $type:ident = $missing:expr, $read:ident($key:tt, $label:literal $(, $range:expr)?) $(, $live:ident)?;)*) => {
        /// A run's settings. Built by [`Config::from_raw`] or taken from [`Config::default`], so that one in
        /// hand has kept its bounds.
        #[derive(Debug, Clone, PartialEq, Serialize)]
        pub struct Config {
            $($(#[doc = $doc])* #[serde(rename = $key)] pub $name: $type,)*
        }

        /// A [`Config`] as it came from outside: every number as it was typed, nothing checked. What is left
        /// out is as it was before there was such a setting: a file of an earlier version means the same
        /// today.
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(default)]
        #[allow(missing_docs)] // the fields are Config's
        pub struct RawConfig {
            $(#[serde(rename = $key)] pub $name: settings!(@raw $type),)*
        }

        impl Default for RawConfig {
            fn default() -> Self {
                Self { $($name: $missing,)* }
            }
        }

        impl From<&Config> for RawConfig {
            fn from(config: &Config) -> Self {
                Self { $($name: settings!(@loosen $type, config.$name),)* }
            }
        }

        impl RawConfig {
            /// The setting under `key`, if there is one.
            pub(crate) fn place(&mut self, key: &str) -> Option<Place<'_>> {
                Some(match key {
                    $($key => (&mut self.$name).into(),)*
                    _ => return None,
                })
            }

            /// What the setting under `key` may be.
            pub(crate) fn kind(key: &str) -> Kind {
                match key {
                    $($key => settings!(@kind $type $(, $read, $range)?),)*
                    _ => Kind::Switch,
                }
            }
        }

        impl Config {
            /// Every setting, in the order of files and pages.
            pub const SETTINGS: &'static [Setting] = &[$(Setting {
                key: $key,
                label: $label,
                about: concat!($($doc),*),
                kind: settings!(@kind $type $(, $read, $range)?),
                live: settings!(@is_live $($live)?),
            },)*];

            /// The keys of the settings that may change between two steps of a run.
            pub const LIVE: &'static [&'static str] = &[$($(settings!(@$live $key),)?)*];

            /// Their keys.
            pub(crate) const KEYS: &'static [&'static str] = &[$($key),*];

            /// Checks every number of `raw`.
            ///
            /// # Errors
            /// [`Error::NotANumber`] or [`Error::OutOfRange`] for the first field outside its bounds.
            pub fn from_raw(raw: &RawConfig) -> Result<Self> {
                Ok(Self { $($name: $read(raw.$name, $key, $label $(, $range)?)? as $type,)* })
            }
        }
    };
    (@kind $type:ident, whole, $range:expr) => { Kind::Whole($range) };
    (@kind $type:ident, number, $range:expr) => { Kind::Number($range) };
    (@kind bool) => { Kind::Switch };
    (@kind $type:ident) => { Kind::Choice($type::NAMES) };
    (@is_live live) => { true };
    (@is_live) => { false };
    (@live $value:expr) => { $value };
    (@raw usize) => { f64 };
    (@raw u64) => { f64 };
    (@raw u32) => { f64 };
    (@raw $type:ident) => { $type };
    (@loosen usize, $value:expr) => { $value as f64 };
    (@loosen u64, $value:expr) => { $value as f64 };
    (@loosen u32, $value:expr) => { $value as f64 };
    (@loosen $type:ident, $value:expr) => { $value };
}
pub(super) use settings;
