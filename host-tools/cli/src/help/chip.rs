//! The help text of `ssc chip`, of `ssc vault complete` and of `--trusted-line` in Chinese.

/// English, Chinese.
pub const ALL: &[(&str, &str)] = &[
    (
        "Give blank chips keys of their own before they are issued",
        "发卡前为空白芯片写入其自有的密钥",
    ),
    (
        "Give blank chips initial keys of their own, in a trusted room",
        "在可信房间为空白芯片写入自有的初始密钥",
    ),
    (
        "A blank chip carries published keys: whoever listens while it is issued learns all that it gets. This puts keys of the vault, another set for each chip, in their place; `ssc issue` and `ssc psam issue` then go on with the same vault, in any room. Do it where nobody can listen at the line. A chip that has its keys already stays as it is; one that is not blank, or has those of another vault, is refused.",
        "空白芯片带的是公开密钥：发卡时监听线路的人会得到写入的全部内容。本命令以密钥库的密钥取而代之，每张芯片各不相同；之后可在任何场所用同一密钥库执行 `ssc issue` 和 `ssc psam issue`。请在无人能监听线路的地方进行。已有这些密钥的芯片保持不变；不是空白的、或带有其他密钥库密钥的芯片会被拒绝。",
    ),
    ("So many chips, one after the other", "依次处理的芯片数量"),
    (
        "Seconds to wait for the next chip in a PC/SC reader",
        "等待下一张芯片放入 PC/SC 读卡器的秒数",
    ),
    (
        "Issue chips that still carry published keys with a vault of your own too: nobody can listen between here and the card",
        "用自己的密钥库时，也发仍带公开密钥的芯片：确认本机与卡之间无人能监听",
    ),
    ("Vault file", "密钥库文件"),
    (
        "Add the root keys that an older vault lacks, at random",
        "为旧密钥库补上缺少的根密钥（随机生成）",
    ),
    (
        "What it holds stays as it is. A vault from a key ceremony is refused: hold the ceremony again with the same components, which makes the same vault with the roots that it lacks.",
        "已有的密钥不变。由密钥仪式生成的密钥库会被拒绝：请用同样的分量再举行一次仪式，所得密钥库相同，并含有缺少的根密钥。",
    ),
];
