//! Names of jobs.

use ssc_bureau::register::{Intake, RegisterError};

use crate::books::{Books, new_job};

#[test]
fn a_job_has_a_name_that_is_no_number_and_no_option() {
    for books in Books::both() {
        let long = "长".repeat(101);
        for name in [
            "",
            "1",
            "20260503",
            "-h",
            "--json",
            "a\nb",
            "a\u{1b}[2Jb",
            " a",
            &long,
        ] {
            let fill = &mut |_: &mut Intake<'_, '_>| Ok::<_, RegisterError>(());
            let refused = books.register.create_job(&new_job(name), fill);
            let name = name.to_owned();
            assert_eq!(refused, Err(RegisterError::BadName { name }));
        }
        for (at, name) in ["1a", "批次 7", "it's", &long[3..]].into_iter().enumerate() {
            let job = books.job(name, at as u32 * 10 + 1, 1);
            assert_eq!(books.register.meant(name).unwrap().id, job);
            assert_eq!(books.register.meant(&job.to_string()).unwrap().id, job);
        }
        let name = "it's".to_owned();
        let said = RegisterError::NameTaken { name }.to_string();
        assert!(said.contains("`ssc job status 'it'\\''s'`"), "{said}");
        // An old job that is named by another one's number is not taken for it.
        books
            .probe("UPDATE jobs SET name = '1' WHERE id = 2")
            .unwrap();
        let two = RegisterError::TwoJobs {
            word: "1".into(),
            named: ssc_bureau::register::JobId(2),
        };
        assert_eq!(books.register.meant("1"), Err(two));
        assert_eq!(
            books.register.meant("2").unwrap().id,
            ssc_bureau::register::JobId(2)
        );
        let none = books.register.meant("9").unwrap_err();
        assert_eq!(none, RegisterError::NoJob { name: "9".into() });
    }
}
