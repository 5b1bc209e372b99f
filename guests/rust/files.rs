//! A program of many small ones: `files COMMAND ARGS…`. What each prints is compared, between hosts and with what a test
//! expects; so none prints what differs from run to run.

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::raw::{c_char, c_int};
use std::path::{Path, PathBuf};
use std::process::exit;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

type Done = Result<(), Box<dyn std::error::Error>>;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if !succeeds(&words) {
        exit(1);
    }
}

fn succeeds(words: &[&str]) -> bool {
    let done = run(words);
    if let Err(e) = &done {
        match e.downcast_ref::<io::Error>() {
            Some(io) => println!("error {:?} {}", io.kind(), io.raw_os_error().unwrap_or(0)),
            None => println!("error {e}"),
        }
    }
    done.is_ok()
}

fn run(words: &[&str]) -> Done {
    match words {
        // Several commands with a `+` between them.
        ["each", rest @ ..] => {
            for command in rest.split(|word| *word == "+") {
                println!("$ {}", command.join(" "));
                succeeds(command);
            }
        }
        ["hello"] => println!("Hello, world!"),
        ["echo", rest @ ..] => println!("{}", rest.join(" ")),
        ["exit", code] => exit(code.parse()?),
        ["panic"] => panic!("as asked"),
        ["spin"] => loop {
            std::hint::spin_loop();
        },
        ["env"] => {
            let mut all: Vec<(String, String)> = env::vars().collect();
            all.sort();
            all.iter().for_each(|(name, value)| println!("{name}={value}"));
        }
        ["args", rest @ ..] => rest.iter().for_each(|word| println!("[{word}]")),
        ["upper"] => upper()?,
        ["lines", count] => lines(count.parse()?)?,
        ["stderr", text] => eprintln!("{text}"),
        ["clocks"] => clocks()?,
        ["random"] => random()?,

        ["cat", path] => print!("{}", fs::read_to_string(path)?),
        ["write", path, text] => fs::write(path, text)?,
        ["append", path, text] => OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)?
            .write_all(text.as_bytes())?,
        ["copy", from, to] => println!("{}", fs::copy(from, to)?),
        ["create-new", path] => drop(OpenOptions::new().write(true).create_new(true).open(path)?),
        ["truncate", path, size] => OpenOptions::new().write(true).open(path)?.set_len(size.parse()?)?,
        ["patch", path, at, text] => {
            let mut file = OpenOptions::new().read(true).write(true).open(path)?;
            file.seek(SeekFrom::Start(at.parse()?))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            file.rewind()?;
            let mut all = String::new();
            file.read_to_string(&mut all)?;
            print!("{all}");
        }
        ["ls", path] => list(Path::new(path), false)?,
        ["walk", path] => list(Path::new(path), true)?,
        ["stat", path] => stat(fs::metadata(path)?),
        ["lstat", path] => stat(fs::symlink_metadata(path)?),
        ["times", path, access, modification] => {
            let at = |seconds: &str| -> Result<SystemTime, std::num::ParseIntError> {
                Ok(UNIX_EPOCH + Duration::from_secs(seconds.parse()?))
            };
            let times = fs::FileTimes::new().set_accessed(at(access)?).set_modified(at(modification)?);
            File::options().write(true).open(path)?.set_times(times)?;
            let m = fs::metadata(path)?;
            println!(
                "{} {}",
                m.accessed()?.duration_since(UNIX_EPOCH)?.as_secs(),
                m.modified()?.duration_since(UNIX_EPOCH)?.as_secs()
            );
        }
        ["mkdir", path] => fs::create_dir(path)?,
        ["rmdir", path] => fs::remove_dir(path)?,
        ["rm", path] => fs::remove_file(path)?,
        ["rm-all", path] => fs::remove_dir_all(path)?,
        ["mv", from, to] => fs::rename(from, to)?,
        ["ln", from, to] => fs::hard_link(from, to)?,
        ["symlink", text, path] => symlink(text, path)?,
        ["readlink", path] => println!("{}", fs::read_link(path)?.display()),
        ["hoard", path, count] => hoard(path, count.parse()?)?,
        ["read-all", path] => read_all(path)?,
        ["write-all", path, size] => write_all(path, size.parse()?)?,
        ["race", path, count] => race(path, count.parse()?)?,
        ["race-write", path, count] => {
            let made = (0..count.parse()?).filter(|_: &u32| fs::write(path, "x").is_ok()).count();
            println!("made some {}", made > 0);
        }
        ["raw-open", directory, path] => raw_open(directory, path)?,
        ["fd", number] => {
            let mut byte = 0u8;
            match unsafe { read(number.parse()?, &mut byte, 1) } {
                -1 => return Err(io::Error::last_os_error().into()),
                count => println!("read {count}"),
            }
        }
        _ => return Err(format!("unknown command {words:?}").into()),
    }
    Ok(())
}

