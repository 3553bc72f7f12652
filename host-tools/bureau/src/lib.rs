//! What an issuing bureau does: batch in, cards out.
//!
//! The way of a card order: [`batch`] (every fault by line, column and rule) → [`ssc_person`] (validated) →
//! [`plan`] (which groupings, from the generation's table) → [`personalize`] (secure channel, few and full APDUs, the
//! check by digests) → [`return_file`]. Before it, in a trusted room: [`chip`].
#![forbid(unsafe_code)]

pub mod batch;
mod cell;
pub mod channel;
pub mod chip;
pub mod contents;
pub mod domain_keys;
pub mod error;
pub mod fcp;
pub mod issue_one;
pub mod job;
pub mod journal;
pub mod order;
pub mod order_files;
pub mod plan;
pub mod profile;
pub mod psam;
pub mod return_file;
pub mod sample;
pub mod steps;
