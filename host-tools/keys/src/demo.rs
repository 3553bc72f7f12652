//! The demo vault: published keys, for trying things out without any set-up.
//!
//! Its file is `test-vectors/keys/demo.vault`, which `cargo run -p ssc-keys --example make-demo-vault` writes. Whoever uses
//! it must print [`KeyService::announcement`](crate::KeyService::announcement) first.

use std::path::Path;

use apdu_specs::applications::domain::keys::TRANSPORT_KEY;
use apdu_specs::keys::FIRST_KEY_VERSION;
use card_crypto::{Key16, mac};

use crate::roots::{self, Roots};
use crate::{KeyError, RootKind, Vault};

/// The demo vault's passphrase, published.
pub const PASSPHRASE: &str = "demo";

/// The demo vault's file, built in.
pub const FILE: &[u8] = include_bytes!("../../../test-vectors/keys/demo.vault");

impl Vault {
    /// Opens the demo vault that is built in.
    ///
    /// # Errors
    /// As [`Vault::open`]; the tests see to it that there are none.
    pub fn demo() -> Result<Self, KeyError> {
        Self::from_bytes(FILE, PASSPHRASE, Path::new("demo.vault"))
    }
}

/// The root that the demo vault has for a name: AES-CMAC(transport key, "ssc demo root " ‖ name ‖ " " ‖ kind), from version 2
/// on with " " ‖ version behind.
#[must_use]
pub fn root(id: &str, version: u8, kind: RootKind) -> Key16 {
    // Without a number for version 1: cards were made with it before there were versions.
    let label = match version {
        FIRST_KEY_VERSION => format!("ssc demo root {id} {kind}"),
        _ => format!("ssc demo root {id} {kind} {version}"),
    };
    Key16::new(mac::aes_cmac(&TRANSPORT_KEY, &[label.as_bytes()]))
}

/// The demo vault, made anew from its labels: every root of [`roots::all`].
#[must_use]
pub fn build() -> Vault {
    let roots: Roots = roots::all()
        .map(|(id, version, kind)| ((id.to_owned(), kind, version), root(id, version, kind)))
        .collect();
    Vault::demonstration(roots)
}
