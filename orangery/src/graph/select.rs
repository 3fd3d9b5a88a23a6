//! Lists: conditions that are added one by one, and a page of what is left.

use std::time::Instant;

use sql::{Field, Record, Tx, Value};

use super::Look;
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

/// What lies between two times is found by the index of the times where it is so little, else by looking at one row after the other in the
/// order of the list: which of both is better depends on the values, of which the databases don't know enough.
const LITTLE: i64 = 5_000;

/// The conditions of a list. Values are parameters, never text.
#[derive(Default, Clone)]
pub struct Select {
    conditions: Vec<String>,
    params: Vec<Value>,
    times: Vec<Times>,
}

/// A column with an index of its own, and which of the conditions are about it.
#[derive(Clone)]
struct Times {
    column: &'static str,
    conditions: Vec<(usize, &'static str, Value)>,
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

    /// Narrows a long list by a column that has an index of its own: from `after` on (FIL-1), and before `before`.
    pub fn times<T: Field>(&mut self, column: &'static str, after: &Option<T>, before: &Option<T>) -> &mut Self {
        let mut times = Times { column, conditions: Vec::new() };
        for (sign, value) in [(">=", after), ("<", before)] {
            if let Some(value) = value {
                times.conditions.push((self.conditions.len(), sign, value.value()));
                self.and(&format!("{column} {sign} ?"), value);
            }
        }
        if !times.conditions.is_empty() {
            self.times.push(times);
        }
        self
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

    /// One page of a list that may be long, in the order of columns that are numbers, never null, and unique together. A page begins where the
    /// one before it was seen to end; else its beginning is looked for in an index of these columns.
    pub async fn long_page<T: Record>(self, look: &Look<'_>, order: &[&str], page: Page) -> Result<Slice<T>> {
        let list = format!("{} {} {:?} by {order:?}", T::TABLE, self.filter(), self.params);
        let name = |number: i64| format!("{list} {} {number}", page.size);
        let offset = (page.number - 1).saturating_mul(page.size);
        let known = look.marks.and_then(|it| it.end(&name(page.number)));
        let (tx, quick) = (look.tx, self.quick::<T>(look.tx).await?);
        let mut rows: Vec<T> = match (offset, known) {
            (0, _) => quick.after(tx, order, &[], page.size + 1).await?,
            (_, Some(end)) => quick.after(tx, order, &end, page.size + 1).await?,
            (_, None) => match quick.end_before::<T>(tx, order, offset).await? {
                Some(end) => quick.after(tx, order, &end, page.size + 1).await?,
                None => Vec::new(),
            },
        };
        let more = rows.len() as i64 > page.size;
        rows.truncate(page.size as usize);
        if more && let (Some(marks), Some(last)) = (look.marks, rows.last()) {
            marks.keep_end(name(page.number + 1), values(last, order));
        }
        // The last page tells how many there are.
        let last = !more && (offset == 0 || !rows.is_empty());
        let total = match page.counted {
            false => None,
            true if last => Some(offset + rows.len() as i64),
            true => Some(self.total::<T>(look, list).await?),
        };
        Ok(Slice { rows, page, more, total })
    }

    /// The same conditions, in words that leave the database only one way to go about times.
    async fn quick<T: Record>(&self, tx: &Tx) -> sql::Result<Self> {
        let mut quick = self.clone();
        for Times { column, conditions } in &self.times {
            let mut probe = Self::new();
            for (_, sign, value) in conditions {
                probe.and_value(&format!("{column} {sign} ?"), value.clone());
            }
            let (table, filter) = (T::TABLE, probe.filter());
            let sql = format!("select count(*) from (select 1 from {table} {filter} limit {LITTLE} + 1) few");
            let little = tx.count(&sql, &probe.params).await? <= LITTLE;
            let mut between = Vec::new();
            for (n, ..) in conditions {
                let condition = std::mem::replace(&mut quick.conditions[*n], "1 = 1".to_owned());
                between.push(if little { condition } else { condition.replacen(column, &format!("{column} + 0"), 1) });
            }
            let between = between.join(" and ");
            quick.conditions.push(match little {
                true => format!("id in (select id from {table} where {between})"),
                false => between,
            });
        }
        Ok(quick)
    }

    /// So many rows that come after this one in the order, or the first ones.
    async fn after<T: Record>(&self, tx: &Tx, order: &[&str], row: &[Value], count: i64) -> sql::Result<Vec<T>> {
        let (mut filter, columns, mut params) = (self.filter(), order.join(", "), self.params.clone());
        if !row.is_empty() {
            let marks: Vec<String> = (1..=row.len()).map(|it| format!("${}", params.len() + it)).collect();
            let word = if filter.is_empty() { "where" } else { " and" };
            filter += &format!("{word} ({columns}) > ({})", marks.join(", "));
            params.extend_from_slice(row);
        }
        params.push(Value::Int(count));
        tx.all(&format!("{filter} order by {columns} limit ${}", params.len()), &params).await
    }

    /// The last of the first `count` rows, as far as the order needs it; none where there are not so many.
    async fn end_before<T: Record>(&self, tx: &Tx, order: &[&str], count: i64) -> sql::Result<Option<Vec<Value>>> {
        let (columns, mut params) = (order.join(", "), self.params.clone());
        params.push(Value::Int(count - 1));
        let (table, filter, last) = (T::TABLE, self.filter(), params.len());
        let sql = format!("select {columns} from {table} {filter} order by {columns} limit 1 offset ${last}");
        let Some(row) = tx.row(&sql, &params).await? else { return Ok(None) };
        (0..order.len()).map(|n| row.get(n).map(Value::Int)).collect::<sql::Result<_>>().map(Some)
    }

    async fn total<T: Record>(&self, look: &Look<'_>, list: String) -> sql::Result<i64> {
        if let Some(total) = look.marks.and_then(|it| it.total(&list)) {
            return Ok(total);
        }
        let began = Instant::now();
        let total =
            look.tx.count(&format!("select count(*) from {} {}", T::TABLE, self.filter()), &self.params).await?;
        if let Some(marks) = look.marks {
            marks.keep_total(list, total, began.elapsed());
        }
        Ok(total)
    }

    /// All rows for which all conditions hold.
    pub async fn all<T: Record>(self, tx: &Tx, order: &str) -> Result<Vec<T>> {
        Ok(tx.all::<T>(&format!("{} order by {order}", self.filter()), &self.params).await?)
    }
}

/// What a row has in these columns.
fn values<T: Record>(row: &T, order: &[&str]) -> Vec<Value> {
    let all = row.values();
    let at = |name: &&str| T::COLUMNS.iter().position(|it| it == name).and_then(|n| all.get(n)).cloned();
    order.iter().filter_map(at).collect()
}
