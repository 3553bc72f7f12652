//! The cells: every operation on every EF of the current directory in the state that the terminal is in.

use apdu_specs::files::{Directory, ElementaryFile, FileKind};

use crate::bench::{Bench, Terminal};
use crate::judge::{Case, Content, Shown, Verdict};

/// What was counted, and what went otherwise than judged.
#[derive(Default)]
pub struct Tally {
    pub cells: u64,
    pub refused: u64,
    pub failures: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.cells += other.cells;
        self.refused += other.refused;
        self.failures.extend(other.failures);
    }
}

/// One state of one card.
pub struct Cells<'a, 'b> {
    pub bench: &'a Bench,
    pub terminal: &'b mut Terminal<'a>,
    pub directory: &'static Directory,
    pub shown: &'b Shown,
    pub tally: &'b mut Tally,
}

const READ: u8 = 0xB2;
const UPDATE: u8 = 0xDC;
const BY_TAG: u8 = 0;
const BY_NUMBER: u8 = 4;
const ALL_FROM: u8 = 5;

impl Cells<'_, '_> {
    /// One cell: the command must be answered as judged. Tells whether it succeeded.
    fn cell(&mut self, file: &ElementaryFile, command: &[u8], right: &Verdict) -> bool {
        let before = self.terminal.written();
        let (data, sw) = self.terminal.send(command);
        self.tally.cells += 1;
        let succeeded = sw == 0x9000;
        let mut wrong = !right.sw.contains(&sw) || data != right.data;
        if !succeeded {
            self.tally.refused += 1;
            // A refusal writes nothing.
            wrong |= self.terminal.written() != before;
        }
        if wrong {
            self.tally.failures.push(format!(
                "{} {:?} {} EF{:02X} {:02X?}: {} -> {sw:04X} {} instead of {:04X?} {}",
                self.bench.generation,
                self.terminal.interface,
                self.directory.label,
                file.sfi(),
                self.shown,
                hex::encode_upper(command),
                hex::encode_upper(&data),
                right.sw,
                hex::encode_upper(&right.data),
            ));
        }
        succeeded
    }

    /// Every operation on every EF.
    pub fn all(&mut self) {
        for file in self.directory.files(self.bench.generation) {
            let (bench, shown) = (self.bench, self.shown.clone());
            let case = bench.case(self.directory, file, &shown);
            self.select(file);
            self.reads(&case);
            self.binary(&case);
            self.updates(&case);
            self.append(&case);
        }
    }

    /// One read of every EF: enough to see what a change of directory leaves of the state.
    pub fn glance(&mut self) {
        for file in self.directory.files(self.bench.generation) {
            let (bench, shown) = (self.bench, self.shown.clone());
            let case = bench.case(self.directory, file, &shown);
            match case.content {
                Content::Bytes(_) => {
                    let command = [0x00, 0xB0, 0x80 | file.sfi(), 0x00, 0x00];
                    self.cell(file, &command, &case.read_binary(0));
                }
                Content::Records(_) => {
                    let command = [0x00, READ, 1, file.sfi() << 3 | BY_NUMBER, 0x00];
                    self.cell(file, &command, &case.read_number(1));
                }
            }
        }
    }

    /// SELECT asks for no condition: by FID with P1 00 and 02, and with its FCP.
    fn select(&mut self, file: &ElementaryFile) {
        let [high, low] = file.fid.to_be_bytes();
        let bare = Verdict {
            sw: &[0x9000],
            data: Vec::new(),
        };
        let fcp = [0x00, 0xA4, 0x02, 0x04, 0x02, high, low, 0x00];
        let (data, sw) = self.terminal.send(&fcp);
        self.tally.cells += 1;
        if sw != 0x9000 || data.first() != Some(&0x62) {
            let told = format!("FCP of EF{low:02X}: {sw:04X} {}", hex::encode_upper(&data));
            self.tally.failures.push(told);
        }
        for p1 in [0x00, 0x02] {
            self.cell(file, &[0x00, 0xA4, p1, 0x00, 0x02, high, low], &bare);
        }
    }

    /// READ RECORD by number and by tag, in the current EF and by SFI, of each record and of what is not there; all records.
    fn reads(&mut self, case: &Case<'_>) {
        let file = case.file;
        for place in [0, file.sfi() << 3] {
            for number in 1..=case.records().len() + 1 {
                let command = [0x00, READ, number as u8, place | BY_NUMBER, 0x00];
                self.cell(file, &command, &case.read_number(number));
                let command = [0x00, READ, number as u8, place | ALL_FROM, 0x00];
                self.cell(file, &command, &case.read_all(number));
            }
            for tag in tags(case) {
                let command = [0x00, READ, tag, place | BY_TAG, 0x00];
                self.cell(file, &command, &case.read_tag(tag));
            }
        }
    }

