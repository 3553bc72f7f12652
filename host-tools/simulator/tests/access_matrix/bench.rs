//! A really issued card as a snapshot of its flash, and a terminal before it. Keys and cryptograms come from the tests' own
//! oracle; nothing of `card-crypto` makes them.

use std::collections::BTreeMap;

use apdu_specs::Generation;
use apdu_specs::applications::ssc::directories;
use apdu_specs::files::{Directory, FileKind};
use apdu_specs::keys::KeyRole;
use card_os::{Card, Interface, PlainChip, Response};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use ssc_keys::Vault;
use ssc_scenarios::oracle::OracleKey;
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{Flash, Image, Serials, SimulatedCard};

use crate::judge::{Case, Content, Shown};
use crate::papers::Papers;
use ssc_scenarios::issued::{SERIAL, card_key, issue_one};

/// The cards' contents by directory and EF.
pub type Contents = BTreeMap<(u16, u16), Content>;

/// One card of a generation after SECURED.
pub struct Bench {
    pub generation: Generation,
    pub contents: Contents,
    papers: Papers,
    flash: Flash,
    keys: BTreeMap<(u16, u8), (KeyRole, OracleKey)>,
}

/// An answer: data and status word.
pub type Answer = (Vec<u8>, u16);

/// What is no directory of the table.
#[derive(Clone, Copy)]
pub enum Other {
    Mf,
    Domain,
}

/// A terminal before a copy of the card.
pub struct Terminal<'a> {
    bench: &'a Bench,
    chip: Card<PlainChip<Flash, ChaCha20Rng>>,
    pub interface: Interface,
}

impl Bench {
    /// Issues a card with the demo vault, fills what issuing leaves empty, and looks at all there is.
    pub fn new(generation: Generation) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.path().into()));
        issue_one(generation, &mut feeder, &Vault::demo().unwrap()).unwrap();
        let image = Image::open(&folder.path().join("202611210001.ssccard")).unwrap();
        let card = SimulatedCard::from_image(image, Interface::T1).unwrap();
        let keys = directories(generation)
            .flat_map(move |directory| {
                directory
                    .keys_of(generation)
                    .map(move |key| (directory, key))
            })
            .map(|(directory, row)| {
                let key = card_key(generation, directory.label, row.identifier).unwrap();
                ((directory.fid, row.identifier), (row.role, key))
            })
            .collect();
        let mut bench = Self {
            generation,
            contents: Contents::new(),
            papers: Papers::of(generation),
            // A clone leaves the image's file alone.
            flash: card.into_flash().unwrap().clone(),
            keys,
        };
        bench.fill();
        bench.contents = bench.look();
        assert_eq!(bench.contents.len(), bench.papers.files(), "EFs");
        bench
    }

    /// Puts records into the cyclic EFs that have a writer and into the local extension, so that there is something to read.
    fn fill(&mut self) {
        let mut terminal = Terminal::new(self, Interface::T1);
        for directory in directories(self.generation) {
            terminal.enter(directory, &all(directory, self.generation));
            for file in directory.files(self.generation) {
                let empty = matches!(file.kind, FileKind::Cyclic { .. }) || file.spare > 0;
                if !empty || file.write == apdu_specs::access::Access::Never {
                    continue;
                }
                for value in [0x31, 0x32] {
                    let record = match file.kind {
                        FileKind::Cyclic { record, .. } => vec![value; record.into()],
                        _ => vec![0xE0 | value, 2, value, value],
                    };
                    let append = [0x00, 0xE2, 0x00, file.sfi() << 3, record.len() as u8];
                    let (_, sw) = terminal.send(&[&append[..], &record].concat());
                    assert_eq!(sw, 0x9000, "{} EF{:02X}", directory.label, file.sfi());
                }
            }
        }
        self.flash = terminal.into_flash();
    }

    /// Everything on the card, with all keys and the PIN.
    fn look(&self) -> Contents {
        let mut terminal = Terminal::new(self, Interface::T1);
        let mut contents = Contents::new();
        for directory in directories(self.generation) {
            terminal.enter(directory, &all(directory, self.generation));
            for file in directory.files(self.generation) {
                let content = match file.kind {
                    FileKind::Transparent { size } => terminal.bytes(file.sfi(), size),
                    _ => terminal.records(file.sfi()),
                };
                if let (FileKind::LinearVariable, Content::Records(records)) = (file.kind, &content)
                {
                    for (number, field) in file.records(self.generation) {
                        let record = &records[usize::from(number) - 1];
                        let length = usize::from(field.encoded_len());
                        assert_eq!((Some(record[0]), record.len()), (field.tag, length));
                    }
                }
                contents.insert((directory.fid, file.fid), content);
            }
        }
        contents
    }

    /// The judge's view of an EF.
    pub fn case<'a>(
        &'a self,
        directory: &Directory,
        file: &'static apdu_specs::files::ElementaryFile,
        shown: &'a Shown,
    ) -> Case<'a> {
        let (label, fid) = (directory.label, file.fid);
        let [read, write] = self.papers.conditions(label, fid);
        Case {
            file,
            read,
            write,
            masked: self.papers.masked(label, fid),
            room: self.papers.has_room(label, fid),
            content: &self.contents[&(directory.fid, file.fid)],
            shown,
        }
    }
}

