//! The command line: flags win over `ORANGERY_*` variables, which win over `orangery.toml`.

mod key;
mod opened;
mod serve;
mod user;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use opened::{House, Opened};

/// An applicant tracking system that its users own.
#[derive(Parser)]
#[command(name = "orangery", version, about, propagate_version = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Key(key::Key),
}

/// What a command ends with: nothing, or why it failed, in words for the person at the terminal.
pub type Done = Result<(), String>;

pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("orangery: can't start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(arguments.command.run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("orangery: {why}");
            ExitCode::FAILURE
        }
    }
}

impl Command {
    async fn run(self) -> Done {
        match self {
            Self::Serve(it) => it.run().await,
            Self::User(it) => it.run().await,
            Self::Key(it) => it.run().await,
        }
    }
}
