//! How a run is shown, as the command line says.

use std::io::IsTerminal;
use std::net::SocketAddr;

use super::Shared;
use crate::commands::row::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::text::text;
use crate::ui::Ui;

/// How a run is shown.
#[derive(Debug, clap::Args)]
pub struct ScreenArgs {
    /// Full screen with heads, rate, time left and causes; plain lines where there is no terminal
    #[arg(long, conflicts_with = "quiet")]
    tui: bool,
    /// Print each event as one JSON object a line (docs/schemas/run-events.json)
    #[arg(long, conflicts_with_all = ["json", "tui"])]
    json_lines: bool,
    /// Serve Prometheus metrics at http://ADDRESS/metrics, such as 127.0.0.1:9184
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// Serve metrics to other machines too: whoever reaches the address reads them
    #[arg(long, requires = "metrics")]
    metrics_for_all: bool,
}

impl ScreenArgs {
    /// What they are in Chinese.
    pub const CHINESE: Arguments = Arguments {
        own: &[
            (
                "tui",
                "全屏显示发卡头、速度、剩余时间和失败原因；没有终端时逐行显示",
            ),
            (
                "json_lines",
                "每个事件打印一行 JSON 对象（docs/schemas/run-events.json）",
            ),
            (
                "metrics",
                "在 http://ADDRESS/metrics 提供 Prometheus 指标，例如 127.0.0.1:9184",
            ),
            (
                "metrics_for_all",
                "也向其他机器提供指标：能访问该地址者都可读取",
            ),
        ],
        flattened: &[],
    };

    /// Whether each event is a line on stdout.
    pub fn json_lines(&self) -> bool {
        self.json_lines
    }

    /// Whether a full screen is wanted, and can be had.
    pub fn full_screen(&self) -> bool {
        self.tui && std::io::stderr().is_terminal() && std::io::stdin().is_terminal()
    }

    /// Serves metrics, if they are wanted.
    pub fn metrics(&self, board: &Shared, ui: &Ui) -> Result<Option<Metrics>, Failure> {
        let Some(address) = self.metrics else {
            return Ok(None);
        };
        if !address.ip().is_loopback() && !self.metrics_for_all {
            return Err(Failure::new(
                Exit::Usage,
                text(
                    format!(
                        "--metrics {address} can be read by other machines: take 127.0.0.1, or say --metrics-for-all"
                    ),
                    format!(
                        "--metrics {address} 可被其他机器读取：请用 127.0.0.1，或加 --metrics-for-all"
                    ),
                ),
            ));
        }
        let metrics = Metrics::serve(address, board.clone()).map_err(|error| {
            Failure::new(
                Exit::Usage,
                text(
                    format!("--metrics {address}: {error}; take another port"),
                    format!(
                        "--metrics {address}：{error}；请换一个端口",
                        error = ssc_words::system::chinese(&error)
                    ),
                ),
            )
        })?;
        let address = metrics.address();
        ui.note(&text(
            format!("metrics: http://{address}/metrics"),
            format!("指标：http://{address}/metrics"),
        ));
        Ok(Some(metrics))
    }
}
