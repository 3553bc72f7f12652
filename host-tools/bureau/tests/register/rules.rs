//! What the register refuses: a number twice, a second card for one person, a chip for two orders, a second chip for one order.

use ssc_bureau::journal::Note;
use ssc_bureau::register::{
    CardStatus, ChipState, Filter, Intake, JobState, NewRejected, OrderState, Reason,
    RegisterError, Replacement, Taken, Wanted,
};
use ssc_bureau::steps::Step;
use ssc_person::CardNumber;

use crate::books::{Books, LONG, begins, done, loaded, met, new_job, order, take};

fn finish(books: &Books, lease: &ssc_bureau::register::Lease, serial: &str) {
    let mut notes = loaded(serial);
    notes.extend([begins(Step::Secure), done(Step::Secure), Note::Issued]);
    books.register.write(lease, &notes).unwrap();
}

#[test]
fn a_card_number_is_never_given_twice() {
    for books in Books::both() {
        let register = &books.register;
        let one = books.job("one", 1, 3);
        let given = CardNumber::from_serial(5).unwrap();
        let mut taken = Vec::new();
        let job = register.create_job(&new_job("two"), &mut |intake: &mut Intake<'_, '_>| {
            let mut named = |row, serial| {
                let mut order = order(row, &format!("p{row}"), 1);
                order.card_number = Wanted::Given(CardNumber::from_serial(serial).unwrap());
                take(intake, order)
            };
            // The range of job one goes on behind its three, and leaves out the one that is named before its turn, or after it was looked up.
            taken.push(named(2, 2)?);
            taken.push(named(3, 5)?);
            taken.push(named(4, 5)?);
            taken.push(take(intake, order(5, "p5", 1))?);
            let mut late = order(6, "p6", 1);
            late.card_number = Wanted::Given(CardNumber::from_serial(6).unwrap());
            taken.push(take(intake, late)?);
            for row in 7..600 {
                taken.push(take(intake, order(row, &format!("p{row}"), 1))?);
            }
            Ok::<_, RegisterError>(())
        });
        let job = job.unwrap();
        let refused = |job, row| Taken::Refused(Reason::NumberGiven { job, row });
        assert_eq!(taken[0], refused(one, 3));
        assert_eq!(taken[1], Taken::Ok(given));
        assert_eq!(taken[2], refused(job, 3));
        let of = |serial| Taken::Ok(CardNumber::from_serial(serial).unwrap());
        assert_eq!(taken[3..6], [of(4), of(6), of(7)]);
        let mut numbers: Vec<_> = register
            .orders(job, 0, 1_000, Filter::All)
            .unwrap()
            .into_iter()
            .filter_map(|order| order.card_number)
            .collect();
        assert_eq!(numbers.len(), 598 - 2);
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 598 - 2);
        // Where a program forgot to look, the table itself refuses.
        let twice =
            books.probe("INSERT INTO card_numbers (number, job, line) VALUES ('000000019', 2, 9)");
        assert!(twice.unwrap_err().to_string().contains("already"));
        // A range is one institution's.
        assert_eq!(
            register.reserve_range("other", 9_000, 20_000),
            Err(RegisterError::RangeTaken {
                owner: "bureau".into()
            })
        );
        register.reserve_range("other", 10_001, 20_000).unwrap();
        assert_eq!(register.ranges().unwrap()[0].next, 600);
    }
}

#[test]
fn a_range_that_is_used_up_refuses_the_row() {
    for books in Books::both() {
        let mut taken = Vec::new();
        let made = books
            .register
            .create_job(&new_job("one"), &mut |intake: &mut Intake<'_, '_>| {
                for row in 2..6 {
                    let mut order = order(row, &format!("p{row}"), 1);
                    order.card_number = Wanted::FromRanges {
                        ranges: vec![(1, 1), (5, 6)],
                        owner: "bureau".into(),
                    };
                    taken.push(take(intake, order)?);
                }
                Ok::<_, RegisterError>(())
            });
        assert_eq!(taken[3], Taken::Refused(Reason::RangeUsedUp));
        let counts = books.register.counts(made.unwrap()).unwrap();
        assert_eq!(counts.of(OrderState::Rejected), 1);
        assert_eq!(counts.remaining(), 3);
    }
}

