//! NOR flash in memory with real flash rules and power cuts, for tests and the simulator.
#![forbid(unsafe_code)]
