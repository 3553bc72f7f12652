//! Who signs with a key that does not leave its owner.

use crate::ModuleError;

/// An SM2 key that signs and is never given away.
///
/// The social security card's certificate environment is one (`ssc-certificate`). Neither a vault nor a token nor a PSAM of today holds
/// such a key: their keys are symmetric, and compute behind [`SecurityModule`](crate::SecurityModule).
pub trait Signer {
    /// The public key, `x ‖ y`.
    ///
    /// # Errors
    /// There is no key, or its owner does not answer.
    fn public_key(&mut self) -> Result<[u8; 64], ModuleError>;

    /// Signs `message`: `r ‖ s` over SM3(ZA ‖ message), ZA for the default identity.
    ///
    /// # Errors
    /// There is no key, its owner refuses, or does not answer.
    fn sign(&mut self, message: &[u8]) -> Result<[u8; 64], ModuleError>;
}
