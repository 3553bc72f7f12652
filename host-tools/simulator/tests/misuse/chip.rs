//! Issued cards whose memory can be looked at: what an attacker changes is seen object by object.

use std::collections::BTreeMap;
use std::sync::Mutex;

use apdu_specs::Generation;
use apdu_specs::applications::ssc::DIRECTORIES;
use card_os::store::ObjectId;
use card_os::{Card, Interface, PlainChip, Response};
use card_testbench::{Objects, objects};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use ssc_bureau::card_model::CardModel;
use ssc_keys::Vault;
use ssc_scenarios::oracle::{Algorithm, OracleKey};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{Flash, Image, Serials, SimulatedCard};

use ssc_scenarios::issued::{FACTOR, REGION, SERIAL, issue_with};

/// A card of the demo vault; `last` is the last byte of its serial, 01 for [`SERIAL`].
pub fn issued(generation: Generation, last: u8) -> Flash {
    static CARDS: Mutex<BTreeMap<(Generation, u8), Flash>> = Mutex::new(BTreeMap::new());
    let mut cards = CARDS.lock().expect("no test fails while it issues a card");
    let card = cards.entry((generation, last));
    card.or_insert_with(|| issue(generation, last, &Vault::demo().unwrap()))
        .clone()
}

/// A card issued with the keys of `vault`, of 3.00 with the certificate environment.
pub fn issue(generation: Generation, last: u8, vault: &Vault) -> Flash {
    let folder = tempfile::tempdir().unwrap();
    let mut serial = SERIAL;
    serial[5] = last;
    let mut feeder = SimulatedFeeder::new(Serials::from(serial), Some(folder.path().into()));
    issue_with(CardModel::full(generation), &mut feeder, vault).unwrap();
    let name = format!("{}.ssccard", hex::encode_upper(serial));
    let image = Image::open(&folder.path().join(name)).unwrap();
    let card = SimulatedCard::from_image(image, Interface::T1).unwrap();
    // A clone leaves the image's file alone.
    card.into_flash().unwrap().clone()
}

/// A chip with power.
pub struct Chip {
    card: Card<PlainChip<Flash, ChaCha20Rng>>,
    pub interface: Interface,
    pub generation: Generation,
    last: u8,
}

impl Chip {
    /// The card [`issued`] with [`SERIAL`]. Its random source is the same each time: two chips give the same challenges.
    pub fn new(generation: Generation, interface: Interface) -> Self {
        Self::with(
            issued(generation, SERIAL[5]),
            generation,
            interface,
            SERIAL[5],
        )
    }

    /// Another card of the same issuer.
    pub fn another(generation: Generation, interface: Interface) -> Self {
        Self::with(issued(generation, 0x02), generation, interface, 0x02)
    }

    /// The card in this flash.
    pub fn with(flash: Flash, generation: Generation, interface: Interface, last: u8) -> Self {
        let mut card = Card::<PlainChip<_, _>>::new(flash, ChaCha20Rng::from_seed([9; 32]));
        card.power_on(interface).unwrap();
        Self {
            card,
            interface,
            generation,
            last,
        }
    }

    /// A key of this card, as the issuer's terminals derive it.
    pub fn key(&self, directory: &str, identifier: u8) -> OracleKey {
        let directory = DIRECTORIES.iter().find(|one| one.label == directory);
        let row = directory.unwrap().find_key(identifier).unwrap();
        let algorithm = match self.generation {
            Generation::V3 => Algorithm::Sm4,
            _ => Algorithm::TripleDes,
        };
        let mut factor = FACTOR;
        factor[7] = self.last;
        OracleKey::demo(algorithm, row.vault_id, &REGION, &factor)
    }

    /// One command; its status word, GET RESPONSE not sent.
    pub fn sw(&mut self, command: &[u8]) -> u16 {
        let mut response = Response::new();
        self.card.transmit(command, &mut response);
        u16::from_be_bytes(*response.last_chunk().unwrap())
    }

    /// One command in hexadecimal.
    pub fn hex(&mut self, command: &str) -> u16 {
        self.sw(&hex::decode(command.replace(' ', "")).unwrap())
    }

    /// The data of a command in hexadecimal that must succeed, with GET RESPONSE where T=0 asks for it.
    pub fn ok(&mut self, command: &str) -> Vec<u8> {
        self.answer(&hex::decode(command.replace(' ', "")).unwrap())
    }

