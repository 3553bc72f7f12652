//! A process that holds keys leaves none of them in a core dump, and lets no other process of the same user look into its memory.

/// From now on nothing of this process is dumped. The limit holds for programs that it starts too.
pub fn forbid() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        // To lower a limit is always allowed.
        let _ = setrlimit(Resource::Core, none);
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // The limit does not hold where the system pipes dumps into a program; this does, and it never fails for this value.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
