//! The page of commands.

use apdu_specs::applications::described;
use apdu_specs::commands::{
    COMMON_STATUS, Cases, Command, CommandWords, Interfaces, LeRule, Parameter,
};
use apdu_specs::life_cycle::LifeCycle;
use apdu_specs::{Application, Evidence, Status};

use super::{status_words, text};

pub fn page() -> String {
    let mut page = text::page("Commands 命令");
    page.push_str(
        "One row each in `commands.rs` of the application's room (`src/applications`). The application that is selected is asked first, then the rows for any.\n\
         A command that no row knows answers 6D00, one of another class 6E00, one with other parameters 6A86, one of\n\
         another length 6700; where life cycle or interface do not allow it, 6985.\n\n",
    );
    page.push_str(&text::head(&[
        "command",
        "命令",
        "application",
        "CLA",
        "INS",
        "evidence",
    ]));
    for (rule, words) in described() {
        page.push_str(&text::row(&[
            words.name.to_owned(),
            words.chinese.to_owned(),
            application(rule.application).to_owned(),
            classes(rule),
            format!("{:02X}", rule.ins),
            evidence(words.evidence),
        ]));
    }
    let common: Vec<_> = COMMON_STATUS.iter().map(|status| code(*status)).collect();
    page.push_str(&format!(
        "\nEvery command may answer {} (see [status words](status-words.md)).\n",
        common.join(" ")
    ));
    page.push_str(&secure_messaging());
    for (rule, words) in described() {
        page.push_str(&section(rule, words));
    }
    page
}

/// What the rows that take the classes of secure messaging have in common.
fn secure_messaging() -> String {
    let names: Vec<_> = described()
        .filter(|(rule, _)| rule.secure_messaging)
        .map(|(_, words)| words.name)
        .collect();
    format!(
        "\n## Secure messaging 安全报文\n\n\
         {} may also come as a secure message, under the session key that STK of the environment makes with the last challenge\n\
         (LD/T 32.4 S; what is not said there P). The challenge is used up whatever comes of it, so one challenge is one message;\n\
         the MAC may be of any version of STK that the card holds.\n\n\
         - CLA 04 and 84: data ‖ MAC (4), the MAC over CLA INS P1 P2 Lc ‖ data. A command that reads has the MAC alone as its data;\n  \
         its answer is the data ‖ MAC (4) over them, at most 252 bytes of data; Le counts both.\n\
         - CLA 0C (ISO 7816-4 clause 10, header authenticated): `81` plain data or `87` 01 ‖ cryptogram, `97` Le (1 byte), `8E` MAC (4) as\n  \
         the last; `BB 02 87 00` asks for an enciphered answer. The MAC is over CLA INS P1 P2 padded to a block ‖ the objects before it.\n  \
         The answer is `81` (at most 243 bytes) or `87` (at most 239), `99 02` status, `8E` MAC over both.\n\n\
         MAC and cipher (CBC) begin with zeros and pad with 80 00…; a MAC is the leftmost 4 bytes with DES, the XOR of the four words\n\
         with SM4. No challenge 6985, a missing object 6987, a wrong MAC or a broken object 6988, after the last try 6983. An error of the\n\
         command itself is answered in clear. Where the access rule of a file demands it (mode + 40), a plain command is refused with 6982.\n",
        names.join(", ")
    )
}

