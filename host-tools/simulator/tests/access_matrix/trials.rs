//! Authentications and VERIFY: every key of every directory and the PIN × tries left × length of the challenge × right or wrong ×
//! interface, as the judge has them.

use apdu_specs::applications::ssc::directories;
use apdu_specs::files::Directory;
use apdu_specs::keys::{KEY_TRIES, KeyRole, PIN_TRIES};
use card_os::Interface;
use ssc_simulator::Flash;

use crate::INTERFACES;
use crate::bench::{Bench, Terminal};
use crate::cells::Tally;
use crate::judge::Trial;

/// What is tried: a key with its role, or the PIN.
#[derive(Clone, Copy)]
struct Secret {
    directory: &'static Directory,
    key: Option<(u8, KeyRole)>,
}

impl Secret {
    const fn greatest(self) -> u8 {
        match self.key {
            Some(_) => KEY_TRIES,
            None => PIN_TRIES,
        }
    }

    fn counts(self) -> bool {
        let role = self.key.map(|(_, role)| role);
        matches!(role, None | Some(KeyRole::External | KeyRole::Unblock))
    }

    /// One attempt in a directory that is selected: its status word, and whether the memory was written.
    fn attempt(self, terminal: &mut Terminal<'_>, challenge: u8, right: bool) -> (u16, bool) {
        let command = match self.key {
            Some((identifier, _)) => {
                terminal.authentication(self.directory, identifier, challenge, right)
            }
            None => vec![
                0x00,
                0x20,
                0x00,
                0x00,
                0x03,
                0x12,
                0x34,
                0x56 ^ u8::from(!right),
            ],
        };
        let before = terminal.written();
        let (_, sw) = terminal.send(&command);
        (sw, terminal.written() != before)
    }
}

/// The card of `bench` after so many wrong attempts by contact that `left` are left.
fn with_left(bench: &Bench, secret: Secret, left: u8) -> Flash {
    let mut terminal = Terminal::new(bench, Interface::T1);
    terminal.select(secret.directory);
    if secret.counts() {
        for now in (left..secret.greatest()).rev() {
            let (sw, _) = secret.attempt(&mut terminal, 8, false);
            assert_eq!(sw, 0x63C0 | u16::from(now), "{}", secret.directory.label);
        }
    }
    terminal.into_flash()
}

/// All of them on the cards of one generation.
pub fn all(bench: &Bench) -> Tally {
    let mut tally = Tally::default();
    for directory in directories(bench.generation) {
        let keys = directory.keys_of(bench.generation);
        let keys = keys.map(|key| Some((key.identifier, key.role)));
        for key in keys.chain([None]) {
            let secret = Secret { directory, key };
            for left in [secret.greatest(), 2, 1, 0] {
                let flash = with_left(bench, secret, left);
                for interface in INTERFACES {
                    one(bench, &flash, secret, left, interface, &mut tally);
                }
            }
        }
    }
    tally
}

fn one(
    bench: &Bench,
    flash: &Flash,
    secret: Secret,
    left: u8,
    interface: Interface,
    tally: &mut Tally,
) {
    let lengths: &[u8] = if secret.key.is_some() {
        &[4, 8, 16]
    } else {
        &[0]
    };
    for challenge in lengths {
        for right in [true, false] {
            let trial = Trial {
                role: secret.key.map(|(_, role)| role),
                generation: bench.generation,
                challenge: *challenge,
                right,
                left,
                greatest: secret.greatest(),
                contactless: interface == Interface::Contactless,
            };
            let (judged, left_after) = trial.judge();
            let mut terminal = Terminal::with(bench, flash.clone(), interface);
            terminal.select(secret.directory);
            let (sw, written) = secret.attempt(&mut terminal, *challenge, right);
            // What is left is seen by contact, by a wrong attempt.
            let mut after = Terminal::with(bench, terminal.into_flash(), Interface::T0);
            after.select(secret.directory);
            let (next, _) = secret.attempt(&mut after, 8, false);
            let expected = match left_after.checked_sub(1) {
                _ if !secret.counts() => 0x6985,
                None => 0x6983,
                Some(left) => 0x63C0 | u16::from(left),
            };
            tally.cells += 1;
            tally.refused += u64::from(sw != 0x9000);
            let counted = left != left_after || judged == 0x9000;
            if sw != judged || next != expected || written != counted {
                tally.failures.push(format!(
                    "{} {interface:?} {} {trial:02X?}: {sw:04X} instead of {judged:04X}, then {next:04X} instead of {expected:04X}, written {written}",
                    bench.generation, secret.directory.label
                ));
            }
        }
    }
}