/// The PIN and all keys that can be shown in a directory.
pub fn all(directory: &Directory, generation: Generation) -> Shown {
    Shown {
        pin: true,
        keys: keys_for(directory, generation).collect(),
    }
}

/// The identifiers of all keys of SSSE, and of the directory, that a card of the generation has.
pub fn keys_for(directory: &Directory, generation: Generation) -> impl Iterator<Item = u8> {
    let environment = directories(generation).find(|one| one.ddf).unwrap();
    let own = (!directory.ddf).then(|| directory.keys_of(generation));
    environment
        .keys_of(generation)
        .chain(own.into_iter().flatten())
        .map(|key| key.identifier)
}

impl<'a> Terminal<'a> {
    /// A copy of the card, just powered.
    pub fn new(bench: &'a Bench, interface: Interface) -> Self {
        Self::with(bench, bench.flash.clone(), interface)
    }

    /// The card with this memory, just powered.
    pub fn with(bench: &'a Bench, flash: Flash, interface: Interface) -> Self {
        let mut chip = Card::<PlainChip<_, _>>::new(flash, ChaCha20Rng::from_seed([7; 32]));
        chip.power_on(interface).unwrap();
        Self {
            bench,
            chip,
            interface,
        }
    }

    /// The card's memory.
    pub fn into_flash(self) -> Flash {
        let mut flash = self.chip.into_flash();
        flash.power_on();
        flash
    }

    /// Operations on the flash so far: none more means that nothing was written.
    pub fn written(&self) -> u64 {
        self.chip.flash().operations()
    }

    /// One command, with GET RESPONSE where T=0 asks for it.
    pub fn send(&mut self, command: &[u8]) -> Answer {
        let mut response = Response::new();
        self.chip.transmit(command, &mut response);
        let (data, sw) = response.split_last_chunk::<2>().unwrap();
        match *sw {
            [0x61, length] => self.send(&[0x00, 0xC0, 0x00, 0x00, length]),
            sw => (data.to_vec(), u16::from_be_bytes(sw)),
        }
    }

    /// Selects a directory, SSSE by its name, others by FID.
    pub fn select(&mut self, directory: &Directory) {
        let mut command = if directory.ddf {
            vec![0x00, 0xA4, 0x04, 0x00, directory.name.len() as u8]
        } else {
            vec![0x00, 0xA4, 0x00, 0x00, 0x02]
        };
        if directory.ddf {
            command.extend(directory.name);
        } else {
            command.extend(directory.fid.to_be_bytes());
        }
        let (_, sw) = self.send(&command);
        assert_eq!(sw, 0x9000, "SELECT {}", directory.label);
    }

