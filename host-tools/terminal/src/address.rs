//! File addresses of LD/T 33 (文件地址): `SSSEEF05|06|07|$DF01EF05|20|$` (evidence C), and what is read or written there.
//!
//! A file is named by its directory and its identifier, then come the items, each with `|` behind it, then `$`. An item is a
//! record's tag, two hex digits; the same tag again means the next record with that tag (P). A transparent file has no
//! items, a cyclic one record numbers (P). `3F00` is SSSE (S).

use apdu_specs::applications::ssc::DIRECTORIES;
use apdu_specs::files::Directory;
use ssc_words::{Bilingual, Lang};
use thiserror::Error;

/// Behind each item.
const ITEM_END: char = '|';
/// Behind each file.
const FILE_END: char = '$';
/// What one program writes for SSSE (S).
const MF_LABEL: &str = "3F00";

/// Files and items to read or write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAddress {
    /// The files, at least one.
    pub files: Vec<AddressedFile>,
}

/// One file of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressedFile {
    /// Its name as it was written, such as `SSSEEF05`.
    pub name: String,
    /// Its directory.
    pub directory: &'static Directory,
    /// Its identifier, such as EF05.
    pub fid: u16,
    /// Tags, or record numbers of a cyclic file; empty for a transparent one.
    pub items: Vec<u8>,
}

/// The values of an address, file by file and item by item, as iReadCard gives and iWriteCard takes them.
#[derive(Clone, PartialEq, Eq)]
pub struct CardData {
    /// One entry a file, in the order of the address.
    pub files: Vec<FileValues>,
}

/// The values of one file.
#[derive(Clone, PartialEq, Eq)]
pub struct FileValues {
    /// The file's name, such as `SSSEEF05`.
    pub name: String,
    /// One value an item; one for a whole transparent file.
    pub values: Vec<String>,
}

/// What is wrong with an address or with data to write. It never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing at all.
    #[error("the file address is empty; write one such as SSSEEF05|06|07|$")]
    Empty,
    /// A file without `$` behind it.
    #[error(
        "file {number} of the address does not end with $; write each file as SSSEEF05|06|07|$"
    )]
    Unfinished {
        /// Which, from 1.
        number: usize,
    },
    /// A file name that names no file.
    #[error(
        "file {number} of the address names no file; a name is the directory (SSSE, DF01 to DF07) and the file's identifier, such as SSSEEF05"
    )]
    Name {
        /// Which, from 1.
        number: usize,
    },
    /// An item that is no tag.
    #[error("item {item} of {name} is no tag; an item is two hexadecimal digits with | behind it")]
    Item {
        /// The file's name.
        name: String,
        /// Which, from 1.
        item: usize,
    },
    /// Data for other files than the address has.
    #[error(
        "the data is not for the files of the address, in its order; begin each file with its name"
    )]
    OtherFiles,
    /// More or fewer values than items.
    #[error(
        "the data has {values} values for {name}, and the address {items} items; give one for each"
    )]
    Count {
        /// The file's name.
        name: String,
        /// Values that there are.
        values: usize,
        /// Items that the address has.
        items: usize,
    },
}

impl Bilingual for AddressError {
    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }
}

impl AddressError {
    fn chinese(&self) -> String {
        match self {
            Self::Empty => "文件地址为空；请写成 SSSEEF05|06|07|$ 的形式".into(),
            Self::Unfinished { number } => {
                format!("文件地址的第 {number} 个文件没有以 $ 结尾；每个文件写成 SSSEEF05|06|07|$")
            }
            Self::Name { number } => format!(
                "文件地址的第 {number} 个文件名不对应任何文件；文件名由目录（SSSE、DF01 至 DF07）和文件标识符组成，如 SSSEEF05"
            ),
            Self::Item { name, item } => {
                format!("{name} 的第 {item} 个数据项不是标签；数据项为两位十六进制数，后跟 |")
            }
            Self::OtherFiles => "写卡数据与文件地址的文件或次序不符；每个文件以其文件名开头".into(),
            Self::Count {
                name,
                values,
                items,
            } => format!("{name} 的数据有 {values} 个值，地址有 {items} 个数据项；请一一对应"),
        }
    }
}

