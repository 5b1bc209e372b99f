//! What a program can get done in a time: takes `JOB MILLIS` from each line of standard input, works at that for so long,
//! and answers on standard error with `NANOSECONDS OPERATIONS CHECK`. The benchmarks run it as a component and as a
//! program of the machine: `rates FOLDER`, which has the file `read`.
//!
//! | job | an operation | check |
//! |---|---|---|
//! | `read-N` | N bytes of the file `read`, which begins again at its end | the sum of the first 8 bytes of each 4096 |
//! | `write-N` | N bytes of the file `write`, over what is there; they begin with the operation's number | the size of `read`, which it keeps |
//! | `lines` | a line printed, with its number | the last number |
//! | `random-u64`, `random-N` | so many random bytes | of the last operation, 8 bytes |
//! | `monotonic`, `wall` | a look at the clock | the last look, in nanoseconds |

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

type Done<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Done<()> {
    let folder = std::env::args().nth(1).ok_or("no folder is named")?;
    for line in io::stdin().lines() {
        let line = line?;
        let (job, millis) = line.split_once(' ').ok_or("it takes JOB MILLIS")?;
        let (worked, check) = work(Path::new(&folder), job, Duration::from_millis(millis.parse()?))?;
        eprintln!("{} {} {check}", worked.nanos, worked.operations);
    }
    Ok(())
}

struct Worked {
    nanos: u64,
    operations: u64,
}

/// Does one batch after the other, each of so many operations, until the time is over.
fn repeat(time: Duration, batch: u64, mut operation: impl FnMut(u64) -> io::Result<()>) -> io::Result<Worked> {
    let start = Instant::now();
    let mut operations = 0;
    loop {
        for _ in 0..batch {
            operation(operations)?;
            operations += 1;
        }
        let elapsed = start.elapsed();
        if elapsed >= time {
            return Ok(Worked { nanos: elapsed.as_nanos() as u64, operations });
        }
    }
}

const BLOCK: usize = 4096;
/// Bytes between two looks at the clock.
const BATCH: usize = 1 << 20;

/// Each job is a function of its own, so that it is compiled by itself.
fn work(folder: &Path, job: &str, time: Duration) -> Done<(Worked, u64)> {
    Ok(match job.split_once('-') {
        Some(("read", size)) => read(folder, size.parse()?, time)?,
        Some(("write", size)) => write(folder, size.parse()?, time)?,
        Some(("random", "u64")) => random_words(time)?,
        Some(("random", size)) => random_bytes(size.parse()?, time)?,
        None if job == "lines" => lines(time)?,
        None if job == "monotonic" => monotonic(time)?,
        None if job == "wall" => wall(time)?,
        _ => return Err("no such job".into()),
    })
}

#[inline(never)]
fn lines(time: Duration) -> io::Result<(Worked, u64)> {
    let mut last = 0;
    let worked = repeat(time, 64, |n| {
        last = n;
        println!("{n:10} lines were printed before this one");
        Ok(())
    })?;
    Ok((worked, last))
}

#[inline(never)]
fn random_words(time: Duration) -> io::Result<(Worked, u64)> {
    let mut last = 0;
    let worked = repeat(time, 256, |_| {
        last = random::word();
        Ok(())
    })?;
    Ok((worked, last))
}

#[inline(never)]
fn random_bytes(size: usize, time: Duration) -> io::Result<(Worked, u64)> {
    let mut last = 0;
    let worked = repeat(time, 256, |_| {
        last = random::bytes(size);
        Ok(())
    })?;
    Ok((worked, last))
}

#[inline(never)]
fn monotonic(time: Duration) -> io::Result<(Worked, u64)> {
    let start = Instant::now();
    let mut last = start;
    let worked = repeat(time, 256, |_| {
        last = Instant::now();
        Ok(())
    })?;
    Ok((worked, last.duration_since(start).as_nanos() as u64))
}

#[inline(never)]
fn wall(time: Duration) -> io::Result<(Worked, u64)> {
    let mut last = UNIX_EPOCH;
    let worked = repeat(time, 256, |_| {
        last = SystemTime::now();
        Ok(())
    })?;
    Ok((worked, last.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)))
}

fn first_word(bytes: &[u8]) -> u64 {
    bytes[..8].iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[inline(never)]
fn read(folder: &Path, size: usize, time: Duration) -> io::Result<(Worked, u64)> {
    let mut file = File::open(folder.join("read"))?;
    let mut buffer = vec![0; size];
    let mut sum = 0u64;
    let worked = repeat(time, (BATCH / size) as u64, |_| {
        let mut filled = 0;
        while filled < size {
            match file.read(&mut buffer[filled..])? {
                0 => {
                    file.seek(SeekFrom::Start(0))?;
                }
                count => filled += count,
            }
        }
        sum = buffer.chunks(BLOCK).fold(sum, |sum, block| sum.wrapping_add(first_word(block)));
        Ok(())
    })?;
    Ok((worked, sum))
}

#[inline(never)]
fn write(folder: &Path, size: usize, time: Duration) -> io::Result<(Worked, u64)> {
    let length = folder.join("read").metadata()?.len();
    let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join("write"))?;
    let mut buffer: Vec<u8> = (0..size).map(|at| at as u8).collect();
    let mut place = 0;
    let worked = repeat(time, (BATCH / size) as u64, |n| {
        buffer[..8].copy_from_slice(&n.to_le_bytes());
        if place == length {
            file.seek(SeekFrom::Start(0))?;
            place = 0;
        }
        place += size as u64;
        file.write_all(&buffer)
    })?;
    Ok((worked, length))
}

/// The functions of WASI as they are.
#[cfg(target_family = "wasm")]
mod random {
    #[link(wasm_import_module = "wasi:random/random@0.2.0")]
    unsafe extern "C" {
        #[link_name = "get-random-u64"]
        fn get_random_u64() -> u64;
        #[link_name = "get-random-bytes"]
        fn get_random_bytes(length: u64, list: *mut List);
    }

    unsafe extern "C" {
        fn free(list: *mut u8);
    }

    #[repr(C)]
    struct List {
        bytes: *mut u8,
        length: usize,
    }

    pub fn word() -> u64 {
        unsafe { get_random_u64() }
    }

    pub fn bytes(length: usize) -> u64 {
        let mut list = List { bytes: std::ptr::null_mut(), length: 0 };
        unsafe {
            get_random_bytes(length as u64, &mut list);
            let word = super::first_word(std::slice::from_raw_parts(list.bytes, list.length));
            free(list.bytes);
            word
        }
    }
}

/// The kernel's.
#[cfg(not(target_family = "wasm"))]
mod random {
    unsafe extern "C" {
        fn getrandom(bytes: *mut u8, length: usize, flags: u32) -> isize;
    }

    pub fn word() -> u64 {
        bytes(8)
    }

    pub fn bytes(length: usize) -> u64 {
        let mut bytes = vec![0; length];
        let given = unsafe { getrandom(bytes.as_mut_ptr(), length, 0) };
        assert_eq!(given, length as isize);
        super::first_word(&bytes)
    }
}
