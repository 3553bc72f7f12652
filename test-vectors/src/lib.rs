//! Known answers with their sources, APDU scenarios, sample batches, golden images.
#![forbid(unsafe_code)]
