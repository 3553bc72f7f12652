//! Words of a command that somebody is told to type.

use std::borrow::Cow;

/// A word as a shell takes it: in quotes where it has a sign that would mean something else there.
#[must_use]
pub fn word(text: &str) -> Cow<'_, str> {
    let is_plain = |sign: char| sign.is_alphanumeric() || "-_./:@%+=,".contains(sign);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.into();
    }
    format!("'{}'", text.replace('\'', "'\\''")).into()
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_shell_reads_the_same_word() {
        for plain in ["batch-7", "批次-7", "a.b/c"] {
            assert_eq!(word(plain), plain);
        }
        for text in [
            "two words",
            "it's",
            "$(rm)",
            "",
            "a;b",
            "`x`",
            "*",
            "a\"b",
            "~",
        ] {
            let said = format!("printf %s {}", word(text));
            let run = std::process::Command::new("sh")
                .args(["-c", &said])
                .output();
            assert_eq!(run.unwrap().stdout, text.as_bytes(), "{said}");
        }
    }
}
