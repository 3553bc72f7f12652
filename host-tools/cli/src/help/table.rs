//! The help text in Chinese, by the English text that clap has from the `Args` structs.

/// English, Chinese.
const ALL: &[(&str, &str)] = &[
    (
        "Issue social security cards, read them and simulate them",
        "社会保障卡：发卡、读卡、模拟",
    ),
    (
        "Language of messages; otherwise LC_ALL, LC_MESSAGES or LANG decides",
        "消息的语言；否则由 LC_ALL、LC_MESSAGES 或 LANG 决定",
    ),
    (
        "Print one JSON document on stdout, for errors too",
        "在标准输出打印一个 JSON 文档，出错时也是",
    ),
    ("Leave out notes and progress", "不显示提示和进度"),
    ("Print this help", "显示本帮助"),
    ("Print the version", "显示版本"),
    (
        "Check a batch file of cardholders, list the columns it may have, make one of synthetic persons",
        "检查持卡人批次文件，列出可有的列，或生成虚构人员的批次",
    ),
    (
        "List the columns of a batch file: headings, formats and rules",
        "列出批次文件的列：列名、格式和规则",
    ),
    (
        "A heading may be in any case, with blanks or hyphens for underscores. The order of columns does not matter; a column that is not known refuses the batch.",
        "列名不分大小写，下划线可写作空格或连字符。列的次序不限；含有未知列的批次会被拒绝。",
    ),
    (
        "Show the help of ssc, or of a command",
        "显示 ssc 或某个命令的帮助",
    ),
    ("The command, such as batch check", "命令，例如 batch check"),
    (
        "Make a vault of master keys, complete an older one, show what one holds, open a sealed file of PINs",
        "新建主密钥的密钥库，补全旧密钥库，显示其内容，打开密封的 PIN 文件",
    ),
    (
        "Check a batch file and list every fault in one run",
        "检查批次文件，一次列出全部错误",
    ),
    (
        "CSV in UTF-8 or GB18030; columns by item codes (AAC002, AAC003, …) or English names. Nothing is written. Citizen numbers are shown with their region only.",
        "UTF-8 或 GB18030 的 CSV；列名用数据项代码（AAC002、AAC003……）或英文名。不写任何文件。社会保障号码只显示行政区划部分。",
    ),
    ("Batch of cardholders, CSV", "持卡人批次文件，CSV"),
    (
        "Make a batch of synthetic persons, for trying things out",
        "生成虚构人员的批次，供试用",
    ),
    (
        "The same seed makes the same persons, and their numbers are nobody's. Every row has a card number.",
        "种子相同则人员相同，其号码不属于任何人。每行都有卡号。",
    ),
    ("How many persons", "人数"),
    ("Which persons: any number", "种子：任意数字"),
    (
        "File to write, which must not exist yet; without it stdout",
        "要写入的文件，不得已存在；缺省为标准输出",
    ),
    (
        "Draw a photo of each, in the folder photos beside the file",
        "为每人绘制照片，放在文件旁的 photos 文件夹",
    ),
    (
        "Give each a PIN; otherwise the issuer chooses it",
        "为每人给出 PIN；否则由发卡方选定",
    ),
    (
        "Issue a card for each row of a batch",
        "为批次的每一行发一张卡",
    ),
    (
        "Each card is checked against what was written before it counts as issued. The return file has a row for each card as soon as it is done. Nothing is issued from a batch with faults, unless --skip-invalid is given: the refused rows then go to a file of their own.",
        "每张卡核对写入内容后才算发出。每张卡完成后，回盘文件随即增加一行。批次有错误时不发任何卡，除非给出 --skip-invalid：被拒绝的行另存一个文件。",
    ),
    (
        "Generation of the cards: 1.00, 2.00 or 3.00",
        "卡的规范版本：1.00、2.00 或 3.00",
    ),
    (
        "PC/SC reader, or a part of its name that fits one only; sim is a stack of blank cards in this process",
        "PC/SC 读卡器名称，或只符合一个的部分名称；sim 为本进程内的空白卡",
    ),
    (
        "Region of cards whose row has no AAB301, six digits",
        "行中没有 AAB301 时的行政区划代码，六位数字",
    ),
    (
        "First of the card numbers for rows that have none, counted upwards",
        "行中没有卡号时的起始卡号，依次递增",
    ),
    (
        "Vault of master keys; without it the published demo keys, which protect nothing",
        "主密钥的密钥库；缺省为公开的演示密钥，没有任何安全性",
    ),
    (
        "First line of this file is the passphrase; otherwise SSC_PASSPHRASE, or a question without echo",
        "该文件首行为口令；否则取 SSC_PASSPHRASE，或询问（不回显）",
    ),
    ("Issue the rows without faults", "只发没有错误的行"),
    (
        "Return file, which must not exist yet; without it the batch's name with .return.csv",
        "回盘文件，不得已存在；缺省为批次名加 .return.csv",
    ),
    (
        "File of refused rows, which must not exist yet; without it the batch's name with .refused.csv",
        "被拒绝行的文件，不得已存在；缺省为批次名加 .refused.csv",
    ),
    (
        "Keep each simulated card as an image in this folder",
        "将每张模拟卡作为映像保存在该文件夹",
    ),
    (
        "Seconds to wait for the next card in a PC/SC reader",
        "等待 PC/SC 读卡器中下一张卡的秒数",
    ),
    (
        "Seconds to wait at the most for a card that another program has",
        "卡片被其他程序占用时最多等待的秒数",
    ),
    (
        "Read a card as a terminal does: its basic data, or every file",
        "像终端一样读卡：基本信息或全部文件",
    ),
    (
        "Basic data is what iReadCardBas of LD/T 33 gives. A 3.00 card is authenticated to first. Without --vault the published demo keys are used, and only if the card was issued with them: no key of another issuer's card loses a try.",
        "基本信息即 LD/T 33 的 iReadCardBas 所给内容。3.00 卡先做外部认证。没有 --vault 时用公开的演示密钥，且仅用于以其发行的卡：不消耗其他发卡方密钥的尝试次数。",
    ),
    (
        "PC/SC reader, or a part of its name that fits one only; without it the only reader that holds a card",
        "PC/SC 读卡器名称，或只符合一个的部分名称；缺省为唯一有卡的读卡器",
    ),
    (
        "Image of a simulated card instead of a reader",
        "用模拟卡映像代替读卡器",
    ),
    (
        "Read and decode every file that can be read",
        "读出并解析全部可读文件",
    ),
    (
        "Verify the cardholder's PIN first, from SSC_PIN or by a question without echo",
        "先校验持卡人 PIN，取自 SSC_PIN 或询问（不回显）",
    ),
    (
        "Write the photo (SSSE EF08) to this file, which must not exist yet",
        "将照片（SSSE EF08）写入该文件，不得已存在",
    ),
    (
        "Present no key: read what is free",
        "不出示密钥：只读可自由读取的内容",
    ),
    (
        "Put a simulated card on PC/SC, through vsmartcard's vpcd",
        "通过 vsmartcard 的 vpcd 将模拟卡放入 PC/SC",
    ),
    (
        "Any PC/SC program sees it like a card in a reader, until Ctrl-C takes it out. With --image it is as durable as a card: each change is on disk before the answer. With --json it prints one JSON object a line for each event.",
        "任何 PC/SC 程序都将其视为读卡器中的卡，按 Ctrl-C 取出。使用 --image 时与真卡一样持久：每次更改在应答前写入磁盘。使用 --json 时每个事件打印一行 JSON。",
    ),
    (
        "Keep the card in this file; a blank card is made if it is not there",
        "将卡保存在该文件；文件不存在则新建空白卡",
    ),
    (
        "Serial number of a new card, 12 hexadecimal digits; otherwise random",
        "新卡的序列号，12 位十六进制数字；缺省为随机",
    ),
    (
        "Personalize the card at once for a synthetic person: 1.00, 2.00 or 3.00, PIN 123456; a kept card of that generation is used as it is",
        "立即为一名虚构人员个人化：1.00、2.00 或 3.00，PIN 为 123456",
    ),
    ("TCP port of the virtual reader", "虚拟读卡器的 TCP 端口"),
    (
        "So many blank cards, one after the other: each leaves when it is personalized and reset",
        "依次放入这么多空白卡：个人化并复位后自动取出",
    ),
    (
        "Keep the cards of the stack as images in this folder",
        "将这些卡作为映像保存在该文件夹",
    ),
    (
        "The card on an emulated microcontroller (QEMU): the image that `scripts/firmware --build` made",
        "在模拟的微控制器（QEMU）上运行的卡：由 `scripts/firmware --build` 生成的映像",
    ),
    (
        "Print every command and answer in words; PINs, keys and numbers are not shown",
        "用文字打印每条命令和应答；不显示 PIN、密钥和号码",
    ),
    (
        "List the readers and what lies in them",
        "列出读卡器及其中的卡",
    ),
    (
        "No card is touched. The reader \"sim\" needs no PC/SC: it is a stack of blank cards in this process.",
        "不触碰任何卡。读卡器 sim 不需要 PC/SC：它是本进程内的空白卡。",
    ),
    (
        "Send APDUs and show commands, answers and status words in words",
        "发送 APDU，并用文字显示命令、应答和状态字",
    ),
    (
        "What follows 61xx and 6Cxx is fetched. The data of PINs and keys is not shown, and of a citizen number its region only; --json gives the answers whole. Ends with 5 if the last answer was neither 9000 nor 61xx.",
        "自动取回 61xx 和 6Cxx 之后的数据。不显示 PIN 和密钥数据，社会保障号码只显示行政区划；--json 给出完整应答。最后的状态字既非 9000 也非 61xx 时以 5 退出。",
    ),
    (
        "One APDU an argument in hexadecimal, or pieces of a single one; - reads one a line from stdin",
        "每个参数一条十六进制 APDU，或同一条的各段；- 表示从标准输入逐行读取",
    ),
    (
        "Send the bytes as they are, and fetch nothing",
        "原样发送，不自动取数",
    ),
    (
        "Make a vault of random master keys",
        "新建随机主密钥的密钥库",
    ),
    (
        "One root for each key of the specification with 3DES and with SM4, and two of the security domain: the issuer's, and that of the chips' initial keys. Keep a copy of the file and the passphrase in different places: cards issued with lost keys can never be changed again.",
        "规范中的每个密钥各有 3DES 和 SM4 根密钥，安全域另有两个：发卡方密钥和芯片初始密钥。请将文件副本与口令分处保存：密钥丢失后，已发的卡再也无法更改。",
    ),
    (
        "File to write, which must not exist yet",
        "要写入的文件，不得已存在",
    ),
    (
        "Show what a vault holds: key names, algorithms and key check values",
        "显示密钥库内容：密钥名称、算法和校验值",
    ),
    (
        "Never a key. Equal check values in two vaults mean equal keys.",
        "从不显示密钥。两个密钥库的校验值相同即密钥相同。",
    ),
    (
        "Vault file; without it the published demo keys",
        "密钥库文件；缺省为公开的演示密钥",
    ),
    (
        "Sealed file of the PINs that were made by chance, for rows that have none; without it the batch's name with .pins",
        "行中没有 PIN 时随机生成的 PIN 的密封文件；缺省为批次名加 .pins",
    ),
    (
        "Open a sealed file of first PINs and print it",
        "打开密封的初始 PIN 文件并打印",
    ),
    (
        "Rows of social security number, card number and PIN, as `ssc issue` made them with the same vault's passphrase. For the letters to cardholders: let nobody else see them.",
        "每行为社会保障号码、卡号和 PIN，由 `ssc issue` 用同一密钥库的口令密封。用于致持卡人的密码信函：不得让他人看到。",
    ),
    ("Sealed file of PINs", "密封的 PIN 文件"),
    (
        "Do what a terminal does (LD/T 33): read and write items, check, change, reload and unblock the PIN",
        "终端功能（LD/T 33）：读写数据项，校验、修改、重置和解锁 PIN",
    ),
    (
        "PC/SC reader that holds the terminal's PSAM, or a part of its name that fits one only",
        "终端 PSAM 所在的 PC/SC 读卡器名称，或只符合一个的部分名称",
    ),
    (
        "Image of a simulated PSAM instead of a second reader",
        "用模拟 PSAM 映像代替第二个读卡器",
    ),
    (
        "Version of the keys to work with, 1 to 3: without it 1 of a vault, and whichever a PSAM holds",
        "所用密钥的版本，1 至 3：缺省时密钥库用版本 1，PSAM 用其所有的版本",
    ),
    (
        "Present no key: what is free, and what the PIN opens",
        "不出示密钥：只做可自由进行和凭 PIN 进行的操作",
    ),
    (
        "First line of this file is the PIN, - is standard input; otherwise SSC_PIN, or a question without echo",
        "该文件首行为 PIN，- 为标准输入；否则取 SSC_PIN，或询问（不回显）",
    ),
    (
        "First line of this file is the new PIN, - is standard input; otherwise SSC_NEW_PIN, or a question asked twice",
        "该文件首行为新 PIN，- 为标准输入；否则取 SSC_NEW_PIN，或询问两次",
    ),
    (
        "Read the basic data, as iReadCardBas: the card must be genuine",
        "读基本信息（iReadCardBas）：卡须合法",
    ),
    (
        "The card is authenticated internally first (a copy is refused, return code -21), and a 3.00 card externally with RK of SSSE.",
        "先做内部认证（复制卡被拒绝，返回码 -21），3.00 卡再以 SSSE 的 RK 做外部认证。",
    ),
    (
        "Read items of files, as iReadCard",
        "读文件数据项（iReadCard）",
    ),
    (
        "A file address is SSSEEF05|06|07|$DF01EF05|20|$: directory and file, the tags with | behind each, $ behind each file. A transparent file has no tags, a cyclic one record numbers. The answer has the same shape with values in place of tags.",
        "文件地址形如 SSSEEF05|06|07|$DF01EF05|20|$：目录和文件，每个标签后跟 |，每个文件后跟 $。透明文件没有标签，循环文件用记录号。应答格式相同，以值代替标签。",
    ),
    (
        "File address, such as SSSEEF05|06|07|$",
        "文件地址，如 SSSEEF05|06|07|$",
    ),
    (
        "What is presented where a file asks for PIN or key",
        "文件要求 PIN 或密钥时出示哪一个",
    ),
    (
        "Write items of files, as iWriteCard",
        "写文件数据项（iWriteCard）",
    ),
    (
        "The data has the shape of the address, with values in place of tags: text and digits as they are, binary values, templates and whole files in hexadecimal. Every value is checked before the first is written.",
        "数据格式与地址相同，以值代替标签：文本和数字照写，二进制值、模板和整个文件用十六进制。写入前检查全部值。",
    ),
    (
        "File with the data in one line, - is standard input",
        "数据文件，一行，- 为标准输入",
    ),
    (
        "Check the cardholder's PIN, as iVerifyPIN",
        "校验持卡人 PIN（iVerifyPIN）",
    ),
    (
        "Change the PIN with the old one, as iChangePIN",
        "用原 PIN 修改 PIN（iChangePIN）",
    ),
    (
        "Set a new PIN without the old one, as iReloadPIN",
        "不用原 PIN 重置 PIN（iReloadPIN）",
    ),
    (
        "It needs PUK and STK, out of a PSAM or a vault.",
        "需要 PSAM 或密钥库中的 PUK 和 STK。",
    ),
    (
        "Give a blocked PIN its tries back, as iUnblockPIN",
        "解锁已锁定的 PIN（iUnblockPIN）",
    ),
    (
        "It needs PUK and STK, out of a PSAM or a vault. The PIN stays the same.",
        "需要 PSAM 或密钥库中的 PUK 和 STK。PIN 不变。",
    ),
    (
        "Check whether a card is genuine, and say why",
        "检查卡片是否真卡，并说明理由",
    ),
    (
        "Three things are checked: the serial number of the identification code against the ATR, the code's MAC, and internal authentication with a random factor, which a copy of a genuine card's data fails. Nothing is presented to the card, and it loses no try. Ends with 8 unless the card is genuine.",
        "检查三项：卡识别码中的序列号与 ATR 是否一致、卡识别码的 MAC、以随机因子做的内部认证（复制卡不能通过）。不向卡片出示任何内容，不消耗尝试次数。不是真卡时以 8 退出。",
    ),
];

/// Every text of every command.
pub fn all() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    ALL.iter()
        .chain(super::keys::ALL)
        .chain(super::hsm::ALL)
        .chain(super::psam::ALL)
        .chain(super::cert::ALL)
        .chain(super::chip::ALL)
}

/// The Chinese for an English text.
pub fn find(english: &str) -> Option<&'static str> {
    all()
        .find(|(text, _)| *text == english)
        .map(|(_, chinese)| *chinese)
}
