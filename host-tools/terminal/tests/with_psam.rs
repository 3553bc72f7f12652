//! Two cards and a terminal between them that has no key: the golden cards of each generation, and a PSAM that the bureau
//! issued, both as simulated cards on T=0. All keys are the published demo vault's.

use apdu_specs::Generation;
use apdu_specs::applications::ssc::directories;
use apdu_specs::keys::KeyRole;
use ssc_bureau::domain_keys::Line;
use ssc_bureau::psam::{Levels, PsamOrder, issue};
use ssc_keys::Vault;
use ssc_person::Region;
use ssc_reader::{Card, Reader};
use ssc_simulator::{Image, Interface, Serials, SimulatedCard, SimulatedReader};
use ssc_terminal::psam::{Psam, PsamError};
use ssc_terminal::{
    Authentication, CardData, Check, Dialogue, FileAddress, Pin, TerminalError, TerminalIdentity,
    Verdict,
};

const TERMINAL: [u8; 6] = [0x33, 0x11, 0x00, 0x00, 0x01, 0x23];

/// A PSAM for the province of `region`.
fn psam(region: &str) -> Box<dyn Card> {
    let mut reader = SimulatedReader::blank(Serials::from([0x50, 0x53, 0x41, 0x4D, 0x00, 0x01]));
    let mut card = reader.connect().unwrap();
    let order = PsamOrder {
        region: Region::parse(region).unwrap(),
        levels: Levels::Usual,
        terminal: TERMINAL,
        version: 1,
        line: Line::default(),
    };
    issue(&mut *card, &order, &Vault::demo().unwrap()).unwrap();
    card
}

