//! Tables on stdout; Chinese characters take two columns. A cell is one line, whatever is in it.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{Table, TableComponent};
use ssc_words::clean;

/// The lines of a table.
pub fn table<I, R>(heading: &[&str], rows: I) -> Vec<String>
where
    I: IntoIterator<Item = R>,
    R: IntoIterator<Item = String>,
{
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_header(heading);
    // Lines around and below the heading are enough.
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    for row in rows {
        table.add_row(row.into_iter().map(|cell| clean::line(&cell).into_owned()));
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}
