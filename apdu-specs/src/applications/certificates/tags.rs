//! Tags in commands of the certificate environment.

tags! {
    ACSE_PUBLIC_FID: u8 = 0xC0, Certificates, "2 bytes: file of a public key", "公钥文件标识", "-", S;
    ACSE_DATA: u8 = 0xC1, Certificates, "data: a message, an envelope, blocks to decipher; lengths of 80 and more as 81 and one byte or 82 and two, which are also taken where they are not needed", "数据", "-", S;
    ACSE_PRIVATE_FID: u8 = 0xC2, Certificates, "2 bytes: file of a private key", "私钥文件标识", "-", S;
    ACSE_PUBLIC_KEY: u8 = 0xCA, Certificates, "64 bytes: an SM2 public key, x and y", "SM2 公钥", "-", S;
    ACSE_PRIVATE_KEY: u8 = 0xCB, Certificates, "32 bytes: an SM2 private key", "SM2 私钥", "-", S;
}
