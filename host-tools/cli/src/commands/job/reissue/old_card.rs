//! The old card, read in the place of what the register knows of it.

use serde_json::{Value, json};
use ssc_bureau::reissue::{FieldDifference, Old, OldCard, compare};
use ssc_keys::KeyService;
use ssc_terminal::{Dialogue, TerminalIdentity};

use super::{Args, Take};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal_args::keys_for;
use crate::text::{Text, text};
use crate::ui::Ui;

/// Reads the old card and shows in what it differs from the register.
pub fn from_card(
    args: &Args,
    cards: &mut [Old],
    keys: &dyn KeyService,
    ui: &Ui,
) -> Result<Vec<FieldDifference>, Failure> {
    let [old] = cards else {
        return Err(Failure::new(
            Exit::Usage,
            text(
                "--from-card reads one card: give one --line",
                "--from-card 只读一张卡：请只给一个 --line",
            ),
        ));
    };
    let read = read(args, keys, ui)?;
    let differences = compare(&old.decided, &read)?;
    if differences.is_empty() {
        ui.note(&text(
            "the old card says the same as the register",
            "旧卡与登记簿一致",
        ));
        return Ok(differences);
    }
    let lines: Vec<Text> = differences.iter().map(shown).collect();
    match args.take {
        None => {
            let row = old.decided.row;
            let message = text(
                format!(
                    "line {row}: the old card and the register differ, and nothing was made. Find out what is right, then go on with --take card or --take register"
                ),
                format!(
                    "第 {row} 行：旧卡与登记簿不同，未作任何更改。请查明何者正确，再用 --take card 或 --take register 继续"
                ),
            );
            let report: Value = json!({ "line": row, "differences": differences });
            return Err(Failure::new(Exit::Input, message)
                .with_details(lines)
                .with_report(report));
        }
        Some(Take::Card) => {
            let holder = read.holder(&old.decided)?;
            old.take(holder);
        }
        Some(Take::Register) => {}
    }
    for line in &lines {
        ui.note(line);
    }
    Ok(differences)
}

fn shown(one: &FieldDifference) -> Text {
    let (register, card) = (&one.register, &one.card);
    text(
        format!("  {}: register {register}, card {card}", one.field),
        format!("  {}：登记簿 {register}，卡 {card}", one.field_zh),
    )
}

fn read(args: &Args, keys: &dyn KeyService, ui: &Ui) -> Result<OldCard, Failure> {
    let mut card = args.source.connect(ui)?.card;
    let keys = keys_for(&mut *card, Some(keys), args.keys.is_default(), ui)?;
    let basic = Dialogue::open(&mut *card, keys)?.read_card_basic(&TerminalIdentity::default())?;
    Ok(OldCard {
        number: basic.number,
        name: basic.name,
        ethnic_group: basic.ethnic_group,
        birthplace: basic.birthplace,
        card_number: basic.card_number,
        region: basic.region,
        version: basic.version,
        issue_date: basic.issue_date,
        valid_to: basic.valid_to,
    })
}
