//! Which application answers the next command, as far as the SELECTs on a line tell.

use apdu_specs::applications::any::AnyCommand;
use apdu_specs::applications::domain::names::ISSUER_SECURITY_DOMAIN;
use apdu_specs::applications::psam::SAM_ENVIRONMENTS;
use apdu_specs::applications::{ROOMS, psam};
use apdu_specs::files::{ElementaryFile, MF};
use apdu_specs::parameters::select;
use apdu_specs::{Application, Status};

use super::fields::{data_field, header};

/// What is selected after `command` was answered with `sw`; `None` where the command does not tell.
pub(super) fn after(now: Option<Application>, command: &[u8], sw: Status) -> Option<Application> {
    let [cla, ins, p1, p2] = header(command);
    if !sw.is_success() || !AnyCommand::Select.row().matches(cla, ins) {
        return now;
    }
    let data = data_field(command);
    let first = p2 != select::NEXT;
    match (p1, data) {
        (select::BY_NAME, name) if first && ISSUER_SECURITY_DOMAIN.starts_with(name) => {
            Some(Application::Domain)
        }
        (select::BY_NAME, name) => one(places().filter(|place| place.name.starts_with(name))),
        (select::BY_FID, []) => Some(Application::Ssc),
        (select::BY_FID | select::CHILD | select::ELEMENTARY_FILE, [high, low]) => {
            by_fid(now, u16::from_be_bytes([*high, *low]))
        }
        // A parent is of the same application or the MF, which is the social security card's.
        (select::PARENT, _) => now.filter(|now| *now == Application::Ssc),
        _ => None,
    }
}

fn by_fid(now: Option<Application>, fid: u16) -> Option<Application> {
    if fid == MF {
        return Some(Application::Ssc);
    }
    let named = || places().filter(move |place| place.fid == fid);
    // The ADFs of several applications have the same FID, each under its own DDF.
    let here = now.filter(|now| {
        named().any(|place| place.application == *now && !place.ddf) || has_file(*now, fid)
    });
    here.or_else(|| one(named()))
}

/// A directory that some card has.
struct Place {
    application: Application,
    ddf: bool,
    fid: u16,
    name: &'static [u8],
}

fn places() -> impl Iterator<Item = Place> {
    let directories = ROOMS.iter().flat_map(|room| room.directories);
    let directories = directories.map(|directory| Place {
        application: directory.application,
        ddf: directory.ddf,
        fid: directory.fid,
        name: directory.name,
    });
    let environments = SAM_ENVIRONMENTS.iter().flat_map(|environment| {
        [
            (true, environment.fid, environment.name),
            (
                false,
                environment.application_fid,
                environment.application_name,
            ),
        ]
    });
    directories.chain(environments.map(|(ddf, fid, name)| Place {
        application: Application::Psam,
        ddf,
        fid,
        name,
    }))
}

/// The application of all these places. A PSAM's first environment has the name and the FID of SSSE: they say nothing.
fn one(mut places: impl Iterator<Item = Place>) -> Option<Application> {
    let first = places.next()?.application;
    places
        .all(|place| place.application == first)
        .then_some(first)
}

fn has_file(application: Application, fid: u16) -> bool {
    let is = |file: &ElementaryFile| file.fid == fid;
    let directories = ROOMS.iter().flat_map(|room| room.directories);
    let of_directories = directories
        .filter(|directory| directory.application == application)
        .flat_map(|directory| directory.all_files)
        .any(is);
    of_directories
        || application == Application::Psam
            && (psam::SAM_FILES.iter())
                .chain(psam::SAM_APPLICATION_FILES)
                .any(is)
}
