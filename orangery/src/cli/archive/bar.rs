//! How far it is, for who waits at a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Nobody sees it where standard error is no terminal, or little is to be done.
pub fn bar(count: u64, what: &'static str) -> ProgressBar {
    if count < 2_000 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count).with_message(what);
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
