//! A PIN from an agent: a program of the operator's choice (a password manager, a vault's client) that prints it.
//!
//! It is run without a shell, and nothing of what it prints is kept or shown. Its own messages go to the terminal.

use std::io::Read as _;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::secret;
use crate::text::{Text, text};

/// Longest line that can be a PIN, with its end; PKCS#11 modules allow up to 255 bytes.
const MOST: usize = 4096;

/// The first line that `command` prints. Words are parted by spaces, and quotes hold them together; variables, pipes and patterns are
/// no words of a shell here.
///
/// # Errors
/// It cannot be run, fails, prints nothing, or more than a PIN.
pub fn first_line(command: &str) -> Result<Zeroizing<String>, Failure> {
    let words = shlex::split(command).filter(|words| !words.is_empty());
    let Some((program, arguments)) = words.as_deref().and_then(<[String]>::split_first) else {
        return Err(refused(
            "it is no command: check its quotes",
            "不是命令：请检查引号",
        ));
    };
    let mut run = Command::new(program);
    run.args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    for secret in secret::VARIABLES {
        run.env_remove(secret);
    }
    let cannot = |error: std::io::Error| {
        refused(
            &format!("{program} cannot be run: {error}"),
            &format!(
                "无法运行 {program}：{error}",
                error = ssc_words::system::chinese(&error)
            ),
        )
    };
    let mut running = run.spawn().map_err(cannot)?;
    let mut printed = Zeroizing::new(Vec::with_capacity(MOST + 1));
    if let Some(stdout) = running.stdout.take() {
        let most = u64::try_from(MOST + 1).unwrap_or(u64::MAX);
        stdout
            .take(most)
            .read_to_end(&mut printed)
            .map_err(cannot)?;
    }
    // Whoever prints without end is told by the closed pipe that nobody reads.
    let ended = running.wait().map_err(cannot)?;
    if printed.len() > MOST {
        return Err(refused(
            &format!("{program} prints more than a PIN"),
            &format!("{program} 的输出多于一个 PIN"),
        ));
    }
    if !ended.success() {
        return Err(refused(
            &format!("{program} failed ({ended})"),
            &format!("{program} 失败（{ended}）"),
        ));
    }
    let line = printed.split(|&byte| byte == b'\n').next();
    let line = line.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    match line.map(std::str::from_utf8) {
        Some(Ok(pin)) if !pin.is_empty() => Ok(Zeroizing::new(pin.to_owned())),
        _ => Err(refused(
            &format!("{program} printed no PIN in its first line"),
            &format!("{program} 输出的第一行没有 PIN"),
        )),
    }
}

/// No PIN was had, and none was tried.
fn refused(english: &str, chinese: &str) -> Failure {
    let message: Text = text(
        format!(
            "--hsm-pin-command: {english}; no PIN was tried: run the command by itself, it must print the PIN and end with 0"
        ),
        format!(
            "--hsm-pin-command：{chinese}；未尝试任何 PIN：请单独运行该命令，它须输出 PIN 并以 0 退出"
        ),
    );
    Failure::new(Exit::Usage, message)
}
