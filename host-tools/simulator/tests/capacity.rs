//! What the card's store must hold: the objects of a full card of each generation.

use apdu_specs::Generation;
use apdu_specs::access::Access;
use apdu_specs::applications::certificates;
use apdu_specs::applications::ssc::directories;
use apdu_specs::files::{Directory, FileKind};
use apdu_specs::keys::KeyRole;
use card_os::store::OBJECTS;
use card_testbench::objects;
use ssc_bureau::card_model::CardModel;
use ssc_keys::Vault;
use ssc_reader::Card;
use ssc_scenarios::issued::{SERIAL, card_key, issue_with};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{Image, Interface, Serials, SimulatedCard};

/// Objects that stay free on a full card, for what comes: the purse, a bank application, transit.
const ROOM: usize = 448;
/// Identity, life cycle, sequence counter, domain keys, mark of a wipe, PIN and its counter.
const SYSTEM: usize = 7;
/// The MF's descriptor.
const MF: usize = 1;
/// Bytes of a chunk of a transparent EF.
const CHUNK: usize = 128;

/// Objects of a directory that is full: descriptors, records or chunks, keys with a counter each.
fn of_directory(directory: &Directory, generation: Generation) -> usize {
    let files: usize = directory
        .files(generation)
        .map(|file| {
            let contents = match file.kind {
                FileKind::Transparent { size } => usize::from(size).div_ceil(CHUNK),
                FileKind::Cyclic { .. } => usize::from(file.record_count(generation)) + 1,
                _ => usize::from(file.record_count(generation)),
            };
            1 + contents
        })
        .sum();
    1 + files + 2 * directory.keys_of(generation).count()
}

fn of_certificates() -> usize {
    let pin = 2;
    let directories = certificates::DIRECTORIES.iter();
    let files: usize = directories
        .map(|directory| of_directory(directory, Generation::V3))
        .sum();
    files + pin
}

/// Objects of a card with everything that there can be on it.
fn of_card(generation: Generation) -> usize {
    let files: usize = directories(generation)
        .map(|directory| of_directory(directory, generation))
        .sum();
    SYSTEM + MF + files
}

struct Terminal {
    card: SimulatedCard,
    generation: Generation,
}

impl Terminal {
    fn send(&mut self, command: &[u8]) -> (Vec<u8>, u16) {
        let answer = self.card.transmit(command).unwrap();
        let (data, sw) = answer.split_last_chunk::<2>().unwrap();
        (data.to_vec(), u16::from_be_bytes(*sw))
    }

    fn ok(&mut self, command: &[u8]) -> Vec<u8> {
        let (data, sw) = self.send(command);
        assert_eq!(sw, 0x9000, "{}", hex::encode_upper(command));
        data
    }

    fn select(&mut self, directory: &Directory) {
        let name = [
            &[0x00, 0xA4, 0x04, 0x00, directory.name.len() as u8],
            directory.name,
            &[0x00],
        ];
        self.ok(&name.concat());
    }

    /// EXTERNAL AUTHENTICATE, right or wrong.
    fn authenticate(&mut self, directory: &Directory, identifier: u8, right: bool) -> u16 {
        let key = card_key(self.generation, directory.label, identifier).unwrap();
        let challenge = self.ok(&[0x00, 0x84, 0x00, 0x00, 0x08]);
        let mut cryptogram = key.cryptogram(&challenge, b"terminal");
        if !right {
            cryptogram[0] ^= 1;
        }
        let header = [0x00, 0x82, 0x00, identifier, 0x10];
        self.send(&[&header[..], &cryptogram, b"terminal"].concat())
            .1
    }

    /// Writes every file to its last byte and record.
    fn fill(&mut self) {
        let environment = directories(self.generation).find(|one| one.ddf).unwrap();
        for directory in directories(self.generation) {
            self.select(environment);
            for key in environment.keys_of(self.generation) {
                self.authenticate(environment, key.identifier, true);
            }
            self.select(directory);
            for key in directory.keys_of(self.generation) {
                self.authenticate(directory, key.identifier, true);
            }
            for file in directory.files(self.generation) {
                self.ok(&[0x00, 0xA4, 0x02, 0x00, 0x02, 0xEF, file.sfi()]);
                if file.write == Access::Never {
                    continue;
                }
                if let FileKind::Transparent { size } = file.kind {
                    for offset in (0..size).step_by(CHUNK) {
                        let [high, low] = offset.to_be_bytes();
                        self.ok(&[0x00, 0xD6, high, low, 0x01, 0xA5]);
                    }
                    continue;
                }
                let record = match file.kind {
                    FileKind::Cyclic { record, .. } => vec![0x31; record.into()],
                    _ => vec![0xF7, 0x01, 0x31],
                };
                for _ in 0..=file.record_count(self.generation) {
                    let append = [0x00, 0xE2, 0x00, 0x00, record.len() as u8];
                    if self.send(&[&append[..], &record].concat()).1 != 0x9000 {
                        break;
                    }
                }
            }
        }
    }

    /// A wrong attempt with every key and with the PIN: each has its counter then.
    fn spend(&mut self) {
        for directory in directories(self.generation) {
            self.select(directory);
            let external = |role| matches!(role, KeyRole::External | KeyRole::Unblock);
            for key in directory.keys_of(self.generation) {
                if external(key.role) {
                    let sw = self.authenticate(directory, key.identifier, false);
                    assert_eq!(sw, 0x63CE, "{}", key.vault_id);
                }
            }
        }
        let (_, sw) = self.send(&[0x00, 0x20, 0x00, 0x00, 0x03, 0x65, 0x43, 0x21]);
        assert_eq!(sw, 0x63C2);
    }
}

#[test]
fn a_full_card_of_each_generation_leaves_room() {
    for generation in Generation::ALL {
        let folder = tempfile::tempdir().unwrap();
        let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.path().into()));
        let certificates = generation == Generation::V3;
        let vault = Vault::demo().unwrap();
        issue_with(CardModel::full(generation), &mut feeder, &vault).unwrap();
        drop(feeder);
        let image = Image::open(&folder.path().join("202611210001.ssccard")).unwrap();
        let card = SimulatedCard::from_image(image, Interface::T1).unwrap();
        let mut terminal = Terminal { card, generation };
        let issued = objects(terminal.card.flash().unwrap()).len();
        terminal.fill();
        terminal.spend();
        let full = objects(terminal.card.flash().unwrap()).len();

        // What the card itself does not count here: records of transactions, which it alone writes, their ring, counters of keys
        // that authenticate nobody, the mark of a wipe; and of the certificate environment its contents and counters.
        let (mut own, mut counters) = (0, 0);
        for directory in directories(generation) {
            for file in directory.files(generation) {
                if file.write == Access::Never {
                    own += usize::from(file.record_count(generation)) + 1;
                }
            }
            let others = directory
                .keys_of(generation)
                .filter(|key| !matches!(key.role, KeyRole::External | KeyRole::Unblock));
            counters += others.count();
        }
        let environment = if certificates { of_certificates() } else { 0 };
        let most = of_card(generation) + environment;
        println!(
            "{generation}: {issued} objects when issued, {full} when filled, {most} at most, of {OBJECTS}"
        );
        let unseen = own + counters + 1;
        let unwritten = if certificates {
            // two certificates of 16 chunks, two pairs, counters of EAK, administrator and PIN
            2 * 16 + 4 + 3
        } else {
            0
        };
        assert_eq!(full + unseen + unwritten, most, "{generation}");
        assert!(most + ROOM <= OBJECTS, "{generation}: {most} of {OBJECTS}");
    }
}
