//! Cards that are made once more: over the register and a simulated card in this process.

mod support;

use std::path::Path;
use std::time::Duration;

use ssc_bureau::domain_keys::Line;
use ssc_bureau::issue_one::issue_one;
use ssc_bureau::job::{Created, Decided, Decider};
use ssc_bureau::journal::Note;
use ssc_bureau::profile::Profile;
use ssc_bureau::register::{CardStatus, JobId, OrderState, Reason};
use ssc_bureau::reissue::{Old, OldCard, Reissue, ReissueError, Reissued, Why, compare};
use ssc_bureau::sealing::Sealing;
use ssc_bureau::steps::Step;
use ssc_keys::Vault;
use ssc_person::Date;
use ssc_reader::Card as _;
use ssc_words::{Bilingual as _, Lang};
use support::Bureau;

const HEADINGS: &str = "AAC002,AAC003,AAC004,AAC005,AAC006,AAB301,pin\n";
const BATCH: &str = "110105199003079978,张三,1,01,19900307,110105,135790\n440106198511023469,李四,2,01,19851102,440106,246802\n";
const KIND: &str = "social security card";

fn profile(generation: &str, more: &str) -> Profile {
    let text = format!(
        "name = \"p\"\ngeneration = \"{generation}\"\npin = \"batch\"\nissue_date = \"2026-12-01\"\n{more}\n[[card_numbers]]\nfirst = \"A0000001\"\nlast = \"A0000099\"\n"
    );
    Profile::parse(&text).unwrap()
}

fn today() -> Date {
    Date::parse("20261201").unwrap()
}

impl Bureau {
    fn create(&self, name: &str, profile: Profile) -> Created {
        let decider = Decider::new(profile, today());
        self.make_job(name, &format!("{HEADINGS}{BATCH}"), &decider, false)
            .unwrap()
    }

    /// Makes the card of a row on a chip of its own, as a head does: what the journal gets, the register gets.
    fn make_card(&self, job: JobId, row: usize, serial: u64, until: Option<Step>) -> Decided {
        let record = self.register.job(job).unwrap();
        let leased = self
            .register
            .lease_row(job, row, "head", Duration::from_secs(60))
            .unwrap()
            .unwrap();
        let sealing = Sealing::open(&record.sealed_key, &self.vault).unwrap();
        let decided = sealing.unseal(row, &leased.sealed).unwrap();
        let mut card = support::blank(serial);
        let met = Note::Met {
            atr: hex::encode_upper(card.atr()),
            identification_code: "00".repeat(16),
            serial: support::serial(&card),
        };
        issue_one(&mut card, &decided, &self.vault, Line::Trusted).unwrap();
        let write = |note: Note| self.register.write(&leased.lease, &[note]).unwrap();
        write(met);
        let steps = Step::ALL.into_iter().filter(|step| *step != Step::Confirm);
        let mut is_whole = true;
        for step in steps {
            write(Note::Begins { step });
            if until == Some(step) {
                is_whole = false;
                break;
            }
            write(Note::Done { step });
        }
        if is_whole {
            write(Note::Issued);
        }
        self.register.release(&leased.lease).unwrap();
        decided
    }

    fn old(&self, job: JobId, row: usize) -> Result<Old, ReissueError> {
        let record = self.register.job(job).unwrap();
        Old::of(&self.register, &self.vault, &record, row)
    }

    fn reissue(
        &self,
        (job, row): (JobId, usize),
        why: Why,
        profile: Option<&Profile>,
        today: Date,
    ) -> Result<Reissued, ReissueError> {
        let record = self.register.job(job).unwrap();
        let cards = [Old::of(&self.register, &self.vault, &record, row)?];
        let reissue = Reissue {
            job: &record,
            cards: &cards,
            why,
            reason: "reported on 3 May",
            profile: profile.map(|profile| (profile, Path::new("/profiles/next.toml"))),
            name: &format!("again-{}-{}", job.0, row),
            today,
        };
        reissue.make(&self.register, &self.vault)
    }

    fn status(&self, number: &str) -> (CardStatus, JobId, usize) {
        let card = self.register.citizen(number, KIND).unwrap().unwrap();
        (card.status, card.job, card.row)
    }
}

const ZHANG: &str = "110105199003079978";

