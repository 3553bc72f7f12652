//! What an issuing bureau does: batch in, cards out.
#![forbid(unsafe_code)]

pub mod batch;
pub mod person;
