//! Every constructor of `commands` against the row of its command: parameters, length, Le, and the name in errors.

mod samples;

use apdu_specs::Application;
use apdu_specs::applications::{find, words};
use apdu_specs::commands::{Cases, LeRule};
use apdu_specs::le;
use ssc_reader::CommandApdu;
use ssc_reader::commands::ssc;

use samples::all;

/// What of its row a command breaks.
fn broken(application: Application, name: &str, command: &CommandApdu) -> Option<String> {
    let [cla, ins, p1, p2] = command.header();
    let row = match find(application, cla, ins, p1, p2) {
        Ok(row) => row,
        Err(status) => return Some(format!("no row takes its header: {status}")),
    };
    let words = words(row)?;
    if words.name != name || command.name() != name {
        return Some(format!(
            "it is {}, and called {}",
            words.name,
            command.name()
        ));
    }
    if words.secret && !command.is_secret() {
        return Some("its data is secret, and no log is told".into());
    }
    let length = command.data_field().len();
    let case = match (length, command.ne()) {
        (0, None) => Cases::ONE,
        (0, Some(_)) => Cases::TWO,
        (_, None) => Cases::THREE,
        (_, Some(_)) => Cases::FOUR,
    };
    // SELECT of an EF and GET DATA may leave out their Le; nothing else may, nor ask where nothing is answered.
    if !row.cases.has(case) {
        return Some("its case is none of the row's".into());
    }
    if length > 0 && !(usize::from(row.lc_min)..=usize::from(row.lc_max)).contains(&length) {
        return Some(format!("{length} bytes of data"));
    }
    match command.ne() {
        Some(0) => Some("Ne is 0".into()),
        Some(ne) if ne > le::ALL => Some(format!("Ne is {ne}")),
        Some(_) if row.le == LeRule::Own && !row.cases.has(Cases::TWO) => {
            Some("it asks for an answer that the row does not have".into())
        }
        Some(_) | None => None,
    }
}

#[test]
fn each_constructor_keeps_the_rules_of_its_row() {
    for (application, constructor, name, command) in all() {
        // As a card asks its tables, whatever is selected.
        let asked = match application {
            Application::Any => Application::Ssc,
            other => other,
        };
        let broken = broken(asked, name, &command);
        assert_eq!(broken, None, "{application:?} {constructor}: {command:?}");
    }
}

/// The judge itself finds what is wrong.
#[test]
fn a_constructor_that_breaks_its_row_is_found() {
    let wrong = |application, name, command: CommandApdu| broken(application, name, &command);
    let secret = "its data is secret, and no log is told";
    for (found, why) in [
        (
            wrong(
                Application::Ssc,
                "READ RECORD",
                CommandApdu::new(0x00, 0xB2, 1, 0x07).le(0),
            ),
            "6A86",
        ),
        (
            wrong(
                Application::Ssc,
                "VERIFY",
                CommandApdu::new(0x80, 0x20, 0, 0),
            ),
            "6E00",
        ),
        (
            wrong(
                Application::Ssc,
                "READ RECORD",
                CommandApdu::new(0x00, 0xB2, 1, 4),
            ),
            "case",
        ),
        (
            wrong(
                Application::Ssc,
                "VERIFY",
                CommandApdu::new(0x00, 0x20, 0, 0).data(&[0; 9]).secret(),
            ),
            "9 bytes",
        ),
        (
            wrong(
                Application::Ssc,
                "VERIFY",
                CommandApdu::new(0x00, 0x20, 0, 0).data(&[0; 8]),
            ),
            secret,
        ),
        (
            wrong(Application::Ssc, "VERIFY", ssc::get_challenge(8)),
            "it is GET CHALLENGE",
        ),
        (
            wrong(Application::Ssc, "GET CHALLENGE", ssc::get_challenge(300)),
            "Ne is 300",
        ),
    ] {
        assert!(
            found.as_ref().is_some_and(|found| found.contains(why)),
            "{why}: {found:?}"
        );
    }
}

/// No constructor is left out of `samples`: their names are read out of the sources.
#[test]
fn every_constructor_is_tried() {
    for (file, source) in [
        (&["Any"][..], include_str!("../../src/commands/any.rs")),
        (&["Ssc"], include_str!("../../src/commands/ssc.rs")),
        (&["Domain"], include_str!("../../src/commands/domain.rs")),
        (&["Psam"], include_str!("../../src/commands/psam.rs")),
        (
            &["Certificates"],
            include_str!("../../src/commands/certificates.rs"),
        ),
    ] {
        let constructors = source.lines().filter_map(|line| {
            let name = line.strip_prefix("pub fn ")?;
            name.split_once('(').map(|(name, _)| name)
        });
        for constructor in constructors {
            let tried = all().iter().any(|(application, tried, ..)| {
                *tried == constructor && file.contains(&&*format!("{application:?}"))
            });
            assert!(tried, "{file:?} {constructor}");
        }
    }
}
