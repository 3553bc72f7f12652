//! The heads of a run, each at work in a thread of its own, and those that come while it goes on.

use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use ssc_keys::ahead::Ahead;
use ssc_reader::head::{Head, MoreHeads};

use super::worker::{End, Worker};
use super::{Engine, EngineError, keys_ahead};

/// How often it is looked whether heads have come.
const EVERY: Duration = Duration::from_secs(1);
/// How often it is looked whether all heads have ended.
const MOMENT: Duration = Duration::from_millis(50);

/// How a head has ended, or why.
type Ended = Result<End, EngineError>;

/// Lets all heads work to their end, by name in the order in which they came.
pub(super) fn work<'h>(
    engine: &Engine<'_>,
    heads: &mut [Box<dyn Head + 'h>],
    more: Option<&mut dyn MoreHeads<'h>>,
) -> Vec<(String, Ended)> {
    let ahead = engine.keys.is_remote().then(|| Ahead::new(engine.keys));
    let ahead = ahead.as_ref();
    std::thread::scope(|scope| {
        let keeper = scope.spawn(|| engine.leases.keep(engine.register));
        if let Some(ahead) = ahead {
            for _ in 0..keys_ahead::threads(heads.len()) {
                scope.spawn(|| ahead.work());
            }
        }
        let mut workers: Vec<(String, ScopedJoinHandle<'_, Ended>)> = Vec::new();
        for head in heads {
            let name = head.name().to_owned();
            workers.push((name, scope.spawn(|| one(engine, &mut **head, ahead))));
        }
        if let Some(more) = more {
            let mut looked = Instant::now();
            while workers.iter().any(|(_, worker)| !worker.is_finished()) {
                std::thread::sleep(MOMENT);
                if looked.elapsed() < EVERY || engine.stop.asked() {
                    continue;
                }
                looked = Instant::now();
                for mut head in more.come() {
                    let name = head.name().to_owned();
                    // One that was away for a moment goes on by itself.
                    let works = |(of, worker): &(String, ScopedJoinHandle<'_, Ended>)| {
                        *of == name && !worker.is_finished()
                    };
                    if !workers.iter().any(works) {
                        workers.push((name, scope.spawn(move || one(engine, &mut *head, ahead))));
                    }
                }
            }
        }
        let ended: Vec<_> = workers
            .into_iter()
            .map(|(name, worker)| (name, worker.join()))
            .collect();
        // Before a panic goes on: this scope waits for the keeper and for what derives.
        engine.leases.over();
        if let Some(ahead) = ahead {
            ahead.over();
        }
        let _ = keeper.join();
        ended
            .into_iter()
            .map(|(name, ended)| match ended {
                Ok(ended) => (name, ended),
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

/// One head.
fn one(engine: &Engine<'_>, head: &mut dyn Head, ahead: Option<&Ahead<'_>>) -> Ended {
    let ended = Worker::new(engine, head, ahead).run();
    if ended.is_err() {
        // What fails here fails for all.
        engine.stop.ask();
    }
    ended
}
