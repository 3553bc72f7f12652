//! The place where books are kept: a file of SQLite, or a PostgreSQL server.

use std::fmt;
use std::path::{Path, PathBuf};

use ssc_files::user_folder;
use ssc_words::{Bilingual, ErrorKind, Kind, Lang};

/// The variable of the environment that names a store, as `--store` does.
const ENVIRONMENT: &str = "SSC_STORE";
/// How the address of a PostgreSQL server begins.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// How the address of a file may begin.
const OF_FILE: &str = "sqlite:";

/// Where books are kept. `Display` and `Debug` show no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Store(pub(crate) Place);

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    File(PathBuf),
    Postgres(String),
}

impl Store {
    /// The variable of the environment that names a store.
    pub const ENVIRONMENT: &'static str = ENVIRONMENT;

    /// A store by its address: `postgres://user@host/database`, or the path of a file (`sqlite:` may stand before it).
    ///
    /// # Errors
    /// [`StoreError`]: nothing, or the address of something else.
    pub fn parse(address: &str) -> Result<Self, StoreError> {
        let scheme = |scheme: &&str| {
            address
                .get(..scheme.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
        };
        if SCHEMES.iter().any(scheme) {
            return Ok(Self(Place::Postgres(address.into())));
        }
        let (path, is_named) = match address.strip_prefix(OF_FILE) {
            Some(path) => (path.strip_prefix("//").unwrap_or(path), true),
            None => (address, false),
        };
        if path.is_empty() {
            return Err(StoreError::Empty);
        }
        // Not even a file in the memory, `:memory:`: what is in it is gone with the program.
        if let Some(scheme) = scheme_of(path) {
            let scheme = scheme.into();
            return Err(StoreError::Unknown { scheme });
        }
        if !is_named && looks_like_a_server(path) {
            return Err(StoreError::NoPath);
        }
        let path = std::path::absolute(path).map_err(|_| StoreError::NoPath)?;
        Ok(Self::file(path))
    }

    /// A store in a file.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Place::File(path.into()))
    }

    /// The one named place of books with this file name: `ssc/` in the user's data folder (`XDG_DATA_HOME`, else `~/.local/share`).
    ///
    /// # Errors
    /// [`StoreError::NoHome`]: the environment names neither.
    pub fn default_file(name: &str) -> Result<Self, StoreError> {
        Self::default_in(name, user_folder::data())
    }

    fn default_in(name: &str, folder: Option<PathBuf>) -> Result<Self, StoreError> {
        Ok(Self::file(folder.ok_or(StoreError::NoHome)?.join(name)))
    }

    /// The file, where it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Place::File(path) => Some(path),
            Place::Postgres(_) => None,
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What stands before the first colon, where it is no part of a path: `postgres:` with one slash too few, `file:`, `mysql://`. A drive of
/// one letter is a path. The rest may be a password and is never shown.
fn scheme_of(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let is_word = |sign: char| sign.is_ascii_alphanumeric() || "+-_.".contains(sign);
    let begins = scheme
        .chars()
        .next()
        .is_none_or(|sign| sign.is_ascii_alphanumeric());
    (scheme.len() != 1 && begins && scheme.chars().all(is_word)).then_some(scheme)
}

/// An address of a server with a slip in it would be a file of this name, which shows a password and is a new, empty register.
fn looks_like_a_server(path: &str) -> bool {
    let is_path = path.starts_with(['/', '.']);
    let has_host = path.contains('@') && path.contains(['/', ':']);
    !is_path && (has_host || path.contains("//"))
}

/// The address without its password, and without its options, which can hold one too.
fn without_password(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = url.split_once("://") else {
        return String::new();
    };
    // A password may hold a slash or an @ that somebody did not write as %2F or %40: all before the last @ is covered.
    let Some((user, place)) = rest.rsplit_once('@') else {
        return url.into();
    };
    match user.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***@{place}"),
        None => format!("{scheme}://{user}@{place}"),
    }
}

/// Why no store can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The address is empty.
    Empty,
    /// The address is neither a file's nor a PostgreSQL server's.
    Unknown {
        /// What it begins with.
        scheme: String,
    },
    /// The address is neither a path nor a server's. It is not shown: it may have a password.
    NoPath,
    /// No store was named, and the environment has no data folder for the default one.
    NoHome,
}

