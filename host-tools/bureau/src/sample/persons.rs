//! Synthetic persons, one after the other.

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use ssc_person::{CardNumber, Date, EthnicGroup, check_character};

use super::names;

/// Counties and districts, all of them in force in 2024.
const REGIONS: [&str; 32] = [
    "110101", "110105", "110108", "120101", "130102", "140105", "150102", "210102", "220102",
    "230102", "310101", "310115", "320102", "330106", "340104", "350102", "360102", "370102",
    "410102", "420106", "430102", "440106", "450103", "460106", "500103", "510104", "520102",
    "530102", "540102", "610113", "620102", "650102",
];
/// Birth dates: so many days from 1 January 1950, the last in 2005.
const DAYS: u64 = 20_454;
/// Sequences 996 to 999.
const SEQUENCES: u64 = 4;
/// Different numbers there are.
pub(super) const MOST: u64 = REGIONS.len() as u64 * DAYS * SEQUENCES;

/// A synthetic person, as a row of a batch has it.
pub(super) struct Person {
    pub number: String,
    pub name: String,
    pub male: bool,
    pub group: EthnicGroup,
    pub born: Date,
    pub city: String,
    pub card_number: Option<CardNumber>,
    pub pin: String,
}

/// The persons of a seed, without end.
pub(super) struct Persons {
    rng: ChaCha20Rng,
    numbers: Numbers,
    first_serial: u64,
    index: u64,
}

impl Persons {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let numbers = Numbers::new(&mut rng);
        let first_serial = below(&mut rng, 300_000_000);
        Self {
            rng,
            numbers,
            first_serial,
            index: 0,
        }
    }
}

impl Iterator for Persons {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        let index = self.index;
        self.index += 1;
        let numbered = self.numbers.get(index);
        let (name, group) = names::pick(index, &mut |n| below(&mut self.rng, n));
        let pin = pin(&mut self.rng);
        let serial = u32::try_from(self.first_serial + index).ok();
        Some(Person {
            number: numbered.number,
            name,
            male: numbered.male,
            group,
            born: numbered.born,
            city: city(numbered.region),
            card_number: serial.and_then(CardNumber::from_serial),
            pin,
        })
    }
}

/// Six digits. One digit repeated is no PIN: the last is then another.
fn pin(rng: &mut ChaCha20Rng) -> String {
    let pin = below(rng, 1_000_000);
    let pin = if pin.is_multiple_of(111_111) {
        pin ^ 1
    } else {
        pin
    };
    format!("{pin:06}")
}

/// The city that a county's cards come from: its prefecture, or the municipality.
fn city(county: &str) -> String {
    match county.get(..2) {
        Some(municipality @ ("11" | "12" | "31" | "50")) => format!("{municipality}0000"),
        _ => format!("{}00", county.get(..4).unwrap_or_default()),
    }
}

/// An even choice from 0 to `n` − 1.
pub(super) fn below(rng: &mut ChaCha20Rng, n: u64) -> u64 {
    ((u128::from(rng.next_u64()) * u128::from(n)) >> 64) as u64
}

/// Numbers that never repeat: the steps of a walk whose length is coprime to the count of all numbers visit each once.
struct Numbers {
    start: u64,
    step: u64,
}

struct Numbered {
    number: String,
    region: &'static str,
    born: Date,
    male: bool,
}

impl Numbers {
    fn new(rng: &mut ChaCha20Rng) -> Self {
        let start = below(rng, MOST);
        loop {
            let step = MOST / 3 + below(rng, MOST / 3);
            if gcd(step, MOST) == 1 {
                return Self { start, step };
            }
        }
    }

    fn get(&self, index: u64) -> Numbered {
        let place = (self.start + index * self.step) % MOST;
        let sequence = 996 + place % SEQUENCES;
        let day = place / SEQUENCES % DAYS;
        let region = REGIONS[(place / SEQUENCES / DAYS) as usize % REGIONS.len()];
        let born = Date::new(1950, 1, 1)
            .and_then(|first| first.plus_days(day as u32))
            .unwrap_or_else(Date::today);
        let mut number = format!("{region}{born}{sequence}");
        let body = <[u8; 17]>::try_from(number.as_bytes()).ok();
        number.extend(body.and_then(|body| check_character(&body)).map(char::from));
        Numbered {
            number,
            region,
            born,
            male: sequence % 2 == 1,
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use ssc_person::{CitizenNumber, FirstPin, Region};

    #[test]
    fn the_regions_and_days_are_real() {
        for region in REGIONS {
            assert!(Region::parse(region).unwrap().is_known(), "{region}");
            assert!(Region::parse(&city(region)).unwrap().is_known(), "{region}");
        }
        let last = Date::new(1950, 1, 1).unwrap().plus_days(DAYS as u32 - 1);
        assert_eq!(last, Date::new(2005, 12, 31));
        assert_eq!(MOST, 2_618_112);
    }

    #[test]
    fn a_million_numbers_never_repeat() {
        let numbers = Numbers::new(&mut ChaCha20Rng::seed_from_u64(7));
        let mut seen = HashSet::new();
        for index in 0..1_000_000 {
            let person = numbers.get(index);
            let digits: u64 = person.number[..17].parse().unwrap();
            assert!(seen.insert(digits));
            if index % 1000 == 0 {
                let number = CitizenNumber::parse(&person.number).unwrap();
                assert_eq!(number.birth_date(), Some(person.born));
            }
        }
    }

    #[test]
    fn every_pin_is_one() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        for _ in 0..100 {
            assert!(FirstPin::parse(&pin(&mut rng)).is_ok());
        }
        for repeated in (0..10).map(|digit| digit * 111_111_u64) {
            assert!(FirstPin::parse(&format!("{:06}", repeated ^ 1)).is_ok());
        }
    }
}
