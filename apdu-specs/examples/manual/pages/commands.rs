//! The page of commands.

use apdu_specs::commands::{
    Application, COMMAND_WORDS, COMMANDS, COMMON_STATUS, Cases, Command, CommandWords, Interfaces,
    LeRule, Parameter,
};
use apdu_specs::life_cycle::LifeCycle;
use apdu_specs::{Evidence, Status};

use super::{status_words, text};

pub fn page() -> String {
    let mut page = text::page("Commands 命令");
    page.push_str(
        "One row each in `commands/table.rs`. The application that is selected is asked first, then the rows for any.\n\
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
    for (rule, words) in COMMANDS.iter().zip(COMMAND_WORDS) {
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
    for (rule, words) in COMMANDS.iter().zip(COMMAND_WORDS) {
        page.push_str(&section(rule, words));
    }
    page
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
            "data is secret",
            if words.secret { "yes" } else { "no" }.to_owned(),
        ),
        ("status words", status.join(" ")),
        ("clause", words.clause.to_owned()),
        ("evidence", evidence(words.evidence)),
    ];
    for (field, value) in rows {
        page.push_str(&text::row(&[field.to_owned(), value]));
    }
    page
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
        Application::Isd => "issuer security domain 主安全域",
        Application::Psam => "PSAM 终端安全模块",
        Application::Acse => "certificate environment 证书环境 (ACSE)",
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
