//! A job is made of a batch, or nothing of it is kept.

mod support;

use ssc_bureau::batch::{BatchReader, ReadOptions};
use ssc_bureau::card_error::CardError;
use ssc_bureau::card_model::CardModel;
use ssc_bureau::job::{CreateError, Created, Creation, Decider, OrderOptions, PinPolicy};
use ssc_bureau::profile::Profile;
use ssc_bureau::register::{Filter, OrderState, RegisterError};
use ssc_bureau::sealing::Sealing;
use ssc_keys::Vault;
use ssc_person::Date;
use support::Bureau;

const HEADINGS: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,card_number,pin\n";
/// Synthetic persons with right check characters.
const ZHANG: &str = "110105199003079978,张三,1,01,19900307,110105,,\n";
const LI: &str = "440106198511023469,李四,2,01,19851102,440106,,123456\n";
const BROKEN: &str = "440106198511023464,王五,2,01,19851102,440106,,123456\n";

fn options() -> OrderOptions {
    OrderOptions {
        model: CardModel::plain(apdu_specs::Generation::V3),
        region: None,
        first_card_number: Some(7),
        issue_date: Date::parse("20261130").unwrap(),
        pins: PinPolicy::Demo,
    }
}

impl Bureau {
    fn make(&self, name: &str, rows: &[&str], skip: bool) -> Result<Created, CreateError> {
        self.make_by(&options().decider(), name, rows, skip)
    }

    fn make_by(
        &self,
        decider: &Decider,
        name: &str,
        rows: &[&str],
        skip: bool,
    ) -> Result<Created, CreateError> {
        let text = HEADINGS.to_owned() + &rows.concat();
        self.make_job(name, &text, decider, skip)
    }

    fn states(&self, job: &Created) -> Vec<(usize, OrderState, Option<String>)> {
        let orders = self.register.orders(job.job, 0, 100, Filter::All).unwrap();
        let known = orders.into_iter();
        known
            .map(|order| (order.row, order.state, order.card_number))
            .collect()
    }
}

#[test]
fn every_row_is_decided_numbered_and_sealed() {
    let bureau = Bureau::new();
    let job = bureau.make("first", &[ZHANG, LI], false).unwrap();
    assert_eq!((job.orders, job.rejected), (2, 0));
    let [first, second] = &bureau.states(&job)[..] else {
        panic!("two orders");
    };
    assert_eq!((first.0, first.1), (2, OrderState::Validated));
    assert_ne!(first.2, second.2);
    // What was decided opens with the job's key, and is the row's.
    let record = bureau.register.job(job.job).unwrap();
    let sealing = Sealing::open(&record.sealed_key, &bureau.vault).unwrap();
    let leased = bureau
        .register
        .lease(job.job, "test", std::time::Duration::from_secs(9))
        .unwrap()
        .unwrap();
    let decided = sealing.unseal(leased.lease.row, &leased.sealed).unwrap();
    assert_eq!(decided.holder.name.as_str(), "张三");
    assert_eq!(Some(decided.card_number.as_str().to_owned()), first.2);
    // Another batch goes on behind these numbers, and gives no person a second card.
    let refused = bureau.make("second", &[LI, "\n"], false).unwrap_err();
    assert!(
        matches!(
            refused,
            CreateError::Refused {
                rows: 1,
                others: 0,
                ..
            }
        ),
        "{refused}"
    );
    // No row is left to make a job of.
    assert!(!refused.to_string().contains("--skip-invalid"), "{refused}");
    // The card is only ordered: there is nothing to replace yet.
    assert!(refused.to_string().contains("ssc job close"), "{refused}");
}

#[test]
fn a_faulty_batch_leaves_nothing_unless_faults_are_skipped() {
    let bureau = Bureau::new();
    let refused = bureau.make("faulty", &[ZHANG, BROKEN], false).unwrap_err();
    assert!(
        matches!(refused, CreateError::FaultyBatch { rows: 1, .. }),
        "{refused}"
    );
    assert!(bureau.register.jobs().unwrap().is_empty());
    let job = bureau.make("faulty", &[ZHANG, BROKEN], true).unwrap();
    assert_eq!((job.orders, job.rejected), (1, 1));
    let states: Vec<_> = bureau.states(&job).iter().map(|order| order.1).collect();
    assert_eq!(states, [OrderState::Validated, OrderState::Rejected]);
    // The same batch is one job.
    let again = bureau.make("again", &[ZHANG, BROKEN], true).unwrap_err();
    let known = RegisterError::BatchKnown {
        job: "faulty".into(),
        left: 1,
    };
    assert!(matches!(again, CreateError::Register(error) if error == known));
}

#[test]
fn a_batch_of_faults_only_is_no_job() {
    let bureau = Bureau::new();
    let refused = bureau.make("none", &[BROKEN], true).unwrap_err();
    assert!(matches!(refused, CreateError::EmptyBatch), "{refused}");
    assert!(bureau.register.jobs().unwrap().is_empty());
}

