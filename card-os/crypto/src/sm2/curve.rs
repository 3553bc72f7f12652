//! What a chip computes on the curve of SM2.

/// Bytes of a private key, of a coordinate, of `r` and of `s`.
pub const SCALAR_LENGTH: usize = 32;
/// Bytes of a public key, `x ‖ y`, and of a signature, `r ‖ s`.
pub const POINT_LENGTH: usize = 64;

/// The two operations of SM2's curve that take a chip's time. Points are `x ‖ y`, scalars big-endian and from 1 to n − 1.
pub trait Curve {
    /// `scalar` times the base point.
    fn multiply_base(scalar: &[u8; SCALAR_LENGTH]) -> [u8; POINT_LENGTH];

    /// `scalar` times `point`; `None` where that is no point of the curve.
    fn multiply(
        point: &[u8; POINT_LENGTH],
        scalar: &[u8; SCALAR_LENGTH],
    ) -> Option<[u8; POINT_LENGTH]>;
}
