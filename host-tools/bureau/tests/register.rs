//! The register, on both stores: the same tests.

#[path = "register/books.rs"]
mod books;
#[path = "register/clock.rs"]
mod clock;
#[path = "register/life.rs"]
mod life;
