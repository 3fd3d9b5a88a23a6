//! The measurements. `cargo run --release -p bench -- NAME` runs a scenario on a database of its own, with the server as a process of its own,
//! and prints a table, or JSON with `--json`. Claims of speed are ratios within one run: machines differ, and so does one machine from hour to
//! hour.

mod answers;
mod backlog;
mod client;
mod crash;
mod drain;
mod end_to_end;
mod export;
mod get;
mod growth;
mod latency;
mod load;
mod log;
mod log_seed;
mod memory;
mod neighbours;
mod pages;
mod pair;
mod process;
mod raw;
mod receiver;
mod report;
mod seed;
mod server;
mod writers;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

/// Measures Orangery
///
/// Example: cargo run --release -p bench -- end-to-end --quick
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    /// What to measure
    scenario: Scenario,
    /// An empty PostgreSQL database to run on, instead of SQLite in a temporary folder
    #[arg(long)]
    database_url: Option<String>,
    /// A tenth of the work: to see that it runs, not to quote
    #[arg(long)]
    quick: bool,
    /// JSON instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Scenario {
    /// A full journal delivered to 1, 10 and 100 endpoints, by what the HTTP client reaches alone
    Drain,
    /// Rejections over Harvest by 32 clients, each hook delivered to one endpoint: rates, latency, CPU per event
    EndToEnd,
    /// Rejections by the clock, 500 a second: from commit to receipt
    Latency,
    /// A healthy endpoint beside one that hangs, one that drips, one that floods and one with a dead name
    Neighbours,
    /// What an answer of 1 GiB, an endless drip and a backlog of a million take of the memory
    Memory,
    /// Kill -9 at full load, again and again: what is lost, what comes twice, how soon what was in flight goes out
    Crash,
    /// Deliveries and events by every filter, at ten million rows and at ten thousand
    Log,
    /// One rejection with a thousand and with a million candidates in the database
    Growth,
    /// All candidates by Harvest's pages of 500, by reading the same rows straight from the database
    Export,
    /// One candidate at a time by 32 clients, by a bare handler that answers the same bytes
    Get,
    /// Every list of Harvest, with a million candidates and with ten thousand
    Pages,
}

pub type Done<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    // The server is this same program, started again; so is the client alone.
    let words: Vec<String> = std::env::args().skip(1).take(2).collect();
    if words.first().is_some_and(|it| it == "serve") {
        return orangery::cli::run();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    let other = match &words[..] {
        [word, order] if word == "post" => Some(runtime.block_on(raw::run(order))),
        [word, order] if word == "bare" => Some(runtime.block_on(get::bare(order))),
        _ => None,
    };
    if let Some(done) = other {
        return done.map_or_else(|why| failed(&why), |()| ExitCode::SUCCESS);
    }
    let arguments = Arguments::parse();
    match runtime.block_on(measure(&arguments)) {
        Ok(report) => {
            report.print(arguments.json);
            report.broken.as_ref().map_or(ExitCode::SUCCESS, |why| failed(why))
        }
        Err(why) => failed(&why),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("bench: {why}");
    ExitCode::FAILURE
}

async fn measure(arguments: &Arguments) -> Done<report::Report> {
    let url = arguments.database_url.as_deref();
    match arguments.scenario {
        Scenario::Drain => drain::measure(url, arguments.quick).await,
        Scenario::EndToEnd => end_to_end::measure(url, arguments.quick).await,
        Scenario::Latency => latency::measure(url, arguments.quick).await,
        Scenario::Neighbours => neighbours::measure(url, arguments.quick).await,
        Scenario::Memory => memory::measure(url, arguments.quick).await,
        Scenario::Crash => crash::measure(url, arguments.quick).await,
        Scenario::Log => log::measure(url, arguments.quick).await,
        Scenario::Growth => growth::measure(url, arguments.quick).await,
        Scenario::Export => export::measure(url, arguments.quick).await,
        Scenario::Get => get::measure(url, arguments.quick).await,
        Scenario::Pages => pages::measure(url, arguments.quick).await,
    }
}
