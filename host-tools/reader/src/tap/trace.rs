//! A trace: every command and answer, told as [events](super::event), and the one writer that prints them.

use std::io::Write;
use std::sync::Arc;
use std::time::SystemTime;

use apdu_specs::applications::any::AnyCommand;
use apdu_specs::applications::domain::names::ISSUER_SECURITY_DOMAIN;
use apdu_specs::applications::ssc::SscCommand;
use apdu_specs::applications::ssc::names::SSSE;
use apdu_specs::applications::{self, CommandId};
use apdu_specs::parameters::{binary, record};
use apdu_specs::{Application, Status};
use ssc_words::{Bilingual, Lang, clean};
use time::OffsetDateTime;

use super::event::{Shown, TraceEvent, What};
use super::fields::{data_field, header};
use super::{Tap, selected};
use crate::{Card, ReaderError, spec_words};

/// Receives the events of a trace.
pub trait TraceSink: Send {
    /// Takes one event.
    fn told(&mut self, event: TraceEvent);
}

impl<F: FnMut(TraceEvent) + Send> TraceSink for F {
    fn told(&mut self, event: TraceEvent) {
        self(event);
    }
}

/// A tap that tells a [`TraceSink`] what happens.
#[derive(Clone, Debug)]
pub struct Trace<S> {
    slot: Arc<str>,
    sink: S,
    selected: Option<Application>,
}

impl<S: TraceSink> Trace<S> {
    /// Traces the card in reader `slot` from its present state, which is taken for that after reset.
    pub fn new(slot: &str, sink: S) -> Self {
        Self {
            slot: slot.into(),
            sink,
            selected: Some(Application::Ssc),
        }
    }

    /// Gives the sink back.
    pub fn into_sink(self) -> S {
        self.sink
    }

    fn tell(&mut self, what: What) {
        self.sink.told(TraceEvent {
            at: SystemTime::now(),
            slot: Arc::clone(&self.slot),
            what,
        });
    }
}

impl<S: TraceSink> Tap for Trace<S> {
    fn transmit(&mut self, card: &mut dyn Card, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let selected = self.selected;
        let bytes = Shown::of_command(selected, command);
        self.tell(What::Command { selected, bytes });
        let answer = card.transmit(command);
        let what = match &answer {
            Err(error) => What::Failed(error.clone()),
            Ok(answer) => match answer.split_last_chunk::<2>() {
                None => What::Short(answer.len()),
                Some((data, sw)) => {
                    let sw = Status::from_bytes(*sw);
                    self.selected = selected::after(selected, command, sw);
                    let data = Shown::of(data);
                    What::Answer { data, sw }
                }
            },
        };
        self.tell(what);
        answer
    }

    fn reset(&mut self, card: &mut dyn Card) -> Result<(), ReaderError> {
        self.selected = Some(Application::Ssc);
        let done = card.reset();
        self.tell(match &done {
            Ok(()) => What::Reset(card.atr().to_vec()),
            Err(error) => What::NotReset(error.clone()),
        });
        done
    }
}

/// The writer of events: a line each, `>` a command, `<` its answer, `=` a reset.
#[derive(Clone, Debug)]
pub struct Writer<W> {
    out: W,
    lang: Lang,
    stamps: bool,
}

impl<W: Write + Send> Writer<W> {
    /// Writes to `out`, each line with its time (UTC) and its reader.
    pub fn new(out: W, lang: Lang) -> Self {
        Self {
            out,
            lang,
            stamps: true,
        }
    }

    /// Without time and reader: for one dialogue that is shown as it happens.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.stamps = false;
        self
    }

    /// Gives the output back.
    pub fn into_inner(self) -> W {
        self.out
    }
}

impl<W: Write + Send> TraceSink for Writer<W> {
    fn told(&mut self, event: TraceEvent) {
        let stamp = if self.stamps {
            stamp(&event)
        } else {
            String::new()
        };
        let line = format!("{stamp}{}", event.what.say(self.lang));
        // A trace that cannot be written must not stop a card in the middle: the exchange goes on without it.
        let _ = writeln!(self.out, "{}", clean::line(&line));
    }
}

