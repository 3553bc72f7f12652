//! What is looked for in a source file, by its tokens: comments, texts and tests do not count.

use proc_macro2::{Delimiter, Literal, Span, TokenStream, TokenTree};

use crate::values;

/// Something that stands in apdu-specs, written as a number elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub line: usize,
    /// As it is written, such as `0xA4`.
    pub written: String,
    pub what: &'static str,
}

/// All that is found in a file.
pub fn scan(source: &str) -> Vec<Found> {
    let tokens: TokenStream = source.parse().expect("the compiler has read it too");
    let mut found = Vec::new();
    walk(tokens, &mut found);
    found
}

fn walk(tokens: TokenStream, found: &mut Vec<Found>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                if is_test(tokens.get(at + 1)) {
                    at = end_of_item(&tokens, at);
                    continue;
                }
                // An attribute, with its bracket.
                at += 2;
                continue;
            }
            TokenTree::Group(group) => walk(group.stream(), found),
            TokenTree::Literal(literal) => {
                if let Some(what) = judge(&tokens, at, literal) {
                    report(found, literal.span(), literal.to_string(), what);
                }
            }
            TokenTree::Ident(name) if name == "CommandApdu" && is_new(&tokens, at) => {
                report(
                    found,
                    name.span(),
                    "CommandApdu::new".into(),
                    "a header made by hand",
                );
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
        at += 1;
    }
}

fn report(found: &mut Vec<Found>, span: Span, written: String, what: &'static str) {
    let line = span.start().line;
    found.push(Found {
        line,
        written,
        what,
    });
}

/// Whether the bracket behind `#` says `cfg(test)`, or `test`.
fn is_test(bracket: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = bracket else {
        return false;
    };
    let text = group.stream().to_string().replace(' ', "");
    text == "cfg(test)" || text == "test"
}

/// The token behind the item whose attribute is at `at`: behind its braces or its semicolon.
fn end_of_item(tokens: &[TokenTree], at: usize) -> usize {
    let rest = tokens.iter().enumerate().skip(at);
    for (index, token) in rest {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return index + 1,
            TokenTree::Punct(end) if end.as_char() == ';' => return index + 1,
            _ => {}
        }
    }
    tokens.len()
}

fn is_new(tokens: &[TokenTree], at: usize) -> bool {
    let text = |token: Option<&TokenTree>| token.map(ToString::to_string).unwrap_or_default();
    text(tokens.get(at + 1)) == ":" && text(tokens.get(at + 3)) == "new"
}

/// What the literal at `at` is a number of.
fn judge(tokens: &[TokenTree], at: usize, literal: &Literal) -> Option<&'static str> {
    let written = literal.to_string();
    let digits = written.strip_prefix("0x")?.replace('_', "");
    let digits = digits.trim_end_matches(|end: char| !end.is_ascii_hexdigit());
    let digits = digits.strip_suffix("u8").unwrap_or(digits);
    let digits = digits.split('u').next()?;
    let value = u64::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        1 | 2 if is_bits(tokens, at) => None,
        1 | 2 => values::of_byte(u8::try_from(value).ok()?),
        3 | 4 => values::of_word(u16::try_from(value).ok()?),
        _ => None,
    }
}

/// Whether the literal is one side of an operation on bits: `p1 & 0x80`, `0x80 | length`, `0x0F << 4`.
fn is_bits(tokens: &[TokenTree], at: usize) -> bool {
    let operator = |index: Option<usize>| {
        let token = index.and_then(|index| tokens.get(index));
        matches!(token, Some(TokenTree::Punct(sign)) if matches!(sign.as_char(), '&' | '|' | '^' | '<' | '>'))
    };
    let operand = |index: Option<usize>| {
        let token = index.and_then(|index| tokens.get(index));
        matches!(
            token,
            Some(TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_))
        )
    };
    // Behind an operator that has something before it (else `&` borrows), or behind `&=`; or before an operator.
    let before =
        operator(at.checked_sub(1)) && (operand(at.checked_sub(2)) || operator(at.checked_sub(2)));
    let compound = at.checked_sub(2).is_some_and(|first| operator(Some(first)))
        && matches!(tokens.get(at - 1), Some(TokenTree::Punct(sign)) if sign.as_char() == '=');
    // In a pattern `|` stands between numbers, and means no bits.
    let pattern = |index: Option<usize>| {
        let token = index.and_then(|index| tokens.get(index));
        matches!(token, Some(TokenTree::Punct(sign)) if sign.as_char() == '|')
    };
    let alternatives = pattern(Some(at + 1))
        && matches!(tokens.get(at + 2), Some(TokenTree::Literal(_)))
        || pattern(at.checked_sub(1))
            && matches!(
                at.checked_sub(2).and_then(|index| tokens.get(index)),
                Some(TokenTree::Literal(_))
            );
    let and = operator(Some(at + 1));
    (before || compound || and) && !alternatives
}