/// The texts between the `$`s, each of which ends one.
fn groups(text: &str) -> Result<Vec<&str>, AddressError> {
    let mut groups: Vec<&str> = text.split(FILE_END).collect();
    match groups.pop() {
        _ if groups.is_empty() && text.is_empty() => Err(AddressError::Empty),
        Some("") => Ok(groups),
        _ => Err(AddressError::Unfinished {
            number: groups.len() + 1,
        }),
    }
}

/// The parts of one group, each of which ends with `|`; the last one may leave it out where it is the name alone.
fn parts(group: &str) -> Option<(&str, Vec<&str>)> {
    match group.split_once(ITEM_END) {
        None => Some((group, Vec::new())),
        Some((name, "")) => Some((name, Vec::new())),
        Some((name, rest)) => {
            let items = rest.strip_suffix(ITEM_END)?;
            Some((name, items.split(ITEM_END).collect()))
        }
    }
}

impl FileAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// Whatever is wrong with it, with its place.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let mut files = Vec::new();
        for (index, group) in groups(text)?.into_iter().enumerate() {
            let number = index + 1;
            let unnamed = AddressError::Name { number };
            let (name, items) = match parts(group) {
                Some(parts) => parts,
                None => return Err(AddressError::Unfinished { number }),
            };
            let (directory, fid) = file(name).ok_or(unnamed)?;
            let items = items.iter().enumerate().map(|(index, item)| {
                tag(item).ok_or_else(|| AddressError::Item {
                    name: name.to_owned(),
                    item: index + 1,
                })
            });
            files.push(AddressedFile {
                name: name.to_owned(),
                directory,
                fid,
                items: items.collect::<Result<_, _>>()?,
            });
        }
        Ok(Self { files })
    }
}

/// Directory and identifier of a file by its name.
fn file(name: &str) -> Option<(&'static Directory, u16)> {
    let (label, fid) = name.split_at_checked(4)?;
    let label = if label == MF_LABEL { "SSSE" } else { label };
    let mut directories = DIRECTORIES.iter().copied();
    let directory = directories.find(|directory| directory.label == label)?;
    (fid.len() == 4 && fid.starts_with("EF"))
        .then(|| u16::from_str_radix(fid, 16).ok())
        .flatten()
        .map(|fid| (directory, fid))
}

fn tag(item: &str) -> Option<u8> {
    let two = item.len() == 2 && item.bytes().all(|digit| digit.is_ascii_hexdigit());
    two.then(|| u8::from_str_radix(item, 16).ok()).flatten()
}

impl CardData {
    /// Reads data to write: the shape of an address, with values instead of tags.
    ///
    /// # Errors
    /// Data that does not fit the address.
    pub fn parse(text: &str, address: &FileAddress) -> Result<Self, AddressError> {
        let groups = groups(text)?;
        if groups.len() != address.files.len() {
            return Err(AddressError::OtherFiles);
        }
        let mut files = Vec::new();
        for (index, (group, file)) in groups.into_iter().zip(&address.files).enumerate() {
            let number = index + 1;
            let (name, values) = parts(group).ok_or(AddressError::Unfinished { number })?;
            if name != file.name {
                return Err(AddressError::OtherFiles);
            }
            // A whole transparent file is one value without an item.
            let items = file.items.len().max(1);
            if values.len() != items {
                return Err(AddressError::Count {
                    name: name.to_owned(),
                    values: values.len(),
                    items,
                });
            }
            files.push(FileValues {
                name: name.to_owned(),
                values: values.into_iter().map(str::to_owned).collect(),
            });
        }
        Ok(Self { files })
    }

    /// The line that iReadCard answers: the shape of the address, with values instead of tags.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut line = String::new();
        for file in &self.files {
            line.push_str(&file.name);
            line.push(ITEM_END);
            for value in &file.values {
                // A separator out of the card's own text would move all that follows it.
                line.push_str(&value.replace(ITEM_END, "｜").replace(FILE_END, "＄"));
                line.push(ITEM_END);
            }
            line.push(FILE_END);
        }
        line
    }
}

impl std::fmt::Debug for CardData {
    /// Files and how many values: these may be a person's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.files).finish()
    }
}

