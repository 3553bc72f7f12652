//! A job that is closed before all of its cards are made.

use ssc_bureau::journal::Note;
use ssc_bureau::register::{
    CardStatus, ChipState, Intake, JobState, OrderState, RegisterError, Replacement, Taken,
};
use ssc_bureau::steps::Step;

use ssc_bureau::register::{Reason, Wanted};
use ssc_person::CardNumber;

use crate::books::{Books, LONG, begins, loaded, met, new_job, order, take};

#[test]
fn persons_of_a_closed_job_can_be_ordered_anew() {
    for books in Books::both() {
        let register = &books.register;
        let again = |name: &str, person: &str, replaces: Option<Replacement>| {
            let mut taken = None;
            let fill = &mut |intake: &mut Intake<'_, '_>| {
                let mut order = order(2, person, 1);
                order.replaces.clone_from(&replaces);
                taken = Some(take(intake, order)?);
                Ok::<_, RegisterError>(())
            };
            let job = register.create_job(&new_job(name), fill).unwrap();
            (job, taken.unwrap())
        };
        let number = |taken: Taken| match taken {
            Taken::Ok(number) => number.as_str().to_owned(),
            Taken::Refused(reason) => panic!("{reason:?}"),
        };
        let job = books.job("one", 1, 1_200);
        let lease = books.lease(job).unwrap();
        let mut made = loaded("C1");
        made.push(begins(Step::Secure));
        register.write(&lease, &made).unwrap();
        let half = books.lease(job).unwrap();
        register
            .write(&half, &[met("C2"), begins(Step::Load)])
            .unwrap();

        // Not while a head works, and not while a card may be a person's.
        let refused = register.close_job(job).unwrap_err();
        let RegisterError::Leased { row: 2, worker, .. } = &refused else {
            panic!("{refused}");
        };
        let said = refused.to_string();
        assert!(
            said.contains(worker) && said.contains("`ssc job pause one`"),
            "{said}"
        );
        assert!(!said.contains("put it in again"), "{said}");
        register.release(&lease).unwrap();
        assert!(matches!(
            register.close_job(job),
            Err(RegisterError::MayBeFinished { .. })
        ));
        let back = register.lease_row(job, 2, "head", LONG).unwrap().unwrap();
        register
            .write(&back.lease, &[met("C1"), Note::Issued])
            .unwrap();
        register.release(&half).unwrap();
        assert_eq!(register.close_job(job), Ok(1_199));
        assert_eq!(register.close_job(job), Ok(0));
        assert_eq!(register.job(job).unwrap().state, JobState::Closed);
        let counts = register.counts(job).unwrap();
        assert_eq!(
            (
                counts.of(OrderState::Delivered),
                counts.of(OrderState::Rejected)
            ),
            (1, 1_199)
        );
        assert_eq!(
            register.chip("C2").unwrap().unwrap().state,
            ChipState::SetAside
        );
        assert_eq!(books.lease(job), None);
        assert!(register.write(&half, &[met("C2")]).is_err());

        // Whoever has no card is ordered anew, with a number that nobody had; whoever has one is not.
        assert_eq!(number(again("two", "one-3", None).1), "00001201X");
        assert!(matches!(again("three", "one-2", None).1, Taken::Refused(_)));

        // A replacement that is taken back leaves the card that the person had.
        let lost = || Replacement {
            status: CardStatus::Lost,
            reason: "in a bus".into(),
            keeps_number: false,
        };
        let (replacement, taken) = again("four", "one-2", Some(lost()));
        number(taken);
        register.close_job(replacement).unwrap();
        let has = register.citizen("one-2", "ssc").unwrap().unwrap();
        assert_eq!((has.status, has.job, has.row), (CardStatus::Lost, job, 2));
        assert_eq!(has.card_number, "000000019");
        number(again("five", "one-2", Some(lost())).1);
        for job in register.jobs().unwrap() {
            register.verify_chain(job.id).unwrap();
            books.whole(job.id);
        }
    }
}

/// A batch that names its numbers can be made again after its job was closed: by the same persons, and where no chip had the number.
#[test]
fn a_named_number_stays_its_persons() {
    for books in Books::both() {
        let register = &books.register;
        let make = |name: &str, persons: [&str; 2]| {
            let mut taken = Vec::new();
            let fill = &mut |intake: &mut Intake<'_, '_>| {
                for (at, person) in persons.iter().enumerate() {
                    let mut order = order(at + 2, person, 1);
                    let number = CardNumber::from_serial(at as u32 + 77).unwrap();
                    order.card_number = Wanted::Given(number);
                    taken.push(take(intake, order)?);
                }
                Ok::<_, RegisterError>(())
            };
            (register.create_job(&new_job(name), fill).unwrap(), taken)
        };
        let (one, _) = make("one", ["a", "b"]);
        let lease = books.lease(one).unwrap();
        register
            .write(&lease, &[met("C1"), begins(Step::Load)])
            .unwrap();
        register.release(&lease).unwrap();
        register.close_job(one).unwrap();
        let given = |job, row| Taken::Refused(Reason::NumberGiven { job, row });
        // Another person does not get b's, and a's was on a chip.
        assert_eq!(make("two", ["a", "c"]).1, [given(one, 2), given(one, 3)]);
        let (three, taken) = make("three", ["a", "b"]);
        assert_eq!(taken[0], given(one, 2));
        assert_eq!(taken[1], Taken::Ok(CardNumber::from_serial(78).unwrap()));
        assert_eq!(make("four", ["a", "c"]).1[1], given(three, 3));
    }
}
