//! Prometheus metrics of a run, at an address of this machine. No person and no card number stands in them.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use ssc_bureau::report;
use ssc_bureau::run_event::{HeadState, RunEvent};
use tokio::runtime::Runtime;

use crate::screen::{Board, Shared, seen};

/// What a scraper is told that it gets.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Bounds of a card's seconds: a card takes between one and some thirty.
const SECONDS: [f64; 12] = [
    0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 60.0,
];
/// Causes that are kept apart.
const CAUSES: usize = 100;
/// Head states, as a metric names them.
const STATES: [&str; 5] = ["idle", "waits", "asks", "works", "out"];

type Labels<const N: usize> = [(&'static str, String); N];

/// The metrics of a run.
pub struct Metrics {
    shown: Arc<Shown>,
    address: SocketAddr,
    // Serves as long as it lives.
    _runtime: Runtime,
}

struct Shown {
    board: Shared,
    registry: Registry,
    orders: Family<Labels<1>, Gauge>,
    delivered: Family<Labels<1>, Counter>,
    failed: Family<Labels<1>, Counter>,
    heads: Family<Labels<2>, Gauge>,
    seconds: Histogram,
    causes: std::sync::Mutex<BTreeSet<String>>,
}

impl Shown {
    fn new(board: Shared) -> Self {
        let mut registry = Registry::with_prefix("ssc");
        let orders = Family::<Labels<1>, Gauge>::default();
        registry.register("orders", "Orders of the job by state", orders.clone());
        let delivered = Family::<Labels<1>, Counter>::default();
        registry.register(
            "cards_delivered",
            "Cards delivered in this run by head",
            delivered.clone(),
        );
        let failed = Family::<Labels<1>, Counter>::default();
        registry.register(
            "attempts_failed",
            "Attempts of this run that made no card, by cause",
            failed.clone(),
        );
        let heads = Family::<Labels<2>, Gauge>::default();
        registry.register("head_state", "1 for the state of a head", heads.clone());
        let seconds = Histogram::new(SECONDS);
        registry.register_with_unit(
            "card_duration",
            "Time of a delivered card in its head",
            Unit::Seconds,
            seconds.clone(),
        );
        Self {
            board,
            registry,
            orders,
            delivered,
            failed,
            heads,
            seconds,
            causes: std::sync::Mutex::default(),
        }
    }

    fn event(&self, event: &RunEvent) {
        match event {
            RunEvent::Delivered { head, took, .. } => {
                let labels = [("head", head.clone())];
                self.delivered.get_or_create(&labels).inc();
                self.seconds.observe(took.as_secs_f64());
            }
            RunEvent::Failed { reason, .. } => {
                let cause = self.cause(report::cause(reason).english);
                self.failed.get_or_create(&[("cause", cause)]).inc();
            }
            RunEvent::Counted { .. }
            | RunEvent::Head { .. }
            | RunEvent::Stopping
            | RunEvent::Ended { .. } => {}
        }
    }

    /// The cause, or `other` where there are too many.
    fn cause(&self, cause: String) -> String {
        let mut causes = self
            .causes
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if causes.contains(&cause) || causes.len() < CAUSES && causes.insert(cause.clone()) {
            cause
        } else {
            "other".into()
        }
    }

    fn text(&self) -> Result<String, std::fmt::Error> {
        self.take(&seen(&self.board));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// What is as the board is now.
    fn take(&self, board: &Board) {
        let counts = &board.counts;
        let waiting = board.remaining().saturating_sub(counts.to_be_remade);
        for (state, count) in [
            ("delivered", counts.delivered),
            ("rejected", counts.rejected),
            ("to_be_remade", counts.to_be_remade),
            ("waiting", waiting),
        ] {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let labels = [("state", state.to_owned())];
            self.orders.get_or_create(&labels).set(count);
        }
        for (name, head) in &board.heads {
            let now = match head.state {
                HeadState::Idle => "idle",
                HeadState::Waits { .. } => "waits",
                HeadState::Asks { .. } => "asks",
                HeadState::Works { .. } => "works",
                HeadState::Out { .. } => "out",
            };
            for state in STATES {
                let labels = [("head", name.clone()), ("state", state.to_owned())];
                self.heads
                    .get_or_create(&labels)
                    .set(i64::from(state == now));
            }
        }
    }
}

impl Metrics {
    /// Serves the metrics of a run until this is dropped.
    ///
    /// # Errors
    /// Nobody can listen at the address.
    pub fn serve(address: SocketAddr, board: Shared) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("metrics")
            .enable_io()
            .enable_time()
            .build()?;
        let shown = Arc::new(Shown::new(board));
        let app = Router::new()
            .route("/metrics", get(answer))
            .with_state(shown.clone());
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(async move { axum::serve(listener, app).await });
        Ok(Self {
            shown,
            address,
            _runtime: runtime,
        })
    }

    /// Where they are served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Counts what happened.
    pub fn event(&self, event: &RunEvent) {
        self.shown.event(event);
    }
}

async fn answer(State(shown): State<Arc<Shown>>) -> Response {
    match shown.text() {
        Ok(text) => ([(header::CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
