//! A connection to a card machine, which may answer late, never, without end, or something else than it was asked.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use super::protocol::{Answer, Request};
use crate::ReaderError;

/// How long an answer may take: a machine moves a card in seconds.
const LIMIT: Duration = Duration::from_secs(60);
/// How long the first answer may take.
const FIRST: Duration = Duration::from_secs(15);
/// Bytes of an answer at the most: what a command of extended length answers, in hexadecimal digits, is half of it.
const LONGEST: usize = 256 * 1024;

/// A connection to the machine.
pub(super) struct Connection {
    pub name: String,
    stream: BufReader<UnixStream>,
    limit: Duration,
    /// What is there of an answer.
    line: Vec<u8>,
    /// No answer came in time: one that comes now would be taken for the next one's.
    is_silent: bool,
}

impl Connection {
    pub fn open(socket: &Path, name: String) -> Result<Self, ReaderError> {
        let stream = UnixStream::connect(socket).map_err(|error| ReaderError::Device {
            reader: name.clone(),
            english: format!(
                "the card machine does not answer ({}: {error}); start it and run the command again",
                socket.display()
            ),
            chinese: format!(
                "发卡机没有响应（{}：{error}）；请启动后重试",
                socket.display(),
                error = ssc_words::system::chinese(&error)
            ),
        })?;
        Ok(Self {
            name,
            stream: BufReader::new(stream),
            limit: LIMIT,
            line: Vec::new(),
            is_silent: false,
        })
    }

    /// With another limit for each answer.
    #[cfg(test)]
    const fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    pub const fn limit(&self) -> Duration {
        self.limit
    }

    /// The first request, which a machine that runs answers soon.
    pub fn ask_first(&mut self, request: &Request) -> Result<Answer, ReaderError> {
        let limit = self.limit;
        self.limit = FIRST.min(limit);
        let answer = self.ask(request);
        self.limit = limit;
        answer
    }

    pub fn ask(&mut self, request: &Request) -> Result<Answer, ReaderError> {
        self.send(request)?;
        self.answer(self.limit)?
            .map_or_else(|| Err(self.silence()), Ok)
    }

    pub fn send(&mut self, request: &Request) -> Result<(), ReaderError> {
        if self.is_silent {
            return Err(self.silence());
        }
        // One write for line and end.
        let asked = format!("{}\n", request.line());
        let sent = self.stream.get_mut().write_all(asked.as_bytes());
        sent.map_err(|_| self.gone())
    }

