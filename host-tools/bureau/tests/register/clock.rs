//! A wrong clock is refused before anything is written by it.

use ssc_bureau::register::{Clock as _, RegisterError};

use crate::books::{Books, LONG};

#[test]
fn a_clock_that_went_back_is_refused() {
    for books in Books::both() {
        let job = books.job("one", 1, 2);
        books.clock.add(-60_000);
        let lease = books.lease(job).unwrap();
        let back = Err(RegisterError::ClockBack { seconds: 60 });
        assert_eq!(
            books.register.write(&lease, &[crate::books::met("C1")]),
            back
        );
        let again = books.again();
        assert_eq!(again.err(), back.err());
        // And the job can go on when it is right again.
        books.clock.add(60_000);
        assert!(books.again().is_ok());
        assert!(books.register.renew(&lease, LONG).is_err());
        assert!(books.lease(job).is_some());
    }
}

#[test]
fn a_clock_before_the_build_is_refused() {
    let books = Books::in_file();
    books.clock.add(-books.clock.now() + 1_000_000_000_000);
    let refused = books.again();
    assert_eq!(refused.err(), Some(RegisterError::ClockBeforeBuild));
}
