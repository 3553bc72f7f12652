//! The help text of `ssc cert` in Chinese.

/// English, Chinese.
pub const ALL: &[(&str, &str)] = &[
    (
        "Ask for the certificates of a third-generation card, write them to it, show them",
        "第三代卡的证书：产生请求、写入、显示",
    ),
    (
        "Give each card the certificate environment (3.00): its PIN is the card's, its keys come from the vault",
        "为每张卡建立证书环境（3.00 版）：其密码同卡的 PIN，其密钥来自密钥库",
    ),
    (
        "Ask for a certificate: a PKCS#10 request signed by the card with SM2 and SM3",
        "产生证书请求：由卡以 SM2/SM3 签名的 PKCS#10 请求",
    ),
    (
        "The private key never leaves the card. With --new-pair the card makes a new signing pair first; a certificate of the old one is then of no use. The request verifies with openssl req -verify -vfyopt distid:1234567812345678.",
        "私钥从不离开卡片。使用 --new-pair 时卡先生成新的签名密钥对，旧密钥对的证书随即失效。该请求可用 openssl req -verify -vfyopt distid:1234567812345678 验证。",
    ),
    (
        "Distinguished name of the holder, such as CN=name,O=organisation,C=CN",
        "持有者的可辨别名，如 CN=姓名,O=单位,C=CN",
    ),
    (
        "Make a new signing pair on the card first",
        "先在卡内生成新的签名密钥对",
    ),
    (
        "File of the request (PEM), which must not exist yet; without it stdout",
        "请求文件（PEM），不得已存在；缺省为标准输出",
    ),
    ("Write a certificate to the card", "将证书写入卡"),
    (
        "It is written only if its public key is the card's, and read back. The administrator's key of the card comes from the vault; with --by pin the holder writes it and no vault is used.",
        "仅当其公钥与卡内公钥一致时才写入，并读回核对。卡的管理员密钥来自密钥库；使用 --by pin 时由持卡人写入，不使用密钥库。",
    ),
    (
        "Who writes it: the administrator, by the vault, or the holder, by the PIN of the certificate environment",
        "由谁写入：管理员（凭密钥库），或持卡人（凭证书环境密码）",
    ),
    (
        "Set a new PIN of the certificate environment, with the administrator's key",
        "用管理员密钥重设证书环境密码",
    ),
    (
        "It takes the place of one that is blocked or forgotten, and has all its tries. The administrator's key of the card comes from the vault.",
        "代替已锁定或遗忘的密码，并恢复全部尝试次数。卡的管理员密钥来自密钥库。",
    ),
    ("Certificate, PEM or DER", "证书，PEM 或 DER"),
    (
        "It is the certificate of the encryption pair, not of the signing pair",
        "这是加密密钥对的证书，而非签名密钥对的证书",
    ),
    (
        "Show a card's public keys and certificates",
        "显示卡的公钥和证书",
    ),
    (
        "They are free to read: no PIN and no key is presented.",
        "可自由读取：不出示 PIN 或密钥。",
    ),
    (
        "Import the encryption pair out of a key management centre's envelope",
        "从密钥管理中心的数字信封导入加密密钥对",
    ),
    (
        "The file is an SM2EnvelopedKey of GM/T 0009, made for the card's signing key: only this card opens it. The private key is deciphered on the card.",
        "文件为 GM/T 0009 的 SM2EnvelopedKey，针对此卡的签名公钥制作，只有此卡能打开。私钥在卡内解密。",
    ),
    ("Enveloped key, DER or PEM", "密钥保护结构，DER 或 PEM"),
    (
        "Change the PIN of the certificate environment",
        "修改证书环境密码",
    ),
    (
        "It is not the card's PIN, although a new card has the same digits for both. A wrong old PIN costs a try.",
        "它不是卡的 PIN，虽然新卡上二者数字相同。原密码错误会消耗一次尝试。",
    ),
];
