//! Where targets wait for what the rooms do: one runtime for all of them.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"))
}

/// Does it and waits for its end.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    runtime().block_on(work)
}

/// Has it go on beside everything else.
pub fn apart(work: impl Future<Output = ()> + Send + 'static) {
    drop(runtime().spawn(work));
}
