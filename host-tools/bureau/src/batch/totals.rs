//! How often each rule was broken.

use super::{Finding, Rule, Severity};

/// Findings by rule. It stays small, however many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals(Vec<(Rule, usize)>);

impl Totals {
    /// Counts a finding.
    pub fn note(&mut self, finding: &Finding) {
        match self.0.iter_mut().find(|(rule, _)| *rule == finding.rule()) {
            Some((_, count)) => *count += 1,
            None => self.0.push((finding.rule(), 1)),
        }
    }

    /// Rules and how often each was broken, the most often first.
    #[must_use]
    pub fn by_rule(&self) -> Vec<(Rule, usize)> {
        let mut rules = self.0.clone();
        rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), rule.id()));
        rules
    }

    /// How many faults.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.of(Severity::Fault)
    }

    /// How many warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> usize {
        let of = self
            .0
            .iter()
            .filter(|(rule, _)| rule.severity() == severity);
        of.map(|(_, count)| count).sum()
    }
}
