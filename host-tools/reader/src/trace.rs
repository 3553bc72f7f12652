//! A card whose every command and answer is written down, in bytes and in words.
//!
//! The data of commands that the specification table marks secret (VERIFY, CHANGE PIN, PUT KEY, STORE DATA …) never
//! appears, and of a citizen number in any data only the six digits of its region do.

use apdu_specs::Status;
use apdu_specs::applications::any::AnyCommand;
use apdu_specs::applications::ssc::SscCommand;
use std::io::Write;

use apdu_specs::Application;
use apdu_specs::applications::domain::names::ISSUER_SECURITY_DOMAIN;
use apdu_specs::applications::ssc::names::SSSE;
use apdu_specs::applications::{self, CommandId};

use crate::spec_words;
use crate::{Card, Interface, ReaderError};
use ssc_words::Lang;
use ssc_words::clean;

/// Writes each exchange to `out`, two lines: `>` the command, `<` the answer.
pub struct Trace<C, W> {
    card: C,
    out: W,
    lang: Lang,
    selected: Application,
}

impl<C: Card, W: Write + Send> Trace<C, W> {
    /// Traces `card` from its present state, which is taken for that after reset.
    pub fn new(card: C, out: W, lang: Lang) -> Self {
        Self {
            card,
            out,
            lang,
            selected: Application::Ssc,
        }
    }

    /// The card again, and where its trace went.
    pub fn into_inner(self) -> (C, W) {
        (self.card, self.out)
    }

    fn line(&mut self, line: &str) {
        // A trace that cannot be written must not stop a card in the middle: the exchange goes on without it.
        let _ = writeln!(self.out, "{}", clean::line(line));
    }
}

impl<C: Card, W: Write + Send> Card for Trace<C, W> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn interface(&self) -> Interface {
        self.card.interface()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.line(&describe_command(self.selected, command, self.lang));
        match self.card.transmit(command) {
            Ok(answer) => {
                self.selected = selected_after(self.selected, command, &answer);
                self.line(&describe_answer(&answer, self.lang));
                Ok(answer)
            }
            Err(error) => {
                let line = format!("< {}", ssc_words::Bilingual::say(&error, self.lang));
                self.line(&line);
                Err(error)
            }
        }
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.selected = Application::Ssc;
        let done = self.card.reset();
        let line = match &done {
            Ok(()) => format!("= reset, ATR {}", spaced(self.card.atr())),
            Err(error) => format!("= {}", ssc_words::Bilingual::say(error, self.lang)),
        };
        self.line(&line);
        done
    }
}

/// One command as a line: its bytes (secret data as a length) and its name and parameters in words.
#[must_use]
pub fn describe_command(selected: Application, command: &[u8], lang: Lang) -> String {
    let header = header(command);
    let row = spec_words::row_in(selected, header).or_else(|| spec_words::row_anywhere(header));
    let words = row.and_then(applications::words);
    let name = match (words, lang) {
        (Some(words), Lang::En) => words.name,
        (Some(words), Lang::Zh) => words.chinese,
        (None, _) => spec_words::command_name(header, lang),
    };
    // A command that no table knows may carry anything: its data is not shown either.
    let hidden = words.is_none_or(|words| words.secret) || spec_words::is_secret(header);
    let bytes = match command.split_at_checked(5) {
        Some((start, body)) if hidden && !body.is_empty() => {
            let unit = match lang {
                Lang::En => "bytes not shown",
                Lang::Zh => "字节不显示",
            };
            format!("{} [{} {unit}]", spaced(start), body.len())
        }
        _ => masked(command),
    };
    let detail = row
        .and_then(CommandId::of)
        .map_or(String::new(), |id| parameters(id, header, command, lang));
    format!("> {bytes}   {name}{detail}")
}

/// One answer as a line: data, status word and its meaning.
#[must_use]
pub fn describe_answer(answer: &[u8], lang: Lang) -> String {
    let Some((data, &[sw1, sw2])) = answer.split_last_chunk::<2>() else {
        return format!("< [{}]", answer.len());
    };
    let sw = Status::from_bytes([sw1, sw2]);
    let space = if data.is_empty() { "" } else { " " };
    format!(
        "< {}{space}{sw}   {}",
        masked(data),
        spec_words::status(sw, lang)
    )
}

