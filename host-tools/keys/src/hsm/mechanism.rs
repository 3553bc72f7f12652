//! The mechanisms of this work, one of which the `cryptoki` crate does not name.

use cryptoki::mechanism::misc::KeyDerivationStringData;
use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};

/// `CKM_DES3_ECB_ENCRYPT_DATA` (PKCS#11 2.40, pkcs11t.h).
const DES3_ECB_ENCRYPT_DATA: u64 = 0x1102;

/// What a token must have.
pub(super) const NEEDED: [fn() -> MechanismType; 3] = [
    encrypt_data,
    || MechanismType::DES3_ECB,
    || MechanismType::DES3_CBC,
];

/// A key that is the encipherment of `data`.
pub(super) fn derivation<'d>(data: &'d KeyDerivationStringData<'d>) -> Mechanism<'d> {
    Mechanism::VendorDefined(VendorDefinedMechanism::new(encrypt_data(), Some(data)))
}

/// `cryptoki` 0.12 has neither a name for this mechanism nor a way to give its number: its check lets vendors' numbers pass alone.
#[allow(
    unsafe_code,
    reason = "the one number that the crate cannot be given; see above"
)]
fn encrypt_data() -> MechanismType {
    // SAFETY: `MechanismType` is `repr(transparent)` over `CK_MECHANISM_TYPE`, which is this integer type, and every value of it is a
    // valid one.
    unsafe { std::mem::transmute::<std::ffi::c_ulong, MechanismType>(DES3_ECB_ENCRYPT_DATA as _) }
}
