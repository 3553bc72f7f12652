//! The card's random generator against NIST's known answers.

use card_crypto::drbg::{Drbg, Seed};
use rand_core::Rng;

/// NIST CAVP, drbgtestvectors.zip, drbgvectors_no_reseed/CTR_DRBG.rsp, [AES-128 no df], [PredictionResistance = False],
/// [EntropyInputLen = 256], [NonceLen = 0], [PersonalizationStringLen = 0], [AdditionalInputLen = 0], [ReturnedBitsLen = 512]:
/// EntropyInput and ReturnedBits of COUNT 0, 1 and 2. The bits are those of the second call.
const KNOWN: [(&str, &str); 3] = [
    (
        "ce50f33da5d4c1d3d4004eb35244b7f2cd7f2e5076fbf6780a7ff634b249a5fc",
        "6545c0529d372443b392ceb3ae3a99a30f963eaf313280f1d1a1e87f9db373d3\
         61e75d18018266499cccd64d9bbb8de0185f213383080faddec46bae1f784e5a",
    ),
    (
        "a385f70a4d450321dfd18d8379ef8e7736fee5fbf0a0aea53b76696094e8aa93",
        "1a062553ab60457ed1f1c52f5aca5a3be564a27545358c112ed92c6eae2cb759\
         7cfcc2e0a5dd81c5bfecc941da5e8152a9010d4845170734676c8c1b6b3073a5",
    ),
    (
        "d4f47c385e5ee36915978386a074d413d04a1ce3a13a0fe2b17f3f20f83a93fd",
        "27f880df4c2907697fb2f594e311559cea827049327af31fa7f0cbf332c46206\
         74f503d7dc378320d228907151d32ee5e3f5c5eccb13afe58bf6a60192e6d70e",
    ),
];

fn entropy(hex: &str) -> [u8; 32] {
    hex::decode(hex).unwrap().try_into().unwrap()
}

fn second_call(entropy: [u8; 32], starts: u32) -> String {
    let mut drbg = Drbg::<card_crypto::LookUps>::new(Seed { entropy, starts });
    let mut bits = [0; 64];
    drbg.fill_bytes(&mut bits);
    drbg.fill_bytes(&mut bits);
    hex::encode(bits)
}

#[test]
fn nists_known_answers() {
    for (input, bits) in KNOWN {
        assert_eq!(second_call(entropy(input), 0), bits);
    }
}

/// SP 800-90A, 10.2.1.3.1: without a derivation function the personalization string is added to the entropy by exclusive-or.
/// It is the count of starts, big-endian, then zeros.
#[test]
fn the_count_of_starts_is_the_personalization_string() {
    let (input, bits) = KNOWN[0];
    let mut entropy = entropy(input);
    assert_ne!(second_call(entropy, 1), bits);
    for (byte, start) in entropy.iter_mut().zip([0x01, 0x02, 0x03, 0x04]) {
        *byte ^= start;
    }
    assert_eq!(second_call(entropy, 0x0102_0304), bits);
}

/// Lengths that are no whole blocks, and more than is given out under one key.
#[test]
fn every_length_is_filled() {
    let mut drbg = Drbg::<card_crypto::LookUps>::new(Seed {
        entropy: entropy(KNOWN[0].0),
        starts: 0,
    });
    for length in [1, 15, 16, 17, 255, 256, 257, 1000] {
        let mut bytes = vec![0; length];
        drbg.fill_bytes(&mut bytes);
        let longest_run = bytes
            .chunk_by(|a, b| *a == 0 && *b == 0)
            .map(<[u8]>::len)
            .max();
        assert!(longest_run < Some(5), "{length}");
    }
    assert_ne!(drbg.next_u32(), drbg.next_u32());
    assert_ne!(drbg.next_u64(), drbg.next_u64());
}
