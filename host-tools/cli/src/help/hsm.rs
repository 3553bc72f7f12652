//! The help text of `ssc hsm`, and of the options that choose a token, in Chinese.

/// English, Chinese.
pub const ALL: &[(&str, &str)] = &[
    (
        "Put root keys into a host security module (PKCS#11), show what it holds",
        "将根密钥装入加密机（PKCS#11），显示其中的密钥",
    ),
    (
        "Put the 3DES roots of a vault into a token of a host security module",
        "将密钥库的 3DES 根密钥装入加密机的令牌",
    ),
    (
        "There they can be used and not read. A root that the token has already must be the same; none is replaced. Each is checked by what it computes. SM4 and AES roots stay in the vault: PKCS#11 has no SM4, and cards are personalized from the vault. Do this with the key holders present; the use of the vault goes into its audit log.",
        "装入后只能使用，不能读出。令牌中已有的根密钥必须相同；不替换任何密钥。每个密钥都以其运算结果核对。SM4 和 AES 根密钥留在密钥库中：PKCS#11 没有 SM4，且个人化使用密钥库。请在密钥持有人在场时进行；密钥库的使用记入其审计日志。",
    ),
    (
        "Show which root keys a token of a host security module holds, with their check values",
        "显示加密机令牌中的根密钥及其校验值",
    ),
    (
        "Compare them with those of `ssc keys show`. Never a key.",
        "请与 `ssc keys show` 的结果比对。从不显示密钥。",
    ),
    (
        "PKCS#11 module of the host security module, a .so file",
        "加密机的 PKCS#11 模块（.so 文件）",
    ),
    (
        "Label of the HSM's token; without it the only one there is",
        "加密机令牌的标签；缺省为唯一的令牌",
    ),
    ("Slot of the HSM's token", "加密机令牌的槽位号"),
    (
        "First line of this file is the token's PIN; otherwise SSC_HSM_PIN, or a question without echo",
        "此文件的第一行为令牌的 PIN；否则用 SSC_HSM_PIN，或不回显地询问",
    ),
];
