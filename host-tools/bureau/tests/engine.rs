//! The engine of a job over real registers and simulated cards: what must hold whatever happens to cards, heads and programs.

mod support;
mod engine {
    mod arrivals;
    pub mod floor;
    mod heads;
    mod keys_ahead;
    mod liars;
    mod machines;
    mod pulled;
    mod refused;
    pub mod table;
    mod unfed;
    mod workers;
}
