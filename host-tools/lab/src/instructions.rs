//! Instructions of each command, and what they mean: the chip at 30 MHz beside the line.
//!
//! QEMU counts time by instructions (128 ns each), the board by ticks of 40 ns: 3.2 ticks are one instruction.

use ssc_reader::Shared;
use std::fmt;

use apdu_specs::Generation;
use ssc_keys::Vault;
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Interface, ReaderError};
use ssc_simulator::Identity;
use ssc_simulator::firmware::{Firmware, FirmwareCard, MachineOptions, Memory};

use crate::Failure;
use ssc_scenarios::issued::{SERIAL, card_key, issue_one};

/// Instructions a second: one a cycle at 30 MHz.
const CHIP: f64 = 30e6;
/// Seconds to program one byte: 3 ms for 64.
const PROGRAM: f64 = 3e-3 / 64.0;
/// Bytes a second: contacts at 5 MHz with TA1 11, 13 and 96 (12 etu a byte), and ISO/IEC 14443 at 106 kbit/s.
const LINES: [(&str, f64); 4] = [
    ("TA1 11", 1_120.0),
    ("TA1 13", 4_480.0),
    ("TA1 96", 26_042.0),
    ("106 kbit/s", 11_800.0),
];
const SSSE: &str = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF";

/// What a command, or several, took.
#[derive(Clone, Copy, Default)]
struct Cost {
    commands: u32,
    instructions: u64,
    /// Bytes of flash that differ afterwards, in whole words.
    programmed: usize,
    /// Bytes on the line, both ways: T=0 with its procedure byte, and ISO/IEC 14443-4 with one block a way.
    contact: usize,
    contactless: usize,
}

impl std::ops::AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.commands += other.commands;
        self.instructions += other.instructions;
        self.programmed += other.programmed;
        self.contact += other.contact;
        self.contactless += other.contactless;
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Far below 2^52: exact.
        let milliseconds = |bytes: usize, rate: f64| bytes as f64 / rate * 1e3;
        let chip = self.instructions as f64 / CHIP * 1e3;
        let flash = self.programmed as f64 * PROGRAM * 1e3;
        write!(f, "{:>12} {chip:>8.2} {flash:>8.2}", self.instructions)?;
        for (name, rate) in LINES {
            let bytes = if name.starts_with("TA1") {
                self.contact
            } else {
                self.contactless
            };
            let line = milliseconds(bytes, rate);
            let limit = if chip + flash > line { "chip" } else { "line" };
            write!(f, " {line:>9.2} {limit}")?;
        }
        Ok(())
    }
}

/// Prints the table; fails where a row is above its limit.
pub fn run() -> Result<(), Failure> {
    let (firmware, vault) = (Firmware::find()?, Vault::demo()?);
    println!(
        "Milliseconds of the chip at 30 MHz (one instruction a cycle), of programming flash (3 ms for 64 bytes), and of the line;"
    );
    println!(
        "beside each line what takes longer: it, or chip and flash together. Contacts at 5 MHz, T=0; erasing pages not counted."
    );
    print!(
        "\n{:44}{:>12} {:>8} {:>8}",
        "", "instructions", "chip", "flash"
    );
    for (name, _) in LINES {
        print!(" {name:>14}");
    }
    println!();
    let mut table = Table::default();
    for generation in [Generation::V3, Generation::V2] {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("card");
        let memory = Memory::create(&path, &Identity::from_serial(SERIAL))?;
        let options = MachineOptions {
            counted: true,
            ..MachineOptions::default()
        };
        let card = FirmwareCard::power(&firmware, memory, Interface::T0, options)?;
        let mut counting = Counting {
            card: Shared::new(card),
            flash: Vec::new(),
            log: std::sync::Arc::default(),
        };
        counting.flash = counting.card.card().flash()?;
        issue_one(generation, &mut counting, &vault)?;
        let log = counting.take();
        // The order worked on a copy of `counting`.
        counting.flash = counting.card.card().flash()?;
        if generation == Generation::V3 {
            personalization(&mut table, &log);
        }
        commands(&mut table, &mut counting, generation)?;
    }
    if table.faults.is_empty() {
        Ok(())
    } else {
        Err(table.faults.join("; ").into())
    }
}

/// The most instructions of each row: some twentieth above what it takes, and for personalization what the house allows it.
const LIMITS: [(&str, u64); 15] = [
    ("INITIALIZE UPDATE", 30_000),
    ("PUT KEY, three keys", 48_000),
    ("STORE DATA, a full block on average", 140_000),
    ("STORE DATA, the dearest block", 750_000),
    ("a whole personalization", 8_000_000),
    ("SELECT SSSE, GET RESPONSE", 14_500),
    ("READ RECORD by SFI, 6 bytes", 9_400),
    ("VERIFY", 12_000),
    ("GET CHALLENGE, 8 bytes", 10_500),
    ("EXTERNAL AUTHENTICATE, SM4", 17_500),
    ("READ RECORD by tag, 20 bytes", 11_200),
    ("UPDATE RECORD by number, 3 bytes", 16_500),
    ("INTERNAL AUTHENTICATE, SM4", 16_500),
    ("EXTERNAL AUTHENTICATE, 3DES", 31_500),
    ("INTERNAL AUTHENTICATE, 3DES", 30_500),
];

/// The rows as they are printed, and what is wrong with them.
#[derive(Default)]
struct Table {
    faults: Vec<String>,
}

impl Table {
    fn row(&mut self, name: &str, cost: Cost) {
        println!("{name:44}{cost}");
        match LIMITS.iter().find(|(known, _)| name.starts_with(known)) {
            Some(&(_, most)) if cost.instructions <= most => {}
            Some((_, most)) => self.faults.push(format!(
                "{name}: {} instructions, at most {most}",
                cost.instructions
            )),
            None => self.faults.push(format!("{name}: no limit")),
        }
    }
}

