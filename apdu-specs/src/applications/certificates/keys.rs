//! Keys of the certificate environment.

key_tables! {
    /// Keys of the certificate environment (ACSE), SM4 alone. Its PIN is a key of the application in it
    /// ([`super::PIN_KEY`]) that no vault holds.
    PKI = "PKI" {
        "EAK" 0x00, External, "external authentication in the place of the administrator, WRITE KEY", "外部认证密钥", P;
        "ADM" 0x02, Administrator, "administrator: VERIFY, certificates", "管理员密钥", P;
    }
}
