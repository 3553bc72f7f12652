//! Simulated cards that an earlier run of the order left, half-made or made and not noted.

use std::collections::VecDeque;
use std::path::Path;

use ssc_bureau::journal::{Journal, JournalError};
use ssc_reader::feeder::Feeder;
use ssc_reader::{Card, Reader as _, ReaderError};
use ssc_simulator::SimulatedReader;
use ssc_words::{Bilingual, Lang};

use crate::text::text;
use crate::ui::Ui;

/// Cards of an earlier run first, as somebody would put them in again, then the others.
pub struct Earlier<'f> {
    cards: VecDeque<Box<dyn Card>>,
    then: Box<dyn Feeder + 'f>,
}

impl<'f> Earlier<'f> {
    /// The images in `folder` whose chip was written for a row that has no card yet. What is of no more use is named.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn of(
        folder: &Path,
        journal: &dyn Journal,
        then: Box<dyn Feeder + 'f>,
        ui: &Ui,
    ) -> Result<Self, JournalError> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|one| one == "ssccard"));
        paths.sort();
        let mut cards = VecDeque::new();
        for path in paths {
            let name = path.display().to_string();
            let card = match SimulatedReader::image(path).connect() {
                Ok(card) => card,
                Err(error) => {
                    ui.warn(&text(
                        format!("{name} is left out: {}", error.say(Lang::En)),
                        format!("略过 {name}：{}", error.say(Lang::Zh)),
                    ));
                    continue;
                }
            };
            let Some(record) = journal.of_chip(card.atr())? else {
                continue;
            };
            if !record.is_issued() {
                cards.push_back(card);
            } else if journal
                .record(record.row)?
                .is_some_and(|row| row.atr != record.atr)
            {
                let row = record.row;
                ui.warn(&text(
                    format!(
                        "{name} is set aside: it was begun for line {row}, which has another card"
                    ),
                    format!("{name} 另放：它曾用于第 {row} 行，而该行已有另一张卡"),
                ));
            }
        }
        Ok(Self { cards, then })
    }
}

impl Feeder for Earlier<'_> {
    fn next_card(&mut self) -> Result<Box<dyn Card>, ReaderError> {
        match self.cards.pop_front() {
            Some(card) => Ok(card),
            None => self.then.next_card(),
        }
    }
}
