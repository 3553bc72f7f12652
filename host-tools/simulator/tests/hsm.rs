//! A terminal whose keys lie in a host security module: a real SoftHSM beside simulated cards, in LD/T 33's steps and directly.
//!
//! SoftHSM finds its tokens by an environment variable, so the work is done in a child of this process that has it.

use std::process::Command;

use apdu_specs::{Generation, terminal_codes as codes};
use ssc_harness::softhsm::{PIN, SoftHsm};
use ssc_keys::Vault;
use ssc_keys::hsm::{Hsm, HsmError, TokenChoice};
use ssc_scenarios::issued::{SERIAL, issue_one};
use ssc_simulator::feeder::SimulatedFeeder;
use ssc_simulator::{Image, Interface, Serials, SimulatedCard};
use ssc_terminal::{CardData, Dialogue, FileAddress, Pin, TerminalError, TerminalIdentity};
use ssc_words::{Bilingual, Lang};

const MODULE: &str = "SSC_TEST_PKCS11_MODULE";

#[test]
fn in_softhsm() {
    let folder = tempfile::tempdir().unwrap();
    let softhsm = SoftHsm::new(folder.path()).expect("SoftHSM");
    softhsm.token("terminal").unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--test-threads=1", "--nocapture"]);
    command.env(MODULE, softhsm.module());
    let done = softhsm.client(&mut command).output().unwrap();
    let (said, complained) = (
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr),
    );
    assert!(done.status.success(), "{said}\n{complained}");
    assert!(said.contains("1 passed"), "{said}");
}

fn pin(digits: &str) -> Pin {
    digits.parse().unwrap()
}

/// A card of `generation` with the demo's keys, as `folder` has it.
fn card(generation: Generation, folder: &std::path::Path) -> SimulatedCard {
    let vault = Vault::demo().unwrap();
    let mut feeder = SimulatedFeeder::new(Serials::from(SERIAL), Some(folder.into()));
    issue_one(generation, &mut feeder, &vault).unwrap();
    let image = Image::open(&folder.join("202611210001.ssccard")).unwrap();
    SimulatedCard::from_image(image, Interface::T0).unwrap()
}

#[test]
#[ignore = "run by in_softhsm"]
fn terminals_with_an_hsm() {
    let module = std::env::var_os(MODULE).expect("run by in_softhsm");
    let choice = TokenChoice::Label("terminal".into());
    let mut hsm = Hsm::open(module.as_ref(), &choice, PIN).unwrap();
    hsm.load(&Vault::demo().unwrap()).unwrap();
    for generation in [Generation::V1, Generation::V2] {
        let folder = tempfile::tempdir().unwrap();
        let mut card = card(generation, folder.path());
        in_steps(&mut card, &mut hsm).unwrap_or_else(|error| panic!("{generation}: {error}"));
        directly(&mut card, &mut hsm).unwrap_or_else(|error| panic!("{generation}: {error}"));
    }
    refused_for_sm4(&mut hsm);
}

/// LD/T 33's functions in steps: the terminal has no keys, the HSM answers what it is asked between them.
fn in_steps(card: &mut SimulatedCard, hsm: &mut Hsm) -> Result<(), TerminalError> {
    let terminal = TerminalIdentity::default();
    let mut session = Dialogue::with_module(&mut *card, None)?;
    let asked = session.read_card_basic_hsm_step1(&terminal)?;
    let answer = asked.answer(hsm)?;
    let basic = session.read_card_basic_hsm_step2(&answer, &terminal)?;
    assert!(
        basic.to_line().contains("110105199003079978"),
        "the number was read"
    );

    // In 1.00 the key that writes EF09 reads it too; from 2.00 RK1 reads EF05.
    let (file, line) = match session.generation() {
        Generation::V1 => ("DF01EF09|31|$", "DF01EF09|1|$"),
        _ => ("DF01EF05|20|$", "DF01EF05|11|$"),
    };
    let address = FileAddress::parse(file).unwrap();
    let asked = session.write_card_hsm_step1(&address)?;
    let answer = asked.answer(hsm)?;
    session.write_card_hsm_step2(&answer, line)?;
    let asked = session.read_card_hsm_step1(&address)?;
    let answer = asked.answer(hsm)?;
    let read: CardData = session.read_card_hsm_step2(&answer)?;
    assert_eq!(read.to_line(), line);

    let asked = session.reload_pin_hsm_step1(&pin("246813"))?;
    let answer = asked.answer(hsm)?;
    let asked = session.reload_pin_hsm_step2(&answer)?;
    let data = asked.answer(hsm)?;
    session.reload_pin_hsm_step3(&data)?;
    assert!(session.verify_pin(&pin("123456")).is_err());
    session.verify_pin(&pin("246813"))?;

    for _ in 0..3 {
        assert!(session.verify_pin(&pin("111112")).is_err());
    }
    assert!(session.verify_pin(&pin("246813")).is_err(), "it is blocked");
    let asked = session.unblock_pin_hsm_step1()?;
    let answer = asked.answer(hsm)?;
    let asked = session.unblock_pin_hsm_step2(&answer)?;
    let mac = asked.answer(hsm)?;
    session.unblock_pin_hsm_step3(&mac)?;
    session.verify_pin(&pin("246813"))
}

/// The same module where the terminal reaches it.
fn directly(card: &mut SimulatedCard, hsm: &mut Hsm) -> Result<(), TerminalError> {
    let mut session = Dialogue::with_module(&mut *card, Some(Box::new(&mut *hsm)))?;
    let identity = session.verify_identity()?;
    assert!(identity.is_genuine(), "{}", identity.say(Lang::En));
    session.reload_pin(&pin("654321"))?;
    session.unblock_pin()?;
    session.verify_pin(&pin("654321"))
}

/// A token without SM4 says so, in the words and with the code that programs know; the card spends nothing.
fn refused_for_sm4(hsm: &mut Hsm) {
    let folder = tempfile::tempdir().unwrap();
    let mut card = card(Generation::V3, folder.path());
    let mut session = Dialogue::with_module(&mut card, None).unwrap();
    let asked = session
        .read_card_basic_hsm_step1(&TerminalIdentity::default())
        .unwrap();
    let refused = asked.answer(hsm).unwrap_err();
    assert!(
        matches!(refused, TerminalError::Hsm(HsmError::NoSm4 { .. })),
        "{refused}"
    );
    assert_eq!(refused.code(), codes::PSAM_ALGORITHM);
    assert!(refused.say(Lang::En).contains("3.00"));
    assert!(refused.say(Lang::Zh).contains("没有 SM4"));
    drop(session);
    let mut session = Dialogue::with_module(&mut card, Some(Box::new(hsm))).unwrap();
    assert!(session.reload_pin(&pin("246813")).is_err());
    assert!(session.verify_pin(&pin("123456")).is_ok());
}
