//! Reasons put together by their cause.

use std::collections::HashMap;

use ssc_person::Rule;
use ssc_words::Lang;

use crate::return_file::Reason;

/// Causes that are kept apart; what comes after them is counted together.
const APART: usize = 100;
/// A run of so many digits or hex digits belongs to one card or one person.
const OF_ONE: usize = 8;

/// Reasons, counted by cause.
#[derive(Clone, Debug, Default)]
pub(super) struct Causes {
    counts: HashMap<Reason, u64>,
    others: u64,
}

impl Causes {
    pub(super) fn add(&mut self, reason: &Reason) {
        let cause = cause(reason);
        if let Some(count) = self.counts.get_mut(&cause) {
            *count += 1;
        } else if self.counts.len() < APART {
            self.counts.insert(cause, 1);
        } else {
            self.others += 1;
        }
    }

    /// The most frequent first.
    pub(super) fn sorted(&self) -> Vec<(Reason, u64)> {
        let mut causes: Vec<_> = self.counts.clone().into_iter().collect();
        causes.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        if self.others > 0 {
            causes.push((Reason::new("other causes", "其他原因"), self.others));
        }
        causes
    }
}

/// What a reason has in common with others: without what is of one card or person.
/// Of what a check has found the broken rules are left: its words may have a person's name or number in them.
#[must_use]
pub fn cause(reason: &Reason) -> Reason {
    let rules = rules(&reason.english);
    if rules.is_empty() {
        return Reason::new(of_any(&reason.english), of_any(&reason.chinese));
    }
    let words = |lang, between| {
        let words: Vec<&str> = rules.iter().map(|rule| rule.words(lang)).collect();
        words.join(between)
    };
    Reason::new(words(Lang::En, "; "), words(Lang::Zh, "；"))
}

/// The rules whose identifiers stand in brackets, as a finding has them; each once.
fn rules(words: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for piece in words.split('[').skip(1) {
        let id = piece.split(']').next();
        let rule = Rule::ALL.iter().find(|rule| Some(rule.id()) == id);
        rules.extend(rule.filter(|rule| !rules.contains(*rule)));
    }
    rules
}

/// The words without what is of one card or person: serial numbers, answers to reset, numbers.
fn of_any(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut run = String::new();
    let end = |run: &mut String, out: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        if run.len() >= OF_ONE && digits >= 2 {
            out.push('…');
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for character in words.chars() {
        if character.is_ascii_alphanumeric() || character == '*' {
            run.push(character);
        } else {
            end(&mut run, &mut out);
            out.push(character);
        }
    }
    end(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_one_whichever_card_had_it() {
        let mut causes = Causes::default();
        for (serial, number) in [
            ("0123456789AB", "110101199003070011"),
            ("FFEE00112233", "11010119900307002X"),
        ] {
            causes.add(&Reason::new(
                format!("chip {serial}: SW 6A82 for {number}"),
                format!("芯片{serial}：6A82，{number}"),
            ));
        }
        causes.add(&Reason::new("taken out", "被取出"));
        let sorted = causes.sorted();
        assert_eq!(sorted.len(), 2);
        assert_eq!(
            sorted[0],
            (Reason::new("chip …: SW 6A82 for …", "芯片…：6A82，…"), 2)
        );
    }

    /// As the check says it: the value is a person's name.
    #[test]
    fn of_a_finding_the_rule_is_left() {
        let finding = |line, name| {
            Reason::new(
                format!(
                    "line {line}, column 2 (AAC003), \"{name}\": {name} cannot be [number-form]; line {line}: x [number-form]"
                ),
                format!("第{line}行“{name}”：不可 [number-form]"),
            )
        };
        let mut causes = Causes::default();
        causes.add(&finding(5, "李?四"));
        causes.add(&finding(77, "张?三"));
        let words = Rule::NumberForm.words(Lang::En);
        let expected = Reason::new(words, Rule::NumberForm.words(Lang::Zh));
        assert_eq!(causes.sorted(), [(expected, 2)]);
    }

    #[test]
    fn what_has_a_cause_of_its_own_each_time_stays_bounded() {
        let mut causes = Causes::default();
        for one in 0..10_000 {
            causes.add(&Reason::new(format!("cause {one}"), ""));
        }
        let sorted = causes.sorted();
        assert_eq!(sorted.len(), APART + 1);
        assert_eq!(sorted.iter().map(|(_, count)| count).sum::<u64>(), 10_000);
    }
}