#[test]
fn a_lost_card_is_made_once_more_with_a_new_number_and_only_once() {
    let bureau = Bureau::new();
    let first = bureau.create("first", profile("3.00", "")).job;
    let error = bureau
        .reissue((first, 2), Why::Lost, None, today())
        .unwrap_err();
    assert!(matches!(error, ReissueError::NoCardYet { .. }), "{error}");

    let old = bureau.make_card(first, 2, 0x51, None);
    assert_eq!(bureau.status(ZHANG), (CardStatus::Living, first, 2));
    let again = bureau
        .reissue((first, 2), Why::Lost, None, today())
        .unwrap();
    let number = again.cards[0].1;
    assert_ne!(number, old.card_number);
    assert_eq!(bureau.status(ZHANG), (CardStatus::Ordered, again.job, 2));
    let order = bureau.register.order(again.job, 2).unwrap().unwrap();
    assert_eq!(
        order.replaced_card.as_deref(),
        Some(old.card_number.as_str())
    );
    assert_eq!(order.replaced_why.as_deref(), Some("reported on 3 May"));
    let events = bureau.register.card_events(first, 2).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].status, events[0].reason.as_deref()),
        (CardStatus::Lost, Some("reported on 3 May"))
    );

    // While the second one is on its way, and when it is made, the first one is no living card.
    for made in [false, true] {
        if made {
            let new = bureau.make_card(again.job, 2, 0x52, None);
            assert_eq!(
                (&new.holder, &new.pin, new.card_number),
                (&old.holder, &old.pin, number)
            );
            assert_eq!(bureau.status(ZHANG), (CardStatus::Living, again.job, 2));
        }
        let error = bureau
            .reissue((first, 2), Why::Lost, None, today())
            .unwrap_err();
        assert!(
            matches!(
                error,
                ReissueError::NotCurrent {
                    row: 2,
                    other: 2,
                    ..
                }
            ),
            "{error}"
        );
    }
    let third = bureau
        .reissue((again.job, 2), Why::Damaged, None, today())
        .unwrap();
    assert_eq!(bureau.status(ZHANG), (CardStatus::Ordered, third.job, 2));
}

#[test]
fn the_old_number_is_kept_where_the_profile_says_so() {
    let bureau = Bureau::new();
    let first = bureau
        .create("first", profile("2.00", "replacement = \"old\""))
        .job;
    let old = bureau.make_card(first, 2, 0x53, None);
    let again = bureau
        .reissue((first, 2), Why::Damaged, None, today())
        .unwrap();
    assert_eq!(again.cards, [(2, old.card_number)]);
    let new = bureau.make_card(again.job, 2, 0x54, None);
    assert_eq!(new.card_number, old.card_number);
}

/// Two requests at the same time, both made before one is kept: the register takes one.
#[test]
fn a_second_living_card_is_refused_by_the_register_too() {
    let bureau = Bureau::new();
    let first = bureau.create("first", profile("3.00", "")).job;
    bureau.make_card(first, 2, 0x55, None);
    let record = bureau.register.job(first).unwrap();
    let cards = [bureau.old(first, 2).unwrap()];
    let make = |name: &str, cards: &[Old]| {
        let reissue = Reissue {
            job: &record,
            cards,
            why: Why::Lost,
            reason: "",
            profile: None,
            name,
            today: today(),
        };
        reissue.make(&bureau.register, &bureau.vault)
    };
    // the same order twice in one job
    let twice = [cards[0].clone(), cards[0].clone()];
    let error = make("twice", &twice).unwrap_err();
    assert!(
        matches!(
            error,
            ReissueError::Refused {
                row: 2,
                reason: Reason::HasCard {
                    status: CardStatus::Ordered,
                    ..
                }
            }
        ),
        "{error}"
    );
    assert_eq!(bureau.register.jobs().unwrap().len(), 1);
    assert_eq!(bureau.status(ZHANG), (CardStatus::Living, first, 2));
    let one = make("one", &cards).unwrap();
    let error = make("two", &cards).unwrap_err();
    assert!(error.to_string().contains("job one already"), "{error}");
    assert_eq!(bureau.status(ZHANG).1, one.job);
}

#[test]
fn an_expired_card_is_renewed_from_ninety_days_before() {
    let bureau = Bureau::new();
    let first = bureau
        .create("first", profile("3.00", "valid_years = 1"))
        .job;
    let old = bureau.make_card(first, 2, 0x56, None);
    assert_eq!(old.valid_to, Date::parse("20271201").unwrap());
    let early = Date::parse("20270901").unwrap();
    let error = bureau
        .reissue((first, 2), Why::Expired, None, early)
        .unwrap_err();
    assert!(error.say(Lang::En).contains("until 2027-12-01"), "{error}");
    assert!(error.say(Lang::Zh).contains("90 天"));
    assert_eq!(bureau.status(ZHANG), (CardStatus::Living, first, 2));
    let due = Date::parse("20270902").unwrap();
    bureau.reissue((first, 2), Why::Expired, None, due).unwrap();
    let events = bureau.register.card_events(first, 2).unwrap();
    assert_eq!(events[0].status, CardStatus::Expired);
}