    /// The answer to what was sent, if it comes within `time`.
    pub fn answer(&mut self, time: Duration) -> Result<Option<Answer>, ReaderError> {
        let deadline = Instant::now() + time;
        let line = loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let _ = self.stream.get_ref().set_read_timeout(Some(left));
            let piece = match self.stream.fill_buf() {
                Ok([]) => return Err(self.gone()),
                Ok(piece) => piece,
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                    ) =>
                {
                    continue;
                }
                Err(_) => return Err(self.gone()),
            };
            let end = piece.iter().position(|byte| *byte == b'\n');
            let (words, used) = end.map_or((piece, piece.len()), |end| (&piece[..end], end + 1));
            self.line.extend_from_slice(words);
            self.stream.consume(used);
            if end.is_some() {
                break std::mem::take(&mut self.line);
            }
            if self.line.len() > LONGEST {
                self.line.clear();
                self.is_silent = true;
                return Err(self.strange());
            }
        };
        let line = String::from_utf8(line).unwrap_or_default();
        match Answer::parse(&line) {
            Some(Answer::Error(why)) => Err(ReaderError::Transmission {
                reader: self.name.clone(),
                detail: why,
            }),
            Some(answer) => Ok(Some(answer)),
            None => Err(self.strange()),
        }
    }

    /// The machine has not answered in time; nothing more is asked here.
    pub fn silence(&mut self) -> ReaderError {
        self.is_silent = true;
        ReaderError::Silent {
            reader: self.name.clone(),
            seconds: self.limit.as_secs(),
        }
    }

    fn gone(&self) -> ReaderError {
        ReaderError::ReaderGone {
            reader: self.name.clone(),
        }
    }

    pub fn strange(&self) -> ReaderError {
        ReaderError::Transmission {
            reader: self.name.clone(),
            detail: "the card machine answered something else than it was asked".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::head::{Coming, Head as _};
    use crate::machine::{self, MachineHead};

    const SOON: Duration = Duration::from_millis(300);

    /// A machine that answers each line as `answers` says; nothing where that is empty.
    fn machine(folder: &tempfile::TempDir, answers: fn(&str) -> Vec<u8>) -> std::path::PathBuf {
        let socket = folder.path().join("socket");
        let listener = UnixListener::bind(&socket).unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                std::thread::spawn(move || {
                    let mut bytes = [0; 1];
                    let mut line = String::new();
                    while stream.read(&mut bytes).is_ok_and(|read| read == 1) {
                        if bytes[0] != b'\n' {
                            line.push(char::from(bytes[0]));
                            continue;
                        }
                        if stream.write_all(&answers(&line)).is_err() {
                            return;
                        }
                        line.clear();
                    }
                });
            }
        });
        socket
    }

    fn connection(socket: &Path) -> Connection {
        Connection::open(socket, "m 1".into()).unwrap().within(SOON)
    }

    #[test]
    fn a_machine_that_never_answers_is_given_up_and_asked_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let socket = machine(&folder, |_| Vec::new());
        let mut silent = connection(&socket);
        let began = Instant::now();
        let error = silent.ask(&Request::Card).unwrap_err();
        assert!(matches!(error, ReaderError::Silent { .. }), "{error:?}");
        assert!(began.elapsed() >= SOON);
        // At once: an answer that comes late would be another question's.
        let again = Instant::now();
        assert_eq!(silent.ask(&Request::Card).unwrap_err(), error);
        assert!(again.elapsed() < SOON);
    }

    #[test]
    fn the_next_card_is_asked_for_once_and_waited_for_in_moments() {
        let folder = tempfile::tempdir().unwrap();
        let socket = machine(&folder, |line| match line {
            "next" => Vec::new(),
            _ => b"ok\n".to_vec(),
        });
        let mut head = MachineHead::over(connection(&socket));
        let began = Instant::now();
        let moment = Duration::from_millis(50);
        assert_eq!(head.next(moment).unwrap(), Coming::NotYet);
        assert!(began.elapsed() < SOON, "an operator who stops waits");
        assert!(head.card().unwrap().is_none(), "it is not asked meanwhile");
        let end = loop {
            match head.next(moment) {
                Ok(coming) => assert_eq!(coming, Coming::NotYet),
                Err(error) => break error,
            }
        };
        assert!(matches!(end, ReaderError::Silent { .. }), "{end:?}");
        assert!(began.elapsed() >= SOON);
    }

    #[test]
    fn an_answer_without_end_and_a_strange_number_of_heads_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let socket = machine(&folder, |line| match line {
            "card" => vec![b'a'; 2 * LONGEST],
            _ => b"ok\n".to_vec(),
        });
        let error = connection(&socket).within(FIRST).ask(&Request::Card);
        assert!(
            matches!(error, Err(ReaderError::Transmission { .. })),
            "{error:?}"
        );
        for count in ["0", "257", "100000000"] {
            let folder = tempfile::tempdir().unwrap();
            let socket = match count {
                "0" => machine(&folder, |_| b"heads 0\n".to_vec()),
                "257" => machine(&folder, |_| b"heads 257\n".to_vec()),
                _ => machine(&folder, |_| b"heads 100000000\n".to_vec()),
            };
            let error = machine::heads(&socket).unwrap_err().to_string();
            assert!(error.contains(count) && error.contains("256"), "{error}");
        }
    }
}
