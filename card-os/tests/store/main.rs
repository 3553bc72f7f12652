//! The store, proved by measurement: against a plain map, cut at every flash operation, damaged bit by bit, full, over ten years, and changing over
//! from format 1.
//!
//! `STORE_TESTS=full` runs the long forms (minutes).

mod change_over;
mod damage;
mod endurance;
mod limits;
mod model;
mod random;
mod tearing;