    /// The same of bytes; elsewhere than on T=0 a command of class 84 gets an Le.
    pub fn answer(&mut self, command: &[u8]) -> Vec<u8> {
        let mut response = Response::new();
        let mut command = command.to_vec();
        if command[0] == 0x84 && self.interface != Interface::T0 {
            command.push(0x00);
        }
        self.card.transmit(&command, &mut response);
        if let [0x61, length] = response[..] {
            self.card
                .transmit(&[0x00, 0xC0, 0x00, 0x00, length], &mut response);
        }
        let (data, sw) = response.split_last_chunk::<2>().unwrap();
        assert_eq!(*sw, [0x90, 0x00], "{}", hex::encode_upper(&command));
        data.to_vec()
    }

    pub fn challenge(&mut self) -> Vec<u8> {
        self.ok("0084000008")
    }

    pub fn ssse(&mut self) {
        self.ok("00A404000F7378312E73682EC9E7BBE1B1A3D5CF");
    }

    pub fn directory(&mut self, fid: &str) {
        self.ok(&format!("00A4000002{fid}"));
    }

    /// EXTERNAL AUTHENTICATE for `challenge` with `key`, as bytes.
    pub fn authentication(identifier: u8, key: &OracleKey, challenge: &[u8]) -> Vec<u8> {
        let source = *b"attacker";
        let header = [0x00, 0x82, 0x00, identifier, 0x10];
        [&header[..], &key.cryptogram(challenge, &source), &source].concat()
    }

    /// GET CHALLENGE and a right EXTERNAL AUTHENTICATE.
    pub fn authenticate(&mut self, directory: &str, identifier: u8) {
        let challenge = self.challenge();
        let command =
            Self::authentication(identifier, &self.key(directory, identifier), &challenge);
        assert_eq!(self.sw(&command), 0x9000, "{directory} {identifier:02X}");
    }

    /// A command with its MAC: header CLA INS P1 P2.
    pub fn secured(key: &OracleKey, challenge: &[u8], header: [u8; 4], data: &[u8]) -> Vec<u8> {
        let [cla, ins, p1, p2] = header;
        let header = [cla, ins, p1, p2, data.len() as u8 + 4];
        let mac = key.mac(challenge, &header, data);
        [&header[..], data, &mac].concat()
    }

    /// Reset on the same interface.
    pub fn reset(&mut self) {
        self.card.power_off();
        self.card.power_on(self.interface).unwrap();
    }

    /// Off, and on again on another interface.
    pub fn switch(&mut self, interface: Interface) {
        self.interface = interface;
        self.reset();
    }

    /// Power lost: only the flash is left.
    pub fn power_cycle(self) -> Self {
        let mut flash = self.card.into_flash();
        flash.power_on();
        Self::with(flash, self.generation, self.interface, self.last)
    }

    /// Operations on the flash so far: none more means that nothing was written.
    pub fn operations(&self) -> u64 {
        self.card.flash().operations()
    }

    /// All that survives power-off.
    pub fn objects(&self) -> Objects {
        objects(self.card.flash())
    }

    /// Refused with `sw`, and nothing that survives power-off was changed.
    #[track_caller]
    pub fn refused(&mut self, command: &[u8], sw: u16) {
        let before = self.objects();
        let got = self.sw(command);
        let told = format!("{:?} {}", self.interface, hex::encode_upper(command));
        assert_eq!(got, sw, "{told}: {got:04X} instead of {sw:04X}");
        assert_eq!(self.changed(&before), [], "{told}");
    }

    /// Refused with `sw`, and one counter of tries has moved, nothing else.
    #[track_caller]
    pub fn costs_a_try(&mut self, command: &[u8], sw: u16) {
        let before = self.objects();
        let got = self.sw(command);
        let told = format!("{:?} {}", self.interface, hex::encode_upper(command));
        assert_eq!(got, sw, "{told}: {got:04X} instead of {sw:04X}");
        let changed = self.changed(&before);
        let [counter] = changed[..] else {
            panic!("{told}: {changed:04X?} changed");
        };
        assert_eq!(self.objects()[&counter].len(), 1, "{told}: a counter");
    }

    /// The objects that differ from `before`.
    pub fn changed(&self, before: &Objects) -> Vec<ObjectId> {
        let now = self.objects();
        let ids: std::collections::BTreeSet<ObjectId> =
            before.keys().chain(now.keys()).copied().collect();
        ids.into_iter()
            .filter(|id| before.get(id) != now.get(id))
            .collect()
    }
}

/// Runs `test` on a new card of each generation over each of `interfaces`.
pub fn everywhere(interfaces: &[Interface], test: impl Fn(Chip)) {
    for generation in Generation::ALL {
        for interface in interfaces {
            let mut chip = Chip::new(generation, *interface);
            chip.ssse();
            test(chip);
        }
    }
}

/// All links; and those on which maintenance is allowed.
pub const LINKS: &[Interface] = &[Interface::T0, Interface::T1, Interface::Contactless];
pub const CONTACTS: &[Interface] = &[Interface::T0, Interface::T1];
