//! The page of the terminal functions' return codes.

use apdu_specs::terminal_codes::TERMINAL_CODES;

use super::text;

pub fn page() -> String {
    let mut page = text::page("Return codes of the terminal functions 终端函数返回码");
    page.push_str(
        "What iReadCardBas and the others return (LD/T 33): 0 for success, the negative of a card's status word (-27010 is 6982,\n\
         decimal), or one of these.\n\n",
    );
    page.push_str(&text::head(&[
        "code", "name", "meaning", "含义", "evidence",
    ]));
    for code in TERMINAL_CODES {
        page.push_str(&text::row(&[
            format!("`{}`", code.value),
            code.name.to_owned(),
            code.english.to_owned(),
            code.chinese.to_owned(),
            code.evidence.mark().to_owned(),
        ]));
    }
    page
}
