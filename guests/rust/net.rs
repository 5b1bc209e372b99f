//! A program of many small ones, for the network: `net COMMAND ARGS…`. What each prints is compared, between hosts and
//! with what a test expects; so none prints what differs from run to run, but for the port of one that listens on any.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::process::exit;
use std::time::Duration;

type Done = Result<(), Box<dyn Error>>;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let Err(e) = run(&words) {
        println!("error {}", name(e.as_ref()));
        exit(1);
    }
}

fn name(e: &(dyn Error + 'static)) -> String {
    match e.downcast_ref::<io::Error>() {
        Some(io) => format!("{:?}", io.kind()),
        None => e.to_string(),
    }
}

fn run(words: &[&str]) -> Done {
    match words {
        ["connect", address] => {
            TcpStream::connect(address)?;
            println!("connected");
        }
        ["lookup", host] => {
            let mut found: Vec<String> = (*host, 0).to_socket_addrs()?.map(|a| a.ip().to_string()).collect();
            found.sort();
            found.dedup();
            println!("{}", found.join(" "));
        }
        ["lookup-connect", host, port] => {
            let found: Vec<_> = (*host, port.parse()?).to_socket_addrs()?.collect();
            TcpStream::connect(&found[..])?;
            println!("connected");
        }
        ["echo-client", address, text] => {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(text.as_bytes())?;
            stream.shutdown(Shutdown::Write)?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            println!("{answer}");
        }
        ["echo-server", address, count] => {
            let listener = TcpListener::bind(address)?;
            println!("listening {}", listener.local_addr()?.port());
            io::stdout().flush()?;
            for _ in 0..count.parse()? {
                let (mut stream, _) = listener.accept()?;
                println!("echoed {}", echo(&mut stream)?);
            }
        }
        // More than any buffer holds, while nobody reads: writing waits, and nothing is lost.
        ["pump", address, size] => {
            let size: usize = size.parse()?;
            let mut stream = TcpStream::connect(address)?;
            let block: Vec<u8> = (0..65_536u32).map(|i| (i * 31 >> 3) as u8).collect();
            let mut left = size;
            while left > 0 {
                let now = left.min(block.len());
                stream.write_all(&block[..now])?;
                left -= now;
            }
            stream.shutdown(Shutdown::Write)?;
            let mut answer = String::new();
            BufReader::new(stream).read_line(&mut answer)?;
            println!("{}", answer.trim_end());
        }
        ["read-timeout", address] => {
            let mut stream = TcpStream::connect(address)?;
            stream.set_read_timeout(Some(Duration::from_millis(20)))?;
            let mut byte = [0];
            stream.read(&mut byte)?;
            println!("read");
        }
        // Waits for what never comes.
        ["read", address] => {
            let mut stream = TcpStream::connect(address)?;
            println!("connected");
            io::stdout().flush()?;
            let mut byte = [0];
            println!("read {}", stream.read(&mut byte)?);
        }
        ["nonblocking", address] => {
            let mut stream = TcpStream::connect(address)?;
            stream.set_nonblocking(true)?;
            let mut byte = [0];
            stream.read(&mut byte)?;
            println!("read");
        }
        ["many", address, count] => {
            let mut streams = Vec::new();
            for _ in 0..count.parse()? {
                match TcpStream::connect(address) {
                    Ok(stream) => streams.push(stream),
                    Err(e) => {
                        println!("{} and then {:?}", streams.len(), e.kind());
                        return Ok(());
                    }
                }
            }
            println!("{}", streams.len());
        }
        ["udp-client", address, text] => {
            let family = if address.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
            let socket = UdpSocket::bind(family)?;
            socket.send_to(text.as_bytes(), address)?;
            let mut buffer = [0; 2_000];
            let (length, _) = socket.recv_from(&mut buffer)?;
            println!("{}", String::from_utf8_lossy(&buffer[..length]));
        }
        ["udp-connected", address, text] => {
            let socket = UdpSocket::bind("0.0.0.0:0")?;
            socket.connect(address)?;
            socket.send(text.as_bytes())?;
            let mut buffer = [0; 2_000];
            let length = socket.recv(&mut buffer)?;
            println!("{}", String::from_utf8_lossy(&buffer[..length]));
        }
        ["udp-server", address] => {
            let socket = UdpSocket::bind(address)?;
            println!("bound {}", socket.local_addr()?.port());
            io::stdout().flush()?;
            let mut buffer = [0; 2_000];
            let (length, from) = socket.recv_from(&mut buffer)?;
            socket.send_to(&buffer[..length], from)?;
            println!("echoed {length}");
        }
        ["fetch", host, port, path] => {
            let mut stream = TcpStream::connect((*host, port.parse()?))?;
            write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n")?;
            let mut lines = BufReader::new(stream).lines();
            println!("{}", lines.next().ok_or("no answer")??);
            let body: Vec<String> = lines
                .skip_while(|line| line.as_ref().is_ok_and(|text| !text.is_empty()))
                .skip(1)
                .collect::<Result<_, _>>()?;
            println!("{}", body.join("\n"));
        }
        _ => return Err(format!("unknown: {}", words.join(" ")).into()),
    }
    Ok(())
}

fn echo(stream: &mut TcpStream) -> io::Result<u64> {
    let mut buffer = [0; 4096];
    let mut bytes = 0;
    loop {
        let length = stream.read(&mut buffer)?;
        if length == 0 {
            return Ok(bytes);
        }
        stream.write_all(&buffer[..length])?;
        bytes += length as u64;
    }
}
