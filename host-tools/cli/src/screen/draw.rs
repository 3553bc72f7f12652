//! How the board looks.

use std::time::{Duration, Instant};

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Cell, Gauge, Paragraph, Row, Table, Wrap};
use ssc_bureau::run_event::HeadState;
use ssc_bureau::steps::Step;
use ssc_words::{Lang, clean};

use super::board::{Board, Head};
use super::rate;
use crate::text::pick;

/// A state that lasts as long is shown with its time.
const LONG: Duration = Duration::from_secs(10);

/// The board in one line.
pub fn summary(board: &Board, lang: Lang) -> String {
    let (done, total) = (board.counts.delivered, board.counts.total);
    let mut words = match lang {
        Lang::En => format!("{done} of {total} cards"),
        Lang::Zh => format!("{done} / {total} 张"),
    };
    let now = Instant::now();
    if let Some(rate) = board.rate.per_hour(now) {
        words += &match lang {
            Lang::En => format!(", {rate:.0} cards/h"),
            Lang::Zh => format!("，{rate:.0} 张/小时"),
        };
    }
    let remaining = board.remaining();
    if let Some(left) = board.rate.left(remaining, now).filter(|_| remaining > 0) {
        words += pick(lang, ", ", "，");
        words += &rate::words(left, lang);
    }
    let failed = board.failed;
    if failed > 0 {
        words += &match (lang, failed) {
            (Lang::En, 1) => ", 1 failed attempt".into(),
            (Lang::En, many) => format!(", {many} failed attempts"),
            (Lang::Zh, many) => format!("，失败 {many} 次"),
        };
    }
    words
}

/// Draws the board, however small the terminal is: what matters most stands first.
pub fn draw(frame: &mut Frame<'_>, board: &Board, lang: Lang) {
    let area = frame.area();
    let heads = u16::try_from(board.heads.len()).unwrap_or(u16::MAX);
    let messages = board.messages().count() > 0;
    let [top, gauge, middle, causes, below, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Max(heads.saturating_add(3)),
        Constraint::Min(if area.height > 12 { 4 } else { 0 }),
        Constraint::Max(if messages && area.height > 18 { 6 } else { 0 }),
        Constraint::Length(1),
    ])
    .areas(area);
    let state = if board.stopping {
        pick(lang, " – stopping", " – 正在停止")
    } else {
        ""
    };
    let title = format!("{}{state}", clean::line(&board.job));
    let bold = Style::default().add_modifier(Modifier::BOLD);
    frame.render_widget(Paragraph::new(title).style(bold), top);
    let (done, total) = (board.counts.delivered, board.counts.total);
    let ratio = if total == 0 {
        0.0
    } else {
        (done as f64 / total as f64).clamp(0.0, 1.0)
    };
    let bar = Gauge::default()
        .ratio(ratio)
        .label(summary(board, lang))
        .gauge_style(Style::default().fg(Color::Green).bg(Color::DarkGray))
        .use_unicode(true);
    frame.render_widget(bar, gauge);
    draw_heads(frame, middle, board, lang);
    draw_causes(frame, causes, board, lang);
    draw_messages(frame, below, board, lang);
    let keys = if board.stopping {
        pick(
            lang,
            "cards in hand are finished; q or Ctrl-C again stops at once",
            "正在完成手中的卡；再按 q 或 Ctrl-C 立即停止",
        )
    } else {
        pick(
            lang,
            "q or Ctrl-C: finish the cards in hand and stop",
            "q 或 Ctrl-C：完成手中的卡后停止",
        )
    };
    let dim = Style::default().add_modifier(Modifier::DIM);
    frame.render_widget(Paragraph::new(keys).style(dim), foot);
}

fn draw_heads(frame: &mut Frame<'_>, area: Rect, board: &Board, lang: Lang) {
    let heading = Row::new([
        pick(lang, "head", "发卡头"),
        pick(lang, "state", "状态"),
        pick(lang, "cards", "已交付"),
        pick(lang, "failed", "失败"),
        pick(lang, "s/card", "秒/张"),
    ]);
    let bold = Style::default().add_modifier(Modifier::BOLD);
    let rows = board.heads.iter().map(|(name, head)| {
        let (mut words, color) = state(head, lang);
        let since = head.since.elapsed();
        if since >= LONG {
            words += &format!(" ({} s)", since.as_secs());
        }
        Row::new([
            Cell::from(clean::line(name).into_owned()),
            Cell::from(words).style(Style::default().fg(color)),
            Cell::from(head.delivered.to_string()),
            Cell::from(head.failed.to_string()),
            Cell::from(
                head.each()
                    .map_or_else(String::new, |each| format!("{:.1}", each.as_secs_f64())),
            ),
        ])
    });
    let longest = board.heads.keys().map(|name| name.chars().count()).max();
    let longest = u16::try_from(longest.unwrap_or(0)).unwrap_or(u16::MAX);
    let widths = [
        Constraint::Length(longest.clamp(8, (area.width / 3).max(8))),
        Constraint::Fill(1),
        Constraint::Length(7),
        Constraint::Length(7),
        Constraint::Length(6),
    ];
    let table = Table::new(rows, widths)
        .header(heading.style(bold))
        .block(block(pick(lang, "Heads", "发卡头")));
    frame.render_widget(table, area);
}

