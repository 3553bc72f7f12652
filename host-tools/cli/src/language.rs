//! Which language: `--lang`, else the environment.

use std::ffi::{OsStr, OsString};

use ssc_words::Lang;

/// `--lang` wherever it stands; else the first of LC_ALL, LC_MESSAGES and LANG that is set (POSIX, 8.2), such as
/// `zh_CN.UTF-8`. English in all other cases; clap refuses a wrong `--lang` later.
pub fn choose(args: &[OsString], env: impl Fn(&str) -> Option<OsString>) -> Lang {
    if let Some(wanted) = wanted(args) {
        let named = Lang::ALL.into_iter().find(|lang| wanted == lang.code());
        return named.unwrap_or_default();
    }
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(env)
        .find(|value| !value.is_empty())
        .unwrap_or_default();
    let locale = set.to_string_lossy();
    let named = Lang::ALL
        .into_iter()
        .find(|lang| locale.starts_with(lang.code()));
    named.unwrap_or_default()
}

fn wanted(args: &[OsString]) -> Option<&OsStr> {
    let mut args = args.iter().take_while(|arg| *arg != "--");
    while let Some(arg) = args.next() {
        if arg == "--lang" {
            return args.next().map(OsString::as_os_str);
        }
        if let Some(value) = arg.to_str().and_then(|arg| arg.strip_prefix("--lang=")) {
            return Some(OsStr::new(value));
        }
    }
    None
}

/// Whether `--json` stands on a command line that clap could not read.
pub fn wants_json(args: &[OsString]) -> bool {
    args.iter()
        .take_while(|arg| *arg != "--")
        .any(|arg| arg == "--json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(args: &[&str], env: &[(&str, &str)]) -> Lang {
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        choose(&args, |name| {
            env.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_option_wins_over_the_environment() {
        let chinese = [("LANG", "zh_CN.UTF-8")];
        assert_eq!(lang(&["ssc"], &chinese), Lang::Zh);
        assert_eq!(lang(&["ssc", "--lang", "en", "read"], &chinese), Lang::En);
        assert_eq!(lang(&["ssc", "read", "--lang=zh"], &[]), Lang::Zh);
        assert_eq!(lang(&["ssc", "apdu", "--", "--lang=zh"], &[]), Lang::En);
        assert_eq!(lang(&["ssc", "--lang"], &chinese), Lang::Zh);
    }

    #[test]
    fn lc_all_wins_over_lang_and_an_empty_one_counts_as_unset() {
        assert_eq!(
            lang(&[], &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")]),
            Lang::En
        );
        assert_eq!(lang(&[], &[("LC_ALL", ""), ("LANG", "zh_TW")]), Lang::Zh);
        assert_eq!(
            lang(&[], &[("LC_MESSAGES", "zh"), ("LANG", "de_DE")]),
            Lang::Zh
        );
        assert_eq!(lang(&[], &[]), Lang::En);
    }
}
