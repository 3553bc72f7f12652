//! The place where books are kept: a file of SQLite, or a PostgreSQL server.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

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
        let path = address.strip_prefix(OF_FILE).unwrap_or(address);
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() {
            return Err(StoreError::Empty);
        }
        if let Some((scheme, _)) = path.split_once("://") {
            return Err(StoreError::Unknown {
                scheme: scheme.into(),
            });
        }
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
        Self::default_in(
            name,
            std::env::var_os("XDG_DATA_HOME"),
            std::env::var_os("HOME"),
        )
    }

    fn default_in(
        name: &str,
        data: Option<OsString>,
        home: Option<OsString>,
    ) -> Result<Self, StoreError> {
        let set = |value: Option<OsString>| value.filter(|value| Path::new(value).is_absolute());
        let data = set(data).map(PathBuf::from);
        let folder = data.or_else(|| set(home).map(|home| Path::new(&home).join(".local/share")));
        Ok(Self::file(
            folder.ok_or(StoreError::NoHome)?.join("ssc").join(name),
        ))
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
    /// No store was named, and the environment has no data folder for the default one.
    NoHome,
}

impl Bilingual for StoreError {
    fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Empty, Lang::En) => "the store's address is empty: give the path of a file or postgres://USER@HOST/DATABASE".into(),
            (Self::Empty, Lang::Zh) => "存储地址为空：请给出文件路径或 postgres://用户@主机/数据库".into(),
            (Self::Unknown { scheme }, Lang::En) => {
                format!("no store is known by {scheme}://: give the path of a file or postgres://USER@HOST/DATABASE")
            }
            (Self::Unknown { scheme }, Lang::Zh) => {
                format!("不支持 {scheme}:// 存储：请给出文件路径或 postgres://用户@主机/数据库")
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
        assert_eq!(Store::parse(""), Err(StoreError::Empty));
        let scheme = "mysql".into();
        assert_eq!(
            Store::parse("mysql://db/bureau"),
            Err(StoreError::Unknown { scheme })
        );
    }

    #[test]
    fn one_named_place() {
        let place = |data: Option<&str>, home: Option<&str>| {
            Store::default_in("b.db", data.map(Into::into), home.map(Into::into))
                .map(|store| store.to_string())
        };
        assert_eq!(place(Some("/d"), Some("/h")).unwrap(), "/d/ssc/b.db");
        assert_eq!(
            place(Some(""), Some("/h")).unwrap(),
            "/h/.local/share/ssc/b.db"
        );
        assert_eq!(place(None, None), Err(StoreError::NoHome));
    }
}
