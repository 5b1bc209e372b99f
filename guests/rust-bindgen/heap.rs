//! A heap for programs without the standard library: blocks of powers of two, each kind in a list of those that are free.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use core::ptr;

const SMALLEST: usize = 16;
const PAGE: usize = 65_536;

struct Heap {
    /// By the logarithm of the size; a free block begins with the address of the next one.
    free: UnsafeCell<[*mut u8; 32]>,
    /// What has been taken from the memory and not been given out.
    fresh: UnsafeCell<(usize, usize)>,
}

// A component has one thread.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap { free: UnsafeCell::new([ptr::null_mut(); 32]), fresh: UnsafeCell::new((0, 0)) };

fn block(layout: Layout) -> usize {
    layout.size().max(layout.align()).max(SMALLEST).next_power_of_two()
}

unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = block(layout);
        let free = unsafe { &mut (*self.free.get())[size.ilog2() as usize] };
        if !free.is_null() {
            let taken = *free;
            *free = unsafe { taken.cast::<*mut u8>().read() };
            return taken;
        }
        let (start, end) = unsafe { &mut *self.fresh.get() };
        let mut address = start.next_multiple_of(size);
        if *end < address + size {
            let pages = core::arch::wasm32::memory_grow(0, size.div_ceil(PAGE));
            if pages == usize::MAX {
                return ptr::null_mut();
            }
            // A block of a page and more begins on its own multiple only by chance; nobody asks for such alignment.
            address = pages * PAGE;
            *end = address + size.next_multiple_of(PAGE);
        }
        *start = address + size;
        ptr::with_exposed_provenance_mut(address)
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let free = unsafe { &mut (*self.free.get())[block(layout).ilog2() as usize] };
        unsafe { memory.cast::<*mut u8>().write(*free) };
        *free = memory;
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
