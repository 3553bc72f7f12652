//! The key table: which keys each directory of the card holds (LD/T 32.4).
//!
//! An identifier with bit 80 is the DF's own key, one without is SSSE's (ISO 7816-4 table 82).

use crate::Evidence;
use crate::keys::KeyRole;

/// One key of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardKey {
    /// The standard's name, such as `UK1`.
    pub name: &'static str,
    /// Name in a vault: directory and key, such as `DF01/UK1`.
    pub vault_id: &'static str,
    /// Identifier on the card: P2 of EXTERNAL AUTHENTICATE.
    pub identifier: u8,
    /// Identifier of the master key in a PSAM; `None` where no source names one.
    pub psam: Option<u8>,
    /// `use` under which a PSAM holds that master key, the P1 of its INIT: the levels of derivation in the high three
    /// bits, the type in the low five ([`crate::sam`]). Two programs agree on which update keys are 47 and which 48; a third,
    /// of 1.00, has 29 as 48 (X). [`crate::sam::SamUse::grants`] serves both.
    pub sam_use: Option<u8>,
    /// What the card lets it do.
    pub role: KeyRole,
    /// What it is for.
    pub english: &'static str,
    /// 用途
    pub chinese: &'static str,
    /// Strength of the evidence.
    pub evidence: Evidence,
}

impl CardKey {
    /// Whether it opens what is read and changes nothing: IRK and the reading keys (RK).
    pub fn reads(&self) -> bool {
        self.role == KeyRole::Internal || self.name.starts_with("RK")
    }
}

/// Name in a vault of the security domain's SCP03 keys (P).
pub const ISD_VAULT_ID: &str = "ISD/SCP03";
/// Name in a vault of the initial keys that a chip carries until it is issued (P).
pub const INITIAL_VAULT_ID: &str = "ISD/INITIAL";

/// A key's row: name, identifier on the card, then where a source names them `use` and identifier in a PSAM.
macro_rules! key_tables {
    (@option) => { None };
    (@option $value:literal) => { Some($value) };
    ($($(#[$doc:meta])* $id:ident = $directory:literal {
        $($name:literal $identifier:literal $(/ $use:literal $psam:literal)?, $role:ident, $english:literal, $chinese:literal, $evidence:ident;)*
    })*) => {
        $($(#[$doc])* pub static $id: &[CardKey] = &[$(CardKey {
            name: $name, vault_id: concat!($directory, "/", $name), identifier: $identifier,
            psam: key_tables!(@option $($psam)?), sam_use: key_tables!(@option $($use)?), role: KeyRole::$role, english: $english, chinese: $chinese,
            evidence: Evidence::$evidence,
        }),*];)*
    };
}

