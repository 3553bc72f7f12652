//! The register, on both stores: the same tests.

#[path = "register/books.rs"]
mod books;
#[path = "register/clock.rs"]
mod clock;
#[path = "register/close.rs"]
mod close;
#[path = "register/faults.rs"]
mod faults;
#[path = "register/full.rs"]
mod full;
#[path = "register/life.rs"]
mod life;
#[path = "register/model.rs"]
mod model;
#[path = "register/reports.rs"]
mod reports;
#[path = "register/rules.rs"]
mod rules;
#[path = "register/rules_of_model.rs"]
mod rules_of_model;
