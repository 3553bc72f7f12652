//! Random transactions, abandoned ones and resets: the store holds what a map would hold.

use crate::model::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Action {
    Commit(Vec<Change>),
    Abandon(Vec<Change>),
    Remount,
}

fn change() -> impl Strategy<Value = Change> {
    // few names, so that much is replaced; the last one allowed too
    let id = prop_oneof![8 => 0u16..40, 1 => Just(0xFFFF)];
    let data = prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..40),
        1 => prop::collection::vec(any::<u8>(), 0..=272),
        1 => (0usize..=272).prop_map(|len| vec![0xFF; len]),
    ];
    prop_oneof![4 => (id.clone(), data).prop_map(|(id, data)| Change::Put(id, data)), 1 => id.prop_map(Change::Delete)]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        12 => prop::collection::vec(change(), 0..4).prop_map(Action::Commit),
        1 => prop::collection::vec(change(), 20..33).prop_map(Action::Commit),
        1 => prop::collection::vec(change(), 0..12).prop_map(Action::Abandon),
        2 => Just(Action::Remount),
    ]
}

/// Runs the actions on the store and on the map.
fn follows_the_model<const P: usize, const W: usize>(pages: usize, actions: &[Action]) {
    let mut store = format::<P, W>(pages);
    let mut model = Model::new();
    for action in actions {
        match action {
            Action::Remount => store = remount(store),
            Action::Commit(changes) | Action::Abandon(changes) => {
                let abandon = matches!(action, Action::Abandon(_));
                let mut next = model.clone();
                let result: Result<(), StoreError> = store.transaction(|tx| {
                    for change in changes {
                        change.to_store(tx)?;
                        change.to_model(&mut next);
                        assert_eq!(content(tx)?, next, "reads see what is pending");
                    }
                    // TooLarge stands for any error of the caller
                    if abandon {
                        Err(StoreError::TooLarge)
                    } else {
                        Ok(())
                    }
                });
                match result {
                    Ok(()) => model = next,
                    Err(StoreError::TooLarge) => {}
                    Err(StoreError::Full) => {
                        let live: usize = next.values().map(|data| footprint(data.len())).sum();
                        assert!(
                            live + footprint(272) > store.capacity(),
                            "refused without need: {live}"
                        );
                    }
                    Err(error) => panic!("{error:?}"),
                }
            }
        }
        assert_eq!(content(&mut store).unwrap(), model);
        assert_eq!(
            store.used(),
            model
                .values()
                .map(|data| footprint(data.len()))
                .sum::<usize>()
        );
        assert_eq!(store.flash().violations(), 0);
    }
    let mut store = remount(store);
    assert_eq!(content(&mut store).unwrap(), model);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn small_pages_follow_the_model(actions in prop::collection::vec(action(), 1..120)) {
        follows_the_model::<512, 4>(40, &actions);
    }

    #[test]
    fn middle_pages_follow_the_model(actions in prop::collection::vec(action(), 1..120)) {
        follows_the_model::<2048, 8>(8, &actions);
    }

    #[test]
    fn large_pages_follow_the_model(actions in prop::collection::vec(action(), 1..120)) {
        follows_the_model::<4096, 8>(8, &actions);
    }
}
