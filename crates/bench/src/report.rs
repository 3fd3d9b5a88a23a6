//! What a scenario found: named figures with units, in order.

use serde_json::{Map, Value, json};

pub struct Report {
    scenario: &'static str,
    rows: Vec<(String, f64, &'static str)>,
}

impl Report {
    pub fn new(scenario: &'static str) -> Self {
        Self { scenario, rows: Vec::new() }
    }

    pub fn add(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.rows.push((name.into(), value, unit));
    }

    pub fn print(&self, as_json: bool) {
        if as_json {
            let rows: Map<String, Value> = self
                .rows
                .iter()
                .map(|(name, value, unit)| (name.clone(), json!({"value": value, "unit": unit})))
                .collect();
            println!("{}", json!({"scenario": self.scenario, "figures": rows}));
            return;
        }
        println!("{}", self.scenario);
        for (name, value, unit) in &self.rows {
            println!("  {name:<44} {value:>14.3} {unit}");
        }
    }
}
