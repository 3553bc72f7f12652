//! The card, one subject a module: each answer is typed by hand or made by the bare cipher crates.
//!
//! `CARD_TESTS=full` runs the long forms (minutes).

use card_testbench as support;
use card_testbench::fuzz;

mod application_block;
mod applications;
mod attempts;
mod authenticate;
mod binary;
mod certificate_card;
mod certificate_keys;
mod certificate_model;
mod certificate_pin;
mod certificates;
mod channel;
mod conditions;
mod contactless;
mod failed;
mod fuzz_short;
mod get_status;
mod groupings;
mod holders_secrets;
mod key_versions;
mod last_try;
mod life_cycle;
mod links;
mod maintenance;
mod messages_objects;
mod model;
mod pin;
mod put_key;
mod random;
mod record_updates;
mod records;
mod refused_groupings;
mod sam;
mod sam_debit;
mod sam_files;
mod sam_model;
mod sam_perso;
mod search_record;
mod secure_messaging;
mod select;
mod short_challenge;
mod status_words;
mod sweep;
