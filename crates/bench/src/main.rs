//! The measurements. `cargo run --release -p bench -- NAME` runs a scenario on a database of its own, with the server as a process of its own,
//! and prints a table, or JSON with `--json`. Claims of speed are ratios within one run: machines differ, and so does one machine from hour to
//! hour.

mod cpu;
mod end_to_end;
mod growth;
mod load;
mod receiver;
mod report;
mod seed;
mod server;

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
    /// Rejections over Harvest by 32 clients, each hook delivered to one endpoint: rates, latency, CPU per event
    EndToEnd,
    /// One rejection with a thousand and with a million candidates in the database
    Growth,
    /// The server itself; the scenarios start it
    #[value(hide = true)]
    Serve,
}

pub type Done<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    // The server is this same program, started again.
    if std::env::args().nth(1).as_deref() == Some("serve") {
        return orangery::cli::run();
    }
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let measured = match runtime {
        Ok(runtime) => runtime.block_on(measure(&arguments)),
        Err(error) => Err(error.to_string()),
    };
    match measured {
        Ok(report) => {
            report.print(arguments.json);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: &Arguments) -> Done<report::Report> {
    let url = arguments.database_url.as_deref();
    match arguments.scenario {
        Scenario::EndToEnd => end_to_end::measure(url, arguments.quick).await,
        Scenario::Growth => growth::measure(url, arguments.quick).await,
        Scenario::Serve => Err("this one is for the scenarios".to_owned()),
    }
}
