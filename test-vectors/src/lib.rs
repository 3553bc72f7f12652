//! Known answers with their sources, APDU scenarios, sample batches, golden images.
//!
//! - [`vectors`]: the known answers in `known-answers/`, none of which this project's code computed.
//! - `keys/`: the published demo vault (synthetic keys, made from published labels; its passphrase is `demo`).
#![forbid(unsafe_code)]

pub mod listener;
pub mod pcscd;
pub mod scenario;
pub mod secrets;
pub mod softhsm;
pub mod vectors;

pub use vectors::{Case, VectorError, cases};
