//! Peer: source -> processor -> sink components on wasmtime, driven by hand.
//!
//! Line protocol (see ../side-by-side): reads `<variant> <payload bytes> <millis>`,
//! answers `<ns per element>`. Variants are listed in `main`.

mod buffers;
mod calls;
mod raw;

use buffers::{Buffer, Buffers, FlowContext, Full, MutableBuffer, borrow, own};
use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use wasmtime::component::{Component, HasSelf, Linker, Resource, ResourceType, WasmList};
use wasmtime::{Config, Engine, Result, Store, StoreContextMut, bail};

mod source {
    wasmtime::component::bindgen!({
        path: "../../contracts/src/main/resources/io/torvyn/contracts/wit/torvyn-streaming",
        world: "data-source",
        with: {
            "torvyn:streaming/types.buffer": crate::buffers::Buffer,
            "torvyn:streaming/types.mutable-buffer": crate::buffers::MutableBuffer,
            "torvyn:streaming/types.flow-context": crate::buffers::FlowContext,
        },
    });
}
mod transform {
    wasmtime::component::bindgen!({
        path: "../../contracts/src/main/resources/io/torvyn/contracts/wit/torvyn-streaming",
        world: "transform",
        with: {
            "torvyn:streaming/types": crate::source::torvyn::streaming::types,
            "torvyn:streaming/buffer-allocator": crate::source::torvyn::streaming::buffer_allocator,
        },
    });
}
mod sink {
    wasmtime::component::bindgen!({
        path: "../../contracts/src/main/resources/io/torvyn/contracts/wit/torvyn-streaming",
        world: "data-sink",
        with: { "torvyn:streaming/types": crate::source::torvyn::streaming::types },
    });
}
use source::torvyn::streaming::{buffer_allocator, types};
use types::{BackpressureSignal, BufferError, ElementMeta, ProcessError, ProcessResult, StreamElement};

#[derive(Default)]
struct Host {
    buffers: Buffers,
}

// ---- imports, the way bindgen! hands them out (lists arrive and leave as Vec<u8>)

impl From<Full> for BufferError {
    fn from(f: Full) -> Self {
        match f {
            Full::Bounds => BufferError::OutOfBounds,
            Full::Capacity => BufferError::CapacityExceeded,
        }
    }
}

impl types::Host for Host {}

impl types::HostBuffer for Host {
    fn size(&mut self, this: Resource<Buffer>) -> u64 {
        self.buffers.data(this.rep()).len() as u64
    }
    fn content_type(&mut self, this: Resource<Buffer>) -> String {
        self.buffers.content_type(this.rep()).clone()
    }
    fn read(&mut self, this: Resource<Buffer>, offset: u64, len: u64) -> Vec<u8> {
        let data = self.buffers.data(this.rep());
        let start = offset.min(data.len() as u64) as usize;
        let end = offset.saturating_add(len).min(data.len() as u64) as usize;
        data[start..end].to_vec()
    }
    fn read_all(&mut self, this: Resource<Buffer>) -> Vec<u8> {
        self.buffers.data(this.rep()).to_vec()
    }
    fn drop(&mut self, this: Resource<Buffer>) -> Result<()> {
        self.buffers.release(this.rep());
        Ok(())
    }
}

impl types::HostMutableBuffer for Host {
    fn write(&mut self, this: Resource<MutableBuffer>, offset: u64, bytes: Vec<u8>) -> Result<(), BufferError> {
        Ok(self.buffers.write(this.rep(), offset, &bytes)?)
    }
    fn append(&mut self, this: Resource<MutableBuffer>, bytes: Vec<u8>) -> Result<(), BufferError> {
        let end = self.buffers.data(this.rep()).len() as u64;
        Ok(self.buffers.write(this.rep(), end, &bytes)?)
    }
    fn size(&mut self, this: Resource<MutableBuffer>) -> u64 {
        self.buffers.data(this.rep()).len() as u64
    }
    fn capacity(&mut self, this: Resource<MutableBuffer>) -> u64 {
        self.buffers.data(this.rep()).capacity() as u64
    }
    fn set_content_type(&mut self, this: Resource<MutableBuffer>, content_type: String) {
        *self.buffers.content_type(this.rep()) = content_type;
    }
    fn freeze(&mut self, this: Resource<MutableBuffer>) -> Resource<Buffer> {
        own(self.buffers.freeze(this.rep()))
    }
    fn drop(&mut self, this: Resource<MutableBuffer>) -> Result<()> {
        self.buffers.release(this.rep());
        Ok(())
    }
}

