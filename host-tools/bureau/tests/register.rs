//! The register, on both stores: the same tests.

mod register {
    mod anchors;
    mod audit;
    pub mod books;
    mod clock;
    mod close;
    mod faults;
    mod full;
    mod life;
    pub mod model;
    mod names;
    mod reports;
    mod rules;
    pub mod rules_of_model;
    mod shared_tables;
    mod tampering;
}

use register::books;