key_tables! {
    /// Keys of SSSE; they satisfy conditions in every directory.
    SSSE = "SSSE" {
        "IRK" 0x00 / 0x67 0x08, Internal, "internal authentication, MAC of the identification code", "内部认证密钥", S;
        "STK" 0x02 / 0x48 0x09, Maintenance, "MAC of maintenance commands", "应用维护密钥", S;
        "UK" 0x04 / 0x48 0x12, External, "update EF05, EF06, EF07", "更新密钥", C;
        "BK" 0x05 / 0x48 0x11, CardBlock, "card block", "卡锁定密钥", S;
        "PUK" 0x06 / 0x48 0x10, Unblock, "PIN unblock and reload", "PIN 解锁重装密钥", C;
        "LUK1" 0x07, External, "update EF0C (local extension)", "地方扩展更新密钥 1", P;
        "RK" 0x0A / 0x47 0x0A, External, "read EF07, EF08, in 3.00 EF06", "读取密钥", C;
        "LUK2" 0x0D / 0x48 0x13, External, "update EF0D (local extension)", "地方扩展更新密钥 2", P;
    }
    /// Keys of DF01, public 公共应用.
    DF01 = "DF01" {
        "UK1" 0x83 / 0x48 0x42, External, "update EF05", "更新密钥 1", C;
        "UK2" 0x84 / 0x48 0x43, External, "update EF07, EF09", "更新密钥 2", C;
        "UK3" 0x85 / 0x47 0x24, External, "update EF08", "更新密钥 3", C;
        "UK4" 0x86 / 0x47 0x25, External, "update EF06", "更新密钥 4", C;
        "UK5" 0x87 / 0x48 0x44, External, "update EF0A", "更新密钥 5", C;
        "RK1" 0x88 / 0x67 0x2E, External, "read EF05 to EF0A, EF15", "读取密钥 1", C;
        "UK6" 0x89 / 0x47 0x2F, External, "update EF15", "更新密钥 6", S;
    }
    /// Keys of DF02, employment 就业与失业.
    DF02 = "DF02" {
        "UK1" 0x83 / 0x47 0x26, External, "update EF05", "更新密钥 1", C;
        "UK2" 0x84 / 0x48 0x45, External, "update EF06", "更新密钥 2", C;
        "UK3" 0x85 / 0x48 0x46, External, "update EF07", "更新密钥 3", C;
        "UK4" 0x86 / 0x47 0x27, External, "update EF09", "更新密钥 4", C;
        "UK5" 0x87 / 0x47 0x28, External, "update EF15", "更新密钥 5", C;
        "RK1" 0x88 / 0x67 0x35, External, "read all EFs", "读取密钥 1", C;
        "UK6" 0x89 / 0x47 0x36, External, "update EF16", "更新密钥 6", S;
    }
    /// Keys of DF03, social insurance 社会保险.
    DF03 = "DF03" {
        "LK" 0x83 / 0x48 0x40, ApplicationLock, "application block and unblock", "应用锁定密钥", C;
        "RK1" 0x84 / 0x67 0x2B, External, "read all EFs but EF05", "读取密钥 1", C;
        "RK2" 0x85 / 0x67 0x2C, External, "read EF05", "读取密钥 2", C;
        "UK1" 0x86 / 0x48 0x47, External, "update EF05", "更新密钥 1", C;
        "UK2" 0x87 / 0x47 0x29, External, "update EF06", "更新密钥 2", X;
        "UK3" 0x88 / 0x48 0x48, External, "update EF07", "更新密钥 3", C;
        "UK4" 0x89 / 0x47 0x37, External, "update EF15", "更新密钥 4", S;
        "UK5" 0x8A / 0x47 0x38, External, "update EF16", "更新密钥 5", S;
        "UK6" 0x8B / 0x47 0x39, External, "update EF17", "更新密钥 6", S;
        "UK7" 0x8C / 0x47 0x3A, External, "update EF18", "更新密钥 7", S;
        "UK8" 0x8D / 0x47 0x3B, External, "update EF19", "更新密钥 8", S;
    }
    /// Keys of DF04, medical insurance 医疗保险 (those of the purse come with the purse).
    DF04 = "DF04" {
        "LK" 0x83 / 0x48 0x41, ApplicationLock, "application block and unblock", "应用锁定密钥", C;
        "RK1" 0x84 / 0x67 0x2D, External, "read EF05, EF06, EF15", "读取密钥 1", C;
        "UK1" 0x85 / 0x48 0x49, External, "update EF05", "更新密钥 1", C;
        "UK2" 0x86 / 0x47 0x2A, External, "update EF06, EF15", "更新密钥 2", C;
    }
    /// Keys of DF07. Only the name of RK1 is known; the identifier is DF03's and DF04's.
    DF07 = "DF07" {
        "RK1" 0x84, External, "read all EFs", "读取密钥 1", P;
    }
    /// Keys of the certificate environment (ACSE), SM4 alone. Its PIN is a key of the application in it
    /// ([`crate::certificates::PIN_KEY`]) that no vault holds.
    PKI = "PKI" {
        "EAK" 0x00, External, "external authentication in the place of the administrator, WRITE KEY", "外部认证密钥", P;
        "ADM" 0x02, Administrator, "administrator: VERIFY, certificates", "管理员密钥", P;
    }
}