fn section(rule: &Command, words: &CommandWords) -> String {
    let mut page = format!(
        "\n## {} {}\n\n{}\n\n",
        words.name, words.chinese, words.meaning
    );
    page.push_str(&text::head(&["field", "rule"]));
    let lengths = match (rule.lc_min, rule.lc_max) {
        _ if !rule.cases.has(Cases::THREE) && !rule.cases.has(Cases::FOUR) => "no data".to_owned(),
        (least, greatest) if least == greatest => format!("{least} bytes"),
        (least, greatest) => format!("{least} to {greatest} bytes"),
    };
    let status: Vec<_> = words.status.iter().map(|status| code(*status)).collect();
    let rows = [
        ("application", application(rule.application).to_owned()),
        ("CLA INS", format!("{} / {:02X}", classes(rule), rule.ins)),
        ("P1", parameter(rule.p1)),
        ("P2", parameter(rule.p2)),
        ("ISO cases", cases(rule.cases)),
        ("Lc", lengths),
        ("Le", le(rule.le).to_owned()),
        ("life cycles", life_cycles(rule)),
        ("interfaces", interfaces(rule.interfaces).to_owned()),
        (
            "works in a blocked application",
            yes(rule.works_in_a_blocked_application),
        ),
        ("may come plain in an open channel", yes(rule.begins_anew)),
        ("data is secret", yes(words.secret)),
        ("status words", status.join(" ")),
        ("clause", words.clause.to_owned()),
        ("evidence", evidence(words.evidence)),
    ];
    for (field, value) in rows {
        page.push_str(&text::row(&[field.to_owned(), value]));
    }
    page
}

fn yes(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

fn code(status: Status) -> String {
    status
        .words()
        .map_or_else(|| format!("{:04X}", status.0), status_words::code)
}

fn evidence(evidence: Evidence) -> String {
    evidence.mark().to_owned()
}

fn application(application: Application) -> &'static str {
    match application {
        Application::Any => "any",
        Application::Ssc => "social security card 社会保障卡",
        Application::Domain => "issuer security domain 主安全域",
        Application::Psam => "PSAM 终端安全模块",
        Application::Certificates => "certificate environment 证书环境 (ACSE)",
    }
}

/// Every class that the row takes.
fn classes(rule: &Command) -> String {
    let taken: Vec<_> = (0..=255u8)
        .filter(|class| rule.matches(*class, rule.ins))
        .map(|class| format!("{class:02X}"))
        .collect();
    taken.join(" ")
}

fn list(values: &[u8]) -> String {
    let values: Vec<_> = values.iter().map(|value| format!("{value:02X}")).collect();
    values.join(" ")
}

fn parameter(parameter: Parameter) -> String {
    match parameter {
        Parameter::Any => "any".to_owned(),
        Parameter::Is(value) => list(&[value]),
        Parameter::OneOf(values) => format!("one of {}", list(values)),
        Parameter::Masked(mask, result) => format!("bits {mask:02X} are {result:02X}"),
        Parameter::LowBits(values) => format!("SFI·8 + one of {}", list(values)),
    }
}

fn cases(cases: Cases) -> String {
    let all = [
        (Cases::ONE, "1"),
        (Cases::TWO, "2"),
        (Cases::THREE, "3"),
        (Cases::FOUR, "4"),
    ];
    let taken: Vec<_> = all
        .into_iter()
        .filter(|(case, _)| cases.has(*case))
        .map(|(_, name)| name)
        .collect();
    taken.join(", ")
}

fn le(rule: LeRule) -> &'static str {
    match rule {
        LeRule::Own => "none, or judged by the command itself",
        LeRule::Exact => "00 or exactly what is there, else 6Cxx",
        LeRule::UpTo => "fewer than there are are legal, 00 for all",
    }
}

fn life_cycles(rule: &Command) -> String {
    let all = [
        (LifeCycle::OpReady, "OP_READY"),
        (LifeCycle::Initialized, "INITIALIZED"),
        (LifeCycle::Secured, "SECURED"),
        (LifeCycle::CardLocked, "CARD_LOCKED"),
        (LifeCycle::Terminated, "TERMINATED"),
    ];
    let allowed: Vec<_> = all
        .into_iter()
        .filter(|(state, _)| rule.life_cycles.contains(*state))
        .map(|(_, name)| name)
        .collect();
    allowed.join(", ")
}

fn interfaces(interfaces: Interfaces) -> &'static str {
    match interfaces {
        Interfaces::Both => "contact and contactless",
        Interfaces::Contact => "contact",
    }
}