impl Bilingual for StoreError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Empty, Lang::En) => "the store's address is empty: give the path of a file or postgres://USER@HOST/DATABASE".into(),
            (Self::Empty, Lang::Zh) => "存储地址为空：请给出文件路径或 postgres://用户@主机/数据库".into(),
            (Self::NoPath, Lang::En) => "the store's address cannot be understood, and is not shown since it may have a password: give the path of a file (with ./ in front where it looks like an address) or postgres://USER@HOST/DATABASE. Nothing was made".into(),
            (Self::NoPath, Lang::Zh) => "无法识别存储地址（其中可能有口令，故不显示）：请给出文件路径（像地址的路径前加 ./）或 postgres://用户@主机/数据库。未建立任何内容".into(),
            (Self::Unknown { scheme }, Lang::En) => {
                format!("no store is known by {scheme}: give the path of a file or postgres://USER@HOST/DATABASE")
            }
            (Self::Unknown { scheme }, Lang::Zh) => {
                format!("不支持 {scheme}: 存储：请给出文件路径或 postgres://用户@主机/数据库")
            }
            (Self::NoHome, Lang::En) => "neither HOME nor XDG_DATA_HOME is set, so the default store has no place: name one with --store or SSC_STORE".into(),
            (Self::NoHome, Lang::Zh) => "未设置 HOME 和 XDG_DATA_HOME，默认存储无处可放：请用 --store 或 SSC_STORE 指定".into(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for StoreError {}

impl Kind for StoreError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            (
                "postgres://ann:s3cret@db/bureau",
                "postgres://ann:***@db/bureau",
            ),
            (
                "POSTGRES://ann:s3cret@db/bureau",
                "POSTGRES://ann:***@db/bureau",
            ),
            (
                "postgres://ann:s3/cr@et@db/bureau",
                "postgres://ann:***@db/bureau",
            ),
            (
                "postgresql://db/bureau?password=s3cret",
                "postgresql://db/bureau",
            ),
            ("postgres://ann@db", "postgres://ann@db"),
        ] {
            let store = Store::parse(url).unwrap();
            assert_eq!(store.to_string(), shown);
            assert_eq!(format!("{store:?}"), shown);
        }
    }

    #[test]
    fn addresses() {
        let path = |address: &str| Store::parse(address).unwrap().path().map(Path::to_owned);
        for address in [
            "/b/bureau.db",
            "sqlite:/b/bureau.db",
            "sqlite:///b/bureau.db",
        ] {
            assert_eq!(path(address), Some("/b/bureau.db".into()));
        }
        let here = std::env::current_dir().unwrap();
        assert_eq!(path("b.db"), Some(here.join("b.db")));
        assert_eq!(path("sqlite:b.db"), Some(here.join("b.db")));
        assert_eq!(path("./a:b@c/d.db").unwrap(), here.join("a:b@c/d.db"));
        assert_eq!(Store::parse(""), Err(StoreError::Empty));
        // Slips in an address: a new register of that name would be made, and its password shown.
        for slip in [
            "postgres:/ann:s3cret@db/b",
            "postgre://ann:s3cret@db/b",
            "postgres:ann:s3cret@db/b",
            "postgres//ann:s3cret@db/b",
            "postgres/ann:s3cret@db/b",
            "ann:s3cret@db/b",
            "ann@s3cret/b",
            "s3cret//b",
            "://ann:s3cret@db",
            "file:s3cret.db",
            "sqlite:file:s3cret.db?mode=memory",
            ":memory:",
            "sqlite::memory:",
        ] {
            let refused = Store::parse(slip).unwrap_err();
            for lang in Lang::ALL {
                let said = format!("{} {refused:?}", refused.say(lang));
                assert!(!said.contains("s3cret"), "{said}");
            }
        }
        let scheme = "mysql".into();
        assert_eq!(
            Store::parse("mysql://db/bureau"),
            Err(StoreError::Unknown { scheme })
        );
    }

    #[test]
    fn one_named_place() {
        let place = |data: Option<&str>, home: Option<&str>| {
            let folder =
                user_folder::of(data.map(Into::into), home.map(Into::into), ".local/share");
            Store::default_in("b.db", folder).map(|store| store.to_string())
        };
        assert_eq!(place(Some("/d"), Some("/h")).unwrap(), "/d/ssc/b.db");
        assert_eq!(
            place(Some(""), Some("/h")).unwrap(),
            "/h/.local/share/ssc/b.db"
        );
        assert_eq!(place(None, None), Err(StoreError::NoHome));
    }
}
