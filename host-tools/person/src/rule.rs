//! The rules of a batch in one table: identifier, severity, and what is said in English and in Chinese.

use ssc_words::{Bilingual, Lang};

/// What a broken rule does to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The row is refused (a rule of the header refuses the whole batch).
    Fault,
    /// The row stands, but somebody should look.
    Warning,
}

macro_rules! rules {
    ($($rule:ident $severity:ident $id:literal, $english:literal, $chinese:literal;)*) => {
        /// A rule that a batch can break.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = $english] $rule,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$rule),*];

            /// The identifier that reports carry; it never changes.
            pub fn id(self) -> &'static str {
                match self { $(Self::$rule => $id,)* }
            }

            /// Fault or warning.
            pub fn severity(self) -> Severity {
                match self { $(Self::$rule => Severity::$severity,)* }
            }

            /// The rule in words: what is wrong and what to do.
            pub fn words(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$rule, Lang::En) => $english, (Self::$rule, Lang::Zh) => $chinese,)*
                }
            }
        }
    };
}

rules! {
    ColumnUnknown Warning "column-unknown",
        "no such column is known; it is not read", "未知的列；不读取";
    ColumnDuplicate Fault "column-duplicate",
        "this column stands twice; remove one", "该列重复；请删除其一";
    ColumnMissing Fault "column-missing",
        "a required column is missing", "缺少必需的列";
    FieldCount Fault "field-count",
        "the row does not have as many fields as the header; the row is not checked further", "该行字段数与表头不符；该行不再检查";
    QuoteOpen Fault "quote-open",
        "quotation marks do not pair up (a field cannot contain a line break); the row is not checked further", "引号不成对（字段中不能换行）；该行不再检查";
    LineTooLong Fault "line-too-long",
        "the line is longer than 256 KB: no row is; the row is not checked further", "该行超过256 KB，不可能是一行数据；该行不再检查";
    NoHeadings Fault "no-headings",
        "the first line names no column that is known: it must be the headings (ssc batch columns)", "首行没有任何已知列名：首行须为列名（ssc batch columns）";
    Separator Fault "separator",
        "fields are separated by comma, semicolon, tab or |, the same on every line; this file has another", "字段须以逗号、分号、制表符或|分隔，且每行相同；该文件使用了其他分隔符";
    HeadingsMisread Fault "headings-misread",
        "the file was read in the wrong encoding and saved so; save it anew from where it is right", "文件曾以错误编码读取并保存；请从正确的来源重新保存";
    Utf16NoMark Warning "utf16-no-mark",
        "this is UTF-16 without a mark; it is taken", "这是不带标记的UTF-16；按此读取";
    OtherSheets Warning "other-sheets",
        "the workbook has more sheets that hold something; the first alone is read", "工作簿中还有其他非空工作表；只读取第一个";
    MixedEncodings Fault "mixed-encodings",
        "two encodings stand in one file; save the whole file in one, and look at these lines", "同一文件中混有两种编码；请将整个文件以一种编码另存，并核对这些行";
    Encoding Fault "encoding",
        "bytes that the file's encoding does not have", "含有文件编码中不存在的字节";
    Required Fault "required",
        "a required value is empty", "必填项为空";
    NumberForm Fault "number-form",
        "the number must be 17 digits and a digit or X (a spreadsheet may have rounded it: format the column as text)",
        "社会保障号码须为17位数字加1位数字或X（电子表格可能已将其舍入：请将该列设为文本）";
    NumberRounded Fault "number-rounded",
        "a spreadsheet rounded this number: only its first 15 digits are left; take it again from where it is whole, into a column formatted as text",
        "该号码已被电子表格舍入：只剩前15位；请从原始数据重新取得，并先将该列设为文本";
    NumberPerhapsRounded Warning "number-perhaps-rounded",
        "the number ends in 000, as rounded ones do; compare it with the identity card", "号码以000结尾，可能被电子表格舍入；请与身份证核对";
    NumberFifteen Fault "number-fifteen",
        "15 digits: a number from before 1999; write the one of 18", "15位：1999年以前的号码；请改用18位号码";
    NumberLookalike Fault "number-lookalike",
        "a character only looks like a digit or X; type it anew", "有字符只是形似数字或X；请重新键入";
    NumberPermit Fault "number-permit",
        "this is a document's number; a social security number is HKG, MAC or TWN, 0 and the permit's eight digits, or the country's three letters and the document's number",
        "这是证件号码；社会保障号码为HKG、MAC或TWN加0加通行证8位数字，外国人为国籍三字母代码加证件号码";
    NumberCountry Warning "number-country",
        "the first three letters are no country of ISO 3166-1", "前三位字母不是ISO 3166-1国家代码";
    NumberCheck Fault "number-check-digit",
        "the check character of the number is wrong (GB 11643); a digit was mistyped", "社会保障号码校验码错误（GB 11643）；可能有数字录错";
    NumberBirth Fault "number-birth",
        "digits 7 to 14 of the number are not a real date", "社会保障号码第7至14位不是真实日期";
    NumberRegion Warning "number-region",
        "the first six digits of the number are no current or withdrawn region code (GB/T 2260)", "社会保障号码前六位不是现行或已撤销的行政区划代码（GB/T 2260）";
    NumberDuplicate Fault "number-duplicate",
        "this number stands on more than one row; keep one", "该社会保障号码出现在多行；请只保留一行";
    NameFourByte Fault "name-four-byte",
        "this character has four bytes in GB18030; use the form agreed with the cardholder, or a profile with rare = \"gb18030\" if terminals can show it",
        "该字在GB18030中为四字节；请与持卡人商定替代写法；若终端能显示，可用含 rare = \"gb18030\" 的配置";
    NameRare Fault "name-rare",
        "a rare character that the profile does not take (rare): printers or terminals may lack it; agree on another form with the cardholder, or add it to rare in the profile",
        "配置（rare）不接受该生僻字：打印机或终端可能没有；请与持卡人商定替代写法，或在配置的 rare 中加入该字";
    NamePrivateUse Fault "name-private-use",
        "a private-use character has no agreed meaning; find the character's own code", "自造字（专用区字符）没有统一含义；请查找该字的正式编码";
    NameLost Fault "name-lost",
        "this stands for a character that was lost; write the name as the identity card has it", "此处的字已丢失；请按身份证填写姓名";
    NameMisread Fault "name-misread",
        "the name was read in the wrong encoding; save the file anew from where it is right", "姓名以错误的编码读取；请从正确的来源重新保存文件";
    NamePerhapsMisread Warning "name-perhaps-misread",
        "the name may have been read in the wrong encoding", "姓名可能以错误的编码读取";
    NameNothing Fault "name-nothing",
        "this is no name, but what a program writes for none", "这不是姓名，而是程序表示空缺的写法";
    NameFormula Fault "name-formula",
        "this is a formula, and no name", "这是公式，不是姓名";
    NameDigits Fault "name-digits",
        "a name has no digits", "姓名中不能有数字";
    NameDot Fault "name-dot",
        "the dot in a name is U+00B7 alone; write U+00B7", "姓名中的间隔号只能是U+00B7；请写·（U+00B7）";
    NameCompatibility Fault "name-compatibility",
        "this is a compatibility form; write the plain one", "这是兼容字符；请写普通形式";
    NameScript Fault "name-script",
        "the card has the Chinese name of the identity card, or a name in Latin letters; write that", "卡内为身份证上的汉字姓名或拉丁字母姓名；请填写该姓名";
    NameBlank Fault "name-blank",
        "a blank stands in the name; remove it", "姓名中有空格；请删除";
    NameSymbol Fault "name-symbol",
        "no name has this character here; remove it", "姓名中不能有此字符；请删除";
    NameTrial Warning "name-trial",
        "this looks like the name of a trial", "像是测试用的姓名";
    NameUncommon Warning "name-uncommon",
        "not one of the characters of GB 2312: a rare or traditional form; compare it with the identity card", "该字不在GB 2312中，为生僻字或繁体字；请与身份证核对";
    NameControl Fault "name-control",
        "a control or invisible character stands in the name; retype it", "姓名中有控制字符或不可见字符；请重新录入";
    NameTooLong Fault "name-too-long",
        "the name does not fit 30 + 20 bytes of GB18030", "姓名超过30＋20字节（GB18030）";
    NameGeneration Fault "name-generation",
        "the name does not fit this generation of card, which has 30 bytes for it; issue version 2.00 or 3.00", "姓名超出该版卡的30字节；请发2.00或3.00版卡";
    SexCode Fault "sex-code",
        "sex must be 1 (male) or 2 (female)", "性别须为1（男）或2（女）";
    SexNumber Fault "sex-number",
        "sex does not agree with the number's 17th digit (odd: male, even: female)", "性别与社会保障号码第17位不符（单数为男，双数为女）";
    EthnicCode Fault "ethnic-code",
        "the ethnic group must be 01 to 56, 97 or 98, its name, or its two letters (GB/T 3304)",
        "民族须为代码01至56、97或98，或其名称，或两个字母的代码（GB/T 3304）";
    DateForm Fault "date-form",
        "a date is written YYYYMMDD or YYYY-MM-DD; other forms are taken where they agree with the number", "日期须写作YYYYMMDD或YYYY-MM-DD；其他写法须与社会保障号码相符";
    DateReal Fault "date-real",
        "there is no such day in the calendar", "日历中没有这一天";
    BirthNumber Fault "birth-number",
        "the birth date does not agree with digits 7 to 14 of the number", "出生日期与社会保障号码第7至14位不符";
    BirthFuture Fault "birth-future",
        "the birth date lies in the future", "出生日期在将来";
    BirthOld Warning "birth-old",
        "the cardholder would be more than 120 years old", "持卡人将超过120岁";
    RegionForm Fault "region-form",
        "a region is six digits (GB/T 2260)", "行政区划代码须为六位数字（GB/T 2260）";
    RegionUnknown Warning "region-unknown",
        "no current or withdrawn region code (GB/T 2260)", "不是现行或已撤销的行政区划代码（GB/T 2260）";
    BirthplaceNeeded Fault "birthplace-needed",
        "this number names no region: give the birthplace, or the region of the card", "该号码不含行政区划：请给出出生地或发卡地行政区划";
    CardNumberForm Fault "card-number-form",
        "a card number is eight of 0-9 and A-Z and a check character", "卡号须为8位数字或大写字母加1位校验码";
    CardNumberCheck Fault "card-number-check",
        "the check character of the card number is wrong", "卡号校验码错误";
    CardNumberDuplicate Fault "card-number-duplicate",
        "this card number stands on more than one row; keep one", "该卡号出现在多行；请只保留一行";
    PinForm Fault "pin-form",
        "a PIN is 4 to 16 digits", "个人密码须为4至16位数字";
    PinRepeated Fault "pin-repeated",
        "a PIN must not be one digit repeated: the card takes no such PIN as a new one either", "密码不得为同一数字重复：卡片也不接受这样的新密码";
    PinSpreadsheet Fault "pin-spreadsheet",
        "a spreadsheet wrote this PIN as a number; format the column as text and take it again", "电子表格把该密码写成了数值；请将该列设为文本后重新取得";
    PinLostZero Warning "pin-lost-zero",
        "five digits: PINs have six, and a spreadsheet drops a zero in front", "5位：密码通常为6位，电子表格会丢掉前导零";
    CategoryForm Fault "category-form",
        "the category is one letter or digit", "卡的类别须为一个字母或数字";
    InstitutionForm Fault "institution-form",
        "the initialising institution is 1 to 24 digits (24 hexadecimal ones if it begins with 9156000002)", "初始化机构编号须为1至24位数字（以9156000002开头者为24位十六进制数）";
    InstitutionShape Warning "institution-shape",
        "cards seen carry 9156000002, the issuing city's region (6 digits), the first four digits of the place of initialising, and four more characters",
        "已见卡片的初始化机构编号为9156000002＋发卡城市行政区划代码（6位）＋初始化地点代码前4位＋4位";
    ValidTo Fault "valid-to",
        "the card would expire before its issue date (today, where the batch gives none)", "有效期早于发卡日期（未给出时为今天）";
    PhotoPath Fault "photo-path",
        "the photo must lie in the batch file's folder or below it", "照片须在批次文件所在文件夹或其子文件夹中";
    PhotoMissing Fault "photo-missing",
        "the photo cannot be read as a file", "无法读取照片文件";
    PhotoTooLarge Fault "photo-too-large",
        "the photo is larger than 20 MB or 40 megapixels", "照片超过20 MB或4000万像素";
    PhotoEmpty Fault "photo-empty",
        "the photo's file is empty", "照片文件为空";
    PhotoBlank Warning "photo-blank",
        "the photo is of one colour; look at it", "照片为单一颜色；请查看";
    PhotoLandscape Warning "photo-landscape",
        "the photo is wider than high; look at it", "照片宽大于高；请查看";
    PhotoShape Warning "photo-shape",
        "the photo is far from 358 x 441 pixels; look at it", "照片与358×441像素相差很大；请查看";
    PhotoShared Warning "photo-shared",
        "two persons have the same photo; look at it", "两人使用同一张照片；请查看";
    PhotoNotJpeg Fault "photo-not-jpeg",
        "the photo is no JPEG, PNG, BMP, TIFF or WebP", "照片不是JPEG、PNG、BMP、TIFF或WebP";
    PhotoCorrupt Fault "photo-corrupt",
        "the photo is damaged or cut short", "照片已损坏或不完整";
    PhotoTooSmall Fault "photo-too-small",
        "the photo is smaller than 48 pixels a side", "照片边长小于48像素";
}

impl Bilingual for Rule {
    fn say(&self, lang: Lang) -> String {
        self.words(lang).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_differ_and_words_are_there() {
        let ids: std::collections::HashSet<_> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        assert_eq!(ids.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert!(rule.words(Lang::En).is_ascii());
            assert!(!rule.words(Lang::Zh).is_ascii());
        }
    }
}