    /// Selects the MF, or by name the security domain.
    pub fn select_other(&mut self, other: Other) {
        let command: &[u8] = match other {
            Other::Mf => &[0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00],
            Other::Domain => &[0x00, 0xA4, 0x04, 0x00, 0x00],
        };
        let (_, sw) = self.send(command);
        assert_eq!(sw, 0x9000);
    }

    /// Selects SSSE, shows PIN and SSSE's keys there, selects the directory and shows its keys. Returns what counts: keys
    /// of other roles than authentication are refused and grant nothing.
    pub fn enter(&mut self, directory: &Directory, shown: &Shown) -> Shown {
        let environment = directories(self.bench.generation)
            .find(|one| one.ddf)
            .unwrap();
        let mut counts = Shown {
            pin: shown.pin,
            keys: Vec::new(),
        };
        self.select(environment);
        if shown.pin {
            let (_, sw) = self.send(&[0x00, 0x20, 0x00, 0x00, 0x03, 0x12, 0x34, 0x56]);
            assert_eq!(sw, 0x9000, "the PIN");
        }
        let (own, of_environment): (Vec<u8>, Vec<u8>) =
            shown.keys.iter().partition(|key| **key & 0x80 != 0);
        for key in of_environment {
            counts.keys.extend(self.authenticate(environment, key));
        }
        if !directory.ddf {
            self.select(directory);
        }
        for key in own {
            counts.keys.extend(self.authenticate(directory, key));
        }
        counts
    }

    /// GET CHALLENGE and EXTERNAL AUTHENTICATE.
    fn authenticate(&mut self, directory: &Directory, identifier: u8) -> Option<u8> {
        let (role, _) = self.bench.keys[&(directory.fid, identifier)];
        let command = self.authentication(directory, identifier, 8, true);
        let (_, sw) = self.send(&command);
        let counts = matches!(role, KeyRole::External | KeyRole::Unblock);
        let right = if counts { 0x9000 } else { 0x6985 };
        assert_eq!(sw, right, "{} key {identifier:02X}", directory.label);
        counts.then_some(identifier)
    }

    /// GET CHALLENGE of so many bytes, and EXTERNAL AUTHENTICATE for it: with the right cryptogram or one bit of it changed. A
    /// challenge of another length than the cipher's is padded or cut, as whoever tries it would.
    pub fn authentication(
        &mut self,
        directory: &Directory,
        identifier: u8,
        length: u8,
        right: bool,
    ) -> Vec<u8> {
        let (_, key) = &self.bench.keys[&(directory.fid, identifier)];
        let (mut challenge, _) = self.send(&[0x00, 0x84, 0x00, 0x00, length]);
        match (length, self.bench.generation) {
            (16, Generation::V3) => {}
            _ => challenge.resize(8, 0),
        }
        let source = *b"terminal";
        let mut cryptogram = key.cryptogram(&challenge, &source);
        cryptogram[0] ^= u8::from(!right);
        let header = [0x00, 0x82, 0x00, identifier, 0x10];
        [&header[..], &cryptogram, &source].concat()
    }

    fn bytes(&mut self, sfi: u8, size: u16) -> Content {
        let mut bytes = Vec::new();
        self.send(&[0x00, 0xA4, 0x02, 0x00, 0x02, 0xEF, sfi]);
        while bytes.len() < usize::from(size) {
            let [high, low] = (bytes.len() as u16).to_be_bytes();
            let (data, sw) = self.send(&[0x00, 0xB0, high, low, 0x00]);
            assert_eq!(sw, 0x9000, "EF{sfi:02X}");
            bytes.extend(data);
        }
        Content::Bytes(bytes)
    }

    fn records(&mut self, sfi: u8) -> Content {
        let mut records = Vec::new();
        for number in 1.. {
            match self.send(&[0x00, 0xB2, number, sfi << 3 | 4, 0x00]) {
                (record, 0x9000) => records.push(record),
                (_, sw) => {
                    assert_eq!(sw, 0x6A83, "EF{sfi:02X}");
                    break;
                }
            }
        }
        Content::Records(records)
    }
}
