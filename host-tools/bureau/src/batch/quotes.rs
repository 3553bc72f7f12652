//! A line break inside quotation marks: when several lines are one row.
//!
//! A mark left open must not swallow the rows behind it. So lines are joined only where the marks stand as CSV has them (RFC 4180), the
//! joined row has as many fields as the headings, and no line inside the marks looks like a row of its own.

/// Most lines of one row.
pub(super) const MOST_LINES: usize = 64;

/// Where a line leaves a quotation mark open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    /// The field, from 0.
    pub field: usize,
}

/// How a line ends.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Outside quotation marks, with so many fields.
    Closed(usize),
    Open(Open),
    /// A mark stands where CSV has none.
    Wrong,
}

/// Whether the line leaves a mark open that may be closed on a later one.
pub(super) fn open(line: &[u8], separator: u8) -> Option<Open> {
    match scan(line, separator, None) {
        End::Open(open) => Some(open),
        _ => None,
    }
}

/// What a further line does to an open mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Further {
    /// The row ends here.
    Ends,
    /// The row goes on.
    GoesOn(Open),
    /// The line is none of this row's.
    Other,
}

/// Judges the line that follows an open mark; the headings have `columns` fields.
pub(super) fn further(line: &[u8], separator: u8, open: Open, columns: usize) -> Further {
    let inside = line
        .iter()
        .position(|byte| *byte == b'"')
        .unwrap_or(line.len());
    let separators = |part: &[u8]| part.iter().filter(|byte| **byte == separator).count();
    // A row that stands inside the marks has its separators before a mark in the same field
    if separators(line.get(..inside).unwrap_or_default()) >= open.field.max(1) {
        return Further::Other;
    }
    match scan(line, separator, Some(open)) {
        End::Closed(fields) if fields == columns => Further::Ends,
        End::Open(open) => Further::GoesOn(open),
        End::Closed(_) | End::Wrong => Further::Other,
    }
}

fn scan(line: &[u8], separator: u8, open: Option<Open>) -> End {
    let mut field = open.map_or(0, |open| open.field);
    let mut inside = open.is_some();
    let mut begins = true;
    let mut bytes = line.iter().peekable();
    while let Some(byte) = bytes.next() {
        match (inside, *byte) {
            (true, b'"') if bytes.peek() == Some(&&b'"') => {
                bytes.next();
            }
            (true, b'"') => {
                inside = false;
                while bytes.next_if_eq(&&b' ').is_some() {}
                if bytes.peek().is_some_and(|next| **next != separator) {
                    return End::Wrong;
                }
            }
            (true, _) => {}
            (false, b'"') if begins => inside = true,
            (false, b'"') => return End::Wrong,
            (false, byte) if byte == separator => field += 1,
            (false, _) => {}
        }
        begins = !inside && *byte == separator;
    }
    if inside {
        End::Open(Open { field })
    } else {
        End::Closed(field + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines that are one row, of so many columns.
    fn joined(lines: &[&str], columns: usize) -> Option<usize> {
        let mut open = open(lines[0].as_bytes(), b',')?;
        for (index, line) in lines.iter().enumerate().skip(1) {
            match further(line.as_bytes(), b',', open, columns) {
                Further::Ends => return Some(index + 1),
                Further::GoesOn(still) => open = still,
                Further::Other => return None,
            }
        }
        None
    }

    #[test]
    fn one_row_of_several_lines() {
        assert_eq!(joined(&["1,\"a", "b\",2"], 3), Some(2));
        assert_eq!(joined(&["1,2,\"a", "", "b \"\"c\"\"", "d\""], 3), Some(4));
        assert_eq!(joined(&["1,2,\"a", "b, c\""], 3), Some(2));
        assert_eq!(joined(&["\"a", "b\",2,3"], 3), Some(2));
    }

    #[test]
    fn rows_of_their_own_stay() {
        // One mark too many in a row, and the same again later
        assert_eq!(joined(&["1,\"a,2", "1,b,2"], 3), None);
        assert_eq!(joined(&["1,\"a,2", "1,\"b,2"], 3), None);
        assert_eq!(joined(&["1,2,\"a", "1,2,\"b"], 3), None);
        assert_eq!(joined(&["1,2,\"", "1,2,\""], 3), None);
        assert_eq!(joined(&["\"1,a,2", "\"1,b,2"], 3), None);
        assert_eq!(joined(&["1,2,\"a", "3,4,b", "c\""], 3), None);
        assert_eq!(joined(&["1,\"a", "b\",2,3"], 3), None);
        assert_eq!(joined(&["1,a\"b"], 2), None);
    }
}
