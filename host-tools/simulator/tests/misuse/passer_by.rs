//! Somebody who passes by with a contactless reader and has no secret: blocks nothing, and wears the memory out no further than
//! by the tries that may be spent over the air.

use apdu_specs::Generation;
use apdu_specs::applications::certificates::{self, PIN_KEY};
use apdu_specs::applications::commands;
use apdu_specs::applications::ssc::directories;
use apdu_specs::commands::{Cases, Command, Parameter, SECURE_MESSAGING_CLASSES};
use card_os::Interface::{Contactless, T0, T1};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::chip::Chip;

const WRONG_PIN: [u8; 8] = [0x00, 0x20, 0x00, 0x00, 0x03, 0x65, 0x43, 0x21];
const RIGHT_PIN: [u8; 8] = [0x00, 0x20, 0x00, 0x00, 0x03, 0x12, 0x34, 0x56];
/// More attempts than any counter has tries.
const ATTEMPTS: usize = 20;

/// What can be selected: the MF, the security domain, every directory.
fn selections(generation: Generation) -> Vec<Vec<u8>> {
    let by_name = |name: &[u8]| [&[0x00, 0xA4, 0x04, 0x00, name.len() as u8], name].concat();
    let certificates = certificates::DIRECTORIES
        .iter()
        .filter(|_| generation == Generation::V3);
    let mut all = vec![
        vec![0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00],
        vec![0x00, 0xA4, 0x04, 0x00, 0x00],
    ];
    for directory in directories(generation).chain(certificates.copied()) {
        let [high, low] = directory.fid.to_be_bytes();
        all.push(match directory.name {
            [] => vec![0x00, 0xA4, 0x00, 0x00, 0x02, high, low],
            name => by_name(name),
        });
    }
    all
}

/// Wrong presentations of everything that has a counter, in each directory, until nothing more is spent.
fn spend(chip: &mut Chip) {
    for select in selections(chip.generation) {
        chip.sw(&select);
        for kid in (0x00..0x20).chain(0x80..0xA0) {
            for attempt in 0..ATTEMPTS {
                let header = [0x00, 0x82, 0x00, kid, 0x10];
                let challenge = chip.hex("0084000008");
                let sw = chip.sw(&[&header[..], &[0x5A; 16]].concat());
                // No such key, or none to be tried here any more.
                if challenge != 0x9000 || sw & 0xFFF0 != 0x63C0 {
                    break;
                }
                assert!(attempt < 15, "key {kid:02X} has more tries than a key has");
            }
        }
        for _ in 0..ATTEMPTS {
            chip.sw(&WRONG_PIN);
            for p2 in [PIN_KEY, 0x00] {
                chip.hex("0084000010");
                chip.sw(&[&[0x00, 0x20, 0x01, p2, 0x10][..], &[0x5A; 16]].concat());
            }
            for message in ["04B0850004 5A5A5A5A", "0CB0850009 970100 8E04 5A5A5A5A"] {
                chip.hex("0084000008");
                chip.hex(message);
            }
        }
    }
}

fn one_of(rule: Parameter, rng: &mut ChaCha20Rng) -> u8 {
    loop {
        let byte = match rule {
            Parameter::Is(one) => one,
            Parameter::OneOf(list) => list[rng.next_u32() as usize % list.len()],
            // Where there is something: low numbers, and short file identifiers.
            _ if rng.next_u32().is_multiple_of(2) => rng.next_u32() as u8 & 0x9F,
            _ => rng.next_u32() as u8,
        };
        if rule.allows(byte) {
            return byte;
        }
    }
}

/// A command of this row, in a class that it has, with data of a length that it takes.
fn command(row: &Command, rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut classes = vec![row.class, row.class | 0x04, row.class | 0x80];
    if row.secure_messaging {
        classes.extend(SECURE_MESSAGING_CLASSES);
    }
    let class = classes[rng.next_u32() as usize % classes.len()];
    let mut command = vec![class, row.ins, one_of(row.p1, rng), one_of(row.p2, rng)];
    let takes_data = row.cases.has(Cases::THREE) || row.cases.has(Cases::FOUR);
    if takes_data && !rng.next_u32().is_multiple_of(8) {
        let room = u32::from(row.lc_max - row.lc_min) + 1;
        let length = row.lc_min + (rng.next_u32() % room) as u8;
        let mut data = vec![0; length.into()];
        rng.fill_bytes(&mut data);
        command.push(length);
        command.extend(data);
    }
    if rng.next_u32().is_multiple_of(2) {
        command.push(0x00);
    }
    command
}

#[test]
fn whoever_passes_by_writes_nothing_but_tries_and_blocks_nothing() {
    for generation in Generation::ALL {
        let mut chip = Chip::new(generation, Contactless);
        let before = chip.objects();
        spend(&mut chip);
        // What has changed are counters, each with one try left for the holder.
        let changed = chip.changed(&before);
        assert!(changed.len() > 20, "{generation}: {}", changed.len());
        let after = chip.objects();
        for id in changed {
            assert_eq!(after[&id], [1], "{generation}: object {id:04X?}");
        }
        // From here on the memory is not written at all, whatever comes.
        let written = chip.operations();
        spend(&mut chip);
        let mut rng = ChaCha20Rng::from_seed([0x0B; 32]);
        for select in selections(generation) {
            for row in commands() {
                for _ in 0..24 {
                    chip.sw(&select);
                    chip.hex("0084000008");
                    chip.sw(&command(row, &mut rng));
                }
            }
            chip.reset();
        }
        assert_eq!(chip.operations(), written, "{generation}");
        assert_eq!(chip.objects(), after, "{generation}");
        // The holder puts the card in, and everything works.
        for (interface, key) in [(T0, 0x06), (T1, 0x04)] {
            chip.switch(interface);
            chip.ssse();
            assert_eq!(chip.sw(&RIGHT_PIN), 0x9000);
            chip.authenticate("SSSE", key);
            chip.switch(Contactless);
            chip.ssse();
            assert_eq!(chip.sw(&RIGHT_PIN), 0x9000);
            chip.authenticate("SSSE", key);
        }
    }
}
