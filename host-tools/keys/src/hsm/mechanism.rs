//! The mechanisms of this work, one of which the `cryptoki` crate does not name.

use cryptoki::mechanism::misc::KeyDerivationStringData;
use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};

use super::Sm4Mechanisms;

/// `CKM_DES3_ECB_ENCRYPT_DATA` (PKCS#11 2.40, pkcs11t.h).
const DES3_ECB_ENCRYPT_DATA: u32 = 0x1102;

/// What a token must have.
pub(super) const NEEDED: [fn() -> MechanismType; 3] = [
    encrypt_data,
    || MechanismType::DES3_ECB,
    || MechanismType::DES3_CBC,
];

/// A key that is the encipherment of `data`, with 3DES, or by a maker's mechanism.
pub(super) fn derivation<'d>(
    data: &'d KeyDerivationStringData<'d>,
    sm4: Option<Sm4Mechanisms>,
) -> Mechanism<'d> {
    let mechanism = sm4.map_or_else(encrypt_data, |sm4| numbered(sm4.derive));
    Mechanism::VendorDefined(VendorDefinedMechanism::new(mechanism, Some(data)))
}

fn encrypt_data() -> MechanismType {
    numbered(DES3_ECB_ENCRYPT_DATA)
}

/// The mechanism with this number. `cryptoki` 0.12 has neither a name for `CKM_DES3_ECB_ENCRYPT_DATA` nor a way to give its number: its check lets vendors' numbers pass alone.
#[allow(
    unsafe_code,
    reason = "numbers that the crate cannot be given; see above"
)]
pub(super) fn numbered(number: u32) -> MechanismType {
    // SAFETY: `MechanismType` is `repr(transparent)` over `CK_MECHANISM_TYPE`, which is this integer type, and every value of it is a
    // valid one.
    unsafe { std::mem::transmute::<std::ffi::c_ulong, MechanismType>(number.into()) }
}
