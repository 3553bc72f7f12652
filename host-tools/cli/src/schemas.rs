//! The JSON schemas in `docs/schemas`, which are made from the types that are printed. A test; with SSC_WRITE_SCHEMAS=1 it writes them.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};

use crate::commands::audit::Verified;
use crate::commands::job::{List, Remaining, Status, Written};
use crate::screen::Line;

fn schema<T: JsonSchema>() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    format!("{:#}\n", schema.as_value())
}

#[test]
fn the_schemas_are_those_of_what_is_printed() {
    let folder = ssc_harness::house::root().join("docs/schemas");
    for (name, made) in [
        ("run-events", schema::<Line<'_>>()),
        ("job-list", schema::<List>()),
        ("job-status", schema::<Status>()),
        ("job-remaining", schema::<Remaining>()),
        ("job-report", schema::<Written>()),
        ("audit-verify", schema::<Verified>()),
    ] {
        let path = folder.join(name).with_extension("json");
        if std::env::var_os("SSC_WRITE_SCHEMAS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(kept, made, "{name}: SSC_WRITE_SCHEMAS=1 writes it");
    }
}