#[test]
fn a_second_card_is_a_replacement_with_its_reason() {
    for books in Books::both() {
        let register = &books.register;
        // Somebody from Hong Kong has no citizen number and is a person too.
        let person = "HKG012345678";
        let lost = |keeps_number| Replacement {
            status: CardStatus::Lost,
            reason: "lost in a bus".into(),
            keeps_number,
        };
        let ask = |name: &str, replaces: Vec<Option<Replacement>>| {
            let mut taken = Vec::new();
            let job = register.create_job(&new_job(name), &mut |intake: &mut Intake<'_, '_>| {
                let orders = replaces.iter().enumerate().map(|(at, replaces)| {
                    let mut order = order(at + 2, person, 1);
                    order.replaces.clone_from(replaces);
                    order
                });
                for order in orders {
                    taken.push(take(intake, order)?);
                }
                Ok::<_, RegisterError>(())
            });
            (job.unwrap(), taken)
        };
        let number = |serial| CardNumber::from_serial(serial).unwrap();
        let has = |status, job, row| Taken::Refused(Reason::HasCard { status, job, row });

        let (job, taken) = ask("one", vec![Some(lost(false)), None, None]);
        assert_eq!(taken[0], Taken::Refused(Reason::NoCard));
        assert_eq!(taken[1], Taken::Ok(number(1)));
        assert_eq!(taken[2], has(CardStatus::Ordered, job, 3));
        // Not before it has the first.
        assert_eq!(
            ask("two", vec![Some(lost(false))]).1,
            [has(CardStatus::Ordered, job, 3)]
        );
        assert_eq!(
            register.set_card_status(person, "ssc", CardStatus::Lost, "a bus"),
            Err(RegisterError::NoCard)
        );
        let lease = books.lease(job).unwrap();
        finish(&books, &lease, "C1");
        assert_eq!(
            ask("three", vec![None]).1,
            [has(CardStatus::Living, job, 3)]
        );
        register
            .set_card_status(person, "ssc", CardStatus::Lost, "a bus")
            .unwrap();
        // A lost card is still the person's: the next one is a replacement, and there is one of it.
        assert_eq!(ask("four", vec![None]).1, [has(CardStatus::Lost, job, 3)]);
        let (again, taken) = ask("five", vec![Some(lost(false)), Some(lost(true))]);
        assert_eq!(
            taken,
            [Taken::Ok(number(2)), has(CardStatus::Ordered, again, 2)]
        );
        let order = register.order(again, 2).unwrap().unwrap();
        assert_eq!(order.replaced_card.as_deref(), Some("000000019"));
        assert_eq!(order.replaced_why.as_deref(), Some("lost in a bus"));
        finish(&books, &books.lease(again).unwrap(), "C2");
        let (_, taken) = ask("six", vec![Some(lost(true))]);
        assert_eq!(taken, [Taken::Ok(number(2))]);
        register.verify_chain(job).unwrap();
        books.whole(job);
    }
}

