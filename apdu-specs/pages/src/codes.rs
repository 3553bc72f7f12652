//! The page of code tables.

use apdu_specs::Evidence;
use apdu_specs::applications::ssc;
use apdu_specs::coding::CODE_TABLES;

use super::text;

pub fn page() -> String {
    let mut page = text::page("Code tables 代码表");
    page.push_str(
        "What coded values of [files](files.md) mean. A code that is not in its table is shown as it is. A table without values is\n\
         known by its standard alone: no source gives its codes.\n\n\
         Regions are those of GB/T 2260, in force and withdrawn, with their names: `apdu-specs/src/regions.txt`. Dates are YYYYMMDD in\n\
         BCD; one real card holds a year in ASCII in the four bytes, and a reader shows the year (S). Amounts are fen (P).\n\n",
    );
    page.push_str("## Initialising institution 初始化机构编号\n\n");
    page.push_str(&format!(
        "Twelve bytes (C, six values): `{}` ‖ region of the issuing city (3, BCD) ‖ first four digits of the place of\n\
         initialising (2, BCD) ‖ a number or check (2). A value of another shape is shown as it is. A bureau that is given none\n\
         writes this shape, with its own region in both places and the number {} (P).\n",
        text::hex(&ssc::institution::HEAD),
        text::hex(&ssc::institution::Institution::DEFAULT_NUMBER),
    ));
    for table in CODE_TABLES {
        page.push_str(&format!(
            "\n## {} {} {}\n\n",
            table.standard, table.english, table.chinese
        ));
        if table.codes.is_empty() {
            page.push_str("No values are known.\n");
            continue;
        }
        page.push_str(&text::head(&["code", "meaning", "含义"]));
        for row in table.codes {
            page.push_str(&text::row(&[
                format!("`{}`", row.code),
                row.english.to_owned(),
                row.chinese.to_owned(),
            ]));
        }
        page.push_str(&format!(
            "\nEvidence: {}.\n",
            Evidence::mark(table.evidence)
        ));
    }
    page
}
