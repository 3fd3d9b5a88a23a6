//! Reading files that strangers made: in a process of its own, which is this program started again, with little time, little memory and nothing in
//! its environment. It gets the file on its standard input and writes the text to its standard output.

use std::{
    io::{Read as _, Write as _},
    path::PathBuf,
    process::{ExitCode, Stdio},
    time::Duration,
};

use extract::Outcome;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

use crate::domain::search::Read;

/// The argument by which the program knows what it was started for. No command of its users.
pub const COMMAND: &str = "extract-text";

/// So many characters of a file are kept.
pub const MOST_CHARACTERS: usize = 200_000;

/// The time of a process, by the clock on the wall and of the processor; its memory; what it may write.
const TIME: Duration = Duration::from_secs(30);
const CPU_SECONDS: u64 = 20;
const MEMORY: u64 = 768 << 20;
const OUTPUT: u64 = 4 * MOST_CHARACTERS as u64 + 16;

/// What the process ends with.
const TEXT: u8 = 0;
const NOTHING: u8 = 10;
const UNREADABLE: u8 = 11;

/// Starts processes that read.
#[derive(Debug, Clone)]
pub struct Reader {
    program: PathBuf,
}

impl Reader {
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into() }
    }

    /// By this very program, also where its file was replaced meanwhile.
    pub fn of_this_program() -> std::io::Result<Self> {
        let running = PathBuf::from("/proc/self/exe");
        Ok(Self::new(if running.exists() { running } else { std::env::current_exe()? }))
    }

    /// How many files are read side by side.
    pub fn at_once(&self) -> i64 {
        let cores = std::thread::available_parallelism().map_or(1, |it| it.get() as i64);
        (cores / 2).clamp(1, 8)
    }

    pub async fn read(&self, content: &[u8], name: &str) -> Read {
        if content.is_empty() {
            return Read::Nothing("the file is empty".to_owned());
        }
        match tokio::time::timeout(TIME, self.run(content, name)).await {
            Ok(Ok(read)) => read,
            Ok(Err(error)) => Read::Failed(format!("the reader could not be run: {error}")),
            Err(_) => Read::Failed(format!("reading it took longer than {} seconds", TIME.as_secs())),
        }
    }

    /// Dropped at any time, it takes its process along.
    async fn run(&self, content: &[u8], name: &str) -> std::io::Result<Read> {
        let mut child = self.start(name)?;
        let (mut input, output) = (child.stdin.take(), child.stdout.take());
        let mut said = Vec::new();
        let write = async {
            if let Some(input) = &mut input {
                // One that has seen enough closes its end.
                let _ = input.write_all(content).await;
            }
            drop(input.take());
        };
        let read = async {
            match output {
                Some(output) => output.take(OUTPUT).read_to_end(&mut said).await.map(drop),
                None => Ok(()),
            }
        };
        let ((), done) = tokio::join!(write, read);
        done?;
        if said.len() as u64 >= OUTPUT {
            child.kill().await?;
        }
        let status = child.wait().await?;
        let said = String::from_utf8_lossy(&said).replace('\0', "");
        Ok(match status.code().and_then(|it| u8::try_from(it).ok()) {
            Some(TEXT) => Read::Text(said),
            Some(NOTHING) => Read::Nothing(said),
            Some(UNREADABLE) => Read::Unreadable(said),
            _ => Read::Failed("reading it took too much memory or time, or failed otherwise".to_owned()),
        })
    }

    fn start(&self, name: &str) -> std::io::Result<Child> {
        // Of the name only the ending tells anything.
        let ending = name.rsplit_once('.').map_or(String::new(), |it| format!("file.{}", it.1));
        let mut command = Command::new(&self.program);
        command.arg(COMMAND).arg(ending).env_clear().current_dir("/").kill_on_drop(true);
        // The allocator takes a gigabyte ahead, which would count as used.
        command.env("MIMALLOC_ARENA_RESERVE", "0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn()
    }
}

/// What the process itself does. It is asked for before anything else is begun: it has no runtime, no log, no database.
pub fn main() -> ExitCode {
    if let Err(why) = confine() {
        let _ = write!(std::io::stdout(), "{why}");
        return ExitCode::FAILURE;
    }
    let mut content = Vec::new();
    if std::io::stdin().lock().read_to_end(&mut content).is_err() {
        return ExitCode::FAILURE;
    }
    let name = std::env::args().nth(2).unwrap_or_default();
    let (said, code) = match extract::text(&content, &name, MOST_CHARACTERS) {
        Outcome::Text(text) => (text, TEXT),
        Outcome::Nothing(why) => (why.to_owned(), NOTHING),
        Outcome::Unreadable(why) => (why.chars().take(500).collect(), UNREADABLE),
    };
    match std::io::stdout().lock().write_all(said.as_bytes()) {
        Ok(()) => ExitCode::from(code),
        Err(_) => ExitCode::FAILURE,
    }
}

/// Takes from this process what it does not need, for good.
#[cfg(target_os = "linux")]
fn confine() -> rustix::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = |it: u64| Rlimit { current: Some(it), maximum: Some(it) };
    setrlimit(Resource::Data, limit(MEMORY))?;
    setrlimit(Resource::As, limit(16 * MEMORY))?;
    setrlimit(Resource::Cpu, limit(CPU_SECONDS))?;
    setrlimit(Resource::Fsize, limit(0))?;
    setrlimit(Resource::Core, limit(0))?;
    setrlimit(Resource::Nofile, limit(16))
}

/// Time and output are bounded by the parent; no more is to be had here.
#[cfg(not(target_os = "linux"))]
fn confine() -> std::io::Result<()> {
    Ok(())
}
