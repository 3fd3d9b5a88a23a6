//! The command line: flags win over `ORANGERY_*` variables, which win over `orangery.toml`.

mod archive;
mod backup;
mod carry;
mod check;
mod deliveries;
mod demo;
mod events;
mod export;
mod import;
mod key;
mod listen;
mod lock;
mod mail;
mod move_to;
mod oauth;
mod opened;
mod out;
mod preview;
mod pseudonym;
mod read;
mod receiver;
mod reindex;
mod replay;
mod rows;
mod search;
mod serve;
mod sheet;
mod time;
mod trigger;
mod upgrade;
mod user;
mod webhook;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use opened::{House, Opened};

use crate::search::reader;

/// An applicant tracking system that its users own.
#[derive(Parser)]
#[command(name = "orangery", version, about, propagate_version = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Key(key::Key),
    #[command(subcommand)]
    Oauth(oauth::Oauth),
    #[command(subcommand)]
    Webhook(webhook::Webhook),
    #[command(subcommand)]
    Mail(mail::Mail),
    Events(events::Events),
    Deliveries(deliveries::Deliveries),
    Replay(replay::Replay),
    Search(search::Search),
    Reindex(reindex::Reindex),
    Preview(preview::Preview),
    Trigger(trigger::Trigger),
    Listen(listen::Listen),
    Export(export::Export),
    Import(import::Import),
    Backup(backup::Backup),
    Restore(backup::Restore),
    Move(move_to::Move),
    Check(check::Check),
    Upgrade(upgrade::Upgrade),
}

/// What a command ends with: nothing, or why it failed, in words for the person at the terminal.
pub type Done = Result<(), String>;

pub fn run() -> ExitCode {
    // No command of a person's: this program started itself, to read a file where that can do no harm.
    if std::env::args().nth(1).is_some_and(|it| it == reader::COMMAND) {
        return reader::main();
    }
    let arguments = Arguments::parse();
    // Where a few KB are wanted, a huge page makes it 2 MiB: memory would be twice as much, and grow with each new thread.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
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
            Self::Demo(it) => it.run().await,
            Self::Serve(it) => it.run().await,
            Self::User(it) => it.run().await,
            Self::Key(it) => it.run().await,
            Self::Oauth(it) => it.run().await,
            Self::Webhook(it) => it.run().await,
            Self::Mail(it) => it.run().await,
            Self::Events(it) => it.run().await,
            Self::Deliveries(it) => it.run().await,
            Self::Replay(it) => it.run().await,
            Self::Search(it) => it.run().await,
            Self::Reindex(it) => it.run().await,
            Self::Preview(it) => it.run().await,
            Self::Trigger(it) => it.run().await,
            Self::Listen(it) => it.run().await,
            Self::Export(it) => it.run().await,
            Self::Import(it) => it.run().await,
            Self::Backup(it) => it.run().await,
            Self::Restore(it) => it.run().await,
            Self::Move(it) => it.run().await,
            Self::Check(it) => it.run().await,
            Self::Upgrade(it) => it.run().await,
        }
    }
}
