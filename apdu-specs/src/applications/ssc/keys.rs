//! Which keys each directory of the social security card holds (LD/T 32.4).
//!
//! An identifier with bit 80 is the DF's own key, one without is SSSE's (ISO 7816-4 table 82).

key_tables! {
    /// Keys of SSSE; they satisfy conditions in every directory.
    SSSE = "SSSE" {
        "IRK" 0x00 / 0x67 0x08, Internal, "internal authentication, MAC of the identification code", "内部认证密钥", S;
        "STK" 0x02 / 0x48 0x09, Maintenance, "MAC of maintenance commands", "应用维护密钥", S;
        "UK" 0x04 / 0x48 0x12, External, "update EF05, EF06, EF07", "更新密钥", C;
        "BK" 0x05 / 0x48 0x11, CardBlock, "card block", "卡锁定密钥", S;
        "PUK" 0x06 / 0x48 0x10, Unblock, "PIN unblock and reload", "PIN 解锁重装密钥", C;
        "LUK1" 0x07 / 0x48 0x5D, External, "read EF0C (local extension)", "地方扩展读取密钥", S;
        "RK" 0x0A / 0x47 0x0A, External, "read EF07, EF08, in 3.00 EF06", "读取密钥", C, FROM_V2;
        "LUK2" 0x0D / 0x48 0x13, External, "update EF0D (local extension)", "地方扩展更新密钥", S, FROM_V2;
    }
    /// Keys of DF01, public 公共应用.
    DF01 = "DF01" {
        "UK1" 0x83 / 0x48 0x42, External, "update EF05", "更新密钥 1", C;
        "UK2" 0x84 / 0x48 0x43, External, "update EF07, EF09", "更新密钥 2", C;
        "UK3" 0x85 / 0x47 0x24, External, "update EF08", "更新密钥 3", C;
        "UK4" 0x86 / 0x47 0x25, External, "update EF06", "更新密钥 4", C;
        "UK5" 0x87 / 0x48 0x44, External, "update EF0A", "更新密钥 5", C;
        "RK1" 0x88 / 0x67 0x2E, External, "read EF05 to EF0A, EF15", "读取密钥 1", C, FROM_V2;
        "UK6" 0x89 / 0x47 0x2F, External, "update EF15", "更新密钥 6", S, FROM_V2;
        "UK7" 0x8A / 0x47 0x30, External, "update EF16", "更新密钥 7", S, FROM_V2_P3;
        "UK8" 0x8B / 0x47 0x31, External, "update EF17", "更新密钥 8", S, FROM_V2_P3;
        "UK9" 0x8C / 0x47 0x32, External, "update EF18", "更新密钥 9", S, FROM_V2_P3;
        "UKA" 0x8D / 0x47 0x33, External, "update EF19", "更新密钥 A", S, FROM_V2_P3;
        "UKB" 0x8E / 0x47 0x34, External, "update EF1A", "更新密钥 B", S, FROM_V2_P3;
    }
    /// Keys of DF02, employment 就业与失业.
    DF02 = "DF02" {
        "UK1" 0x83 / 0x47 0x26, External, "update EF05", "更新密钥 1", C;
        "UK2" 0x84 / 0x48 0x45, External, "update EF06", "更新密钥 2", C;
        "UK3" 0x85 / 0x48 0x46, External, "update EF07", "更新密钥 3", C;
        "UK4" 0x86 / 0x47 0x27, External, "update EF09, in 1.00 EF08", "更新密钥 4", C;
        "UK5" 0x87 / 0x47 0x28, External, "update EF15, in 1.00 EF09", "更新密钥 5", C;
        "RK1" 0x88 / 0x67 0x35, External, "read all EFs", "读取密钥 1", C, FROM_V2;
        "UK6" 0x89 / 0x47 0x36, External, "update EF16", "更新密钥 6", S, FROM_V2;
    }
    /// Keys of DF03, social insurance 社会保险.
    DF03 = "DF03" {
        "LK" 0x83 / 0x48 0x40, ApplicationLock, "application block and unblock", "应用锁定密钥", C;
        "RK1" 0x84 / 0x67 0x2B, External, "read all EFs but EF05, in 1.00 EF07", "读取密钥 1", C;
        "RK2" 0x85 / 0x67 0x2C, External, "read EF05", "读取密钥 2", C;
        "UK1" 0x86 / 0x48 0x47, External, "update EF05", "更新密钥 1", C;
        "UK2" 0x87 / 0x47 0x29, External, "update EF06", "更新密钥 2", X, ALL,
            conflict "two programs use 29 as 47, one of 1.00 as 48" chosen "47, which serves whoever asks for 48";
        "UK3" 0x88 / 0x48 0x48, External, "update EF07", "更新密钥 3", C;
        "UK4" 0x89 / 0x47 0x37, External, "update EF15", "更新密钥 4", S, FROM_V2;
        "UK5" 0x8A / 0x47 0x38, External, "update EF16", "更新密钥 5", S, FROM_V2;
        "UK6" 0x8B / 0x47 0x39, External, "update EF17", "更新密钥 6", S, FROM_V2;
        "UK7" 0x8C / 0x47 0x3A, External, "update EF18", "更新密钥 7", S, FROM_V2;
        "UK8" 0x8D / 0x47 0x3B, External, "update EF19", "更新密钥 8", S, FROM_V2;
    }
    /// Keys of DF04, medical insurance 医疗保险 (those of the purse come with the purse).
    DF04 = "DF04" {
        "LK" 0x83 / 0x48 0x41, ApplicationLock, "application block and unblock", "应用锁定密钥", C;
        "RK1" 0x84 / 0x67 0x2D, External, "read EF05, EF06, EF15, in 1.00 EF06", "读取密钥 1", C;
        "UK1" 0x85 / 0x48 0x49, External, "update EF05", "更新密钥 1", C;
        "UK2" 0x86 / 0x47 0x2A, External, "update EF06, EF15", "更新密钥 2", C;
    }
    /// Keys of DF05, life and health 生命与健康. No source has the use of UK1: 48 serves whoever asks for 47 too (P).
    DF05 = "DF05" {
        "UK1" 0x83 / 0x48 0xB4, External, "update EF05", "更新密钥 1", S, FROM_V2_P3;
    }
    /// Keys of DF06, social assistance and preferential treatment 社会救助与优待抚恤.
    DF06 = "DF06" {
        "RK1" 0x83 / 0x48 0x52, External, "read all EFs", "读取密钥 1", S, FROM_V2_P3;
        "UK1" 0x85 / 0x48 0x53, External, "update EF05", "更新密钥 1", S, FROM_V2_P3;
        "UK2" 0x86 / 0x48 0x54, External, "update EF06", "更新密钥 2", X, FROM_V2_P3,
            conflict "identifier 54 is this key in one source, in one of 1.00 a local key of DF04" chosen "this key";
    }
    /// Keys of DF07, personnel and talent 人事与人才.
    DF07 = "DF07" {
        "RK1" 0x83 / 0x47 0x3D, External, "read EF05", "读取密钥 1", C, FROM_V2_P3;
        "RK2" 0x84 / 0x47 0x3F, External, "read EF06", "读取密钥 2", C, FROM_V2_P3;
        "RK3" 0x85 / 0x47 0xB1, External, "read EF07", "读取密钥 3", C, FROM_V2_P3;
        "UK1" 0x86 / 0x47 0x3E, External, "update EF05", "更新密钥 1", S, FROM_V2_P3;
        "UK2" 0x87 / 0x47 0xB0, External, "update EF06", "更新密钥 2", S, FROM_V2_P3;
        "UK3" 0x88 / 0x47 0xB2, External, "update EF07", "更新密钥 3", S, FROM_V2_P3;
    }
}