impl types::HostFlowContext for Host {
    fn trace_id(&mut self, _: Resource<FlowContext>) -> String {
        String::new()
    }
    fn span_id(&mut self, _: Resource<FlowContext>) -> String {
        String::new()
    }
    fn deadline_ns(&mut self, _: Resource<FlowContext>) -> u64 {
        0
    }
    fn flow_id(&mut self, _: Resource<FlowContext>) -> String {
        "peer".into()
    }
    fn drop(&mut self, _: Resource<FlowContext>) -> Result<()> {
        Ok(())
    }
}

impl buffer_allocator::Host for Host {
    fn allocate(&mut self, hint: u64) -> Result<Resource<MutableBuffer>, BufferError> {
        self.buffers.allocate(hint).map(own).ok_or(BufferError::CapacityExceeded)
    }
    fn clone_into_mutable(&mut self, from: Resource<Buffer>) -> Result<Resource<MutableBuffer>, BufferError> {
        let data = self.buffers.data(from.rep()).clone();
        let rep = self.buffers.allocate(data.len() as u64).ok_or(BufferError::CapacityExceeded)?;
        self.buffers.write(rep, 0, &data)?;
        Ok(own(rep))
    }
}

/// `tuned`: the functions that move payloads are registered by hand, so that each
/// payload is copied once per crossing (guest memory <-> pooled buffer), and the
/// drops skip what bindgen wraps around them.
fn add_to_linker(linker: &mut Linker<Host>, tuned: bool) -> Result<()> {
    type Ctx<'a> = StoreContextMut<'a, Host>;
    types::add_to_linker::<Host, HasSelf<Host>>(linker, |h| h)?;
    buffer_allocator::add_to_linker::<Host, HasSelf<Host>>(linker, |h| h)?;
    if !tuned {
        return Ok(());
    }
    linker.allow_shadowing(true);
    let mut types = linker.instance("torvyn:streaming/types@0.1.0")?;
    types.resource("buffer", ResourceType::host::<Buffer>(), |mut cx: Ctx, rep| {
        cx.data_mut().buffers.release(rep);
        Ok(())
    })?;
    types.resource("mutable-buffer", ResourceType::host::<MutableBuffer>(), |mut cx: Ctx, rep| {
        cx.data_mut().buffers.release(rep);
        Ok(())
    })?;
    types.func_wrap("[method]buffer.read-all", |cx: Ctx, (this,): (Resource<Buffer>,)| {
        Ok((Arc::clone(cx.data().buffers.data(this.rep())),))
    })?;
    types.func_wrap(
        "[method]mutable-buffer.write",
        |mut cx: Ctx, (this, offset, bytes): (Resource<MutableBuffer>, u64, WasmList<u8>)| {
            // The view borrows the store, so the storage steps out of it for the copy.
            let mut storage = cx.data_mut().buffers.storage(this.rep()).take();
            let done = buffers::write(&mut storage, offset, bytes.as_le_slice(&cx));
            *cx.data_mut().buffers.storage(this.rep()) = storage;
            Ok((done.map_err(BufferError::from),))
        },
    )?;
    Ok(())
}

// ---- a pipeline: three instances in one store, or ten

/// Processors between source and sink in a `chain`.
const CHAINED: usize = 8;

struct Components {
    engine: Engine,
    linker: Linker<Host>,
    source: Component,
    copy: Component,
    upper: Component,
    sink: Component,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Settings {
    tuned: bool,
    fuel: bool,
    epoch: bool,
}

impl Components {
    fn load(dir: &str, s: Settings) -> Result<Self> {
        let mut config = Config::new();
        config.consume_fuel(s.fuel).epoch_interruption(s.epoch);
        let engine = Engine::new(&config)?;
        let mut linker = Linker::new(&engine);
        add_to_linker(&mut linker, s.tuned)?;
        let load = |name: &str| Component::from_file(&engine, format!("{dir}/{name}.wasm"));
        let (source, copy, upper, sink) = (load("source")?, load("copy")?, load("upper")?, load("sink")?);
        if s.epoch {
            let ticker = engine.weak();
            std::thread::spawn(move || {
                while let Some(engine) = ticker.upgrade() {
                    engine.increment_epoch();
                    drop(engine);
                    std::thread::sleep(Duration::from_millis(10));
                }
            });
        }
        Ok(Components { engine, linker, source, copy, upper, sink })
    }
}

struct Pipeline {
    store: Store<Host>,
    source: source::DataSource,
    processors: Vec<transform::Transform>,
    sink: sink::DataSink,
    sequence: u64,
}

const CONTEXT: u32 = 0;

impl Pipeline {
    fn new(c: &Components, s: Settings, upper: bool, processors: usize, payload: usize, count: u64) -> Result<Self> {
        let mut store = Store::new(&c.engine, Host::default());
        if s.fuel {
            store.set_fuel(u64::MAX)?;
        }
        if s.epoch {
            store.set_epoch_deadline(1 << 40);
        }
        let source = source::DataSource::instantiate(&mut store, &c.source, &c.linker)?;
        let processor = if upper { &c.upper } else { &c.copy };
        let processors = (0..processors)
            .map(|_| transform::Transform::instantiate(&mut store, processor, &c.linker))
            .collect::<Result<_>>()?;
        let sink = sink::DataSink::instantiate(&mut store, &c.sink, &c.linker)?;
        let config = format!("{{\"count\":{count},\"size\":{payload}}}");
        ok(source.torvyn_streaming_lifecycle().call_init(&mut store, &config)?)?;
        ok(sink.torvyn_streaming_lifecycle().call_init(&mut store, "{\"report\":1}")?)?;
        Ok(Pipeline { store, source, processors, sink, sequence: 0 })
    }

