//! The memory of guests, looked at when their call is over.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use wasmtime::{
    Config, InstanceAllocationStrategy, LinearMemory, MemoryCreator, MemoryType, OptLevel, RegallocAlgorithm,
};

const PAGE_BYTES: usize = 4_096;
const EMPTY: [u8; PAGE_BYTES] = [0; PAGE_BYTES];
/// What one memory may grow to; the limits of plugins allow no more.
const CAPACITY_BYTES: usize = 64 << 20;

/// What guests left behind: every page that holds anything but what the first guest left there too (a program's own texts,
/// which are searched once), one text of bytes for each memory.
#[derive(Clone, Default)]
pub struct Watch {
    left: Arc<Mutex<Vec<Vec<u8>>>>,
    first: Arc<OnceLock<Vec<u8>>>,
}

impl Watch {
    /// The host's engine, but that every memory is one of ours. Plugins have to be compiled once more for it, and are so as
    /// quickly as can be: what they leave behind is the same however fast they ran.
    pub fn over(&self, mut config: Config) -> Config {
        config
            .allocation_strategy(InstanceAllocationStrategy::OnDemand)
            .cranelift_opt_level(OptLevel::None)
            .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass)
            .memory_init_cow(false)
            .memory_reservation(CAPACITY_BYTES as u64)
            .memory_reservation_for_growth(0)
            .memory_may_move(false)
            .memory_guard_size(0)
            .guard_before_linear_memory(false)
            .with_host_memory(Arc::new(self.clone()));
        config
    }

    fn changed(&self, all: &[u8]) -> Vec<u8> {
        let known = self.first.get().map(Vec::as_slice).unwrap_or_default();
        let is_new = |(index, page): &(usize, &[u8])| {
            let before = known.get(index * PAGE_BYTES..(index + 1) * PAGE_BYTES);
            *page != EMPTY.as_slice() && before != Some(*page)
        };
        let new: Vec<&[u8]> = all.chunks(PAGE_BYTES).enumerate().filter(is_new).map(|(_, page)| page).collect();
        // The first one is kept and searched whole.
        self.first.get_or_init(|| all.to_vec());
        new.concat()
    }

    /// What was left since this was asked last.
    pub fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut *self.left.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[allow(unsafe_code)] // wasmtime lends out only memory whose maker promises that it is sound.
// SAFETY: `new_memory` refuses what it cannot promise: a memory past the capacity, or unmapped bytes behind it. What it
// makes is zeroed, begins at a page, a multiple of pages, never moves, and belongs to wasmtime until it is dropped.
unsafe impl MemoryCreator for Watch {
    fn new_memory(
        &self,
        _: MemoryType,
        minimum: usize,
        _: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        if minimum > CAPACITY_BYTES || reserved.is_some_and(|bytes| bytes > CAPACITY_BYTES) || guard > 0 {
            return Err(format!("{minimum} bytes, {reserved:?} reserved and {guard} to guard them are not to be had"));
        }
        let whole = unsafe { alloc_zeroed(layout()) };
        if whole.is_null() {
            return Err("there is no memory left".to_owned());
        }
        Ok(Box::new(Watched { whole, bytes: minimum, watch: self.clone() }))
    }
}

/// One page more than is lent out, which begins at the first whole page of it. Asked for with that alignment the allocator
/// would write all of the zeros itself, page by page; so the system makes them, where a guest comes.
fn layout() -> Layout {
    Layout::array::<u64>((CAPACITY_BYTES + PAGE_BYTES) / size_of::<u64>()).expect("it is no more than there can be")
}

/// One memory of one guest.
struct Watched {
    /// What was allocated.
    whole: *mut u8,
    bytes: usize,
    watch: Watch,
}

impl Watched {
    /// What is lent out.
    fn start(&self) -> *mut u8 {
        self.whole.wrapping_add(self.whole.align_offset(PAGE_BYTES))
    }
}

#[allow(unsafe_code)] // As above.
// SAFETY: the pointer is this value's alone, and nothing is read through it but when it is dropped.
unsafe impl Send for Watched {}
#[allow(unsafe_code)] // As above.
// SAFETY: as above.
unsafe impl Sync for Watched {}

#[allow(unsafe_code)] // As above.
// SAFETY: as for the creator.
unsafe impl LinearMemory for Watched {
    fn byte_size(&self) -> usize {
        self.bytes
    }

    fn byte_capacity(&self) -> usize {
        CAPACITY_BYTES
    }

    fn grow_to(&mut self, new_size: usize) -> wasmtime::Result<()> {
        if new_size > CAPACITY_BYTES {
            return Err(wasmtime::Error::msg("the memory cannot grow so far"));
        }
        self.bytes = new_size;
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.start()
    }
}

impl Drop for Watched {
    #[allow(unsafe_code)] // As above.
    fn drop(&mut self) {
        // SAFETY: wasmtime gave it back, so that nobody writes any more; the size was never above the capacity.
        let all = unsafe { std::slice::from_raw_parts(self.start(), self.bytes) };
        let used = self.watch.changed(all);
        self.watch.left.lock().unwrap_or_else(PoisonError::into_inner).push(used);
        // SAFETY: made by `alloc_zeroed` with the same layout, and not used after this.
        unsafe { dealloc(self.whole, layout()) };
    }
}
