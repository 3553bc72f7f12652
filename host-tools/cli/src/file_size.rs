//! A limit on the size of files (`ulimit -f`) is an error in words, and not a signal that ends `ssc` in the middle of a file.

/// From now on a write above the limit fails (EFBIG), and what was begun can be taken back.
pub fn is_an_error() {
    #[cfg(unix)]
    {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;
        let nobody = Arc::new(AtomicBool::new(false));
        // Where it cannot be caught, the signal ends the program as it did before.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, nobody);
    }
}