#[test]
fn a_job_is_made_whole_or_not_at_all() {
    for books in Books::both() {
        let register = &books.register;
        let one = books.job("one", 1, 1);
        let taken = |name: &str, batch: &str| {
            let mut job = new_job(name);
            job.batch_sha256 = batch.as_bytes().to_vec();
            register.create_job(&job, &mut |_| Ok::<_, RegisterError>(()))
        };
        let known = |name: &str| RegisterError::BatchKnown {
            job: name.into(),
            left: 1,
        };
        let name = "one".to_owned();
        assert_eq!(taken("one", "x"), Err(RegisterError::NameTaken { name }));
        assert_eq!(taken("two", "one"), Err(known("one")));
        let broken = register.create_job(&new_job("two"), &mut |intake: &mut Intake<'_, '_>| {
            for row in 2..1_200 {
                take(intake, order(row, &format!("p{row}"), 1))?;
            }
            Err(RegisterError::NoCard)
        });
        assert_eq!(broken, Err(RegisterError::NoCard));
        assert_eq!(register.jobs().unwrap().len(), 1);
        assert_eq!(register.citizen("p7", "ssc").unwrap(), None);
        // Its numbers are free, and a row that was refused has its reason.
        let two = register.create_job(&new_job("two"), &mut |intake: &mut Intake<'_, '_>| {
            intake.rejected(NewRejected {
                row: 2,
                english: "no such day".into(),
                chinese: "没有这一天".into(),
                ..NewRejected::default()
            })?;
            take(intake, order(3, "p3", 1)).map(drop)
        });
        let two = two.unwrap();
        let orders = register.orders(two, 0, 10, Filter::All).unwrap();
        assert_eq!(orders[0].state, OrderState::Rejected);
        assert_eq!(orders[0].reason.as_ref().unwrap().1, "没有这一天");
        assert_eq!(orders[1].card_number.as_deref(), Some("000000027"));
        register.set_job_state(one, JobState::Closed).unwrap();
        assert!(taken("three", "one").is_ok());
        let job = "one".to_owned();
        assert_eq!(
            register.set_job_state(one, JobState::Running),
            Err(RegisterError::JobClosed { job })
        );
        assert_eq!(register.find("two").unwrap().unwrap().id, two);
        assert_eq!(register.by_batch(b"one").unwrap().len(), 2);
    }
}

#[test]
fn a_chip_is_one_orders() {
    for books in Books::both() {
        let register = &books.register;
        let job = books.job("one", 1, 3);
        let (two, three) = (books.lease(job).unwrap(), books.lease(job).unwrap());
        let load = |serial| [met(serial), begins(Step::Load)];
        let taken = |serial: &str, row| RegisterError::ChipTaken {
            serial: serial.into(),
            job,
            row,
        };
        register.write(&two, &load("C1")).unwrap();
        // Twins: the same serial for another order, in one job.
        let seq = register.job(job).unwrap().last_seq;
        assert_eq!(register.write(&three, &load("C1")), Err(taken("C1", 2)));
        assert_eq!(register.job(job).unwrap().last_seq, seq, "nothing is noted");
        // It may be met: whatever lies in the reader is noted.
        register.write(&three, &[met("C1")]).unwrap();
        assert_eq!(
            register.write(&three, &[begins(Step::Load)]),
            Err(taken("C1", 2))
        );
        // Another chip for the order: the one before is set aside with it, and is never used again.
        register.write(&two, &load("C2")).unwrap();
        let chip = |serial| register.chip(serial).unwrap().unwrap();
        assert_eq!(chip("C1").state, ChipState::SetAside);
        assert_eq!(register.write(&two, &load("C1")), Err(taken("C1", 2)));
        // A foreign one is known from now on.
        let aside = Note::SetAside {
            serial: "F".into(),
            english: "foreign".into(),
            chinese: "外来".into(),
        };
        register.write(&two, &[aside]).unwrap();
        assert_eq!(register.write(&three, &load("F")), Err(taken("F", 2)));
        // Nothing is issued that was not loaded, compared and secured.
        let issued = |lease| register.write(lease, &[Note::Issued]);
        assert!(matches!(
            issued(&two),
            Err(RegisterError::OutOfOrder { .. })
        ));
        let secure = register.write(&two, &[met("C2"), begins(Step::Secure)]);
        assert!(matches!(secure, Err(RegisterError::OutOfOrder { .. })));
        finish(&books, &two, "C2");
        assert!(matches!(
            issued(&two),
            Err(RegisterError::OutOfOrder { .. })
        ));
        assert_eq!(register.write(&three, &load("C2")), Err(taken("C2", 2)));
        register.verify_chain(job).unwrap();
        books.whole(job);
    }
}

