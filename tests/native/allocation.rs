//! Memory is set when a run starts and stays there; what a file asks for is bounded.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use crate::common::{small_config, sums};
use babble::config::{CellKind, OptimizerKind};
use babble::training::trainer::Trainer;

/// The system's allocator, counting what this thread asks of it.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// Bytes in use, and the most there ever were.
    static LIVE: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
}

/// What `act` returns, and the most bytes that it had in use at once beside those in use before.
pub fn peak<T>(act: impl FnOnce() -> T) -> (T, usize) {
    let (before, _) = LIVE.get();
    LIVE.set((before, before));
    let value = act();
    (value, (LIVE.get().1 - before) as usize)
}

// SAFETY: every call is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        let (live, most) = LIVE.get();
        let live = live + layout.size() as isize;
        LIVE.set((live, most.max(live)));
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let (live, most) = LIVE.get();
        LIVE.set((live - layout.size() as isize, most));
        // SAFETY: the caller keeps `dealloc`'s contract.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Trains for two epochs, with a short last chunk each, and measures alongside.
fn allocations_of_two_epochs(mut trainer: Trainer<f32>) -> usize {
    let before = ALLOCATIONS.get();
    trainer.begin_evaluation();
    let mut steps = 0;
    while trainer.cursor().epoch < 2 {
        trainer.step().expect("it does not diverge");
        trainer.evaluate();
        assert!(trainer.is_healthy());
        steps += 1;
    }
    assert!(steps > 3);
    ALLOCATIONS.get() - before
}

#[test]
fn a_step_allocates_nothing() {
    let config = small_config(|c| c.sequence_length = 50.0);
    let trainer = Trainer::new(config, &sums(200)).expect("the text is long enough");
    assert_eq!(allocations_of_two_epochs(trainer), 0);

    let before = ALLOCATIONS.get();
    drop(Box::new(before));
    assert_eq!(ALLOCATIONS.get() - before, 1, "the counter counts");
}

#[test]
fn no_cell_depth_or_optimizer_makes_a_step_allocate() {
    for (cell, optimizer) in CellKind::ALL.iter().flat_map(|&cell| {
        [OptimizerKind::Sgd, OptimizerKind::Adamw].map(|optimizer| (cell, optimizer))
    }) {
        let config = small_config(|c| {
            (c.cell, c.optimizer, c.learning_rate) = (cell, optimizer, 1e-3);
            (c.layers, c.dropout, c.momentum) = (3.0, 0.2, 0.9);
            (c.shards, c.patience, c.clip_value) = (3.0, 5.0, 1.0);
            c.state_reset = 0.2;
        });
        let trainer = Trainer::new(config, &sums(200)).expect("the text is long enough");
        assert_eq!(
            allocations_of_two_epochs(trainer),
            0,
            "{cell:?}, {optimizer:?}"
        );
    }
}

#[test]
fn no_odd_size_makes_a_step_allocate() {
    // As many symbols as panels of eight hold, and units that leave the last panel half empty.
    let symbols: String = ('\u{100}'..).take(264).collect();
    let text = symbols.repeat(2);
    for hidden in [1.0, 7.0, 257.0] {
        let config = small_config(|c| (c.hidden_size, c.learning_rate) = (hidden, 1e-4));
        let trainer = Trainer::new(config, &text).expect("the text is long enough");
        assert_eq!(allocations_of_two_epochs(trainer), 0, "{hidden} units");
    }
}
