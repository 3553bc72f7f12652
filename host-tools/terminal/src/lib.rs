//! What a terminal does with a card (LD/T 33).
#![forbid(unsafe_code)]