/// What a head waits for, in words.
pub fn waits((line, name): (Option<usize>, Option<&str>), take_out: bool, lang: Lang) -> String {
    let next = match (line, name, lang) {
        (Some(line), Some(name), Lang::En) => {
            format!(
                "put in the blank card for {} (line {line})",
                clean::line(name)
            )
        }
        (Some(line), Some(name), Lang::Zh) => {
            format!("请放入用于 {} 的空白卡（第 {line} 行）", clean::line(name))
        }
        (Some(line), None, Lang::En) => format!("put in the blank card for line {line}"),
        (Some(line), None, Lang::Zh) => format!("请放入用于第 {line} 行的空白卡"),
        (None, _, Lang::En) => "put in a blank card".into(),
        (None, _, Lang::Zh) => "请放入空白卡".into(),
    };
    match (take_out, lang) {
        (false, _) => next,
        (true, Lang::En) => format!("take the card out, then {next}"),
        (true, Lang::Zh) => format!("请取出卡片，再{}", next.trim_start_matches('请')),
    }
}

/// What a head does, in words, and their colour.
fn state(head: &Head, lang: Lang) -> (String, Color) {
    match &head.state {
        HeadState::Idle => (pick(lang, "idle", "空闲").into(), Color::DarkGray),
        HeadState::Waits {
            line,
            name,
            take_out,
        } => {
            let words = waits((*line, name.as_deref()), *take_out, lang);
            (words, Color::Yellow)
        }
        HeadState::Asks { reason, .. } => (reason.words(lang).to_owned(), Color::Yellow),
        HeadState::Works { line, step } => {
            let step = step.map_or("", |step| step_words(step, lang));
            let words = match lang {
                Lang::En => format!("line {line} {step}"),
                Lang::Zh => format!("第 {line} 行 {step}"),
            };
            (words, Color::Green)
        }
        HeadState::Out { reason } => {
            let why = clean::line(reason.words(lang)).into_owned();
            (
                format!("{}{why}", pick(lang, "out: ", "已退出：")),
                Color::Red,
            )
        }
    }
}

fn step_words(step: Step, lang: Lang) -> &'static str {
    let [english, chinese] = match step {
        Step::Recognise => ["recognise", "识别"],
        Step::TakeOver => ["take over", "接管"],
        Step::Load => ["load", "写入"],
        Step::Check => ["check", "核对"],
        Step::Secure => ["secure", "锁定"],
        Step::Confirm => ["confirm", "确认"],
    };
    pick(lang, english, chinese)
}

fn draw_causes(frame: &mut Frame<'_>, area: Rect, board: &Board, lang: Lang) {
    // Heads that are out stand first, with the whole reason: the table above cuts it.
    let mut lines: Vec<Line<'_>> = board
        .heads
        .iter()
        .filter(|(_, head)| matches!(head.state, HeadState::Out { .. }))
        .map(|(name, head)| {
            let (words, color) = state(head, lang);
            let words = format!("{}: {words}", clean::line(name));
            Line::from(words).style(Style::default().fg(color))
        })
        .collect();
    lines.extend(board.causes().iter().map(|(reason, count)| {
        Line::from(format!("{count:>6}  {}", clean::line(reason.words(lang))))
    }));
    if lines.is_empty() {
        lines.push(Line::from(pick(lang, "none", "无")));
    }
    let title = pick(
        lang,
        "Rejects by cause, heads that are out",
        "失败原因与停用的发卡头",
    );
    let causes = Paragraph::new(lines).wrap(Wrap { trim: false });
    frame.render_widget(causes.block(block(title)), area);
}

fn draw_messages(frame: &mut Frame<'_>, area: Rect, board: &Board, lang: Lang) {
    let room = usize::from(area.height.saturating_sub(2));
    let mut last: Vec<Line<'_>> = board.messages().rev().take(room).map(Line::from).collect();
    last.reverse();
    let title = pick(lang, "Messages", "消息");
    frame.render_widget(Paragraph::new(last).block(block(title)), area);
}

fn block(title: &str) -> Block<'_> {
    Block::bordered().title(title)
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ssc_bureau::return_file::Reason;
    use ssc_bureau::run_event::RunEvent;

    use super::*;

    /// The table cuts a long reason; the panel has it whole, and does not say that there is none.
    #[test]
    fn why_a_head_is_out_stands_there_whole() {
        let why = "the command of --on-next has failed (exit status: 3: the tray of the left stack is jammed), look after the card machine";
        let mut board = Board::default();
        board.apply(&RunEvent::Head {
            head: "sim 2".into(),
            state: HeadState::Out {
                reason: Reason::new(why, why),
            },
        });
        let mut terminal = Terminal::new(TestBackend::new(70, 20)).unwrap();
        terminal
            .draw(|frame| draw(frame, &board, Lang::En))
            .unwrap();
        let shown = terminal.backend().to_string();
        let (_, panel) = shown.split_once("Rejects").unwrap();
        let words: Vec<&str> = panel
            .split(|one: char| one.is_whitespace() || matches!(one, '│' | '"'))
            .filter(|word| !word.is_empty())
            .collect();
        let words = words.join(" ");
        assert!(words.contains(why), "{shown}");
        assert!(!words.contains("none"), "{shown}");
    }

    #[test]
    fn a_blank_card_is_asked_for_by_its_person() {
        let of = |lang| waits((Some(3), Some("冯刚明")), false, lang);
        assert_eq!(of(Lang::En), "put in the blank card for 冯刚明 (line 3)");
        assert_eq!(of(Lang::Zh), "请放入用于 冯刚明 的空白卡（第 3 行）");
    }
}
