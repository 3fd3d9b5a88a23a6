//! What a scenario found: named figures with units, in order, and the bars that some of them have to clear.

use serde_json::{Map, Value, json};

/// What a figure has to be.
#[derive(Clone, Copy)]
pub enum Bar {
    AtLeast(f64),
    AtMost(f64),
}

impl Bar {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bar) => value >= bar,
            Self::AtMost(bar) => value <= bar,
        }
    }

    fn words(self) -> String {
        match self {
            Self::AtLeast(bar) => format!("at least {bar}"),
            Self::AtMost(bar) => format!("at most {bar}"),
        }
    }
}

struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    bar: Option<Bar>,
}

pub struct Report {
    scenario: &'static str,
    figures: Vec<Figure>,
    remarks: Vec<String>,
    /// What must not be, and was.
    pub broken: Option<String>,
}

impl Report {
    pub fn new(scenario: &'static str) -> Self {
        let mut report = Self { scenario, figures: Vec::new(), remarks: Vec::new(), broken: None };
        // Other work on the machine makes every absolute figure worse: it belongs to them.
        report.add("load average at the start", load_average(), "");
        report
    }

    pub fn add(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.figures.push(Figure { name: name.into(), value, unit, bar: None });
    }

    pub fn add_against(&mut self, name: impl Into<String>, value: f64, unit: &'static str, bar: Bar) {
        self.figures.push(Figure { name: name.into(), value, unit, bar: Some(bar) });
    }

    /// What one has to know to read the figures.
    pub fn remark(&mut self, text: impl Into<String>) {
        self.remarks.push(text.into());
    }

    pub fn print(&self, as_json: bool) {
        if as_json {
            println!("{}", self.json());
            return;
        }
        println!("{}", self.scenario);
        for Figure { name, value, unit, bar } in &self.figures {
            let judged = bar.map(|bar| {
                let word = if bar.holds(*value) { "holds" } else { "MISSED" };
                format!("bar: {}, {word}", bar.words())
            });
            let line = format!("  {name:<58} {value:>12.3} {unit:<4} {}", judged.unwrap_or_default());
            println!("{}", line.trim_end());
        }
        for remark in &self.remarks {
            println!("  ({remark})");
        }
    }

    fn json(&self) -> Value {
        let figures: Map<String, Value> = self
            .figures
            .iter()
            .map(|Figure { name, value, unit, bar }| {
                let mut figure = json!({"value": value, "unit": unit});
                if let Some(bar) = bar {
                    figure["bar"] = json!(bar.words());
                    figure["holds"] = json!(bar.holds(*value));
                }
                (name.clone(), figure)
            })
            .collect();
        json!({"scenario": self.scenario, "figures": figures, "remarks": self.remarks})
    }
}

fn load_average() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0.0)
}
