//! `ssc hsm …`

mod load;
mod show;

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "hsm",
    [
        "Put root keys into a host security module (PKCS#11), show what it holds",
        "将根密钥装入加密机（PKCS#11），显示其中的密钥",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[command::<load::Args>(), command::<show::Args>()];

const EXAMPLES: &[Example] = &[
    example(
        "ssc hsm load --hsm /usr/lib/softhsm/libsofthsm2.so --token-label trial",
        "the published demo keys into a token, for trying an HSM out",
        "将公开的演示密钥装入令牌，供试用加密机",
    ),
    example(
        "ssc hsm show --hsm /usr/lib/softhsm/libsofthsm2.so --token-label trial",
        "which root keys the token holds",
        "令牌中有哪些根密钥",
    ),
];
