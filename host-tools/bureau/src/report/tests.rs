use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;
use crate::return_file::{Chip, Fate, Reason, ReturnRow};
use ssc_words::Lang;

fn at(seconds: f64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs_f64(1_790_000_000.0 + seconds)
}

fn number(line: u64) -> String {
    format!("44010619880101{line:04}")
}

/// A job of so many orders on four heads: every 31st rejected, every 17th failed once, the last hundredth not reached.
fn job(orders: u64) -> (Vec<Standing>, Gather) {
    let mut gathered = Gather::default();
    let mut counts = [0_u64; 4];
    for line in 2..orders + 2 {
        let fate = match line {
            _ if line % 31 == 0 => Fate::Rejected,
            _ if line % 97 == 0 => Fate::ToBeRemade,
            _ if line > orders - orders / 100 => Fate::NotReached,
            _ => Fate::Delivered,
        };
        let reason = match fate {
            Fate::Rejected if line % 2 == 0 => Reason::new(
                format!("the check character of {} is wrong", number(line)),
                format!("{} 的校验码有误", number(line)),
            ),
            Fate::Rejected => {
                Reason::new("<b>the name has a lost character</b>", "姓名中有丢失的字符")
            }
            _ => Reason::new("the card was taken out", "卡片被取出"),
        };
        let head = format!("ACS ACR39U ICC Reader 00 0{}", line % 4);
        let begun = line as f64 * 0.9;
        if matches!(fate, Fate::Delivered | Fate::ToBeRemade) {
            gathered.happened(at(begun), line, &head, &Happened::Begun);
            if line % 17 == 0 || fate == Fate::ToBeRemade {
                let what = Happened::Failed(reason.clone());
                gathered.happened(at(begun + 2.0), line, &head, &what);
                gathered.happened(at(begun + 2.5), line, &head, &Happened::Begun);
            }
            if fate == Fate::Delivered {
                gathered.happened(at(begun + 3.4), line, &head, &Happened::Delivered);
            }
        }
        let place = [
            Fate::Delivered,
            Fate::Rejected,
            Fate::ToBeRemade,
            Fate::NotReached,
        ];
        counts[place.iter().position(|one| *one == fate).unwrap()] += 1;
        gathered.row(&ReturnRow {
            line,
            number: number(line),
            card_number: format!("A{line:08}"),
            fate,
            reason,
            chip: Some(Chip {
                identification_code: "00".into(),
                atr: "3B00".into(),
            }),
        });
    }
    let standing = |english: &str, chinese: &str, count, tone| Standing {
        words: Reason::new(english, chinese),
        count,
        tone,
    };
    let standings = vec![
        standing("received", "已接收", 0, Tone::Still),
        standing("validated", "已校验", counts[3], Tone::Still),
        standing("reserved", "已预留", 0, Tone::Busy),
        standing("in personalization", "制卡中", 0, Tone::Busy),
        standing("checked", "已核对", 0, Tone::Busy),
        standing("delivered", "已交付", counts[0], Tone::Good),
        standing("rejected", "已拒绝", counts[1], Tone::Bad),
        standing("to be remade", "待重制", counts[2], Tone::Bad),
    ];
    (standings, gathered)
}

fn facts() -> Facts {
    let fact = |english: &str, chinese: &str, value: &str| {
        (Reason::new(english, chinese), Reason::new(value, value))
    };
    Facts {
        job: "天河区 2026-09 <第二批>".into(),
        mark: "0f".repeat(32),
        state: Reason::new("running", "运行中"),
        demo_keys: true,
        made: at(20_000.0),
        rows: vec![
            fact("batch", "批次文件", "tianhe-2026-09.csv"),
            fact("profile", "配置", "guangzhou-3.00 (3.00)"),
            fact("last hash", "末条哈希", &"0f".repeat(32)),
        ],
    }
}

/// With SSC_REPORT_SAMPLES=FOLDER the pages are kept there, to be looked at.
fn page(orders: u64, lang: Lang) -> String {
    let (standings, gathered) = job(orders);
    let page = html(&facts(), &standings, &gathered, lang).unwrap();
    if let Some(folder) = std::env::var_os("SSC_REPORT_SAMPLES") {
        let name = format!("{orders}-{}.html", lang.code());
        std::fs::write(std::path::Path::new(&folder).join(name), &page).unwrap();
    }
    page
}

#[test]
fn a_report_counts_and_names_nobody() {
    for lang in Lang::ALL {
        for orders in [0, 20, 20_000] {
            let page = page(orders, lang);
            // Nothing from elsewhere, nothing of a person, and values are text.
            for other in ["http", "src=", "<script", "<b>the name", "<第二批>", "3B00"] {
                assert!(!page.contains(other), "{orders}: {other}");
            }
            for line in 2..orders + 2 {
                assert!(!page.contains(&number(line)), "{line}");
            }
            assert!(page.len() < 200_000, "{}", page.len());
            assert_eq!(page.contains("<svg"), orders > 0);
        }
    }
}

#[test]
fn the_headline_says_how_it_stands() {
    assert!(page(0, Lang::En).contains("The batch has no rows."));
    // 2..=21: nothing is rejected or to be remade, line 21 is not beyond 20 - 0.
    let small = page(20, Lang::En);
    assert!(
        small.contains("19 of 20 cards are delivered; 1 row is without a card."),
        "{small}"
    );
    assert!(page(20, Lang::Zh).contains("20 张卡中已交付 19 张；1 行尚无卡。"));
}

/// Four heads that take 3.4 s a card; each begins one every 3.6 s, and between two cards it does not work.
#[test]
fn heads_have_their_rates() {
    let (_, gathered) = job(400);
    assert_eq!(gathered.heads.len(), 4);
    for (name, sum) in &gathered.heads {
        let seconds = sum.seconds_a_card().unwrap();
        // One in 17 is begun anew, 2.5 s later.
        assert!((3.2..3.4).contains(&seconds), "{name}: {seconds}");
        let rate = sum.per_hour().unwrap();
        // What the attempts took that made no card is work too.
        assert!((1_000.0..1_090.0).contains(&rate), "{name}: {rate}");
        assert!(rate <= 3600.0 / seconds, "{name}: {rate}, {seconds}");
    }
}

/// Neither a night between two cards nor a pause between two runs is work: the rate is that of the time over cards.
#[test]
fn a_rest_is_no_work() {
    let mut gathered = Gather::default();
    for begun in [0.0, 10.0, 40_000.0, 40_010.0] {
        let line = begun as u64;
        gathered.happened(at(begun), line, "head", &Happened::Begun);
        gathered.happened(at(begun + 5.0), line, "head", &Happened::Delivered);
    }
    let sum = gathered.heads["head"];
    assert_eq!(sum.worked, Duration::from_secs(20));
    assert_eq!(sum.per_hour().unwrap().round(), 720.0);
    assert_eq!(sum.seconds_a_card().unwrap(), 5.0);
}
