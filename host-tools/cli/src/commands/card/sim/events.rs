//! What `ssc sim` says while cards come and go.

use serde_json::json;

use crate::failure::Failure;
use crate::text::text;
use crate::ui::Ui;

pub(super) fn inserted(ui: &Ui, port: u16, number: usize, atr: &str) -> Result<(), Failure> {
    if ui.json {
        return ui.event(&json!({ "event": "inserted", "card": number, "port": port, "atr": atr }));
    }
    ui.note(&text(
        format!("card {number} lies in the virtual reader on port {port}, ATR {atr}; Ctrl-C takes it out"),
        format!("第 {number} 张卡在端口 {port} 的虚拟读卡器中，ATR {atr}；按 Ctrl-C 取出"),
    ));
    Ok(())
}

pub(super) fn done(ui: &Ui, number: usize, count: usize) -> Result<(), Failure> {
    if ui.json {
        return ui.event(&json!({ "event": "done", "card": number }));
    }
    ui.note(&text(
        format!("card {number} of {count} is personalized and out"),
        format!("第 {number} 张（共 {count} 张）已个人化并取出"),
    ));
    Ok(())
}

pub(super) fn reader_gone(ui: &Ui) -> Result<(), Failure> {
    if ui.json {
        return ui.event(&json!({ "event": "reader_gone" }));
    }
    let words = text(
        "pcscd has ended; the card waits until it runs again",
        "pcscd 已结束；卡片等待其重新运行",
    );
    ui.note(&words);
    Ok(())
}

/// A closed stdout does not end the card: whoever uses it over PC/SC is another program.
pub(super) fn keep_first(first: &mut Result<(), Failure>, next: Result<(), Failure>) {
    if first.is_ok() {
        *first = next;
    }
}
