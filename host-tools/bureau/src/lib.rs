//! What an issuing bureau does: batch in, cards out.
//!
//! The way of a card order: [`batch`] (every fault by line, column and rule) → [`ssc_person`] (validated) → [`job`] (every card decided,
//! before one is touched) → [`register`] (kept) → [`engine`] (a worker a head; one card: the six [`steps`], by the [`plan`] of its groupings,
//! each noted in the [`journal`] before and after it) → [`return_file`]. Before it, in a trusted room: [`chip`].
#![forbid(unsafe_code)]

pub mod audit;
pub mod basis;
pub mod batch;
pub mod card_error;
pub mod card_model;
mod cell;
pub mod channel;
pub mod chip;
pub mod contents;
pub mod domain_keys;
pub mod engine;
pub mod fcp;
pub mod issue_one;
pub mod job;
pub mod journal;
pub mod order_error;
pub mod pin_mailer;
pub mod plan;
pub mod profile;
pub mod psam;
pub mod register;
pub mod reissue;
pub mod report;
pub mod return_file;
pub mod run_event;
pub mod sample;
pub mod sealing;
pub mod steps;