/// What P1, P2 and the data say, for the commands that people read most.
fn parameters(id: CommandId, header: [u8; 4], command: &[u8], lang: Lang) -> String {
    let [_, _, p1, p2] = header;
    let data = data_field(command);
    let (record, tag, sfi, from, offset, key) = match lang {
        Lang::En => ("record", "tag", "SFI", "records from", "offset", "key"),
        Lang::Zh => ("记录", "标签", "短文件标识", "起始记录", "偏移", "密钥"),
    };
    let file = |number: u8| match number {
        0 => String::new(),
        number => format!(", {sfi} {number:02X}"),
    };
    match id {
        CommandId::Any(AnyCommand::Select) => match data {
            SSSE => ": SSSE sx1.sh.社会保障".into(),
            ISSUER_SECURITY_DOMAIN => ": ISD".into(),
            [] => String::new(),
            name => format!(": {}", hex::encode_upper(name)),
        },
        CommandId::Ssc(SscCommand::ReadRecord | SscCommand::UpdateRecord) => {
            let which = match p2 & 0x07 {
                0 => format!("{tag} {p1:02X}"),
                5 => format!("{from} {p1}"),
                _ => format!("{record} {p1}"),
            };
            format!(": {which}{}", file(p2 >> 3))
        }
        CommandId::Ssc(SscCommand::ReadBinary | SscCommand::UpdateBinary) => {
            if p1 & 0x80 == 0 {
                format!(": {offset} {}", u16::from_be_bytes([p1, p2]))
            } else {
                format!(": {offset} {p2}{}", file(p1 & 0x1F))
            }
        }
        CommandId::Ssc(SscCommand::ExternalAuthenticate) => format!(": {key} {p2:02X}"),
        _ => String::new(),
    }
}

fn data_field(command: &[u8]) -> &[u8] {
    match command {
        [_, _, _, _, lc, data @ ..] => data.get(..usize::from(*lc)).unwrap_or(data),
        _ => &[],
    }
}

fn header(command: &[u8]) -> [u8; 4] {
    command.first_chunk::<4>().copied().unwrap_or_default()
}

/// Which application answers the next command: a SELECT that succeeded decides.
fn selected_after(now: Application, command: &[u8], answer: &[u8]) -> Application {
    let done = matches!(answer, [.., 0x90, 0x00] | [.., 0x61, _]);
    if !done || header(command)[1] != 0xA4 {
        return now;
    }
    match (header(command)[2], data_field(command)) {
        (0x04, ISSUER_SECURITY_DOMAIN | []) => Application::Domain,
        _ => Application::Ssc,
    }
}

/// Digits of a citizen number that stay readable: its region.
const REGION_DIGITS: usize = 6;
/// Characters of a citizen number (GB 11643).
const NUMBER_LENGTH: usize = 18;

/// Bytes in hexadecimal, with every citizen number covered behind its region.
fn masked(bytes: &[u8]) -> String {
    let mut covered = vec![false; bytes.len()];
    for (start, window) in bytes.windows(NUMBER_LENGTH).enumerate() {
        if is_citizen_number(window) {
            covered
                .iter_mut()
                .skip(start + REGION_DIGITS)
                .take(NUMBER_LENGTH - REGION_DIGITS)
                .for_each(|cover| *cover = true);
        }
    }
    let shown: Vec<String> = bytes
        .iter()
        .zip(covered)
        .map(|(byte, cover)| {
            if cover {
                "··".into()
            } else {
                format!("{byte:02X}")
            }
        })
        .collect();
    shown.join(" ")
}

fn is_citizen_number(window: &[u8]) -> bool {
    match window.split_last() {
        Some((last, digits)) => {
            digits.iter().all(u8::is_ascii_digit)
                && (last.is_ascii_digit() || last.eq_ignore_ascii_case(&b'X'))
        }
        None => false,
    }
}

fn spaced(bytes: &[u8]) -> String {
    let shown: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    shown.join(" ")
}