fn upper() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", line?.to_uppercase())?;
    }
    Ok(())
}

fn lines(count: u64) -> io::Result<()> {
    for i in 0..count {
        println!("line {i}");
    }
    Ok(())
}

fn clocks() -> Done {
    let before = Instant::now();
    let wall = SystemTime::now().duration_since(UNIX_EPOCH)?;
    std::thread::sleep(Duration::from_millis(20));
    println!("slept {}", before.elapsed() >= Duration::from_millis(20));
    println!("present {}", wall > Duration::from_secs(1_700_000_000));
    Ok(())
}

fn random() -> Done {
    use std::hash::{BuildHasher, RandomState};
    println!("differ {}", RandomState::new().hash_one(1) != RandomState::new().hash_one(2));
    Ok(())
}

fn kind(kind: fs::FileType) -> &'static str {
    match (kind.is_dir(), kind.is_file(), kind.is_symlink()) {
        (true, _, _) => "directory",
        (_, true, _) => "file",
        (_, _, true) => "link",
        _ => "other",
    }
}

fn list(path: &Path, deep: bool) -> io::Result<()> {
    let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        let kind_of = entry.file_type()?;
        println!("{} {}", kind(kind_of), entry.path().display());
        if deep && kind_of.is_dir() {
            list(&entry.path(), deep)?;
        }
    }
    Ok(())
}

fn stat(m: fs::Metadata) {
    if m.is_file() {
        println!("file {}", m.len());
    } else {
        println!("{}", kind(m.file_type()));
    }
}

extern "C" {
    #[link_name = "symlink"]
    fn libc_symlink(text: *const c_char, path: *const c_char) -> c_int;
    fn read(file: c_int, bytes: *mut u8, count: usize) -> isize;
    fn __wasilibc_find_abspath(path: *const c_char, prefix: *mut *const c_char, rest: *mut *const c_char) -> c_int;
    /// `open-at` with the path as it is: what stands before it in libc makes a relative one of it.
    fn __wasilibc_nocwd_openat_nomode(directory: c_int, path: *const c_char, flags: c_int) -> c_int;
}

/// Opens a path of any form in a directory that was given.
fn raw_open(directory: &str, path: &str) -> Done {
    const READ_ONLY: c_int = 0x0400_0000;
    let directory = std::ffi::CString::new(directory)?;
    let path = std::ffi::CString::new(path)?;
    let (mut prefix, mut rest) = (std::ptr::null(), std::ptr::null());
    let number = unsafe { __wasilibc_find_abspath(directory.as_ptr(), &mut prefix, &mut rest) };
    match unsafe { __wasilibc_nocwd_openat_nomode(number, path.as_ptr(), READ_ONLY) } {
        -1 => Err(io::Error::last_os_error().into()),
        _ => {
            println!("opened");
            Ok(())
        }
    }
}

fn symlink(text: &str, path: &str) -> Done {
    let text = std::ffi::CString::new(text)?;
    let path = std::ffi::CString::new(path)?;
    match unsafe { libc_symlink(text.as_ptr(), path.as_ptr()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error().into()),
    }
}

/// Opens a file until that is refused.
fn hoard(path: &str, most: usize) -> Done {
    let mut open = Vec::new();
    for _ in 0..most {
        match File::open(path) {
            Ok(file) => open.push(file),
            Err(e) => {
                println!("refused {} {:?}", open.len(), e.kind());
                open.clear();
                println!("again {}", File::open(path).is_ok());
                return Ok(());
            }
        }
    }
    println!("opened {}", open.len());
    Ok(())
}

fn read_all(path: &str) -> Done {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let (mut size, mut sum) = (0u64, 0u64);
    loop {
        let bytes = file.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        size += bytes.len() as u64;
        sum = bytes.iter().step_by(4096).fold(sum, |s, b| s.wrapping_mul(31).wrapping_add(u64::from(*b)));
        let taken = bytes.len();
        file.consume(taken);
    }
    println!("{size} {sum}");
    Ok(())
}

fn write_all(path: &str, size: u64) -> Done {
    let mut file = File::create(path)?;
    let block: Vec<u8> = (0..1 << 16).map(|i| (i % 251) as u8).collect();
    let mut left = size;
    while left > 0 {
        let count = left.min(block.len() as u64);
        file.write_all(&block[..count as usize])?;
        left -= count;
    }
    Ok(())
}

/// Reads a path again and again while somebody exchanges what it leads through.
fn race(path: &str, count: u64) -> Done {
    let (mut inside, mut outside) = (0u64, 0u64);
    for _ in 0..count {
        match fs::read_to_string(PathBuf::from(path)) {
            Ok(text) if text == "inside" => inside += 1,
            Ok(_) => outside += 1,
            Err(_) => {}
        }
    }
    println!("inside some {} outside {outside}", inside > 0);
    Ok(())
}
