//! What must be right at the end, judged from the chips and the batch, with APDUs typed by hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ssc_bureau::audit::Judge;
use ssc_bureau::register::{ChipState, Filter, OrderState, Register, SystemClock};
use ssc_database::Store;
use ssc_keys::{LogKey, Vault};
use ssc_reader::Card;
use ssc_reader::machine::{self, Lying, Place};
use ssc_terminal::verify_identity;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Chips that the machine gave out.
    pub chips: usize,
    /// Those that are genuine to a terminal.
    pub genuine: usize,
    /// What is wrong.
    pub faults: Vec<String>,
}

fn register(store: &Store) -> Register {
    Register::open(store, Arc::new(SystemClock)).unwrap()
}

/// Whether every order is delivered.
pub fn is_complete(store: &Store) -> bool {
    let register = register(store);
    let job = register.find("campaign").unwrap().unwrap().id;
    let counts = register.counts(job).unwrap();
    counts.of(OrderState::Delivered) == counts.all()
}

/// Looks at everything.
pub fn judge(store: &Store, sockets: &[PathBuf], batch: &str) -> Found {
    let (register, vault) = (register(store), Vault::demo().unwrap());
    let job = register.find("campaign").unwrap().unwrap().id;
    let mut found = Found::default();
    let judge = Judge {
        public: LogKey::of(&vault).unwrap().public(),
        keys: Some(&vault),
        end: None,
    };
    let audited = judge.look_through(&register, job).unwrap();
    for finding in &audited.findings.list {
        let row = finding.row.unwrap_or_default();
        found
            .faults
            .push(format!("the log, row {row}: {}", finding.en));
    }
    if !audited.is_opened || audited.unsigned() != 0 {
        found.faults.push("the log is not signed to its end".into());
    }
    let mut orders = BTreeMap::new();
    let mut after = 0;
    loop {
        let some = register.orders(job, after, 500, Filter::All).unwrap();
        let Some(last) = some.last() else { break };
        after = last.row;
        orders.extend(some.into_iter().map(|order| (order.row, order)));
    }
    for order in orders.values() {
        if order.state != OrderState::Delivered {
            found
                .faults
                .push(format!("row {}: {:?}", order.row, order.state));
        }
    }
    // Which row each person, and each card number, has got.
    let (mut people, mut numbers) = (BTreeMap::new(), BTreeMap::new());
    for (chip, (place, mut card)) in sockets.iter().flat_map(|socket| chips(socket)).enumerate() {
        found.chips += 1;
        let genuine =
            verify_identity(&mut *card, &vault).is_ok_and(|identity| identity.is_genuine());
        let serial = hex::encode_upper(card.atr().last_chunk::<8>().unwrap());
        let known = register.chip(&serial).unwrap();
        let issued = known
            .as_ref()
            .filter(|known| known.state == ChipState::Issued);
        let mut wrong = |what: &str| {
            found
                .faults
                .push(format!("chip {chip} ({place:?}): {what}"))
        };
        let Some(known) = issued.filter(|_| genuine) else {
            match (genuine, known.map(|known| known.state)) {
                (true, state) => wrong(&format!("genuine, and in the register {state:?}")),
                (false, Some(ChipState::Issued)) => wrong("issued, and not genuine"),
                (false, _) if place == Place::Good => wrong("with the good cards, and not genuine"),
                (false, _) => {}
            }
            continue;
        };
        let Some(order) = orders.get(&known.row) else {
            wrong("of a row that there is not");
            continue;
        };
        // A row of the register is a line of the batch: the heading is line 1.
        let line = batch.lines().nth(known.row - 1).unwrap();
        let fields: Vec<&str> = line.split(',').collect();
        let held = Held::read(&mut *card);
        if held.number != fields[0] || held.number != order.number {
            wrong("another person's number");
        }
        // A name beyond 30 bytes goes on in a record of its own.
        let name = encoding_rs::GB18030.encode(fields[1]).0;
        let whole = held.name.len() == name.len() || held.name.len() >= 29;
        if !(whole && name.starts_with(&held.name)) {
            wrong("another person's name");
        }
        if Some(&held.card_number) != order.card_number.as_ref() {
            wrong("another card number");
        }
        if order.chip.as_deref() != Some(&serial) {
            wrong("its order names another chip");
        }
        if people.insert(held.number, chip).is_some() {
            wrong("a second card of this person");
        }
        if numbers.insert(held.card_number, chip).is_some() {
            wrong("a second card of this number");
        }
        found.genuine += 1;
    }
    found
}

/// Every chip that the machine gave out.
fn chips(socket: &Path) -> impl Iterator<Item = Lying> {
    (0..).map_while(|chip| machine::chip(socket, chip).unwrap())
}

/// What a card of 2.00 holds of its person, free to read.
struct Held {
    number: String,
    name: Vec<u8>,
    card_number: String,
}

impl Held {
    fn read(card: &mut dyn Card) -> Self {
        card.reset().unwrap();
        record(card, "00A404000F7378312E73682EC9E7BBE1B1A3D5CF00");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        // By tag and SFI: EF06 tags 08 and 09, EF05 tag 07.
        let number = record(card, "00B2083000");
        let mut name = record(card, "00B2093000");
        name.retain(|byte| *byte != 0);
        Self {
            number: text(number),
            name,
            card_number: text(record(card, "00B2072800")),
        }
    }
}

/// The value of the record that the command reads.
fn record(card: &mut dyn Card, command: &str) -> Vec<u8> {
    let mut answer = card.transmit(&hex::decode(command).unwrap()).unwrap();
    assert!(
        answer.ends_with(&[0x90, 0x00]),
        "{command}: {}",
        hex::encode(answer)
    );
    answer.truncate(answer.len() - 2);
    answer.split_off(2)
}
