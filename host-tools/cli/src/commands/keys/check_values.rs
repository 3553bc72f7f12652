//! The check values of a vault's roots, as a table and as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use ssc_keys::{KeyError, RootKind, Vault};
use ssc_words::Lang;

use crate::table::table;
use crate::text::pick;

/// A row for each root, a column for each version.
///
/// # Errors
/// None, for a vault's own roots.
pub fn of_vault(vault: &Vault, lang: Lang) -> Result<Vec<String>, KeyError> {
    let mut rows: BTreeMap<(String, RootKind), [String; 3]> = BTreeMap::new();
    for (id, version, kind) in vault.roots() {
        let row = rows.entry((id.to_owned(), kind)).or_default();
        if let Some(place) = row.get_mut(usize::from(version).wrapping_sub(1)) {
            *place = hex::encode_upper(vault.kcv(id, version, kind)?);
        }
    }
    let heading = [
        pick(lang, "root key", "根密钥"),
        pick(lang, "algorithm", "算法"),
        pick(lang, "KCV 1", "校验值 1"),
        pick(lang, "KCV 2", "校验值 2"),
        pick(lang, "KCV 3", "校验值 3"),
    ];
    let rows = rows
        .into_iter()
        .map(|((id, kind), kcvs)| [vec![id, kind.to_string()], kcvs.to_vec()].concat());
    Ok(table(&heading, rows))
}

/// An object for each root and version.
///
/// # Errors
/// None, for a vault's own roots.
pub fn document(vault: &Vault) -> Result<Vec<Value>, KeyError> {
    vault
        .roots()
        .map(|(id, version, kind)| {
            let kcv = hex::encode_upper(vault.kcv(id, version, kind)?);
            Ok(json!({ "name": id, "algorithm": kind.to_string(), "version": version, "kcv": kcv }))
        })
        .collect()
}