struct Golden {
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl Golden {
    fn new(generation: Generation) -> Self {
        let name = format!("layout-2-card-{generation}.ssccard");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(&name);
        let image = test_vectors::vectors::directory().join("images").join(name);
        std::fs::copy(image, &path).unwrap();
        Self {
            path,
            _folder: folder,
        }
    }

    fn with<T>(
        &self,
        psam: &mut dyn Card,
        what: impl FnOnce(&mut Dialogue<'_>) -> Result<T, TerminalError>,
    ) -> Result<T, TerminalError> {
        let image = Image::open(&self.path).unwrap();
        let card = SimulatedCard::from_image(image, Interface::T0).unwrap();
        let module = Psam::open(psam)?;
        what(&mut Dialogue::with_module(card, Some(Box::new(module)))?)
    }
}

#[test]
fn every_key_that_a_psam_holds_opens_what_it_should_on_each_generation() {
    let mut psam = psam("110100");
    let mut presented = 0;
    for generation in Generation::ALL {
        let golden = Golden::new(generation);
        for directory in directories(generation) {
            for key in directory.keys_of(generation) {
                let external = matches!(key.role, KeyRole::External | KeyRole::Unblock);
                if !external || key.psam.is_none() {
                    continue;
                }
                // Any file of the directory makes it current.
                let file = directory.files(generation).next().unwrap();
                let here =
                    FileAddress::parse(&format!("{}{:04X}|$", directory.label, file.fid)).unwrap();
                golden
                    .with(&mut *psam, |session| {
                        // A linear file without items is refused once its directory is current, and nothing was read.
                        let _ = session.read_card(&here, Authentication::Key);
                        session.external_authenticate(key)
                    })
                    .unwrap_or_else(|error| panic!("{generation} {}: {error}", key.vault_id));
                presented += 1;
            }
        }
    }
    // 1.00: 3 of SSSE, 5 of DF01, DF02 and DF03, 3 of DF04; from 2.00: 5 of SSSE, 12, 7, 10, 3, and 1, 3, 6 of DF05 to DF07.
    assert_eq!(presented, 21 + 2 * 47);
}

#[test]
fn the_functions_of_a_terminal_with_a_psam() {
    let mut psam = psam("110100");
    let pin = |digits: &str| digits.parse::<Pin>().unwrap();
    for generation in Generation::ALL {
        let golden = Golden::new(generation);
        let basic = golden.with(&mut *psam, |session| {
            session.require_genuine()?;
            let terminal = session.terminal_identifier()?;
            session.read_card_basic(&TerminalIdentity {
                terminal,
                device: String::new(),
            })
        });
        let line = basic.unwrap().to_line();
        assert!(
            line.starts_with("110100|110101199003079964|X00000019|"),
            "{line}"
        );
        assert!(line.ends_with("|331100000123|"), "{line}");

        // A PSAM cannot make the code's MAC; internal authentication with its IRK tells a genuine card.
        let identity = golden
            .with(&mut *psam, |session| session.verify_identity())
            .unwrap();
        assert_eq!(identity.verdict, Verdict::Genuine);
        assert_eq!(identity.identification_code_mac, Check::Unknown);

        let to =
            FileAddress::parse("SSSEEF06|0A|$DF01EF06|28|$DF02EF06|4F|$DF03EF07|73|$DF04EF06|90|$")
                .unwrap();
        // 4F is a date and 90 an amount in 1.00.
        let line = match generation {
            Generation::V1 => {
                "SSSEEF06|1|$DF01EF06|13800000000|$DF02EF06|20260102|$DF03EF07|20260101|$DF04EF06|00012345|$"
            }
            _ => "SSSEEF06|1|$DF01EF06|13800000000|$DF02EF06|ABC|$DF03EF07|20260101|$DF04EF06|1|$",
        };
        let data = CardData::parse(line, &to).unwrap();
        golden
            .with(&mut *psam, |session| session.write_card(&to, &data))
            .unwrap();
        // DF04 EF06 asks for PIN and RK1.
        let code = pin("123456");
        let read = golden.with(&mut *psam, |session| {
            session.read_card(&to, Authentication::Pin(&code))
        });
        assert_eq!(read.unwrap().to_line(), line, "{generation}");

        golden
            .with(&mut *psam, |session| session.reload_pin(&pin("13579")))
            .unwrap();
        for _ in 0..3 {
            golden
                .with(&mut *psam, |session| session.verify_pin(&code))
                .unwrap_err();
        }
        golden
            .with(&mut *psam, |session| session.unblock_pin())
            .unwrap();
        golden
            .with(&mut *psam, |session| session.verify_pin(&pin("13579")))
            .unwrap();
    }
}

/// Keys with three levels are the nation's, those with two the province's: the card is not even asked. What every PSAM reads and
/// writes is `simulator/tests/regions.rs`.
#[test]
fn a_psam_of_another_province_reads_and_does_not_write() {
    let mut other = psam("330100");
    for generation in Generation::ALL {
        let golden = Golden::new(generation);
        let address = FileAddress::parse("DF01EF06|28|$").unwrap();
        golden
            .with(&mut *other, |session| session.require_genuine())
            .unwrap();
        let data = CardData::parse("DF01EF06|1|$", &address).unwrap();
        let error = golden.with(&mut *other, |session| session.write_card(&address, &data));
        assert!(matches!(
            error,
            Err(TerminalError::Psam(PsamError::OtherRegion {
                key: "DF01/UK4",
                ..
            }))
        ));
    }
}

/// A card in the PSAM's place, and a PSAM in the card's.
#[test]
fn cards_in_the_wrong_readers_are_told_apart() {
    let golden = Golden::new(Generation::V2);
    let image = Image::open(&golden.path).unwrap();
    let card = SimulatedCard::from_image(image, Interface::T0).unwrap();
    assert_eq!(Psam::open(card).err().unwrap().code(), -2201);
    // Its 3DES environment has the card's name, and no EF05 (6A82).
    let error = Dialogue::with_module(psam("110100"), None).err().unwrap();
    assert_eq!(error.code(), -27266, "{error}");
}
