//! What an order costs in the register: `register-cost ROWS [STORE]` makes a job of so many orders in a new store and prints seconds,
//! microseconds an order, and the most memory that the program had.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ssc_bureau::register::{
    Intake, NewJob, NewOrder, Register, RegisterError, SystemClock, Wanted,
};
use ssc_database::Store;

/// Bytes of what is decided for an order, about.
const SEALED: usize = 700;
/// Leases that are taken at the end.
const LEASES: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let rows: usize = arguments.next().ok_or("how many rows?")?.parse()?;
    let folder = std::env::temp_dir().join(format!("register-cost-{}", std::process::id()));
    let store = match arguments.next() {
        Some(store) => Store::parse(&store)?,
        None => Store::file(folder.join("bureau.db")),
    };
    let register = Register::open(&store, Arc::new(SystemClock))?;
    let name = format!("cost-{}", std::process::id());
    let job = NewJob {
        batch_sha256: name.clone().into_bytes(),
        name,
        ..NewJob::default()
    };
    let began = Instant::now();
    let id = register.create_job(
        &job,
        &mut |intake: &mut Intake<'_, '_>| -> Result<(), RegisterError> {
            for row in 0..rows {
                intake.order(order(row), &mut |_| {
                    Ok::<_, RegisterError>(vec![0x5A; SEALED])
                })?;
            }
            Ok(())
        },
    )?;
    let made = began.elapsed();
    let counted = Instant::now();
    let all = register.counts(id)?.all();
    let counted = counted.elapsed();
    let leased = Instant::now();
    for _ in 0..LEASES {
        register.lease(id, "head", Duration::from_secs(60))?;
    }
    println!(
        "{all} orders: {:.1} s, {:.1} µs each; counted in {:.1} ms; a lease {:.2} ms; {} kB of memory at the most",
        made.as_secs_f64(),
        made.as_secs_f64() * 1e6 / rows.max(1) as f64,
        counted.as_secs_f64() * 1e3,
        leased.elapsed().as_secs_f64() * 1e3 / f64::from(LEASES),
        peak().unwrap_or_default(),
    );
    if folder.is_dir() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn order(row: usize) -> NewOrder {
    NewOrder {
        row: row + 2,
        // Numbers come in no order.
        number: format!(
            "{:018}",
            (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 8
        ),
        name_masked: "张**".into(),
        card_number: Wanted::FromRanges {
            ranges: vec![(1, 100_000_000)],
            owner: "cost".into(),
        },
        kind: "ssc".into(),
        replaces: None,
    }
}

/// The most memory of this program, in kB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
