//! Tags of GET DATA in a PSAM.

tags! {
    DATA_SAM_KEYS: u16 = 0x00E1, GetData, "in an application of a PSAM: use, identifier, algorithm marker and version of each key, in the order of the identifiers; no key", "PSAM 密钥清单", "-", P;
}
