//! The store, proved by measurement: against a plain map, cut at every flash operation, damaged bit by bit, full, and over ten years.
//!
//! `STORE_TESTS=full` runs the long forms (minutes).

mod damage;
mod endurance;
mod limits;
mod model;
mod random;
mod tearing;
