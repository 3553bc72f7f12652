//! The commands that messages advise: each gets the options that it needs from those of this command, so that it can be typed as it stands.
//!
//! Messages, also those of the libraries, say `` `ssc job run NAME` ``. Only here is known which register, which keys and which heads are
//! meant; [`Advice::complete`] is where all that is said passes.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;
use ssc_words::shell;

/// What begins a command that is advised.
const BEGIN: &str = "`ssc ";

/// What this command was given, as far as it is known yet.
#[derive(Default)]
pub struct Advice {
    store: OnceLock<Place>,
    keys: OnceLock<Vec<String>>,
    /// The job that is spoken of, and whether its keys are the bureau's own.
    job: OnceLock<(String, bool)>,
    heads: OnceLock<Vec<String>>,
}

/// The register as it was asked for.
struct Place {
    /// As `--store` names it.
    named: Option<String>,
    /// Whether it is that of demo cards, which commands that only look do not take by themselves.
    is_demo: bool,
}

/// What a command takes.
#[derive(Clone, Copy, Default)]
struct Takes {
    /// The register, by the keys.
    store: bool,
    /// The register, as commands that only look take it.
    look: bool,
    /// The job's keys.
    keys: bool,
    heads: bool,
}

/// What the command of these words takes; `None` where it is only spoken of.
fn takes(words: &[&str]) -> Option<Takes> {
    let look = Takes {
        look: true,
        ..Takes::default()
    };
    let by_keys = Takes {
        store: true,
        keys: true,
        ..Takes::default()
    };
    Some(match words {
        ["job", "list"] => look,
        ["job", "run", _, ..] => Takes {
            heads: true,
            ..by_keys
        },
        ["job", "reissue" | "pins", _, ..] => by_keys,
        ["job", "close", _, ..] | ["audit", "sign" | "verify", _, ..] => {
            Takes { keys: true, ..look }
        }
        [
            "job",
            "status" | "remaining" | "report" | "pause" | "resume",
            _,
            ..,
        ]
        | ["audit", "export", _, ..] => look,
        _ => return None,
    })
}

impl Advice {
    /// Which register is meant: its name, if it was given one, and whether it is that of demo cards.
    pub fn store(&self, named: Option<String>, is_demo: bool) {
        let _ = self.store.set(Place { named, is_demo });
    }

    /// The options for keys.
    pub fn keys(&self, options: Vec<String>) {
        let _ = self.keys.set(options);
    }

    /// The job that is spoken of, and whether its keys are the bureau's own.
    pub fn job(&self, name: &str, has_own_keys: bool) {
        let _ = self.job.set((name.to_owned(), has_own_keys));
    }

    /// The options for heads.
    pub fn heads(&self, options: Vec<String>) {
        let _ = self.heads.set(options);
    }

    /// Whether anything is known.
    pub fn is_known(&self) -> bool {
        self.store.get().is_some()
    }

