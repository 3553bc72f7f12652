//! The loader of the data in this folder: known answers with their sources, and where the scenarios, batches, images and keys lie.
//!
//! - [`vectors`]: the known answers in `known-answers/`, none of which this project's code computed.
//! - `keys/`: the published demo vault (synthetic keys, made from published labels; its passphrase is `demo`).
//!
//! Nothing here runs a card or a program: that is `ssc-harness` and `ssc-scenarios`.
#![forbid(unsafe_code)]

pub mod vectors;

pub use vectors::{Case, VectorError, cases};
