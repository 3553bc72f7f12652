//! What INIT and what follows it leave in a PSAM: nothing once its session key has gone.

use apdu_specs::applications::psam;
use ssc_keys::Vault;
use ssc_reader::Card;
use ssc_simulator::firmware::{Firmware, FirmwareCard, MachineOptions, Memory};
use ssc_simulator::{Identity, Interface};

use super::{MONITORED, Step, ram};
use crate::Failure;
use crate::rig::{Rig, SEED, SSSE, issue_psam, must, must_hex};
use ssc_scenarios::issued::SERIAL;

/// The steps of a PSAM with the master keys of `vault`, in both environments.
pub fn steps(vault: &Vault) -> Result<Vec<Step>, Failure> {
    let memory = Memory::temporary(&Identity::from_serial(SERIAL))?;
    let options = MachineOptions {
        seed: Some(SEED),
        ..MONITORED
    };
    let mut card = FirmwareCard::power(&Firmware::find()?, memory, Interface::T0, options)?;
    issue_psam(&mut card, vault)?;
    card.reset()?;
    let mut steps = Vec::new();
    let mut look = |card: &mut FirmwareCard, name: String| -> Result<(), Failure> {
        steps.push(Step {
            name,
            ram: ram(card)?,
            comparable: true,
            found: Vec::new(),
        });
        Ok(())
    };
    look(&mut card, "issue and reset".into())?;
    let sm4 = format!("00A404000F{}", hex::encode(psam::names::SM4_ENVIRONMENT));
    for (environment, marker, block) in [(SSSE, 1, 8), (&sm4, 3, 16)] {
        let application = format!("with algorithm {marker:02X}");
        must_hex(&mut card, environment)?;
        must_hex(&mut card, "00A4000002DF01")?;
        let factors = [&Rig::card_factor()[..], b"110000sx"].concat();
        let init = [&factors[..], &vec![0xC5; block]].concat();
        let init = [
            &[0xBF, 0xDE, 0x48, 0x09, u8::try_from(init.len())?],
            &init[..],
        ]
        .concat();
        must(&mut card, &init)?;
        let data = vec![0x3A; block];
        must(
            &mut card,
            &[&[0x80, 0xFA, 0x00, 0x00, u8::try_from(block)?], &data[..]].concat(),
        )?;
        let mac = [0x80, 0xFA, 0x05, 0x00, u8::try_from(2 * block)?];
        must(&mut card, &[&mac[..], &vec![0; block], &data].concat())?;
        must_hex(&mut card, "00A4000002DF01")?;
        look(
            &mut card,
            format!("INIT, CRYPT, MAC and SELECT, {application}"),
        )?;
        let amounts = [0, 0, 1, 0, 0, 0, 0, 0x50, 0, 0, 0, 0];
        let debit = [
            &[0x80, 0x70, 0x01, 0x00, 0x2C, 0xA1, 0xA2, 0xA3, 0xA4, 0, 7][..],
            &amounts,
            &[0x33, 0x20, 0x26, 0x01, 0x01, 0x12, 0x34, 0x56, 0x01, marker],
            &factors,
        ]
        .concat();
        must(&mut card, &debit)?;
        let answer = card.transmit(&[0x80, 0x72, 0, 0, 4, 0, 0, 0, 0])?;
        if answer != [0x93, 0x02] {
            return Err(format!("a wrong MAC2 answers {}", hex::encode_upper(answer)).into());
        }
        look(
            &mut card,
            format!("INIT and CREDIT SAM FOR DEBIT, {application}"),
        )?;
    }
    card.reset()?;
    look(&mut card, "reset".into())?;
    Ok(steps)
}
