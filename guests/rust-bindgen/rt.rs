//! What wit-bindgen's glue asks of the runtime it is given: memory for what comes in.

use alloc::alloc::{Layout, alloc, handle_alloc_error, realloc};
use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};

/// Links this file with the glue.
pub fn maybe_link_cabi_realloc() {}

/// Runs the constructors before the first export is called. A program that does not call them itself has them, and its
/// destructors, run by the linker's wrappers in every call.
pub fn run_ctors_once() {
    static RUN: AtomicBool = AtomicBool::new(false);
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    if !RUN.swap(true, Ordering::Relaxed) {
        unsafe { __wasm_call_ctors() }
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, align: usize, new_size: usize) -> *mut u8 {
    if new_size == 0 {
        return ptr::without_provenance_mut(align);
    }
    let layout = unsafe { Layout::from_size_align_unchecked(new_size, align) };
    let new = match old_size {
        0 => unsafe { alloc(layout) },
        _ => unsafe { realloc(old, Layout::from_size_align_unchecked(old_size, align), new_size) },
    };
    if new.is_null() {
        handle_alloc_error(layout);
    }
    new
}
