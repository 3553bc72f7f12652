//! Where master keys live.
//!
//! A [`Vault`] is a file, encrypted with a passphrase, that holds one root key (根密钥) for each key name, algorithm and
//! version (1 to 3, so that the keys of cards in the field can be changed). The names are the `vault_id`s of the specification's key table, such as `SSSE/RK` or `DF01/UK1`: see [`roots::all`].
//! [`Vault::open_audited`] writes each use of a vault into its [audit log](audit). [`KeyService`] is what the rest of the host sees. In a host security module ([`hsm`]) the roots give no card's key, and compute instead. The published
//! [demo vault](demo) needs no set-up, protects nothing, and says so.
//!
//! No key, and no passphrase, is ever shown by `Debug`, `Display` or an error.
#![deny(unsafe_code)]

pub mod ahead;
pub mod audit;
pub mod component;
mod component_error;
mod component_purpose;
pub mod data_key;
pub mod demo;
mod error;
pub mod hsm;
pub mod key_file;
mod log_key;
mod memory;
pub mod pin_file;
mod random;
pub mod roots;
mod sealed;
pub mod secret_file;
pub mod security_module;
pub mod service;
pub mod signer;
mod vault;
pub mod wrapped;

pub use component_error::ComponentError;
pub use data_key::DataKey;
pub use error::KeyError;
pub use key_file::KeyFile;
pub use log_key::LogKey;
pub use roots::RootKind;
pub use sealed::check_new_passphrase;
pub use security_module::{KeyModule, KeyRef, ModuleError, SecurityModule};
pub use service::KeyService;
pub use signer::Signer;
pub use vault::Vault;
