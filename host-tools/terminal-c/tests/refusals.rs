//! What the library refuses for the card's sake: a challenge that ends in zeros, and a last try over the air. Over PC/SC, with
//! keys in a vault; the function is called in a process that sees the test's pcscd.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ssc_harness::pcscd::PrivatePcscd;
use ssc_reader::{Card, Interface, ReaderError, Tapped};
use ssc_simulator::{Image, Inserted, SimulatedCard};

/// Run by [`told`].
#[test]
#[ignore = "run by the tests of this file"]
fn look() {
    let mut out = vec![0_u8; 1024];
    // SAFETY: `out` has the 1,024 bytes that the header asks for.
    let code = unsafe { ssc_card::iReadCardBas(1, out.as_mut_ptr().cast()) };
    let end = out.iter().position(|byte| *byte == 0).unwrap();
    println!("\nbas {code} {}", String::from_utf8_lossy(&out[..end]));
}

/// Code and words of iReadCardBas on the card that lies in the reader.
fn told(pcscd: &PrivatePcscd, language: &str) -> (i64, String) {
    for _ in 0..100 {
        let mut command: Command = pcscd.client(std::env::current_exe().unwrap());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SSC_")) {
            command.env_remove(name);
        }
        let output = command
            .args(["--ignored", "--exact", "look", "--nocapture"])
            .env("SSC_VAULT", "demo")
            .env("SSC_ENCODING", "utf8")
            .env("SSC_LANGUAGE", language)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("bas "));
        let (code, words) = line.expect("an answer").split_once(' ').unwrap();
        match code.parse().unwrap() {
            // pcscd takes a moment to power a card that was put in.
            -2 | -3 | -11 | -12 => std::thread::sleep(std::time::Duration::from_millis(100)),
            code => return (code, words.to_owned()),
        }
    }
    panic!("no card seen in ten seconds");
}

/// The golden card of 3.00, whose basic data need RK.
fn golden(folder: &Path, interface: Interface) -> SimulatedCard {
    let name = "format-1-card-3.00.ssccard";
    let image = test_vectors::vectors::directory().join("images").join(name);
    let path = folder.join(name);
    std::fs::copy(image, &path).unwrap();
    SimulatedCard::from_image(Image::open(&path).unwrap(), interface).unwrap()
}

/// A card, or somebody before it, that wants cryptograms for challenges of four bytes; whether it got one.
fn zeros(
    got: Arc<AtomicBool>,
) -> impl FnMut(&mut dyn Card, &[u8]) -> Result<Vec<u8>, ReaderError> + Send {
    move |card, command| {
        let mut answer = card.transmit(command)?;
        if command.get(1) == Some(&0x84) && answer.len() == 10 {
            answer[4..8].fill(0);
        }
        if command.get(1) == Some(&0x82) {
            got.store(true, Ordering::Relaxed);
        }
        Ok(answer)
    }
}

#[test]
fn no_cryptogram_for_a_challenge_that_ends_in_zeros() {
    let folder = tempfile::tempdir().unwrap();
    let pcscd = PrivatePcscd::start(1).unwrap();
    let got = Arc::new(AtomicBool::new(false));
    let card = Tapped::new(golden(folder.path(), Interface::T0), zeros(got.clone()));
    let card = Inserted::put(card, pcscd.ports()[0]).unwrap();
    let (code, words) = told(&pcscd, "en");
    assert_eq!(code, -4, "{words}");
    assert!(words.contains("four zero bytes"), "{words}");
    let (_, words) = told(&pcscd, "zh");
    assert!(words.contains("四个零字节"), "{words}");
    assert!(!got.load(Ordering::Relaxed), "a cryptogram was sent");
    card.take_out().unwrap();
}

#[test]
fn a_last_try_over_the_air_asks_for_the_card_to_be_inserted() {
    let folder = tempfile::tempdir().unwrap();
    let pcscd = PrivatePcscd::start(1).unwrap();
    let mut card = golden(folder.path(), Interface::Contactless);
    card.reset().unwrap();
    // A passer-by has tried RK of SSSE until one try was left.
    card.transmit(&hex::decode("00A404000F7378312E73682EC9E7BBE1B1A3D5CF00").unwrap())
        .unwrap();
    for left in (1..15).rev() {
        card.transmit(&[0x00, 0x84, 0x00, 0x00, 0x08]).unwrap();
        let wrong = [&[0x00, 0x82, 0x00, 0x0A, 0x10][..], &[0; 16]].concat();
        assert_eq!(card.transmit(&wrong).unwrap(), [0x63, 0xC0 | left]);
    }
    let card = Inserted::put(card, pcscd.ports()[0]).unwrap();
    for _ in 0..2 {
        let (code, words) = told(&pcscd, "en");
        assert_eq!(code, -1, "{words}");
        assert!(words.contains("insert the card"), "{words}");
    }
    assert!(told(&pcscd, "zh").1.contains("请插卡"));
    card.take_out().unwrap();
}