/// One command after the other, on a personalized card.
fn commands(
    table: &mut Table,
    counting: &mut Counting,
    generation: Generation,
) -> Result<(), Failure> {
    let algorithm = match generation {
        Generation::V3 => "SM4",
        _ => "3DES",
    };
    counting.reset()?;
    let mut one = |name: &str, command: &str| -> Result<Vec<u8>, Failure> {
        let mut answer = counting.transmit(&hex::decode(command)?)?;
        if let [0x61, length] = answer[..] {
            answer = counting.transmit(&[0x00, 0xC0, 0x00, 0x00, length])?;
        }
        let (_, cost) = total(&counting.take());
        match answer[..] {
            [.., 0x90, 0x00] => {}
            _ => return Err(format!("{name}: {}", hex::encode_upper(answer)).into()),
        }
        if !name.is_empty() {
            table.row(name, cost);
        }
        answer.truncate(answer.len() - 2);
        Ok(answer)
    };
    if generation == Generation::V3 {
        one("SELECT SSSE, GET RESPONSE", SSSE)?;
        one("READ RECORD by SFI, 6 bytes", "00B2032C06")?;
        one("VERIFY", "0020000003123456")?;
        one("GET CHALLENGE, 8 bytes", "0084000008")?;
    } else {
        one("", SSSE)?;
    }
    let mut authenticate = |name: &str, directory: &str, key: u8| -> Result<(), Failure> {
        let challenge = one("", "0084000008")?;
        let source = *b"COUNTING";
        let held = card_key(generation, directory, key).ok_or("no such key")?;
        let cryptogram = held.cryptogram(&challenge, &source);
        let data = hex::encode([cryptogram, source].concat());
        one(name, &format!("008200{key:02X}10{data}")).map(drop)
    };
    authenticate(&format!("EXTERNAL AUTHENTICATE, {algorithm}"), "SSSE", 0x0A)?;
    if generation == Generation::V3 {
        authenticate("", "SSSE", 0x04)?;
        one("READ RECORD by tag, 20 bytes", "00B2083014")?;
        one("UPDATE RECORD by number, 3 bytes", "00DC0434030A0132")?;
    }
    one(
        &format!("INTERNAL AUTHENTICATE, {algorithm}"),
        "008800001031323334353637383132333435363738",
    )?;
    Ok(())
}

/// STORE DATA and what is around it.
fn personalization(table: &mut Table, log: &[(Vec<u8>, Cost)]) {
    let of = |ins: u8| {
        let some: Vec<_> = log
            .iter()
            .filter(|(command, _)| command.get(1) == Some(&ins))
            .cloned()
            .collect();
        total(&some)
    };
    table.row("INITIALIZE UPDATE", per_command(of(0x50)));
    table.row("PUT KEY, three keys", per_command(of(0xD8)));
    let blocks: Vec<_> = log
        .iter()
        .filter(|(command, _)| command.get(1) == Some(&0xE2))
        .cloned()
        .collect();
    table.row(
        "STORE DATA, a full block on average",
        per_command(total(&blocks)),
    );
    if let Some((_, most)) = blocks.iter().max_by_key(|(_, cost)| cost.instructions) {
        table.row("STORE DATA, the dearest block", *most);
    }
    let (commands, all) = total(log);
    table.row(
        &format!("a whole personalization, {commands} commands"),
        all,
    );
}

fn total(log: &[(Vec<u8>, Cost)]) -> (u32, Cost) {
    let mut sum = Cost::default();
    for (_, cost) in log {
        sum += *cost;
    }
    (sum.commands, sum)
}

/// The mean of several.
fn per_command((commands, sum): (u32, Cost)) -> Cost {
    let commands = commands.max(1);
    let mean = |bytes: usize| bytes / usize::try_from(commands).unwrap_or(1);
    Cost {
        commands: 1,
        instructions: sum.instructions / u64::from(commands),
        programmed: mean(sum.programmed),
        contact: mean(sum.contact),
        contactless: mean(sum.contactless),
    }
}

type Log = std::sync::Arc<std::sync::Mutex<Vec<(Vec<u8>, Cost)>>>;

/// A card that is asked after each command what it took.
#[derive(Clone)]
struct Counting {
    card: Shared<FirmwareCard>,
    flash: Vec<u8>,
    log: Log,
}

impl Counting {
    fn take(&self) -> Vec<(Vec<u8>, Cost)> {
        let mut log = self
            .log
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::take(&mut *log)
    }
}

impl Card for Counting {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn interface(&self) -> Interface {
        self.card.interface()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        let answer = self.card.transmit(command)?;
        let ticks = self.card.card().ticks()?;
        let flash = self.card.card().flash()?;
        let words = flash.chunks(8).zip(self.flash.chunks(8));
        let programmed = words.filter(|(now, before)| now != before).count() * 8;
        self.flash = flash;
        let cost = Cost {
            commands: 1,
            // The board's clock shows whole ticks: to the nearest instruction it is exact.
            instructions: (u64::from(ticks) * 10 + 16) / 32,
            programmed,
            // A procedure byte, and status words are within the answer.
            contact: command.len() + 1 + answer.len(),
            // PCB and two bytes of CRC each way.
            contactless: command.len() + answer.len() + 6,
        };
        self.log
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push((command.to_vec(), cost));
        Ok(answer)
    }

    fn reset(&mut self) -> Result<(), ReaderError> {
        self.card.reset()
    }
}

impl Feeder for Counting {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        Ok(Box::new(self.clone()))
    }
}
