//! The help text of `ssc keys` in Chinese.

/// English, Chinese.
pub const ALL: &[(&str, &str)] = &[
    (
        "Hold a key ceremony, export and import root keys, check the audit log",
        "举行密钥仪式，导出和导入根密钥，检查审计日志",
    ),
    (
        "Make a new key that nobody sees, in components for several holders",
        "生成无人可见的新密钥，分为多个分量交由多人持有",
    ),
    (
        "The key is random and forgotten at once: it exists only in its components, one file for each holder. Any --need of them give it; fewer give nothing at all. Each file is sealed with its holder's own passphrase and readable by its owner alone. Check values are shown: let each holder write theirs down.",
        "密钥随机生成后立即清除：只以分量形式存在，每位持有人一个文件。任意 --need 个分量可合成密钥，少于此数则得不到任何信息。每个文件用持有人自己的口令密封，且仅所有者可读。显示各校验值：请每位持有人记下自己的。",
    ),
    (
        "File to write for each holder, which must not exist yet",
        "为每位持有人写入的文件，不得已存在",
    ),
    ("So many components give the key", "合成密钥所需的分量个数"),
    (
        "What the key is for: the master of a ceremony, or the key that roots are exported under",
        "密钥用途：密钥仪式的主密钥，或导出根密钥所用的传输密钥",
    ),
    (
        "Write each component as a line of text, not sealed",
        "将每个分量写成一行明文，不密封",
    ),
    (
        "First line of this file is a component's passphrase; once for each sealed component, in their order; otherwise a question",
        "该文件首行为分量的口令；按顺序为每个密封的分量各给一次；否则询问",
    ),
    (
        "File of a component, sealed or plain; once for each",
        "分量文件，密封或明文；每个分量给一次",
    ),
    (
        "So many components are typed in here, without echo",
        "在此键入的分量个数（不回显）",
    ),
    (
        "Hold a key ceremony: from the components of a master key to a vault of all root keys",
        "举行密钥仪式：由主密钥的分量生成全部根密钥的密钥库",
    ),
    (
        "Check values are shown of each component, of the master and of each root. The roots, in three versions each, are derived from the master, which is then forgotten: the same components make the same vault again. More components than needed are checked against one another. If anything is wrong, it is named, and nothing is made.",
        "显示每个分量、主密钥和每个根密钥的校验值。根密钥各有三个版本，由主密钥派生，主密钥随即清除：相同的分量可再次生成相同的密钥库。多于所需的分量会互相核对。如有错误则指明，且不生成任何文件。",
    ),
    (
        "Vault to write, which must not exist yet",
        "要写入的密钥库，不得已存在",
    ),
    (
        "Show check values (KCV): of a vault's roots, of a component, of exported keys",
        "显示校验值（KCV）：密钥库的根密钥、密钥分量、导出的密钥",
    ),
    (
        "Never a key. Equal check values mean equal keys.",
        "从不显示密钥。校验值相同即密钥相同。",
    ),
    (
        "Vault, component or file of exported keys; without it the published demo keys",
        "密钥库、分量或导出密钥的文件；缺省为公开的演示密钥",
    ),
    (
        "Export root keys, each wrapped under a key that travels in components (RFC 3394)",
        "导出根密钥，每个都由以分量传递的密钥加密（RFC 3394）",
    ),
    (
        "There is no other way out of a vault. The wrapping key (KEK) is made by `ssc keys component --for kek`; the receiver needs its components. A MAC sees to it that no key can take another's place.",
        "这是密钥离开密钥库的唯一途径。传输密钥（KEK）由 `ssc keys component --for kek` 生成；接收方需要其分量。文件带有 MAC，任何密钥都不能被调换。",
    ),
    ("Vault of the roots", "根密钥所在的密钥库"),
    (
        "Name of a root, such as SSSE/RK; once for each; otherwise all",
        "根密钥名称，如 SSSE/RK；每个给一次；缺省为全部",
    ),
    (
        "Make a vault of root keys that were exported",
        "用导出的根密钥新建密钥库",
    ),
    (
        "If a byte of the file was changed, or the components give another key, nothing is made.",
        "文件有任何改动，或分量合成的是另一密钥，则不生成任何文件。",
    ),
    ("File of exported keys", "导出密钥的文件"),
    (
        "Check the audit log of a vault or a token, and list every use",
        "检查密钥库或令牌的审计日志，并列出每次使用",
    ),
    (
        "The log stands beside the vault with .audit behind its name, or where SSC_AUDIT_LOG says. Each line has the hash of the one above: a line that was changed, taken out or put elsewhere is named and shown. Note the hash of the last line now and then where nobody else can write, and give it to --head the next time: that finds a log that was made anew. The vault remembers the last line too, and is not used where the log has it no longer. The log of an HSM's token is LABEL-SERIAL.audit in ~/.local/state/ssc.",
        "日志位于密钥库旁，文件名加 .audit，或由 SSC_AUDIT_LOG 指定。每行含有上一行的哈希值：被改动、删除或调换的行会被指明并显示。请不时将最后一行的哈希值记在他人无法改写之处，下次用 --head 给出：可发现被重做的日志。密钥库也记住最后一行，日志中已无该行时不使用密钥库。加密机令牌的日志是 ~/.local/state/ssc 中的“标签-序列号.audit”。",
    ),
    ("Vault whose log it is", "日志所属的密钥库"),
    (
        "Log of an HSM's token, or of a vault that is elsewhere",
        "加密机令牌的日志，或位于别处的密钥库的日志",
    ),
    (
        "Begin a log in place of one that is lost: its first line says which line the vault remembers",
        "在日志丢失时重新开始：首行记有密钥库所记的行",
    ),
    (
        "Hash of a line that the log must have, 64 hexadecimal digits",
        "日志必须含有的某行的哈希值，64 位十六进制数字",
    ),
];