#[test]
fn no_second_chip_while_the_first_may_be_finished() {
    for books in Books::both() {
        let register = &books.register;
        let job = books.job("one", 1, 1);
        let lease = books.lease(job).unwrap();
        let mut notes = loaded("C1");
        notes.push(begins(Step::Secure));
        register.write(&lease, &notes).unwrap();
        let finished = || RegisterError::MayBeFinished {
            row: 2,
            serial: "C1".into(),
        };
        let load = [met("C2"), begins(Step::Load)];
        assert_eq!(register.write(&lease, &load), Err(finished()));
        assert_eq!(register.set_aside("C1", "", ""), Err(finished()));
        register.release(&lease).unwrap();
        // No head gets it by its turn, at any time.
        books.clock.add(3_600_000);
        assert_eq!(books.lease(job), None);
        let leased = register.lease_row(job, 2, "head", LONG).unwrap().unwrap();
        assert_eq!(leased.order.chip.as_deref(), Some("C1"));
        assert_eq!(register.write(&leased.lease, &load), Err(finished()));
        // The chip comes back and is asked.
        let back = [
            met("C1"),
            begins(Step::Confirm),
            done(Step::Confirm),
            Note::Issued,
        ];
        register.write(&leased.lease, &back).unwrap();
        let delivered = register.order(job, 2).unwrap().unwrap();
        assert_eq!(delivered.state, OrderState::Delivered);
        assert_eq!(
            register.lease_row(job, 2, "head", LONG).unwrap().map(drop),
            None
        );

        // Or it is destroyed, and the operator says so.
        let job = books.job("two", 20_001, 1);
        let lease = books.lease(job).unwrap();
        let notes: Vec<_> = loaded("C3")
            .into_iter()
            .chain([begins(Step::Secure)])
            .collect();
        register.write(&lease, &notes).unwrap();
        let destroyed = || register.chip_destroyed(job, 2, "cut in two", "已剪断");
        let refused = destroyed().unwrap_err();
        assert!(
            matches!(&refused, RegisterError::Leased { row: 2, worker, .. } if *worker == lease.worker),
            "{refused}"
        );
        register.release(&lease).unwrap();
        destroyed().unwrap();
        assert_eq!(
            register.order(job, 2).unwrap().unwrap().state,
            OrderState::ToBeRemade
        );
        let lease = books.lease(job).unwrap();
        finish(&books, &lease, "C4");
        register.verify_chain(job).unwrap();
        books.whole(job);
    }
}

#[test]
fn a_late_worker_does_nothing() {
    for books in Books::both() {
        let register = &books.register;
        let job = books.job("one", 1, 2);
        let late = books.lease(job).unwrap();
        let load = [met("C1"), begins(Step::Load)];
        register.write(&late, &load).unwrap();
        // Its time is over: it begins nothing, but what has happened is still noted.
        books.clock.add(61_000);
        let fenced = Err(RegisterError::Fenced { row: 2 });
        assert_eq!(register.write(&late, &[begins(Step::Check)]), fenced);
        register.write(&late, &[done(Step::Load)]).unwrap();
        assert_eq!(register.renew(&late, LONG), fenced);
        // Another has the order now.
        let now = books.lease(job).unwrap();
        assert_eq!((now.row, now.fence), (2, late.fence + 1));
        for notes in [&[done(Step::Load)][..], &[Note::Issued], &[met("C1")]] {
            assert_eq!(register.write(&late, notes), fenced);
        }
        assert_eq!(register.release(&late), fenced);
        assert_eq!(register.renew(&late, LONG), fenced);
        register.write(&now, &load).unwrap();
        // A paused job gives no order.
        register.set_job_state(job, JobState::Paused).unwrap();
        assert_eq!(books.lease(job), None);
        register.set_job_state(job, JobState::Ready).unwrap();
        assert_eq!(books.lease(job).unwrap().row, 3);
    }
}
