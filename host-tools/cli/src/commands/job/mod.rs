//! `ssc job …`

mod close;
mod create;
mod list;
mod next;
mod pause;
mod pins;
mod reissue;
mod remaining;
mod report;
mod run;
mod status;

#[cfg(test)]
pub use {list::List, remaining::Remaining, report::Written, status::Status};

use crate::commands::row::{Example, Row, command, example};

/// The group.
pub const ROW: Row = Row::group(
    "job",
    [
        "Jobs of the bureau's register: what stands, what is left, what to do next, files for the client",
        "登记簿中的作业：进展、剩余、下一步，以及交付客户的文件",
    ],
    EXAMPLES,
    ROWS,
);

const ROWS: &[Row] = &[
    command::<create::Args>(),
    command::<run::Args>(),
    command::<pause::Pause>(),
    command::<pause::Resume>(),
    command::<list::Args>(),
    command::<status::Args>(),
    command::<remaining::Args>(),
    command::<report::Args>(),
    command::<pins::Args>(),
    command::<close::Args>(),
    command::<reissue::Args>(),
];

const EXAMPLES: &[Example] = &[
    example(
        "ssc job create batch-7.csv --generation 3.00",
        "make a job of a batch",
        "由批次建立作业",
    ),
    example("ssc job list", "all jobs", "全部作业"),
    example(
        "ssc job status batch-7",
        "how a job stands, and what to do next",
        "作业进展与下一步",
    ),
];
