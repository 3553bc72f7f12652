//! The help text of `ssc psam` and of a simulated PSAM in Chinese.

/// English, Chinese.
pub const ALL: &[(&str, &str)] = &[
    (
        "Make a terminal's PSAM, show what one tells of itself",
        "制作终端的 PSAM，显示其自身信息",
    ),
    (
        "Make a terminal's PSAM of a blank card",
        "将空白卡制成终端的 PSAM",
    ),
    (
        "It holds the master keys of the vault in a 3DES and an SM4 environment, for cards of every generation. Keys with three levels are the roots themselves: guard it like the vault. Keys with two levels are for the cards of the region's province, those with one for the cards of the region alone. As usual IRK and the reading keys of the DFs have three levels and the others two; `ssc psam show` tells them.",
        "PSAM 在 3DES 和 SM4 两个环境中保存密钥库的主密钥，适用于各代卡。三级密钥即根密钥本身：请像密钥库一样保管。两级密钥用于该行政区划所在省的卡，一级密钥只用于该行政区划的卡。通常 IRK 和各应用的读取密钥为三级，其余为两级；`ssc psam show` 可查看。",
    ),
    (
        "All keys with 1 (this region), 2 (its province) or 3 levels (every region, the update keys too)",
        "所有密钥为 1 级（本行政区划）、2 级（本省）或 3 级（全国，含更新密钥）",
    ),
    (
        "All reading keys with three levels: reads cards of every region, writes those of its own",
        "所有读取密钥为三级：可读全国的卡，只写本省的卡",
    ),
    (
        "Region in which the terminal stands, six digits",
        "终端所在的行政区划，六位数字",
    ),
    (
        "Terminal identifier, 12 hexadecimal digits",
        "终端机编号，12 位十六进制数字",
    ),
    ("Version of the root keys, 1 to 3", "根密钥版本，1 至 3"),
    (
        "Show a PSAM's terminal identifier and the numbers of its keys",
        "显示 PSAM 的终端机编号和密钥清单",
    ),
    (
        "Never a key: a PSAM gives none. Nothing is written, no counter moves.",
        "从不显示密钥：PSAM 不给出密钥。不写入任何内容，不改变任何计数器。",
    ),
    (
        "Put a PSAM for the synthetic person's province into the reader's second slot too, on the next port",
        "同时在读卡器的第二个卡槽（下一个端口）放入该虚构人员所在省的 PSAM",
    ),
];
