//! `wasi-host [--dir HOST:GUEST[:ro]]… [--env NAME=VALUE]… [--network] COMPONENT ARGS…` runs a `wasi:cli` program under
//! Wasmtime: what `torvyn exec` is compared with.
//!
//! The standard streams are the program's, and `wasi:http` is linked; files, variables and the network only when given.
//! Ends with the program's exit code, with 134 when it trapped and with 125 when it could not be run.

use std::process::exit;

use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Config, Engine, Error, Result, Store, bail, format_err};
use wasmtime_wasi::p2::bindings::sync::Command;
use wasmtime_wasi::{FsPerms, I32Exit, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

struct Program {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

impl WasiView for Program {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for Program {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: Default::default() }
    }
}

fn main() {
    let (mut store, command) = load().unwrap_or_else(|e| {
        eprintln!("wasi-host: {e:?}");
        exit(125)
    });
    exit(match command.wasi_cli_run().call_run(&mut store) {
        Ok(Ok(())) => 0,
        Ok(Err(())) => 1,
        Err(e) => code(&e),
    })
}

fn code(e: &Error) -> i32 {
    match e.downcast_ref::<I32Exit>() {
        Some(I32Exit(code)) => *code,
        None => {
            eprintln!("wasi-host: {e:?}");
            134
        }
    }
}

fn load() -> Result<(Store<Program>, Command)> {
    let mut wasi = WasiCtxBuilder::new();
    // As Wasmtime's own command does when nothing interrupts a program.
    wasi.inherit_stdio().allow_blocking_current_thread(true);
    let mut arguments = std::env::args().skip(1);
    let path = loop {
        let argument = arguments.next().ok_or_else(|| format_err!("no component is named"))?;
        match argument.as_str() {
            "--dir" => grant(&mut wasi, &value(&argument, &mut arguments)?)?,
            "--env" => {
                let variable = value(&argument, &mut arguments)?;
                let (name, text) = variable.split_once('=').ok_or_else(|| format_err!("--env wants NAME=VALUE"))?;
                wasi.env(name, text);
            }
            "--network" => {
                wasi.inherit_network().allow_tcp(true).allow_udp(true).allow_ip_name_lookup(true);
            }
            option if option.starts_with("--") => bail!("unknown option {option}"),
            _ => break argument,
        }
    };
    wasi.arg(path.rsplit('/').next().unwrap_or(&path));
    for argument in arguments {
        wasi.arg(argument);
    }

    let engine = Engine::new(&Config::new())?;
    let component = Component::from_file(&engine, &path)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_sync(&mut linker)?;
    let program = Program { wasi: wasi.build(), http: WasiHttpCtx::new(), table: ResourceTable::new() };
    let mut store = Store::new(&engine, program);
    let command = Command::instantiate(&mut store, &component, &linker)?;
    Ok((store, command))
}

fn value(option: &str, arguments: &mut impl Iterator<Item = String>) -> Result<String> {
    arguments.next().ok_or_else(|| format_err!("{option} wants a value"))
}

fn grant(wasi: &mut WasiCtxBuilder, directory: &str) -> Result<()> {
    let (rest, permissions) = match directory.strip_suffix(":ro") {
        Some(rest) => (rest, FsPerms::ReadOnly),
        None => (directory, FsPerms::ReadWrite),
    };
    let (host, guest) = rest.split_once(':').unwrap_or((rest, rest));
    wasi.preopened_dir(host, guest, permissions)?;
    Ok(())
}