/// Two ranges of the city, one of another institution; a row that the profile refuses is rejected with the reason, or ends the creation.
#[test]
fn a_profile_gives_numbers_by_institution_and_refuses_rows() {
    const PROFILE: &str = r#"
name = "city"
generation = "3.00"
valid_years = 8
issue_date = "2026-12-01"
category = "7"
pin = "batch"
institution = "12345"
[[card_numbers]]
first = "A0000001"
last = "A0000001"
[[card_numbers]]
first = "C0000001"
last = "C0000009"
[[card_numbers]]
institution = "678"
first = "B0000001"
last = "B0000009"
"#;
    const HEADINGS_OF_ROWS: [&str; 3] = [
        "110105199003079978,张三,1,01,19900307,110105,,135790\n",
        "440106198511023469,李四,2,01,19851102,440106,,123456\n",
        "110101199003070038,王五,1,01,19900307,110105,,\n",
    ];
    let bureau = Bureau::new();
    let today = Date::parse("20261130").unwrap();
    let decider = Decider::new(Profile::parse(PROFILE).unwrap(), today);
    let rows = HEADINGS_OF_ROWS;
    let error = bureau
        .make_by(&decider, "strict", &rows, false)
        .unwrap_err();
    let said = error.to_string();
    assert!(said.contains("line 4") && said.contains("no PIN"), "{said}");
    assert!(bureau.register.jobs().unwrap().is_empty());

    let job = bureau.make_by(&decider, "city", &rows, true).unwrap();
    assert_eq!((job.orders, job.rejected), (2, 1));
    let states = bureau.states(&job);
    let numbers: Vec<_> = states.iter().map(|(_, _, number)| number.clone()).collect();
    assert_eq!(states[2].1, OrderState::Rejected);
    // A0000001 is 10·3 + 1·2 = 32, 11 − 10 = 1; C0000001 is 12·3 + 2 = 38, 11 − 5 = 6
    assert_eq!(
        numbers,
        [Some("A00000011".into()), Some("C00000016".into()), None]
    );
    let record = bureau.register.job(job.job).unwrap();
    assert_eq!(
        Profile::parse(&record.profile_text).unwrap(),
        *decider.profile()
    );
    let sealing = Sealing::open(&record.sealed_key, &bureau.vault).unwrap();
    let sealed = bureau.register.sealed(job.job, 2).unwrap().unwrap();
    let decided = sealing.unseal(2, &sealed).unwrap();
    assert_eq!(decided.issue_date, Date::parse("20261201").unwrap());
    assert_eq!(decided.valid_to, Date::parse("20341201").unwrap());
    assert_eq!(
        (decided.category, decided.pin.digits()),
        (b'7', &b"135790"[..])
    );

    let of = |institution: &str| ssc_person::Institution::parse(institution).unwrap();
    let ranges = |institution| decider.profile().ranges_of(&institution).count();
    assert_eq!([of("678"), of("12345"), of("9")].map(ranges), [1, 2, 2]);
}

/// Published PINs go with published keys only.
#[test]
fn a_profile_of_demo_pins_makes_no_job_with_own_keys() {
    let bureau = Bureau::new();
    let own = Vault::generate([("ISD/SCP03", 1, ssc_keys::RootKind::Aes)]).unwrap();
    let creation = Creation {
        name: "own".into(),
        batch_name: "own.csv".into(),
        decider: &options().decider(),
        skip_invalid: false,
        keys: &own,
    };
    let text = HEADINGS.to_owned() + LI;
    let mut reader = BatchReader::of_bytes(text.as_bytes(), &ReadOptions::default()).unwrap();
    let error = creation.make(&mut reader, &bureau.register, &mut |_, _, _| Ok(()));
    assert!(error.unwrap_err().to_string().contains("published PIN"));
}

/// What no card can be made of makes no job: no number, a name that 1.00 has no room for, two columns for the name.
#[test]
fn a_job_that_cannot_be_whole_is_not_made() {
    let bureau = Bureau::new();
    let no_number = OrderOptions {
        first_card_number: None,
        ..options()
    };
    let refused = bureau.make_by(&no_number.decider(), "numbers", &[ZHANG], false);
    assert!(
        matches!(
            refused,
            Err(CreateError::Row {
                line: 2,
                error: CardError::NoCardNumber
            })
        ),
        "{refused:?}"
    );
    let first = OrderOptions {
        model: CardModel::plain(apdu_specs::Generation::V1),
        ..options()
    };
    let long =
        "440106198511023469,阿卜杜热合曼·阿卜杜外力·阿卜杜克热木,2,01,19851102,440106,,123456\n";
    let refused = bureau.make_by(&first.decider(), "names", &[ZHANG, long], false);
    assert!(
        matches!(
            refused,
            Err(CreateError::Row {
                line: 3,
                error: CardError::NameTooLong { .. }
            })
        ),
        "{refused:?}"
    );
    let twice = "number,name,姓名,sex,ethnic_group,birth_date\n420106199409199995,张三,李四,1,01,19940919\n";
    let refused = bureau.make_job("headings", twice, &options().decider(), true);
    assert!(
        matches!(refused, Err(CreateError::FaultyHeading { faults: 1 })),
        "{refused:?}"
    );
    assert!(bureau.register.jobs().unwrap().is_empty());
}
