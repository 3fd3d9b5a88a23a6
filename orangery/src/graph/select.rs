//! Lists: conditions that are added one by one, and a page of what is left.

use sql::{Field, Record, Tx, Value};

use crate::error::Result;

/// Which part of a list is asked for (PAG-1, PAG-2).
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// From 1.
    pub number: i64,
    pub size: i64,
    /// Whether the total is wanted: it costs a count.
    pub counted: bool,
}

/// A part of a list.
pub struct Slice<T> {
    pub rows: Vec<T>,
    pub page: Page,
    /// Whether another page follows.
    pub more: bool,
    /// How many rows all pages have together, where that was asked for.
    pub total: Option<i64>,
}

impl<T> Slice<T> {
    /// One page of what is at hand as a whole, as catalogs are.
    pub fn cut(all: impl IntoIterator<Item = T>, page: Page) -> Self {
        let mut rest: Vec<T> = all.into_iter().collect();
        let total = page.counted.then_some(rest.len() as i64);
        let start = usize::try_from((page.number - 1).saturating_mul(page.size)).unwrap_or(usize::MAX);
        let mut rows = rest.split_off(start.min(rest.len()));
        let more = rows.len() as i64 > page.size;
        rows.truncate(page.size as usize);
        Self { rows, page, more, total }
    }

    /// The same part, each row made into something else.
    pub fn map<U>(self, make: impl Fn(&T) -> U) -> Slice<U> {
        Slice { rows: self.rows.iter().map(make).collect(), page: self.page, more: self.more, total: self.total }
    }

    /// The same part, its rows made into something else together.
    pub async fn and_then<U>(self, make: impl AsyncFnOnce(Vec<T>) -> Result<Vec<U>>) -> Result<Slice<U>> {
        let Self { rows, page, more, total } = self;
        Ok(Slice { rows: make(rows).await?, page, more, total })
    }
}

/// The conditions of a list. Values are parameters, never text.
#[derive(Default)]
pub struct Select {
    conditions: Vec<String>,
    params: Vec<Value>,
}

impl Select {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a condition; `?` in it stands for the value, also more than once.
    pub fn and(&mut self, condition: &str, value: &impl Field) -> &mut Self {
        self.and_value(condition, value.value())
    }

    /// Adds a condition if there is a value.
    pub fn maybe<T: Field>(&mut self, condition: &str, value: &Option<T>) -> &mut Self {
        match value {
            Some(value) => self.and(condition, value),
            None => self,
        }
    }

    /// Adds `column {any:…}`.
    pub fn among(&mut self, column: &str, ids: Vec<i64>) -> &mut Self {
        self.params.push(Value::Ids(ids));
        self.conditions.push(format!("{column} {{any:${}}}", self.params.len()));
        self
    }

    /// Adds a condition without a value.
    pub fn only(&mut self, condition: &str) -> &mut Self {
        self.conditions.push(condition.to_owned());
        self
    }

    fn and_value(&mut self, condition: &str, value: Value) -> &mut Self {
        self.params.push(value);
        self.conditions.push(condition.replace('?', &format!("${}", self.params.len())));
        self
    }

    fn filter(&self) -> String {
        match self.conditions.is_empty() {
            true => String::new(),
            false => format!("where {}", self.conditions.join(" and ")),
        }
    }

    /// One page of the rows for which all conditions hold.
    pub async fn page<T: Record>(self, tx: &Tx, order: &str, page: Page) -> Result<Slice<T>> {
        let filter = self.filter();
        let mut params = self.params.clone();
        params.push(Value::Int(page.size + 1));
        params.push(Value::Int((page.number - 1).saturating_mul(page.size)));
        let rest = format!("{filter} order by {order} limit ${} offset ${}", params.len() - 1, params.len());
        let mut rows = tx.all::<T>(&rest, &params).await?;
        let more = rows.len() as i64 > page.size;
        rows.truncate(page.size as usize);
        let total = match page.counted {
            true => Some(tx.count(&format!("select count(*) from {} {filter}", T::TABLE), &self.params).await?),
            false => None,
        };
        Ok(Slice { rows, page, more, total })
    }

    /// All rows for which all conditions hold.
    pub async fn all<T: Record>(self, tx: &Tx, order: &str) -> Result<Vec<T>> {
        Ok(tx.all::<T>(&format!("{} order by {order}", self.filter()), &self.params).await?)
    }
}
