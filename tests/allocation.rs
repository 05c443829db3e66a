//! Memory is set when a run starts and stays there.

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use babble::train::Trainer;
use common::{small_config, sums};

/// The system's allocator, counting what this thread asks of it.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps `dealloc`'s contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_step_allocates_nothing() {
    // Two epochs, with a short last chunk each, and a measurement alongside.
    let config = small_config(|c| c.sequence_length = 50.0);
    let mut trainer = Trainer::<f32>::new(config, &sums(200)).expect("the text is long enough");
    let before = ALLOCATIONS.get();
    trainer.begin_evaluation();
    let mut steps = 0;
    while trainer.cursor().epoch < 2 {
        trainer.step().expect("it does not diverge");
        trainer.evaluate();
        steps += 1;
    }
    assert_eq!(ALLOCATIONS.get() - before, 0, "in {steps} steps");
    assert!(steps > 10);

    drop(Box::new(steps));
    assert_eq!(ALLOCATIONS.get() - before, 1, "the counter counts");
}