    /// The runtime stamps what a source hands over (C01-4).
    #[inline]
    fn pull(&mut self) -> Result<Option<(ElementMeta, u32)>> {
        let Some(out) = ok(self.source.torvyn_streaming_source().call_pull(&mut self.store)?)? else {
            return Ok(None);
        };
        let mut meta = out.meta;
        meta.sequence = self.sequence;
        meta.timestamp_ns = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
        self.sequence += 1;
        Ok(Some((meta, out.payload.rep())))
    }

    #[inline]
    fn process(&mut self, stage: usize, meta: ElementMeta, payload: u32) -> Result<Option<(ElementMeta, u32)>> {
        let stamp = (meta.sequence, meta.timestamp_ns);
        let element = StreamElement { meta, payload: borrow(payload), context: borrow(CONTEXT) };
        Ok(match ok(self.processors[stage].torvyn_streaming_processor().call_process(&mut self.store, &element)?)? {
            ProcessResult::Emit(out) => {
                let mut meta = out.meta;
                (meta.sequence, meta.timestamp_ns) = stamp;
                Some((meta, out.payload.rep()))
            }
            ProcessResult::Drop => None,
        })
    }

    #[inline]
    fn push(&mut self, meta: ElementMeta, payload: u32) -> Result<BackpressureSignal> {
        let element = StreamElement { meta, payload: borrow(payload), context: borrow(CONTEXT) };
        ok(self.sink.torvyn_streaming_sink().call_push(&mut self.store, &element)?)
    }

    #[inline]
    fn release(&mut self, payload: u32) {
        self.store.data_mut().buffers.release(payload);
    }

    /// One element through all stages; false when the source is exhausted.
    #[inline]
    fn step(&mut self) -> Result<bool> {
        let Some((mut meta, mut payload)) = self.pull()? else { return Ok(false) };
        for stage in 0..self.processors.len() {
            let emitted = self.process(stage, meta, payload)?;
            self.release(payload);
            let Some(next) = emitted else { return Ok(true) };
            (meta, payload) = next;
        }
        self.push(meta, payload)?;
        self.release(payload);
        Ok(true)
    }

