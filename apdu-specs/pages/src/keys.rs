//! The page of keys.

use apdu_specs::Generation;
use apdu_specs::algorithm::KeyAlgorithm;
use apdu_specs::applications::domain;
use apdu_specs::applications::domain::keys::{INITIAL_VAULT_ID, ISD_VAULT_ID};
use apdu_specs::applications::ssc::DIRECTORIES;
use apdu_specs::keys::{self, KeyRole};

use super::text;

pub fn page() -> String {
    let mut page = text::page("Keys 密钥");
    page.push_str(&format!(
        "An identifier with bit {:02X} is the DF's own key, one without is SSSE's (ISO 7816-4 table 82). A key does what its role\n\
         says and nothing else. A key is blocked after {} wrong tries, the PIN after {} (P); a PIN has {} to {} digits. The last\n\
         try of each is for contact only: over the air the answer is 6985 before anything is computed (P), so that nobody who passes by\n\
         blocks a card; a right presentation by contact opens the contactless side again. SELECT of another application ends what\n\
         PIN and keys have shown; the MF and the directories of the social security card are one application.\n\
         \"p\" is a generation of which nobody has seen it (P). Cards of 1.00 have also an STK of each DF and local keys of DF03 and\n\
         DF04; their identifiers or their files are not known, and they are left out.\n\
         The vault holds the root of each under `directory/key`. The security domain holds one set of keys: on a blank card the\n\
         published transport keys at version {:02X}, or initial keys of the chip's own (`{INITIAL_VAULT_ID}`) at version {:02X}; from\n\
         personalization on the issuer's (`{ISD_VAULT_ID}`) at version {:02X} (P).\n\n",
        keys::LOCAL_KEY_BIT,
        keys::KEY_TRIES,
        keys::PIN_TRIES,
        keys::PIN_DIGITS.start(),
        keys::PIN_DIGITS.end(),
        domain::keys::TRANSPORT_KEY_VERSION,
        domain::keys::INITIAL_KEY_VERSION,
        domain::keys::ISSUER_KEY_VERSION,
    ));
    page.push_str(&text::head(&[
        "generation",
        "algorithm of all card keys",
        "marker",
    ]));
    for generation in Generation::ALL {
        let algorithm = generation.key_algorithm();
        let name = match algorithm {
            KeyAlgorithm::TripleDes => "3DES, two keys",
            KeyAlgorithm::Ssf33 => "SSF33",
            KeyAlgorithm::Sm4 => "SM4",
        };
        page.push_str(&text::row(&[
            generation.to_string(),
            name.to_owned(),
            format!("{:02X}", algorithm.marker()),
        ]));
    }
    for directory in DIRECTORIES {
        page.push_str(&format!(
            "\n## {} {} {}\n\n",
            directory.label, directory.english, directory.chinese
        ));
        page.push_str(&text::head(&[
            "key",
            "on the card",
            "in the PSAM",
            "its use",
            "role",
            "for",
            "用途",
            "vault",
            "1.00",
            "2.00",
            "3.00",
            "evidence",
        ]));
        for key in directory.keys {
            let there = |generation| {
                let set = key.generations;
                let word = match (set.contains(generation), set.assumes(generation)) {
                    (false, _) => "–",
                    (true, true) => "yes, p",
                    (true, false) => "yes",
                };
                word.to_owned()
            };
            let [first, second, third] = Generation::ALL.map(there);
            page.push_str(&text::row(&[
                key.name.to_owned(),
                format!("{:02X}", key.identifier),
                key.psam
                    .map_or("?".to_owned(), |psam| format!("{psam:02X}")),
                key.sam_use
                    .map_or("?".to_owned(), |sam_use| format!("{sam_use:02X}")),
                format!("{:02X} {}", key.role.byte(), role(key.role)),
                key.english.to_owned(),
                key.chinese.to_owned(),
                format!("`{}`", key.vault_id),
                first,
                second,
                third,
                key.evidence.mark().to_owned(),
            ]));
        }
        for key in directory.keys {
            if let Some(conflict) = key.conflict {
                page.push_str(&text::conflict(key.vault_id, &conflict));
            }
        }
    }
    page
}

/// A role in words.
pub fn role(role: KeyRole) -> &'static str {
    match role {
        KeyRole::Internal => "internal authentication",
        KeyRole::External => "external authentication",
        KeyRole::Maintenance => "maintenance",
        KeyRole::Unblock => "PIN unblock",
        KeyRole::ApplicationLock => "application lock",
        KeyRole::CardBlock => "card block",
        KeyRole::CertificatePin => "PIN of the certificate environment",
        KeyRole::Administrator => "administrator of the certificate environment",
    }
}