    /// READ and UPDATE BINARY, in the current EF and by SFI. What was changed is put back.
    fn binary(&mut self, case: &Case<'_>) {
        let file = case.file;
        let (first, size) = match case.content {
            Content::Bytes(bytes) => (bytes[0], bytes.len()),
            Content::Records(_) => (0, 0),
        };
        for p1 in [0x00, 0x80 | file.sfi()] {
            self.cell(file, &[0x00, 0xB0, p1, 0x00, 0x00], &case.read_binary(0));
            for value in [!first, first] {
                let command = [0x00, 0xD6, p1, 0x00, 0x01, value];
                self.cell(file, &command, &case.update_binary());
            }
        }
        if let [high @ 0..0x80, low] = (size as u16).to_be_bytes() {
            let beyond = [0x00, 0xB0, high, low, 0x00];
            self.cell(file, &beyond, &case.read_binary(size));
        }
    }

    /// UPDATE RECORD by number and by tag, in the current EF and by SFI. What was changed is read where it may be, and put back;
    /// what was appended to a cyclic EF cannot be, so that is left to [`Self::append`].
    fn updates(&mut self, case: &Case<'_>) {
        let file = case.file;
        let missing = case.update_missing();
        for place in [0, file.sfi() << 3] {
            if file.kind == FileKind::LinearVariable {
                for (number, record) in (1..).zip(case.records()) {
                    self.update(case, [number, place | BY_NUMBER], record);
                    let first = case.records().iter().position(|one| one[0] == record[0]);
                    if first == Some(usize::from(number) - 1) {
                        self.update(case, [record[0], place | BY_TAG], record);
                    }
                }
            }
            for [p1, mode] in [[0xFE, BY_NUMBER], [0xFE, BY_TAG]] {
                let command = [0x00, UPDATE, p1, place | mode, 0x02, 0xFE, 0x00];
                self.cell(file, &command, &missing);
            }
        }
    }

    fn update(&mut self, case: &Case<'_>, [p1, p2]: [u8; 2], record: &[u8]) {
        let mut changed = record.to_vec();
        for byte in &mut changed[2..] {
            *byte = !*byte;
        }
        let command = |new: &[u8]| {
            let header = [0x00, UPDATE, p1, p2, new.len() as u8];
            [&header[..], new].concat()
        };
        if self.cell(case.file, &command(&changed), &case.update()) {
            let (data, sw) = self.terminal.send(&[0x00, READ, p1, p2, 0x00]);
            if sw == 0x9000 && data != changed && data[2..].iter().any(|byte| *byte != 0) {
                let told = format!("EF{:02X}: the update is not there", case.file.sfi());
                self.tally.failures.push(told);
            }
            self.cell(case.file, &command(record), &case.update());
        }
    }

    /// APPEND RECORD, and the forms of UPDATE RECORD that append to a cyclic EF. What succeeds cannot be taken back, so each
    /// begins on a new copy of the card.
    fn append(&mut self, case: &Case<'_>) {
        let file = case.file;
        let record = match file.kind {
            FileKind::Cyclic { record, .. } => vec![0x39; record.into()],
            _ => vec![0xE9, 0x01, 0x39],
        };
        let mut forms = vec![[0xE2, 0x00, 0x00], [0xE2, 0x00, file.sfi() << 3]];
        let cyclic = matches!(file.kind, FileKind::Cyclic { .. });
        if cyclic {
            let place = file.sfi() << 3;
            forms.extend([
                [UPDATE, 0x01, BY_NUMBER],
                [UPDATE, 0x00, 0x03],
                [UPDATE, 0x01, place | BY_NUMBER],
                [UPDATE, 0x00, place | 0x03],
            ]);
        }
        for [ins, p1, p2] in forms {
            let header = [0x00, ins, p1, p2, record.len() as u8];
            if !self.cell(file, &[&header[..], &record].concat(), &case.append()) {
                continue;
            }
            let number = if cyclic {
                1
            } else {
                case.records().len() as u8 + 1
            };
            let read = [0x00, READ, number, file.sfi() << 3 | BY_NUMBER, 0x00];
            let (data, sw) = self.terminal.send(&read);
            if sw == 0x9000 && data != record {
                let told = format!("EF{:02X}: the record is not there", file.sfi());
                self.tally.failures.push(told);
            }
            self.renew(file);
        }
    }

    /// A new copy of the card in the same state, with the same EF current.
    fn renew(&mut self, file: &ElementaryFile) {
        *self.terminal = Terminal::new(self.bench, self.terminal.interface);
        self.terminal.enter(self.directory, self.shown);
        let [high, low] = file.fid.to_be_bytes();
        self.terminal
            .send(&[0x00, 0xA4, 0x02, 0x00, 0x02, high, low]);
    }
}

/// Each tag of the EF once, and one that no EF has.
fn tags(case: &Case<'_>) -> Vec<u8> {
    let mut tags = vec![0xFE];
    if case.file.kind == FileKind::LinearVariable {
        tags.extend(case.records().iter().map(|record| record[0]));
        tags.sort_unstable();
        tags.dedup();
    }
    tags
}