#[test]
fn a_card_of_a_later_generation_with_what_the_old_card_says() {
    let bureau = Bureau::new();
    let first = bureau.create("first", profile("2.00", "")).job;
    let decided = bureau.make_card(first, 2, 0x57, None);
    let v3 = profile("3.00", "valid_years = 5");
    let error = bureau
        .reissue((first, 2), Why::NewGeneration, None, today())
        .unwrap_err();
    assert!(matches!(error, ReissueError::NotNewer { .. }), "{error}");

    let mut card = OldCard {
        number: ZHANG.into(),
        name: "张三".into(),
        ethnic_group: "01".into(),
        birthplace: "110105".into(),
        card_number: decided.card_number.to_string(),
        region: "110105".into(),
        version: "2.00".into(),
        issue_date: "20261201".into(),
        valid_to: "20361201".into(),
    };
    assert_eq!(compare(&decided, &card).unwrap(), []);
    card.name = "张叁".into();
    let differences = compare(&decided, &card).unwrap();
    let fields: Vec<_> = differences
        .iter()
        .map(|one| (one.field, &*one.register, &*one.card))
        .collect();
    assert_eq!(fields, [("name", "张三", "张叁")]);
    let mut other = card.clone();
    other.number = "440106198511023469".into();
    let error = compare(&decided, &other).unwrap_err();
    assert!(
        matches!(error, ReissueError::OtherPerson { .. }) && !error.to_string().contains("198511")
    );
    other.clone_from(&card);
    other.card_number = "A00000003".into();
    assert!(matches!(
        compare(&decided, &other),
        Err(ReissueError::OtherCard { .. })
    ));

    let mut cards = [bureau.old(first, 2).unwrap()];
    let holder = card.holder(&decided).unwrap();
    cards[0].take(holder);
    let record = bureau.register.job(first).unwrap();
    let reissue = Reissue {
        job: &record,
        cards: &cards,
        why: Why::NewGeneration,
        reason: "",
        profile: Some((&v3, Path::new("/profiles/next.toml"))),
        name: "v3",
        today: today(),
    };
    let again = reissue.make(&bureau.register, &bureau.vault).unwrap();
    let new = bureau.make_card(again.job, 2, 0x58, None);
    assert_eq!(new.holder.name.as_str(), "张叁");
    assert_eq!(new.model.generation, apdu_specs::Generation::V3);
    assert_eq!(new.valid_to, Date::parse("20311201").unwrap());
    assert_eq!(
        bureau.register.card_events(first, 2).unwrap()[0].status,
        CardStatus::Replaced
    );
}

/// A chip whose last answer is not noted may be the person's card: no second one before the operator says that it is destroyed.
#[test]
fn a_chip_that_may_be_finished_stands_in_the_way() {
    let bureau = Bureau::new();
    let first = bureau.create("first", profile("3.00", "")).job;
    bureau.make_card(first, 2, 0x59, Some(Step::Secure));
    let error = bureau
        .reissue((first, 2), Why::Damaged, None, today())
        .unwrap_err();
    assert!(
        matches!(error, ReissueError::MayBeFinished { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("--chip-destroyed"), "{error}");
    bureau
        .register
        .chip_destroyed(first, 2, "shredded", "已粉碎")
        .unwrap();
    let order = bureau.register.order(first, 2).unwrap().unwrap();
    assert_eq!((order.state, order.chip), (OrderState::ToBeRemade, None));
    bureau.make_card(first, 2, 0x5A, None);
    assert_eq!(bureau.status(ZHANG), (CardStatus::Living, first, 2));
}

/// What other keys have sealed is not opened, and a profile whose range is used up leaves nothing.
#[test]
fn other_keys_and_a_used_up_range_change_nothing() {
    let bureau = Bureau::new();
    let first = bureau.create("first", profile("3.00", "")).job;
    bureau.make_card(first, 2, 0x5B, None);
    let record = bureau.register.job(first).unwrap();
    let own = Vault::generate([("ISD/SCP03", 1, ssc_keys::RootKind::Aes)]).unwrap();
    let error = Old::of(&bureau.register, &own, &record, 2).unwrap_err();
    assert!(matches!(error, ReissueError::Sealing(_)), "{error}");
    let small = Profile::parse("name = \"s\"\ngeneration = \"3.00\"\npin = \"batch\"\n[[card_numbers]]\nfirst = \"A0000001\"\nlast = \"A0000002\"\n").unwrap();
    let error = bureau
        .reissue((first, 2), Why::Lost, Some(&small), today())
        .unwrap_err();
    assert!(
        matches!(
            &error,
            ReissueError::Refused {
                reason: Reason::RangeUsedUp,
                ..
            }
        ),
        "{error}"
    );
    let none = Profile::parse("name = \"s\"\ngeneration = \"3.00\"\npin = \"batch\"\n").unwrap();
    let error = bureau
        .reissue((first, 2), Why::Lost, Some(&none), today())
        .unwrap_err();
    assert!(matches!(error, ReissueError::Row { row: 2, .. }), "{error}");
    assert_eq!(bureau.register.jobs().unwrap().len(), 1);
    assert!(bureau.register.card_events(first, 2).unwrap().is_empty());
    assert_eq!(bureau.status(ZHANG), (CardStatus::Living, first, 2));
}