    /// What the sink saw: "<count> <checksum>".
    fn complete(&mut self) -> Result<String> {
        match self.sink.torvyn_streaming_sink().call_complete(&mut self.store)? {
            Err(ProcessError::Internal(report)) => Ok(report),
            _ => bail!("no report"),
        }
    }
}

fn ok<T>(r: Result<T, ProcessError>) -> Result<T> {
    r.map_err(|e| wasmtime::format_err!("{e}"))
}

// ---- the same work without wasm: floor for the host, and the check on the sums

#[derive(Default)]
struct Native {
    pattern: Vec<u8>,
    upper: bool,
    sequence: u64,
    sum: u64,
    copy: Vec<u8>,
    bufs: Vec<Vec<u8>>,
}

impl Native {
    fn new(upper: bool, processors: usize, payload: usize) -> Self {
        let pattern = (0..payload).map(|i| b'a' + ((i * 7 + (i >> 8)) % 26) as u8).collect();
        Native { pattern, upper, bufs: vec![Vec::new(); processors + 1], ..Default::default() }
    }
    #[inline(never)]
    fn step(&mut self) {
        for (k, b) in self.pattern.iter_mut().take(8).enumerate() {
            *b = b'a' + ((self.sequence >> (4 * k)) & 15) as u8;
        }
        self.sequence += 1;
        let [from_source, from_processors @ ..] = &mut self.bufs[..] else { unreachable!() };
        from_source.clear();
        from_source.extend_from_slice(&self.pattern);
        let mut last = from_source;
        for from_processor in from_processors {
            self.copy.clear();
            self.copy.extend_from_slice(last);
            if self.upper {
                self.copy.make_ascii_uppercase();
            }
            from_processor.clear();
            from_processor.extend_from_slice(&self.copy);
            last = from_processor;
        }
        self.copy.clear();
        self.copy.extend_from_slice(last);
        let mut words = self.copy.len() as u64;
        let mut chunks = self.copy.chunks_exact(8);
        for c in &mut chunks {
            words = words.wrapping_add(u64::from_le_bytes(c.try_into().unwrap()));
        }
        for (k, b) in chunks.remainder().iter().enumerate() {
            words = words.wrapping_add((*b as u64) << (8 * k));
        }
        self.sum = self.sum.rotate_left(1).wrapping_add(words);
    }
}

// ---- measuring

fn time(millis: u64, mut step: impl FnMut() -> Result<()>) -> Result<f64> {
    let (start, limit, mut n) = (Instant::now(), Duration::from_millis(millis), 0u32);
    loop {
        for _ in 0..32 {
            step()?;
        }
        n += 32;
        let spent = start.elapsed();
        if spent >= limit {
            return Ok(spent.as_nanos() as f64 / n as f64);
        }
    }
}

fn check(c: &Components, s: Settings, upper: bool, processors: usize, payload: usize) -> Result<()> {
    let mut p = Pipeline::new(c, s, upper, processors, payload, 1000)?;
    let mut n = Native::new(upper, processors, payload);
    while p.step()? {
        n.step();
    }
    verify(&p.complete()?, n.sum)
}

/// The sink's report on 1000 elements against the native sum.
fn verify(seen: &str, sum: u64) -> Result<()> {
    let expected = format!("1000 {sum:016x}");
    if seen != expected {
        bail!("sink saw {seen}, expected {expected}");
    }
    Ok(())
}

fn measure(loaded: &mut HashMap<Settings, Components>, dir: &str, variant: &str, payload: usize, millis: u64) -> Result<f64> {
    let upper = variant.contains("upper");
    let processors = if variant.contains("chain") { CHAINED } else { 1 };
    if variant.starts_with("native") {
        let mut n = Native::new(upper, processors, payload);
        let t = time(millis, || Ok(n.step()));
        std::hint::black_box(n.sum);
        return t;
    }
    if let Some(call) = variant.strip_prefix("typed/") {
        return calls::measure(dir, call, millis);
    }
    if variant.starts_with("raw") {
        let (mut p, mut n) = (raw::Pipeline::new(dir, upper, payload, 1000)?, Native::new(upper, 1, payload));
        while p.step()? {
            n.step();
        }
        verify(&p.complete()?, n.sum)?;
        let mut p = raw::Pipeline::new(dir, upper, payload, u64::MAX)?;
        return if variant.ends_with("/call") { time(millis, || p.call_only()) } else { time(millis, || p.step().map(drop)) };
    }
    let s = Settings {
        tuned: !variant.starts_with("bindgen"),
        fuel: variant.contains("fuel"),
        epoch: variant.contains("epoch"),
    };
    if !loaded.contains_key(&s) {
        let c = Components::load(dir, s)?;
        for upper in [false, true] {
            for payload in [0, 1, 7, 64, 1000, 1024, 65536] {
                check(&c, s, upper, 1, payload)?;
                check(&c, s, upper, CHAINED, payload)?;
            }
        }
        loaded.insert(s, c);
    }
    let c = &loaded[&s];
    let p = &mut Pipeline::new(c, s, upper, processors, payload, u64::MAX)?;
    let meta = || ElementMeta { sequence: 0, timestamp_ns: 0, content_type: String::new() };
    let stage = variant.split('/').nth(2).unwrap_or("");
    match stage {
        "call" => time(millis, || {
            p.source.torvyn_streaming_source().call_notify_backpressure(&mut p.store, BackpressureSignal::Ready)
        }),
        "pull" => time(millis, || {
            let (_, b) = p.pull()?.unwrap();
            Ok(p.release(b))
        }),
        "process" => {
            let (_, input) = p.pull()?.unwrap();
            time(millis, || {
                let (_, b) = p.process(0, meta(), input)?.unwrap();
                Ok(p.release(b))
            })
        }
        "push" => {
            let (_, input) = p.pull()?.unwrap();
            time(millis, || p.push(meta(), input).map(drop))
        }
        _ => time(millis, || p.step().map(drop)),
    }
}

fn main() -> Result<()> {
    let dir = std::env::args().nth(1).unwrap_or_else(|| "guests".into());
    let mut loaded = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let [variant, payload, millis] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            // Variants: <host>/<processor>[/<stage>].
            println!("bindgen/copy tuned/copy tuned/chain tuned/upper native/chain raw/copy raw/copy/call tuned-fuel/copy tuned-epoch/copy native/copy \
                      tuned/copy/call tuned/copy/pull tuned/copy/process tuned/copy/push");
            continue;
        };
        println!("{:.1}", measure(&mut loaded, &dir, variant, payload.parse()?, millis.parse()?)?);
        std::io::stdout().flush()?;
    }
    Ok(())
}