    /// The text, with whole commands.
    pub fn complete<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(place) = self.store.get().filter(|_| text.contains(BEGIN)) else {
            return Cow::Borrowed(text);
        };
        let mut out = String::with_capacity(text.len() + 80);
        let mut rest = text;
        while let Some((before, command)) = rest.split_once(BEGIN) {
            out.push_str(before);
            let Some((command, after)) = command.split_once('`') else {
                rest = &rest[before.len()..];
                break;
            };
            out.push_str(BEGIN);
            // The libraries do not always know its name.
            let command = match self.job.get() {
                Some((name, _)) => command.replace(" JOB", &format!(" {}", shell::word(name))),
                None => command.to_owned(),
            };
            out.push_str(&command);
            let words: Vec<&str> = command.split_whitespace().collect();
            if let Some(takes) = takes(&words) {
                out.push_str(&self.options(takes, words.get(2).copied(), place));
            }
            out.push('`');
            rest = after;
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    /// The same for each text of a document.
    pub fn complete_document(&self, document: &mut Value) {
        match document {
            Value::String(text) => {
                if let Cow::Owned(whole) = self.complete(text) {
                    *text = whole;
                }
            }
            Value::Array(values) => values
                .iter_mut()
                .for_each(|one| self.complete_document(one)),
            Value::Object(values) => values
                .values_mut()
                .for_each(|one| self.complete_document(one)),
            _ => {}
        }
    }

    /// With a space before them.
    fn options(&self, takes: Takes, job: Option<&str>, place: &Place) -> String {
        let mut words: Vec<&str> = Vec::new();
        let images = job.map(|job| format!("{job}-cards")).unwrap_or_default();
        let keys = self.keys.get().map_or(&[][..], Vec::as_slice);
        let is_own = !keys.is_empty() || self.job.get().is_some_and(|(_, is_own)| *is_own);
        if takes.heads {
            match self.heads.get() {
                Some(heads) => words.extend(heads.iter().map(String::as_str)),
                // Real cards are made in readers.
                None if is_own => words.extend(["--heads", "all"]),
                None => words.extend(["--heads", "sim", "--images", &images]),
            }
        }
        if let Some(named) = place.named.as_deref().filter(|_| takes.store || takes.look) {
            words.extend(["--store", named]);
        } else if takes.look && place.is_demo {
            words.push("--demo");
        }
        let mut out = String::new();
        for word in words {
            out.push(' ');
            // The job's name is in quotes already, where it needs them.
            out.push_str(&if word == images {
                Cow::Borrowed(word)
            } else {
                shell::word(word)
            });
        }
        if takes.keys {
            if keys.is_empty() && is_own {
                out.push_str(" --vault FILE");
            }
            for word in keys {
                out.push(' ');
                out.push_str(&shell::word(word));
            }
        }
        out
    }
}

/// An option with its value, where it was given.
pub fn option(words: &mut Vec<String>, name: &str, value: Option<impl Into<String>>) {
    if let Some(value) = value {
        words.extend([name.to_owned(), value.into()]);
    }
}

/// The same for a path.
pub fn path(words: &mut Vec<String>, name: &str, path: Option<&std::path::Path>) {
    option(words, name, path.map(|path| path.display().to_string()));
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str =
        "first `ssc job run b-7`, then `ssc job status b-7`; `ssc job create` makes one";

    #[test]
    fn before_a_register_is_open_nothing_is_known() {
        assert!(matches!(
            Advice::default().complete(RUN),
            Cow::Borrowed(RUN)
        ));
    }

    #[test]
    fn a_command_gets_what_it_takes_and_no_more() {
        let advice = Advice::default();
        advice.store(Some("my books.db".into()), false);
        advice.keys(vec!["--vault".into(), "k v".into()]);
        assert_eq!(
            advice.complete(RUN),
            "first `ssc job run b-7 --heads all --store 'my books.db' --vault 'k v'`, then `ssc job status b-7 --store 'my books.db'`; `ssc job create` makes one"
        );
        advice.heads(vec!["--heads".into(), "sim:4".into()]);
        assert_eq!(
            advice.complete("`ssc job run b-7` `open"),
            "`ssc job run b-7 --heads sim:4 --store 'my books.db' --vault 'k v'` `open"
        );
        assert_eq!(
            advice.complete("`ssc job run b-7 open"),
            "`ssc job run b-7 open"
        );
    }

    #[test]
    fn demo_cards_are_kept_and_their_register_is_named() {
        let advice = Advice::default();
        advice.store(None, true);
        advice.job("b-7", false);
        assert_eq!(
            advice.complete(RUN),
            "first `ssc job run b-7 --heads sim --images b-7-cards`, then `ssc job status b-7 --demo`; `ssc job create` makes one"
        );
        // A job of one's own, of which no keys were named.
        let advice = Advice::default();
        advice.store(None, false);
        advice.job("it's", true);
        assert_eq!(
            advice.complete("`ssc job run JOB` or `ssc job list`"),
            "`ssc job run 'it'\\''s' --heads all --vault FILE` or `ssc job list`"
        );
    }

    #[test]
    fn documents_have_it_in_each_text() {
        let advice = Advice::default();
        advice.store(Some("a.db".into()), false);
        let mut document =
            serde_json::json!({ "next": [{ "en": "`ssc job report b --html f`" }], "n": 1 });
        advice.complete_document(&mut document);
        assert_eq!(
            document,
            serde_json::json!({ "next": [{ "en": "`ssc job report b --html f --store a.db`" }], "n": 1 })
        );
    }
}