impl std::fmt::Debug for FileValues {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} values, not shown)", self.name, self.values.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressError, CardData, FileAddress};
    use proptest::prelude::*;

    fn shape(text: &str) -> Result<Vec<(String, u16, Vec<u8>)>, AddressError> {
        let address = FileAddress::parse(text)?;
        let files = address.files.into_iter();
        Ok(files
            .map(|file| (file.directory.label.to_owned(), file.fid, file.items))
            .collect())
    }

    #[test]
    fn addresses_as_programs_write_them() {
        assert_eq!(
            shape("SSSEEF05|05|06|07|$SSSEEF06|08|09|4E|0A|0B|0D|$SSSEEF08|$DF01EF0A|37|$")
                .unwrap(),
            [
                ("SSSE".into(), 0xEF05, vec![5, 6, 7]),
                ("SSSE".into(), 0xEF06, vec![8, 9, 0x4E, 0x0A, 0x0B, 0x0D]),
                ("SSSE".into(), 0xEF08, vec![]),
                ("DF01".into(), 0xEF0A, vec![0x37]),
            ]
        );
        let mf = shape("3F00EF06|08|$").unwrap();
        assert_eq!(mf, [("SSSE".into(), 0xEF06, vec![8])]);
        assert_eq!(
            shape("SSSEEF08$").unwrap(),
            [("SSSE".into(), 0xEF08, vec![])]
        );
        assert_eq!(
            shape("DF01EF15|2a|$").unwrap(),
            [("DF01".into(), 0xEF15, vec![0x2A])]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let name = |number| AddressError::Name { number };
        let unfinished = |number| AddressError::Unfinished { number };
        let item = |item| AddressError::Item {
            name: "SSSEEF05".into(),
            item,
        };
        for (text, error) in [
            ("", AddressError::Empty),
            ("$", name(1)),
            ("SSSEEF05|06|", unfinished(1)),
            ("SSSEEF05|06", unfinished(1)),
            ("SSSEEF05|06$", unfinished(1)),
            ("SSSEEF05|06|$DF01EF05|20|", unfinished(2)),
            ("SSSEEF05|06|$$", name(2)),
            ("DF09EF05|06|$", name(1)),
            ("SSSE0015|06|$", name(1)),
            ("SSSEEF5|06|$", name(1)),
            ("SSSEEF+5|06|$", name(1)),
            ("sSSEEF05|06|$", name(1)),
            ("社保EF05|06|$", name(1)),
            ("SSSEEF05|6|$", item(1)),
            ("SSSEEF05|06||$", item(2)),
            ("SSSEEF05|06|+7|$", item(2)),
            ("SSSEEF05|06|007|$", item(2)),
        ] {
            assert_eq!(shape(text), Err(error), "{text}");
        }
    }

    #[test]
    fn data_has_the_shape_of_its_address() {
        let address = FileAddress::parse("SSSEEF05|05|06|$SSSEEF08|$").unwrap();
        let line = "SSSEEF05|20260131||$SSSEEF08|FFD8|$";
        let data = CardData::parse(line, &address).unwrap();
        assert_eq!(data.files[0].values, ["20260131", ""]);
        assert_eq!(data.to_line(), line);
        assert!(!format!("{data:?}").contains("20260131"));
        for other in [
            "SSSEEF05|20260131||$",
            "SSSEEF06|20260131||$SSSEEF08|FFD8|$",
            "SSSEEF08|FFD8|$SSSEEF05|20260131||$",
        ] {
            assert_eq!(
                CardData::parse(other, &address),
                Err(AddressError::OtherFiles)
            );
        }
        let few = CardData::parse("SSSEEF05|20260131|$SSSEEF08|FFD8|$", &address);
        assert!(matches!(
            few,
            Err(AddressError::Count {
                values: 1,
                items: 2,
                ..
            })
        ));
        let none = CardData::parse("SSSEEF05|1|2|$SSSEEF08|$", &address);
        assert!(matches!(
            none,
            Err(AddressError::Count {
                values: 0,
                items: 1,
                ..
            })
        ));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_parses_is_written_back(text in "[SDEF0-9|$a社]{0,40}") {
            if let Ok(address) = FileAddress::parse(&text) {
                let _ = CardData::parse(&text, &address);
                prop_assert!(!address.files.is_empty());
            }
        }
    }
}