fn stamp(event: &TraceEvent) -> String {
    let (hour, minute, second, millisecond) = OffsetDateTime::from(event.at).to_hms_milli();
    format!(
        "{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z {} ",
        event.slot
    )
}

/// The event in words, a line without its end.
impl Bilingual for What {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Command { selected, bytes } => command_words(*selected, bytes, lang),
            Self::Answer { data, sw } => {
                let space = if data.bytes.is_empty() { "" } else { " " };
                let meaning = spec_words::status(*sw, lang);
                format!("< {}{space}{sw}   {meaning}", shown(data, lang))
            }
            Self::Short(length) => format!("< [{length}]"),
            Self::Failed(error) => format!("< {}", error.say(lang)),
            Self::Reset(atr) => format!("= reset, ATR {}", shown(&Shown::of(atr), lang)),
            Self::NotReset(error) => format!("= {}", error.say(lang)),
        }
    }
}

/// A command: its bytes, and its name and parameters in words.
fn command_words(selected: Option<Application>, bytes: &Shown, lang: Lang) -> String {
    let known: Vec<u8> = bytes
        .bytes
        .iter()
        .map(|byte| byte.unwrap_or_default())
        .collect();
    let header = header(&known);
    let row = spec_words::row(selected, header);
    let name = match row.and_then(applications::words) {
        Some(words) => spec_words::Name::of(words).get(lang),
        None => spec_words::command_name(header, lang),
    };
    let detail = row
        .and_then(CommandId::of)
        .map_or(String::new(), |id| parameters(id, header, &known, lang));
    format!("> {}   {name}{detail}", shown(bytes, lang))
}

fn shown(bytes: &Shown, lang: Lang) -> String {
    let mut words: Vec<String> = (bytes.bytes.iter())
        .map(|byte| byte.map_or("··".into(), |byte| format!("{byte:02X}")))
        .collect();
    match (bytes.hidden, lang) {
        (0, _) => {}
        (hidden, Lang::En) => words.push(format!("[{hidden} bytes not shown]")),
        (hidden, Lang::Zh) => words.push(format!("[{hidden} 字节不显示]")),
    }
    words.join(" ")
}

/// What P1, P2 and the data say, for the commands that people read most.
fn parameters(id: CommandId, header: [u8; 4], command: &[u8], lang: Lang) -> String {
    let [_, _, p1, p2] = header;
    let data = data_field(command);
    let (number, tag, sfi, from, offset, key) = match lang {
        Lang::En => ("record", "tag", "SFI", "records from", "offset", "key"),
        Lang::Zh => ("记录", "标签", "短文件标识", "起始记录", "偏移", "密钥"),
    };
    let file = |named: u8| match named {
        0 => String::new(),
        named => format!(", {sfi} {named:02X}"),
    };
    match id {
        CommandId::Any(AnyCommand::Select) => match data {
            SSSE => ": SSSE sx1.sh.社会保障".into(),
            ISSUER_SECURITY_DOMAIN => ": ISD".into(),
            [] => String::new(),
            name => format!(": {}", hex::encode_upper(name)),
        },
        CommandId::Ssc(SscCommand::ReadRecord | SscCommand::UpdateRecord) => {
            let which = match p2 & record::MODE {
                record::BY_TAG => format!("{tag} {p1:02X}"),
                record::ALL_FROM => format!("{from} {p1}"),
                _ => format!("{number} {p1}"),
            };
            format!(": {which}{}", file(p2 >> record::SFI_SHIFT))
        }
        CommandId::Ssc(SscCommand::ReadBinary | SscCommand::UpdateBinary) => {
            if p1 & binary::BY_SFI == 0 {
                format!(": {offset} {}", u16::from_be_bytes([p1, p2]))
            } else {
                format!(": {offset} {p2}{}", file(p1 & binary::SFI))
            }
        }
        CommandId::Ssc(SscCommand::ExternalAuthenticate) => format!(": {key} {p2:02X}"),
        _ => String::new(),
    }
}
